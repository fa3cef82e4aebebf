"""Synthetic citizens: the same seed gives the same people, whatever process, clock or hash order."""

from datetime import date, timedelta
from random import Random
from typing import TypeVar

from simulator.careers import live
from simulator.citizen import HOME, Absence, Address, Citizen, GroupSpell, Membership, Placement, Window, WorkSpell
from simulator.courses import enrol
from simulator.numbers import Numbers

Spell = TypeVar("Spell", GroupSpell, WorkSpell, Absence)

AKASSER = ("901", "902")
NEIGHBOURS = ("0706", "0730", "0751", "0710", "0740")
# Cause of leaving the municipality for good, or for a while: what the register's status says.
DEAD, EMIGRATED, DISAPPEARED, MOVED = "90", "80", "70", "moved"

# The first citizens get one event each, so that the smallest sample has them all; the others by chance.
GUARANTEED = ("number", "akasse", DEAD, EMIGRATED, MOVED, "arrives", "within", "protected")
CHANCES = {
    "number": 0.006,
    "akasse": 0.02,
    DEAD: 0.008,
    EMIGRATED: 0.01,
    DISAPPEARED: 0.002,
    MOVED: 0.04,
    "arrives": 0.05,
    "within": 0.1,
    "protected": 0.015,
}
STARTS = {
    "INSURED": 48,
    "CASH_JOB_READY": 15,
    "CASH_ACTIVITY_READY": 10,
    "EDUCATION_READY": 6,
    "OBVIOUSLY_EDUCATION_READY": 3,
    "EDUCATION_ACTIVITY_READY": 4,
    "SICKNESS": 4,
    "RESOURCE": 2,
    "SELF_SUPPORTING": 2,
    "JOB": 6,
}
YOUNG = ("EDUCATION_READY", "OBVIOUSLY_EDUCATION_READY", "EDUCATION_ACTIVITY_READY")


def citizens(persons: int, seed: int, window: Window) -> list[Citizen]:
    """`persons` citizens with their lives up to the end of the window; histories reach up to 36 months before it."""
    numbers = Numbers()
    return [_citizen(Random(f"{seed}/life/{index}"), index, window, numbers) for index in range(persons)]


def _citizen(rng: Random, index: int, window: Window, numbers: Numbers) -> Citizen:
    start = rng.choices(list(STARTS), weights=list(STARTS.values()))[0]
    happens = GUARANTEED[index] if index < len(GUARANTEED) else _by_chance(rng)
    if happens == "akasse":
        start = "INSURED"
    age_days = rng.randint(18 * 366, 29 * 365) if start in YOUNG else rng.randint(22 * 366, 62 * 365)
    born = window.first_day - timedelta(days=age_days)
    woman = rng.random() < 0.5
    citizen = Citizen(index=index, born=born, woman=woman, numbers=[numbers.new(rng, born, woman=woman)])
    insured = start in ("INSURED", "JOB") or rng.random() < 0.1
    akasse = rng.choices(AKASSER, (60, 40))[0] if insured else None
    if akasse is not None:
        citizen.memberships.append(_membership(rng, index, akasse, born, window))
    # A third was there long before the window, the others come in bit by bit.
    begins = window.first_day + timedelta(
        days=rng.choice((rng.randint(-1000, -1), rng.randint(-120, 500), rng.randint(-120, 500)))
    )
    live(rng, citizen, start, begins, window, akasse)
    _reside(rng, citizen, born, window)
    _happen(rng, citizen, happens, window, numbers)
    enrol(rng, citizen, window)
    return citizen


def _by_chance(rng: Random) -> str:
    drawn = rng.random()
    for event, chance in CHANCES.items():
        drawn -= chance
        if drawn < 0:
            return event
    return "nothing"


