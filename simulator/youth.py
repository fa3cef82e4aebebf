"""The young: guidance, applications, education begun, at risk, broken off or completed; declared ready for work."""

from datetime import date, timedelta
from random import Random

from simulator.citizen import Citizen, GroupSpell, Window
from simulator.effort import YouthEvent

GROUPS = ("EDUCATION_READY", "OBVIOUSLY_EDUCATION_READY", "EDUCATION_ACTIVITY_READY")
READY = "PARAT"
YOUNGEST, OLDEST = 15, 29
FOLLOWED_UP_EVERY = 240
# UDD code, institution, part of the education ("" where it has none)
EDUCATIONS = (("4443", "907002", "51"), ("5166", "907011", ""), ("4258", "907002", "53"), ("1199", "907021", ""))


def age(born: date, day: date) -> int:
    """Whole years on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def grow(rng: Random, citizen: Citizen, window: Window) -> None:
    """Note what institutions know of a young citizen in the window."""
    events: list[YouthEvent] = []
    for spell in citizen.groups:
        if spell.group in GROUPS:
            events += _on_the_way(rng, spell, window)
        elif spell.group == "INSURED" and rng.random() < 0.25:
            education, institution, programme = rng.choice(EDUCATIONS)
            done = spell.first_day - timedelta(days=rng.randint(5, 30))
            events.append(_at(education, institution, programme, "FULDFOERT", done))
    if age(citizen.born, window.first_day) < OLDEST:
        events += _followed_up(rng, window)
    citizen.youth = sorted(
        (
            event
            for event in events
            if YOUNGEST <= age(citizen.born, event.day) <= OLDEST and window.first_day <= event.day <= window.last_day
        ),
        key=lambda event: event.day,
    )


def _followed_up(rng: Random, window: Window) -> list[YouthEvent]:
    """Ungeindsatsen sees the young again now and then, whatever they do."""
    day, events = window.first_day + timedelta(days=rng.randint(0, FOLLOWED_UP_EVERY)), []
    while day <= window.last_day:
        events.append(YouthEvent(kind="VEJLEDNING", day=day))
        day += timedelta(days=rng.randint(FOLLOWED_UP_EVERY // 2, FOLLOWED_UP_EVERY * 2))
    return events


def _on_the_way(rng: Random, spell: GroupSpell, window: Window) -> list[YouthEvent]:
    last = spell.last_day or window.last_day
    education, institution, programme = rng.choice(EDUCATIONS)
    events = [YouthEvent(kind="VEJLEDNING", day=spell.first_day + timedelta(days=rng.randint(3, 20)))]
    if rng.random() < 0.6:
        applied = spell.first_day + timedelta(days=rng.randint(25, 60))
        events.append(YouthEvent(kind="ANSOEGT", day=applied, education=education))
    if rng.random() < 0.15:
        events.append(YouthEvent(kind=rng.choice(("FRITIDSJOB", "ERHVERVSPRAKTIK")), day=last - timedelta(days=5)))
    if rng.random() < 0.3:
        ready = spell.first_day + timedelta(days=rng.randint(10, max(11, (last - spell.first_day).days)))
        events.append(YouthEvent(kind=READY, day=min(ready, last)))
    if spell.last_day is not None and rng.random() < 0.4:
        begun = spell.last_day + timedelta(days=1)
        events.append(_at(education, institution, programme, "OPTAGET", begun))
        became = rng.choice(("LAEREPLADS", "FRAFALDSTRUET", "AFBRUDT", "FULDFOERT"))
        if became == "AFBRUDT":
            events.append(_at(education, institution, programme, "FRAFALDSTRUET", begun + timedelta(days=30)))
        later = begun + timedelta(days=rng.randint(45, 300))
        events.append(_at(education, institution, programme, became, later))
    return events


def _at(education: str, institution: str, programme: str, kind: str, day: date) -> YouthEvent:
    return YouthEvent(kind=kind, day=day, education=education, institution=institution, programme=programme)
