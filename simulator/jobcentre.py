"""The jobcentre's effort through a life: talks in every spell, tracks for those who stay long, placements on them."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from simulator.citizen import Citizen, GroupSpell, Window
from simulator.companies import COMPANIES
from simulator.courses import on_track
from simulator.effort import CompanyPlacement, Leave, Support, Talk, Track
from simulator.registration import office_time

# Days in the group before a track is offered, about as the strategy has it.
TRACK_AFTER = {"INSURED": 190, "CASH_JOB_READY": 95}
EARLY_SHARE = 0.15
SUPPORTED = ("CASH_ACTIVITY_READY", "EDUCATION_ACTIVITY_READY")
# Fewer than in truth, so that the sample stays small.
TALKS_SHARE, FOLLOWED_UP_EVERY = 0.65, 240
TRACKS_FROM, GREEN_FROM = date(2020, 1, 21), date(2020, 7, 1)
LEAVES = {"FERIE_UDEN_YDELSE": (6, 20), "FERIE": (4, 13), "SYGDOM": (2, 13), "BARSEL": (60, 200), "FRITAGELSE": (7, 40)}


def strive(rng: Random, citizen: Citizen, window: Window) -> None:
    """Note on the citizen what the jobcentre did for each spell that reaches into the window."""
    for spell in list(citizen.groups):
        first = max(spell.first_day, window.first_day)
        last = min(spell.last_day or window.last_day, window.last_day)
        if (last - first).days < 10:
            continue
        if rng.random() < TALKS_SHARE:
            _talks(rng, citizen, spell, first, last)
        if spell.first_day >= window.first_day and rng.random() < 0.8:
            citizen.cases.append(min(last, spell.first_day + timedelta(days=rng.randint(3, 20))))
        if spell.group in TRACK_AFTER:
            _before_any_track(rng, citizen, spell, first, last)
            _track(rng, citizen, spell, first, last, window)
        if spell.group == "CASH_JOB_READY":
            citizen.leaves += _leaves(rng, first, last)
        if spell.group in SUPPORTED and rng.random() < 0.25:
            ends = last if rng.random() < 0.6 and spell.last_day is not None else None
            citizen.supports.append(Support(first_day=first + timedelta(days=rng.randint(5, 60)), last_day=ends))
    citizen.supports = [each for each in citizen.supports if each.last_day is None or each.first_day <= each.last_day]


def _talks(rng: Random, citizen: Citizen, spell: GroupSpell, first: date, last: date) -> None:
    joint = spell.group == "INSURED" and rng.random() < 0.3
    day = first + timedelta(days=rng.randint(6, 25))
    kind = "FAELLES_JOBSAMTALE" if joint else "JOBSAMTALE"
    while day <= last:
        booked = day - timedelta(days=rng.randint(4, 21))
        starts = office_time(rng, day).replace(minute=rng.choice((0, 15, 30)), second=0)
        outcome = rng.choices(("AFHOLDT", "UDEBLEVET", "AFLYST"), (88, 6, 6))[0]
        moved = starts - timedelta(days=7) if rng.random() < 0.08 else None
        held = starts.date() if outcome == "AFHOLDT" else None
        citizen.talks.append(
            Talk(kind=kind, outcome=outcome, booked_day=booked, starts=starts, moved_from=moved, held_day=held)
        )
        day += timedelta(days=rng.randint(FOLLOWED_UP_EVERY - 30, FOLLOWED_UP_EVERY + 60))
        kind = rng.choice(("OPFOELGNING", "OPFOELGNING", "OPFOELGNING", "ANDET"))


def _before_any_track(rng: Random, citizen: Citizen, spell: GroupSpell, first: date, last: date) -> None:
    """Now and then a placement early in the spell, that belongs to no track."""
    starts = spell.first_day + timedelta(days=rng.randint(20, 40))
    ends = starts + timedelta(days=27)
    if first <= starts - timedelta(days=9) and ends <= last and rng.random() < EARLY_SHARE:
        citizen.company_placements.append(
            CompanyPlacement(
                kind="VIRKSOMHEDSPRAKTIK",
                company=rng.randrange(len(COMPANIES)),
                track=None,
                hours=rng.choice(("20", "30", "37")),
                approved_day=starts - timedelta(days=rng.randint(2, 8)),
                first_day=starts,
                approved_last_day=ends,
                last_day=ends,
            )
        )


def _track(rng: Random, citizen: Citizen, spell: GroupSpell, first: date, last: date, window: Window) -> None:
    offered = max(spell.first_day + timedelta(days=TRACK_AFTER[spell.group] + rng.randint(0, 30)), first)
    if offered + timedelta(days=14) > last or offered < TRACKS_FROM or len(citizen.tracks) >= 3 or rng.random() > 0.6:
        return
    usable = [place for place in range(len(COMPANIES)) if _exists(COMPANIES[place].branchespor, offered)]
    company = rng.choice(usable)
    starts = offered + timedelta(days=rng.randint(14, 40))
    decided = offered + timedelta(days=rng.randint(1, 9))
    accepted = rng.random() < 0.75
    track = Track(
        number=f"BS-{citizen.index * 4 + len(citizen.tracks) + 17:06d}",
        branchespor=COMPANIES[company].branchespor,
        disco=COMPANIES[company].disco[:3],
        offered_day=offered,
        first_day=starts,
        last_day=starts + timedelta(days=rng.randint(60, 150)),
        decided_day=decided,
        accepted=accepted if decided <= window.last_day else None,
        reason="" if accepted else rng.choice(("JOB", "UDDANNELSE", "ANDET_TILBUD", "ANDET")),
    )
    citizen.tracks.append(track)
    if accepted and track.first_day + timedelta(days=7) <= last:
        _on_the_track(rng, citizen, track, company, min(last, track.last_day), window)


def _exists(branchespor: str, day: date) -> bool:
    return branchespor != "GRO" or day >= GREEN_FROM


def _on_the_track(rng: Random, citizen: Citizen, track: Track, company: int, last: date, window: Window) -> None:
    """A placement, mostly with a course in the middle of it, sometimes a subsidised job behind it."""
    approved_last = track.first_day + timedelta(days=rng.choice((27, 41, 55)))
    ended = min(approved_last, last)
    if rng.random() < 0.12:
        ended = min(ended, track.first_day + timedelta(days=rng.randint(3, 20)))
    citizen.company_placements.append(
        CompanyPlacement(
            kind="VIRKSOMHEDSPRAKTIK",
            company=company,
            track=track.number,
            hours=rng.choice(("30", "37", "32,5")),
            approved_day=track.decided_day + timedelta(days=rng.randint(1, 4)),
            first_day=track.first_day,
            approved_last_day=approved_last,
            last_day=ended,
            came=rng.random() > 0.05,
        )
    )
    if rng.random() < 0.7:
        on_track(rng, citizen, track.number, track.first_day, window)
    follows = ended + timedelta(days=rng.randint(1, 10))
    if rng.random() < 0.35 and follows + timedelta(days=30) <= last:
        citizen.company_placements.append(
            CompanyPlacement(
                kind="LOENTILSKUD",
                company=company,
                track=track.number,
                hours="37",
                approved_day=follows - timedelta(days=1),
                first_day=follows,
                approved_last_day=last,
                last_day=last,
            )
        )


def _leaves(rng: Random, first: date, last: date) -> Iterator[Leave]:
    free = first + timedelta(days=20)
    while rng.random() < 0.35 and (last - free).days > 30:
        kind = rng.choices(list(LEAVES), (20, 30, 30, 3, 8))[0]
        begins = free + timedelta(days=rng.randint(0, 40))
        ends = begins + timedelta(days=rng.randint(*LEAVES[kind]))
        if ends >= last:
            return
        yield Leave(kind=kind, first_day=begins, last_day=ends)
        free = ends + timedelta(days=30)