def _membership(rng: Random, index: int, akasse: str, born: date, window: Window) -> Membership:
    earliest = born + timedelta(days=18 * 366)
    years = max(1, (window.first_day - earliest).days // 365)
    joined = date(window.first_day.year - rng.randint(1, max(1, min(20, years))), rng.randint(1, 12), 1)
    left = window.last_day - timedelta(days=rng.randint(0, 100)) if rng.random() < 0.05 else None
    degree = rng.choices("HDKI", (84, 10, 4, 2))[0]
    return Membership(
        akasse=akasse,
        number=f"{100 + index:08d}",
        degree=degree,
        first_day=joined,
        last_day=left,
        reason=rng.choice("SUEKF") if left else "",
        branch=rng.choice(("", "", "G1", "Ø1", "ÅR")),
    )


def _address(rng: Random, municipality: str, first_day: date, known_day: date) -> Address:
    house = f"{rng.randint(1, 199):03d}{rng.choice(('', '', 'A', 'B'))}"
    return Address(
        municipality=municipality,
        street=rng.randint(1, 9899),
        house=house,
        first_day=first_day,
        last_day=None,
        known_day=known_day,
    )


def _reside(rng: Random, citizen: Citizen, born: date, window: Window) -> None:
    """Here since birth, or come from a neighbour some years ago."""
    citizen.addresses = [_address(rng, HOME, born, born)]
    if rng.random() < 0.35:
        came = window.first_day - timedelta(days=rng.randint(200, 5000))
        if came > born + timedelta(days=100):
            citizen.addresses = [_address(rng, rng.choice(NEIGHBOURS), born, born)]
            move(rng, citizen, HOME, came)


def move(rng: Random, citizen: Citizen, municipality: str, day: date) -> None:
    """Moves on `day`, which belongs to the new municipality; registered up to two weeks later."""
    citizen.addresses[-1].last_day = day - timedelta(days=1)
    citizen.addresses.append(_address(rng, municipality, day, day + timedelta(days=rng.choice((0, 0, 1, 3, 5, 14)))))


def _happen(rng: Random, citizen: Citizen, event: str, window: Window, numbers: Numbers) -> None:
    span = (window.last_day - window.first_day).days
    day = window.first_day + timedelta(days=rng.randint(1, span - 3))
    if event == "number":
        citizen.number_changed_day = day
        citizen.numbers.append(numbers.new(rng, citizen.born, woman=rng.random() < 0.5))
    elif event == "akasse":
        _change_akasse(citizen, day.replace(day=1))
    elif event == "within":
        move(rng, citizen, HOME, day)
    elif event == "protected":
        citizen.protected_day = day
    elif event == "arrives":
        citizen.addresses = [_address(rng, rng.choice(NEIGHBOURS), citizen.born, day)]
        move(rng, citizen, HOME, day)
        _cut_before(citizen, day)
    elif event == MOVED:
        move(rng, citizen, rng.choice(NEIGHBOURS), day)
        _cut_after(citizen, day - timedelta(days=1))
    elif event in (DEAD, EMIGRATED, DISAPPEARED):
        citizen.left = (event, day)
        citizen.addresses[-1].last_day = day - timedelta(days=1)
        _cut_after(citizen, day - timedelta(days=1))
        for membership in citizen.memberships:
            membership.last_day, membership.reason = day, "D" if event == DEAD else "U"


def _change_akasse(citizen: Citizen, day: date) -> None:
    """From `day` on member of the other a-kasse: a running spell ends here and goes on there, in the same period."""
    old = citizen.memberships[-1]
    new = next(akasse for akasse in AKASSER if akasse != old.akasse)
    old.last_day, old.reason = day - timedelta(days=1), "A"
    citizen.memberships.append(
        Membership(akasse=new, number=f"{50_000_000 + citizen.index:08d}", degree=old.degree, first_day=day)
    )
    for spell in [spell for spell in citizen.groups if spell.akasse is not None]:
        if spell.first_day >= day:
            spell.akasse = new
        elif spell.last_day is None or spell.last_day >= day:
            citizen.groups.append(GroupSpell(group="INSURED", first_day=day, last_day=spell.last_day, akasse=new))
            spell.last_day = day - timedelta(days=1)
    for work in citizen.work:
        work.akasse = new if work.first_day >= day else work.akasse
    for absence in citizen.absences:
        absence.akasse = new if absence.first_day >= day else absence.akasse
    before = [placement for placement in citizen.placements if placement.placed_day < day]
    for placement in citizen.placements:
        if placement.placed_day >= day:
            placement.akasse = new
    if before:
        citizen.placements.append(Placement(placed_day=before[-1].placed_day, told_day=day, akasse=new))


def _cut_after(citizen: Citizen, last_day: date) -> None:
    """Nothing goes on after `last_day`."""
    citizen.groups = [_ended(spell, last_day) for spell in citizen.groups if spell.first_day <= last_day]
    citizen.work = [_ended(spell, last_day) for spell in citizen.work if spell.first_day <= last_day]
    citizen.absences = [_ended(spell, last_day) for spell in citizen.absences if spell.first_day <= last_day]
    citizen.placements = [placement for placement in citizen.placements if placement.told_day <= last_day]


def _cut_before(citizen: Citizen, first_day: date) -> None:
    """Partners here tell only of the days since the citizen came; dagpenge periods keep their start."""
    citizen.groups = [_begun(spell, first_day) for spell in citizen.groups if _reaches(spell, first_day)]
    citizen.work = [_begun(spell, first_day) for spell in citizen.work if _reaches(spell, first_day)]
    citizen.absences = [_begun(spell, first_day) for spell in citizen.absences if _reaches(spell, first_day)]
    for placement in citizen.placements:
        placement.told_day = max(placement.told_day, first_day)


def _ended(spell: Spell, last_day: date) -> Spell:
    spell.last_day = last_day if spell.last_day is None else min(spell.last_day, last_day)
    return spell


def _begun(spell: Spell, first_day: date) -> Spell:
    spell.first_day = max(spell.first_day, first_day)
    return spell


def _reaches(spell: GroupSpell | WorkSpell | Absence, day: date) -> bool:
    return spell.last_day is None or spell.last_day >= day
