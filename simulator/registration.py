"""How a source comes to tell of a spell: promptly or late, rightly or with corrections, of the wrong person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from simulator.citizen import Citizen

# What may go wrong with one statement, with weights: most are right from the start.
COURSES_OF_EVENTS = {
    "right": 86,
    "first day corrected": 5,
    "closed too early, put right long after": 3,
    "correction before the row": 2,
    "corrected with the old time": 2,
    "wrong person": 2,
}
LATE_SHARE = 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One registered version of a statement. `registered` is Danish local time in office hours, never ambiguous.

    `withdrawn`: the statement is taken back. `held_back`: sent so many deliveries later than its time would have it.
    """

    citizen: Citizen
    first_day: date
    last_day: date | None
    registered: datetime
    withdrawn: bool = False
    held_back: int = 0


def office_time(rng: Random, day: date) -> datetime:
    """A moment in office hours, on a Monday if the day is in a weekend."""
    shift = max(0, day.weekday() - 4)
    return datetime.combine(
        day + timedelta(days=(3 - shift) if shift else 0),
        time(rng.randint(8, 15), rng.randint(0, 59), rng.randint(0, 59)),
    )


def versions(
    rng: Random, citizen: Citizen, first_day: date, last_day: date | None, strangers: Sequence[Citizen]
) -> list[Version]:
    """All versions of one spell in order of registration; the last one is the truth."""
    lag = rng.randint(7, 35) if rng.random() < LATE_SHARE else rng.randint(0, 5)
    what = rng.choices(list(COURSES_OF_EVENTS), weights=list(COURSES_OF_EVENTS.values()))[0]
    told = office_time(rng, first_day + timedelta(days=lag))
    if last_day is not None and told.date() > last_day:
        return [Version(citizen=citizen, first_day=first_day, last_day=last_day, registered=told)]
    first = Version(citizen=citizen, first_day=first_day, last_day=None, registered=told)
    closing = (
        None
        if last_day is None
        else Version(
            citizen=citizen,
            first_day=first_day,
            last_day=last_day,
            registered=max(
                office_time(rng, last_day + timedelta(days=rng.choice((0, 1, 1, 2, 4, 20)))), told + timedelta(hours=20)
            ),
        )
    )
    return sorted(_with_faults(rng, what, first, closing, strangers), key=lambda version: version.registered)


def _with_faults(
    rng: Random, what: str, first: Version, closing: Version | None, strangers: Sequence[Citizen]
) -> list[Version]:
    told, first_day = first.registered, first.first_day
    again = told + timedelta(days=rng.randint(1, 40), minutes=rng.randint(1, 50))
    room = closing is None or closing.registered > again + timedelta(days=1)
    rest = [] if closing is None else [closing]
    if what == "first day corrected" and room:
        wrong = replace(first, first_day=first_day - timedelta(days=rng.randint(1, 9)))
        return [wrong, replace(first, registered=again), *rest]
    if what == "wrong person" and room:
        stranger = rng.choice(strangers)
        if stranger is not first.citizen:
            return [replace(first, citizen=stranger), replace(first, registered=again), *rest]
    if what == "corrected with the old time" and (closing is None or (closing.registered - told).days > 75):
        wrong = replace(first, first_day=first_day - timedelta(days=1))
        return [wrong, replace(first, held_back=1), *rest]
    if closing is None or closing.last_day is None:
        return [first]
    if what == "closed too early, put right long after" and (closing.last_day - first_day).days > 14:
        early = replace(closing, last_day=closing.last_day - timedelta(days=rng.randint(1, 9)))
        right = replace(closing, registered=closing.registered + timedelta(days=rng.randint(60, 150)))
        return [first, early, right]
    if what == "correction before the row":
        return [replace(first, held_back=LATER_THAN_ITS_CORRECTION), closing]
    return [first, closing]


# The deliveries are counted when they are made: the row goes with the one after its correction.
LATER_THAN_ITS_CORRECTION = -1
