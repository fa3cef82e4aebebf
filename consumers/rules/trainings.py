"""M08 TRAINING_ENROLLED, _STARTED, _COMPLETED, _NOT_COMPLETED (milestones.md section 3)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from consumers.rules.days import iso, ordinal
from consumers.rules.known import Record
from consumers.rules.steps import Step
from consumers.rules.tracks import Tracks
from consumers.rules.versions import Versions, registered_on

_ENDED: Final = ("COMPLETED", "NOT_COMPLETED", "CANCELLED")
_OWN: Final = ("source", "enrolment", "track", "institution", "course", "first_day", "last_day", "outcome")


class Enrolment(NamedTuple):
    """How a training was registered, by all its versions: `enrolled_on`, and `cancelled_on` if it is cancelled.

    `planned_until`: the last day that stood before the end was told, which makes the last day the real one.
    """

    enrolled_on: int
    cancelled_on: int
    planned_until: int


def enrolment_of(training: Record, versions: Sequence[Record]) -> Enrolment:
    """The enrolment of a training by its versions in their order (none: by itself)."""
    versions = versions or [training]
    planned = [each for each in versions if each.get("outcome") not in _ENDED]
    cancelled_on = registered_on(training)
    for version in reversed(versions):
        if version.get("outcome") != "CANCELLED":
            break
        cancelled_on = registered_on(version)
    return Enrolment(
        enrolled_on=registered_on(versions[0]),
        cancelled_on=cancelled_on,
        planned_until=ordinal((planned[-1] if planned else versions[0])["last_day"]),
    )


def training_steps(trainings: Iterable[Record], versions: Versions, tracks: Tracks) -> Iterator[Step]:
    """The steps of each training.

    Enrolled on the day on which the source registered it first, though not after the course began. Started on its first
    day, unless it was cancelled. Completed or not completed on its last day; a cancelled one is not completed.
    """
    for training in trainings:
        first, last = ordinal(training["first_day"]), ordinal(training["last_day"])
        outcome, plan = training["outcome"], enrolment_of(training, versions.of(training))
        enrolled = min(plan.enrolled_on, first)
        steps = [("TRAINING_ENROLLED", enrolled, max(first, plan.planned_until))]
        if outcome != "CANCELLED":
            steps.append(("TRAINING_STARTED", first, last))
        if outcome == "COMPLETED":
            steps.append(("TRAINING_COMPLETED", last, last))
        elif outcome == "NOT_COMPLETED":
            steps.append(("TRAINING_NOT_COMPLETED", last, last))
        elif outcome == "CANCELLED":
            steps.append(("TRAINING_NOT_COMPLETED", min(max(enrolled, plan.cancelled_on), last), last))
        waits_for = None if tracks.is_accepted(training["track"]) else "M06"
        for type_, effective, until in steps:
            yield Step(type_, effective, [training["fact_id"]], _details(training, until), waits_for)


def _details(training: Record, until: int) -> dict[str, Any]:
    return {name: training[name] for name in _OWN} | {"last_day": iso(until)}
