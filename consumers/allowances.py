"""What each kind of partner may be told, as data; what is not listed is not told (milestones.md 3, privacy.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consumers.relations import PartnerKind


@dataclass(frozen=True, slots=True)
class Allowance:
    """A milestone is told as `type`, with these `fields` of it besides the reference and the effective day.

    `insured_only`: of an a-kasse's members only those who are insured.
    """

    type: str
    fields: Sequence[str] = ()
    insured_only: bool = False


_COURSE = ("course", "first_day", "last_day")
_DAGPENGE = "INSURED"

ALLOWED: Mapping[tuple[PartnerKind, str], Allowance] = {
    ("akasse", "DAGPENGE_STARTED"): Allowance("DAGPENGE_STARTED"),
    ("akasse", "DAGPENGE_STOPPED"): Allowance("DAGPENGE_STOPPED"),
    ("akasse", "TRAINING_ENROLLED"): Allowance("TRAINING_ENROLLED", _COURSE, insured_only=True),
    ("akasse", "TRAINING_STARTED"): Allowance("TRAINING_STARTED", _COURSE, insured_only=True),
    ("akasse", "TRAINING_COMPLETED"): Allowance("TRAINING_COMPLETED", _COURSE, insured_only=True),
    ("akasse", "TRAINING_NOT_COMPLETED"): Allowance("TRAINING_NOT_COMPLETED", _COURSE, insured_only=True),
    ("akasse", "JOB_STARTED"): Allowance("JOB_STARTED"),
    ("school", "JOB_STARTED"): Allowance("STOPPED"),
}

PARTNER_EVENT_FIELDS = ("first_day", "last_day", "enrolment", "institution", "course", "outcome", "offer")


def subject_of(milestone_type: str, details: Mapping[str, Any]) -> str | None:
    """What a milestone means to partners: its type, but of the groups only whether dagpenge starts or stops."""
    if milestone_type != "TARGET_GROUP_CHANGED":
        return milestone_type
    before, after = _DAGPENGE in details["old_groups"], _DAGPENGE in details["new_groups"]
    if before == after:
        return None
    return "DAGPENGE_STARTED" if after else "DAGPENGE_STOPPED"


def allowed_part(allowance: Allowance | None, details: Mapping[str, Any]) -> dict[str, Any]:
    """Every optional field of a partner event, null unless it is on the allow list."""
    fields = () if allowance is None else allowance.fields
    return {name: details[name] if name in fields else None for name in PARTNER_EVENT_FIELDS}
