"""What happens to some citizens: a new number, another a-kasse, moves, death, emigration, protection."""

from datetime import date, timedelta
from random import Random
from typing import TypeVar

from simulator.citizen import AKASSER, HOME, Absence, Citizen, GroupSpell, Membership, Placement, Window, WorkSpell
from simulator.numbers import Numbers
from simulator.residence import NEIGHBOURS, address, move

Spell = TypeVar("Spell", GroupSpell, WorkSpell, Absence)

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


def event_of(rng: Random, index: int) -> str:
    """What happens to the citizen of this index."""
    if index < len(GUARANTEED):
        return GUARANTEED[index]
    drawn = rng.random()
    for event, chance in CHANCES.items():
        drawn -= chance
        if drawn < 0:
            return event
    return "nothing"


def happen(rng: Random, citizen: Citizen, event: str, window: Window, numbers: Numbers) -> None:
    """Let it happen on some day of the window, with all that follows from it for the spells."""
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
        citizen.addresses = [address(rng, rng.choice(NEIGHBOURS), citizen.born, day)]
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
