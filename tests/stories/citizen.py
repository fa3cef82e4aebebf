"""A citizen whose life a story tells: facts are added as they are heard of, `on` evaluates anew each time."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from branchespor.simulation import play
from consumers.policy_file import load
from consumers.rules import Answer, evaluate


@dataclass
class Citizen:
    facts: list[dict[str, Any]] = field(default_factory=list)

    def says(self, kind: str, record_key: str | None = None, *, heard: str = "2020-01-01", **own: Any) -> "Citizen":
        """One version of a statement, registered and received at six in the morning of `heard`."""
        number = len(self.facts) + 1
        at = f"{heard}T05:00:00Z"
        self.facts.append(
            {
                "kind": kind,
                "fact_id": f"f{number:03d}",
                "person": "citizen",
                "source": "story",
                "record_key": record_key or f"k{number}",
                "recorded_at": at,
                "received_at": at,
                **own,
            }
        )
        return self

    def in_group(self, group: str, since: str, until: str | None = None, **more: Any) -> "Citizen":
        return self.says("TargetGroupSpell", target_group=group, first_day=since, last_day=until, **more)

    def placed(self, day: str) -> "Citizen":
        return self.says("DagpengePeriod", placed_on=day)

    def takes_a_job(self, since: str, until: str | None = None, **more: Any) -> "Citizen":
        return self.says("EmploymentSpell", employment="ORDINARY", first_day=since, last_day=until, **more)

    def is_away_unpaid(self, since: str, until: str | None = None, **more: Any) -> "Citizen":
        return self.says("AbsenceSpell", absence="OTHER", benefit_paid=False, first_day=since, last_day=until, **more)

    def lives_in(self, municipality: str, since: str, until: str | None = None, **more: Any) -> "Citizen":
        return self.says("ResidenceSpell", municipality=municipality, first_day=since, last_day=until, **more)

    def answer(self, day: str) -> Answer:
        return evaluate(self.facts, date.fromisoformat(day), None, load())

    def on(self, day: str) -> tuple[Any, ...]:
        answer = self.answer(day)
        return (answer.state, answer.rule, answer.eligible_from, answer.expected_from)

    def codes(self, day: str) -> list[str]:
        return [reason["code"] for reason in self.answer(day).explanation]

    def ended(self, day: str) -> list[str | None]:
        return [period["end_reason"] for period in self.answer(day).periods]

    def told(self, first: str, last: str) -> list[tuple[str, str, str]]:
        """The milestones as (type, effective day, detected day)."""
        found = play(self.facts, date.fromisoformat(first), date.fromisoformat(last), load())
        return [(each.type, each.effective_day, each.detected_day) for each in found]


def a_citizen() -> Citizen:
    return Citizen()


def eligible(rule: str, since: str) -> tuple[Any, ...]:
    return ("ELIGIBLE", rule, since, None)


def suspended(rule: str, since: str, expected_from: str | None = None) -> tuple[Any, ...]:
    return ("SUSPENDED", rule, since, expected_from)


def not_eligible(expected_from: str | None = None) -> tuple[Any, ...]:
    return ("NOT_ELIGIBLE", None, None, expected_from)
