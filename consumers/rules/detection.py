"""Evaluate one citizen, find what is to be announced, rebuild what was announced (milestones.md sections 1 to 3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from consumers.rules import groups, journal, steps
from consumers.rules.answer import Answer, answer
from consumers.rules.course import CourseOfEvents
from consumers.rules.due import next_day
from consumers.rules.explanation import explain
from consumers.rules.groups import Groups
from consumers.rules.journal import Announced
from consumers.rules.known import Known, Record, effective, instant_of
from consumers.rules.milestone import Milestone
from consumers.rules.policy import Policies
from consumers.rules.shortage import Balance
from consumers.rules.steps import Held, Steps
from consumers.rules.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Told:
    """What was announced of one citizen so far.

    Courses (M03, M04), groups (M01), and the steps: all others.
    """

    courses: list[Announced] = field(default_factory=list)
    groups: Groups = ((), None)
    steps: Steps = ()


@dataclass(frozen=True, slots=True)
class Detected:
    """New milestones in order, the answer on the business day, the next day on which anything can change (None: never).

    `next_day` covers the answer but for its explanation, in which days are counted, and every milestone. `held` are the
    steps whose day has come and that wait for another milestone (WAITING_FOR).
    """

    milestones: list[Milestone]
    answer: Answer
    next_day: date | None
    held: list[Held] = field(default_factory=list)


def timeline_of(records: Iterable[Record], policies: Policies, known_at: datetime | None = None) -> Timeline:
    """All that the rules say of one citizen by the facts received at or before `known_at` (None: all)."""
    versions = records if isinstance(records, Sequence) else list(records)
    return Timeline(Known(effective(versions, None if known_at is None else instant_of(known_at)), versions), policies)


def evaluate(
    records: Iterable[Record],
    on: date,
    known_at: datetime | None,
    policies: Policies,
    *,
    explained: bool = True,
) -> Answer:
    """The answer for one citizen on `on` as known at `known_at` (aware; None: by all the records).

    `explained` false leaves the explanation empty, for those who only count. Source: rules.md.
    """
    timeline = timeline_of(records, policies, known_at)
    day = on.toordinal()
    return answer(timeline, day, explain(timeline, day) if explained else [])


def detect(
    told: Told,
    records: Iterable[Record],
    day: date,
    policies: Policies,
    *,
    balance: Balance | None = None,
    known_at: datetime | None = None,
) -> Detected:
    """What is new on business day `day`, given what was announced and all facts received so far.

    Call it after facts arrived and on DayBegan; without a change it gives no milestone, so a replay announces nothing
    twice. Milestones come in the order of milestones.md section 3, what is taken back before the steps of the table.
    `balance`: the labour-market balance, of which what was received by `known_at` (aware; None: all) counts; without it
    the conformity *shortage* of an offered track is unknown.
    """
    return detect_in(told, timeline_of(records, policies), day, balance=balance, known_at=known_at)


def detect_in(
    told: Told, timeline: Timeline, day: date, *, balance: Balance | None = None, known_at: datetime | None = None
) -> Detected:
    """As `detect`, for a timeline at hand: facts that did not change need no new one."""
    on = day.toordinal()
    due = next_day(timeline, on)
    return Detected(
        milestones=milestones_on(told, timeline, day, balance=balance, known_at=known_at),
        answer=answer(timeline, on, explain(timeline, on)),
        next_day=None if due is None else date.fromordinal(due),
        held=CourseOfEvents(timeline, on, told.steps).held(),
    )


def milestones_on(
    told: Told, timeline: Timeline, day: date, *, balance: Balance | None = None, known_at: datetime | None = None
) -> list[Milestone]:
    """What is new on `day`, in order."""
    on = day.toordinal()
    course = CourseOfEvents(timeline, on, told.steps)
    return [
        *groups.group_milestones(told.groups, timeline, on),
        *map(course.started_before_rule, journal.eligibility_milestones(told.courses, timeline, on)),
        *course.milestones(balance, None if known_at is None else instant_of(known_at)),
    ]


def playback(milestones: Iterable[Milestone | Mapping[str, Any]], told: Told | None = None) -> Told:
    """What has been announced after these milestones (objects or their JSON form), in order of position.

    With `told`, what had been announced before them. Kinds of milestones unknown here change nothing.
    """
    told = Told() if told is None else told
    for each in milestones:
        milestone = each if isinstance(each, Milestone) else Milestone.from_json(each)
        told = Told(
            courses=journal.retell(told.courses, milestone),
            groups=groups.retell(told.groups, milestone),
            steps=steps.retell(told.steps, milestone),
        )
    return told


def united(told: Told, other: Told) -> Told:
    """What has been announced of a citizen who was two persons so far: under the id that stays, and under the other.

    Nothing of it is new any more; what their facts together say otherwise is found, and corrected, by `detect`.
    """
    return Told(
        courses=journal.united(told.courses, other.courses),
        groups=groups.united(told.groups, other.groups),
        steps=steps.united(told.steps, other.steps),
    )


def differences(told: Told, records: Iterable[Record], day: date, policies: Policies) -> list[str]:
    """Where the journal played back is not the courses of the evaluation on `day`; empty if it is."""
    on = day.toordinal()
    timeline = timeline_of(records, policies)
    return journal.differences(told.courses, timeline, on)
