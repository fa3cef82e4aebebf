"""What each kind of partner may be told, as data; what is not listed is not told (milestones.md 3, privacy.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from consumers.relations import PartnerKind


@dataclass(frozen=True, slots=True)
class Allowance:
    """A milestone is told as `type`, with `fields` (field of the event → detail of the milestone) and nothing else.

    Always told are the reference and the effective day. `insured_only`: of an a-kasse's members only those who are
    insured. `same_track`: only a school where the citizen follows a course of the track that the milestone is about.
    `only_if`: a detail of the milestone that must be true.
    """

    type: str
    fields: Mapping[str, str] = field(default_factory=dict)
    insured_only: bool = False
    same_track: bool = False
    only_if: str | None = None


_COURSE = {name: name for name in ("course", "first_day", "last_day")}
_PERIOD = {name: name for name in ("first_day", "last_day")}
_OFFER = {"offer": "branchespor", "first_day": "plan_first_day", "last_day": "plan_last_day"}
_DAGPENGE = "INSURED"

ALLOWED: Mapping[tuple[PartnerKind, str], Allowance] = {
    ("akasse", "DAGPENGE_STARTED"): Allowance("DAGPENGE_STARTED"),
    ("akasse", "DAGPENGE_STOPPED"): Allowance("DAGPENGE_STOPPED"),
    ("akasse", "FIRST_MEETING_HELD"): Allowance("FIRST_MEETING_HELD", only_if="joint"),
    ("akasse", "TRACK_OFFERED"): Allowance("TRACK_OFFERED", _OFFER, insured_only=True),
    ("akasse", "TRACK_ACCEPTED"): Allowance("TRACK_ACCEPTED", insured_only=True),
    ("akasse", "TRACK_DECLINED"): Allowance("TRACK_DECLINED", insured_only=True),
    **{
        ("akasse", name): Allowance(name, _PERIOD, insured_only=True)
        for name in ("PLACEMENT_AGREED", "PLACEMENT_STARTED", "PLACEMENT_EXTENDED", "PLACEMENT_ENDED")
    },
    **{
        ("akasse", name): Allowance(name, _COURSE, insured_only=True)
        for name in ("TRAINING_ENROLLED", "TRAINING_STARTED", "TRAINING_COMPLETED", "TRAINING_NOT_COMPLETED")
    },
    ("akasse", "JOB_STARTED"): Allowance("JOB_STARTED"),
    **{
        ("school", name): Allowance(name, _PERIOD, same_track=True)
        for name in ("PLACEMENT_AGREED", "PLACEMENT_STARTED", "PLACEMENT_EXTENDED", "PLACEMENT_ENDED")
    },
    ("school", "JOB_STARTED"): Allowance("STOPPED"),
    ("school", "DROPPED_OUT"): Allowance("ENDED", same_track=True),
    ("school", "COURSE_CLOSED"): Allowance("ENDED", same_track=True),
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
    fields = {} if allowance is None else allowance.fields
    return {name: details[fields[name]] if name in fields else None for name in PARTNER_EVENT_FIELDS}
