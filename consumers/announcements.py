"""What leaves the status handler: journal rows, and the records of the milestone and status topics."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from consumers.rules.answer import Answer
from consumers.rules.milestone import Milestone
from consumers.step_parts import step_parts
from consumers.stores.facts import Fact
from consumers.stores.status import JournalRow
from schemas.ids import milestone_id

_REVISED = ("from", "rule", "last_day", "reason")
_TRAINING = ("enrolment", "institution", "course", "first_day", "last_day", "outcome")


def journal_row(person: str, position: int, milestone: Milestone) -> JournalRow:
    """The milestone as row `position` (from 1) of its person's journal."""
    return JournalRow(
        person=person,
        position=position,
        milestone_id=milestone_id(person, position),
        type=milestone.type,
        effective_day=date.fromisoformat(milestone.effective_day),
        detected_day=date.fromisoformat(milestone.detected_day),
        document=milestone.to_json(),
    )


def milestone_record(row: JournalRow, milestone: Milestone, facts: Iterable[Fact]) -> dict[str, Any]:
    """The milestone in the JSON form of schemas/avro/Milestone; `facts` are those of the person."""
    details = milestone.details
    return {
        "milestone_id": row.milestone_id,
        "person": row.person,
        "position": row.position,
        "type": milestone.type,
        "effective_day": milestone.effective_day,
        "detected_day": milestone.detected_day,
        "course": milestone.course,
        "rule": milestone.rule,
        "reason": milestone.reason,
        "old": _announced(milestone.old),
        "new": _announced(milestone.new),
        "policy": milestone.policy,
        "facts": milestone.facts,
        "groups_before": details.get("old_groups"),
        "groups_after": details.get("new_groups"),
        "training": {name: details[name] for name in _TRAINING} if milestone.type.startswith("TRAINING_") else None,
        "job": _job(milestone, facts) if milestone.type == "JOB_STARTED" else None,
        **step_parts(milestone),
    }


def status_record(person: str, answer: Answer) -> dict[str, Any]:
    """The answer in the JSON form of schemas/avro/Status."""
    return {
        "person": person,
        "as_of_day": answer.on,
        "target_groups": answer.target_groups,
        "state": answer.state,
        "rule": answer.rule,
        "eligible_from": answer.eligible_from,
        "expected_from": answer.expected_from,
        "conflict": answer.conflict,
        "residence": answer.residence.upper(),
        "policy": answer.policy,
        "merged_into": None,
    }


def merged_record(person: str, into_person: str, day: date) -> dict[str, Any]:
    """The last status of a person that is another one now, in the JSON form of schemas/avro/Status."""
    return {
        "person": person,
        "as_of_day": day.isoformat(),
        "target_groups": [],
        "state": "NOT_ELIGIBLE",
        "rule": None,
        "eligible_from": None,
        "expected_from": None,
        "conflict": False,
        "residence": "ASSUMED",
        "policy": None,
        "merged_into": into_person,
    }


def merged_document(into_person: str) -> dict[str, Any]:
    """What is stored as status of a person that is another one now."""
    return {"merged_into": into_person}


def status_document(answer: Answer) -> dict[str, Any]:
    """The answer as it is stored: without the day it was asked for and without words, so that equal means unchanged."""
    document = answer.to_json()
    del document["on"], document["explanation"]
    return document


def midnight(day: date) -> datetime:
    """The moment an event of a business day is dated with: the same on every run, unlike the wall clock."""
    return datetime.combine(day, time(), UTC)


def _announced(part: Mapping[str, str] | None) -> dict[str, str | None] | None:
    return None if part is None else {name: part.get(name) for name in _REVISED}


def _job(milestone: Milestone, facts: Iterable[Fact]) -> dict[str, str]:
    sources = [fact["source"] for fact in facts if fact["fact_id"] in milestone.facts]
    return {"first_day": milestone.effective_day, "source": min(sources, default="")}
