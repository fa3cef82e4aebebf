"""M08 TRAINING_ENROLLED, _STARTED, _COMPLETED, _NOT_COMPLETED (milestones.md section 3)."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from consumers.rules.days import FOREVER, iso, ordinal
from consumers.rules.known import Record
from consumers.rules.milestone import Milestone
from consumers.rules.timeline import Timeline

Trainings = dict[tuple[str, str], tuple[str, ...]]
"""The steps announced of each enrolment, (source, enrolment) -> types, in order of announcement."""

_DANISH: Final = ZoneInfo("Europe/Copenhagen")
_OWN: Final = ("enrolment", "institution", "course", "first_day", "last_day")


def steps(training: Record, day: int) -> list[tuple[str, str]]:
    """The steps an enrolment has reached by `day`, each as (type, effective day).

    Enrolled on the day on which the source registered the statement, though not after the course began. Started on its
    first day, unless it was cancelled. Completed or not completed on its last day; a cancelled one is not completed.
    """
    first, last, outcome = training["first_day"], training["last_day"], training.get("outcome")
    enrolled = min(_registered(training), first)
    reached = [("TRAINING_ENROLLED", enrolled)]
    if outcome != "CANCELLED":
        reached.append(("TRAINING_STARTED", first))
    if outcome == "COMPLETED":
        reached.append(("TRAINING_COMPLETED", last))
    elif outcome == "NOT_COMPLETED":
        reached.append(("TRAINING_NOT_COMPLETED", last))
    elif outcome == "CANCELLED":
        reached.append(("TRAINING_NOT_COMPLETED", min(max(enrolled, _registered(training)), last)))
    return [(step, effective) for step, effective in reached if ordinal(effective) <= day]


def registered_on(fact: Record) -> int:
    """The Danish day on which the source registered this version of a fact."""
    return _danish_day(fact["recorded_at"])


@lru_cache(maxsize=1 << 14)
def _danish_day(moment: str) -> int:
    value = datetime.fromisoformat(moment.upper())
    try:
        return value.astimezone(_DANISH).toordinal()
    except OverflowError:  # a zone may carry it over the end of the calendar
        return value.toordinal()


def _registered(training: Record) -> str:
    return iso(registered_on(training))


def training_milestones(
    told: Trainings, timeline: Timeline, day: int, waits_for: Callable[[Record, int], str | None]
) -> Iterator[Milestone]:
    """A milestone for each step of each enrolment that was not announced, by enrolment, then in order of the steps.

    `waits_for` says of a training and the effective day of a step what the step still waits for (M06, or for ever: its
    track was closed before), None: nothing.
    """
    policy = timeline.policies.in_force(day)
    for training in sorted(
        _told_fully(timeline.known.trainings), key=lambda each: (*_enrolment(each), each["record_key"])
    ):
        announced = told.get(_enrolment(training), ())
        for step, effective in steps(training, day):
            if step not in announced and waits_for(training, ordinal(effective)) is None:
                yield Milestone(
                    type=step,
                    effective_day=effective,
                    detected_day=iso(day),
                    policy=None if policy is None else policy.version,
                    facts=[training["fact_id"]],
                    details=_details(training),
                )


def training_days(trainings: Iterable[Record]) -> list[int]:
    """The days on which a step can be reached."""
    return [ordinal(effective) for training in _told_fully(trainings) for _, effective in steps(training, FOREVER)]


def _told_fully(trainings: Iterable[Record]) -> list[Record]:
    """The trainings with all own fields: `evaluate` takes further kinds with their common fields alone."""
    return [each for each in trainings if all(isinstance(each.get(name), str) for name in _OWN)]


def _enrolment(training: Record) -> tuple[str, str]:
    return training["source"], str(training.get("enrolment"))


def _details(training: Record) -> dict[str, Any]:
    return {"source": training["source"]} | {name: training.get(name) for name in (*_OWN, "track", "outcome")}


def retell(told: Trainings, milestone: Milestone) -> Trainings:
    """The announced steps after one more milestone."""
    if not milestone.type.startswith("TRAINING_"):
        return told
    key = (milestone.details["source"], milestone.details["enrolment"])
    return told | {key: (*told.get(key, ()), milestone.type)}
