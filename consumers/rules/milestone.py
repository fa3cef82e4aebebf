"""Milestones: dated statements about one citizen, as announced (milestones.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """One milestone, in JSON form: days as ISO text.

    `type` as in the table of milestones.md section 3; `effective_day` is when it became true in the world,
    `detected_day` the business day on which it was found. `course` and `rule` belong to the eligibility milestones
    (rule: the course's after this milestone); `old`, `new`, `reason` as design/cli.md says. `policy` is the version in
    force on the effective day (else on the detected day), `facts` the ids it rests on, `details` the fields of a type:

    - TARGET_GROUP_CHANGED: `old_groups`, `new_groups`;
    - the steps (consumers.rules.steps): the fields of their facts, what they are about among them, and `corrects` (the
      effective day announced before that no longer holds, or null); MILESTONE_WITHDRAWN also `withdraws` (the type).
    """

    type: str
    effective_day: str
    detected_day: str
    course: int | None = None
    rule: str | None = None
    old: dict[str, str] | None = None
    new: dict[str, str] | None = None
    reason: str | None = None
    policy: str | None = None
    facts: list[str] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The milestone as a JSON object; the type stands under `milestone`, as in `branchespor simulate`."""
        return {
            "milestone": self.type,
            "effective_day": self.effective_day,
            "detected_day": self.detected_day,
            "course": self.course,
            "rule": self.rule,
            "old": self.old,
            "new": self.new,
            "reason": self.reason,
            "policy": self.policy,
            "facts": self.facts,
            "details": self.details,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Milestone":
        """The milestone that `to_json` gave; further keys are ignored, absent ones take their defaults."""
        names = [name for name in cls.__dataclass_fields__ if name != "type"]
        return cls(type=value["milestone"], **{name: value[name] for name in names if name in value})
