"""AMU courses of a citizen: completed, interrupted, cancelled, enrolled twice by mistake."""

from datetime import date, timedelta
from random import Random

from simulator.citizen import Citizen, Enrolment, Window

DEPARTMENTS = {"907001": ("907001", "907001", "907011"), "907002": ("907002",)}
# course number, common competence description
COURSES = (("47136", "2788"), ("45141", "2222"), ("48100", ""), ("40392", "2656"), ("44371", "2785"), ("45987", "2201"))
COMPLETED, INTERRUPTED, CANCELLED, NOT_TOLD = ("1", "3", "4"), "5", "9", "7"


def enrol(rng: Random, citizen: Citizen, window: Window) -> None:
    """Up to three courses for one citizen in three, somewhere between a year before the window and its end."""
    if rng.random() >= 0.33:
        return
    last_day = min([window.last_day, *([citizen.left[1]] if citizen.left else [])])
    first_day = window.first_day - timedelta(days=270)
    for part in range(rng.choice((1, 1, 1, 2, 3))):
        starts = first_day + timedelta(days=rng.randint(0, max(1, (last_day - first_day).days - 10)))
        starts -= timedelta(days=starts.weekday())
        citizen.enrolments.append(_enrolment(rng, citizen.index, part, starts))
        first_day = starts + timedelta(days=90)
        if first_day >= last_day:
            return


# The courses somebody takes on his own account have the numbers before it.
ON_TRACK = 3


def on_track(rng: Random, citizen: Citizen, track: str, first_day: date, window: Window) -> None:
    """One course within a sector track, some weeks after its first day; not if it would begin after the window."""
    starts = first_day + timedelta(days=rng.randint(7, 30))
    starts -= timedelta(days=starts.weekday())
    if starts > window.last_day or any(each.track for each in citizen.enrolments):
        return
    enrolment = _enrolment(rng, citizen.index, ON_TRACK, starts)
    enrolment.track, enrolment.deleted_day = track, None
    citizen.enrolments.append(enrolment)


def _enrolment(rng: Random, index: int, part: int, starts: date) -> Enrolment:
    institution = rng.choices(tuple(DEPARTMENTS), (60, 40))[0]
    course, framework = rng.choice(COURSES)
    planned = starts + timedelta(days=7 * rng.choice((1, 1, 2, 2, 4, 6)) - 3)
    ending = rng.choices((*COMPLETED, INTERRUPTED, CANCELLED, NOT_TOLD), (40, 20, 15, 12, 8, 5))[0]
    last = planned
    if ending == INTERRUPTED:
        last = starts + timedelta(days=rng.randint(0, (planned - starts).days))
    told = last + timedelta(days=rng.choice((1, 2, 5, 20, 95)))
    if ending == CANCELLED:
        told = starts - timedelta(days=rng.randint(1, 6))
    deleted = starts + timedelta(days=rng.randint(20, 60)) if rng.random() < 0.02 else None
    return Enrolment(
        number=f"H{index * 4 + part + 101:07d}",
        institution=institution,
        department=rng.choice(DEPARTMENTS[institution]),
        course=course,
        framework=framework,
        track="",
        chosen=rng.random() < 0.2,
        enrolled_day=starts - timedelta(days=rng.randint(7, 60)),
        first_day=starts,
        planned_last_day=planned,
        last_day=last,
        ending=ending,
        ending_told_day=told,
        deleted_day=deleted,
    )
