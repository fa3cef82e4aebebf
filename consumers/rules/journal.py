"""The journal of announced courses and its milestones M03 and M04 (milestones.md section 2)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from consumers.rules.days import iso, ordinal
from consumers.rules.evidence import facts_of_loss, facts_of_rule
from consumers.rules.milestone import Milestone
from consumers.rules.timeline import Period, Timeline


class Course(NamedTuple):
    """A course as evaluated on a day: status OPEN, SUSPENDED or LOST; `last` is its last covered day up to that day.

    `resumed` is the first day of its latest period begun by then; `reason` only of a LOST one.
    """

    first: int
    rule: str
    status: str
    last: int
    reason: str | None
    resumed: int


@dataclass(frozen=True, slots=True)
class Announced:
    """A course as announced: status also WITHDRAWN; `last` (None while OPEN) is its last covered day."""

    number: int
    first: int
    rule: str
    status: str
    last: int | None = None
    reason: str | None = None


def courses_on(timeline: Timeline, day: int) -> list[Course]:
    """The courses whose first day is `day` or earlier, each with its state on `day`, in order."""
    found: dict[int, Course] = {}
    for period in timeline.periods:
        if period.first > day:
            break
        begun = found.get(period.course)
        first, rule = (period.first, period.rule) if begun is None else (begun.first, begun.rule)
        found[period.course] = _course(timeline, first, rule, period, day)
    return list(found.values())


def _course(timeline: Timeline, first: int, rule: str, period: Period, day: int) -> Course:
    if day < period.stop:
        return Course(first, rule, "OPEN", day, None, period.first)
    last, back = period.stop - 1, timeline.absence_until(period.stop)
    if day < back:
        return Course(first, rule, "SUSPENDED", last, None, period.first)
    return Course(first, rule, "LOST", last, timeline.reading(back, period.last_rule), period.first)


def paired(evaluated: list[Course], announced: list[Announced], day: int) -> list[tuple[Course, Announced | None]]:
    """Each evaluated course with the announced one it continues.

    That is the one with the lowest number, not WITHDRAWN and not yet matched, whose days overlap its own; an OPEN or
    SUSPENDED one reaches to `day`.
    """
    free = [course for course in announced if course.status != "WITHDRAWN"]
    pairs: list[tuple[Course, Announced | None]] = []
    for course in evaluated:
        reach = course.last if course.status == "LOST" else day
        found = next(
            (
                told
                for told in free
                if told.first <= reach
                and course.first <= (day if told.status != "LOST" or told.last is None else told.last)
            ),
            None,
        )
        if found is not None:
            free.remove(found)
        pairs.append((course, found))
    return pairs


def eligibility_milestones(announced: list[Announced], timeline: Timeline, day: int) -> Iterator[Milestone]:
    """What the journal has to say on business day `day` (an ordinal), in order. Nothing if nothing changed."""
    pairs = paired(courses_on(timeline, day), announced, day)
    matched = {told.number for _, told in pairs if told is not None}
    for told in announced:
        if told.status != "WITHDRAWN" and told.number not in matched:
            yield _milestone("WITHDRAWN", told.first, told.number, told.rule, timeline, day, reason="CORRECTION")
    number = len(announced)
    for course, found in pairs:
        if found is None:
            number += 1
            yield _eligible(course, number, timeline, day)
            found = Announced(number, course.first, course.rule, "OPEN")
        elif (course.first, course.rule) != (found.first, found.rule):
            yield _revised(course, found, timeline, day)
        yield from _changes(course, found, timeline, day)


def _changes(course: Course, told: Announced, timeline: Timeline, day: int) -> Iterator[Milestone]:
    """The change of state of a matched course, from what was told of it."""
    number, rule, after = told.number, course.rule, course.last + 1
    if told.status == "LOST" and told.last is not None:
        if course.status != "LOST":
            yield _milestone("REINSTATED", told.last + 1, number, rule, timeline, day)
            if course.status == "SUSPENDED":
                yield _milestone("SUSPENDED", after, number, rule, timeline, day)
        elif (course.last, course.reason) != (told.last, told.reason):
            old = {"last_day": iso(told.last), "reason": str(told.reason)}
            new = {"last_day": iso(course.last), "reason": str(course.reason)}
            lost = _milestone("LOST", after, number, rule, timeline, day, reason=course.reason)
            yield replace(lost, type="ELIGIBILITY_LOSS_REVISED", old=old, new=new)
    elif course.status == "LOST":
        yield _milestone("LOST", after, number, rule, timeline, day, reason=course.reason)
    elif course.status == "SUSPENDED":
        if told.status == "OPEN" or told.last != course.last:
            yield _milestone("SUSPENDED", after, number, rule, timeline, day)
    elif told.status == "SUSPENDED":
        yield _milestone("RESUMED", course.resumed, number, rule, timeline, day)


def _eligible(course: Course, number: int, timeline: Timeline, day: int) -> Milestone:
    eligible = _milestone("", course.first, number, course.rule, timeline, day)
    return replace(eligible, type="ELIGIBLE")


def _revised(course: Course, told: Announced, timeline: Timeline, day: int) -> Milestone:
    return replace(
        _milestone("REVISED", course.first, told.number, course.rule, timeline, day),
        old={"from": iso(told.first), "rule": told.rule},
        new={"from": iso(course.first), "rule": course.rule},
    )


def _milestone(
    what: str, effective: int, number: int, rule: str, timeline: Timeline, day: int, reason: str | None = None
) -> Milestone:
    policy = timeline.policies.in_force(effective) or timeline.policies.in_force(day)
    facts = facts_of_loss(timeline, effective, rule) if what in ("LOST", "SUSPENDED") else []
    if what in ("", "REVISED", "RESUMED", "REINSTATED"):
        facts = facts_of_rule(timeline, effective, rule)
    return Milestone(
        type=f"ELIGIBILITY_{what}",
        effective_day=iso(effective),
        detected_day=iso(day),
        course=number,
        rule=rule,
        reason=reason,
        policy=None if policy is None else policy.version,
        facts=facts,
    )


def retell(courses: list[Announced], milestone: Milestone) -> list[Announced]:
    """The announced courses after one more milestone; those that are not of the journal change nothing."""
    if milestone.course is None:
        return courses
    effective = ordinal(milestone.effective_day)
    if milestone.type == "ELIGIBLE":
        return [*courses, Announced(milestone.course, effective, str(milestone.rule), "OPEN")]
    told = courses[milestone.course - 1]
    match milestone.type:
        case "ELIGIBILITY_REVISED":
            told = replace(told, first=effective, rule=str(milestone.rule))
        case "ELIGIBILITY_SUSPENDED":
            told = replace(told, status="SUSPENDED", last=effective - 1, reason=None)
        case "ELIGIBILITY_RESUMED" | "ELIGIBILITY_REINSTATED":
            told = replace(told, status="OPEN", last=None, reason=None)
        case "ELIGIBILITY_LOST" | "ELIGIBILITY_LOSS_REVISED":
            told = replace(told, status="LOST", last=effective - 1, reason=milestone.reason)
        case "ELIGIBILITY_WITHDRAWN":
            told = replace(told, status="WITHDRAWN")
    return [*courses[: milestone.course - 1], told, *courses[milestone.course :]]


def united(courses: list[Announced], others: list[Announced]) -> list[Announced]:
    """The announced courses of two persons who are one citizen: those of the other are counted on."""
    return courses + [replace(each, number=len(courses) + each.number) for each in others]


def differences(announced: list[Announced], timeline: Timeline, day: int) -> list[str]:
    """Where the announced courses are not the evaluated ones on `day`: one line each, empty if they agree.

    The invariant of milestones.md section 2: playing the journal back gives exactly the courses of the evaluation.
    """
    told = sorted(
        (course.first, course.rule, course.status, course.last, course.reason)
        for course in announced
        if course.status != "WITHDRAWN"
    )
    real = [
        (course.first, course.rule, course.status, None if course.status == "OPEN" else course.last, course.reason)
        for course in courses_on(timeline, day)
    ]
    return [f"announced, not evaluated: {_course_text(each)}" for each in told if each not in real] + [
        f"evaluated, not announced: {_course_text(each)}" for each in real if each not in told
    ]


def _course_text(course: tuple[int, str, str, int | None, str | None]) -> str:
    first, rule, status, last, reason = course
    until = "" if last is None else f", last covered day {iso(last)}"
    return f"course from {iso(first)} by {rule}, {status}{until}{'' if reason is None else f', {reason}'}"
