"""Made-up facts for the benchmarks: synthetic persons, the same for the same seed, in the order of their coming."""

import random
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from schemas import ids
from schemas.facts import moment_text

_GROUPS = ("INSURED", "CASH_JOB_READY", "CASH_ACTIVITY_READY", "SICKNESS", "EDUCATION_READY")
_KINDS = ("TargetGroupSpell", "TargetGroupSpell", "EmploymentSpell", "AbsenceSpell", "MembershipSpell", "Training")
_FIRST_DAY = date(2019, 1, 1)

Named = tuple[str, dict[str, Any]]
"""Kind, and the fact in the JSON form of its schema."""


def facts_of_citizens(persons: int, facts_each: int, seed: int) -> list[Named]:
    """`facts_each` spells of each of `persons`, one after the other through two years; all sorted by when they came."""
    drawn = random.Random(seed)  # noqa: S311 - seeded on purpose
    facts = [fact for _ in range(persons) for fact in _life(drawn, facts_each)]
    return sorted(facts, key=lambda each: (each[1]["received_at"], each[1]["fact_id"]))


def _life(drawn: random.Random, facts_each: int) -> Iterator[Named]:
    person = str(uuid.UUID(int=drawn.getrandbits(128), version=4))
    day = _FIRST_DAY + timedelta(days=drawn.randrange(360))
    for _ in range(facts_each):
        last_day = day + timedelta(days=drawn.randrange(10, 120))
        kind = drawn.choice(_KINDS)
        yield kind, _fact(person, kind, day, last_day, drawn)
        day = last_day + timedelta(days=drawn.randrange(1, 40))


def _fact(person: str, kind: str, first: date, last: date, drawn: random.Random) -> dict[str, Any]:
    source, own = _own(kind, drawn)
    own |= {"first_day": first.isoformat(), "last_day": last.isoformat()}
    at = datetime(first.year, first.month, first.day, 8, drawn.randrange(60), tzinfo=UTC)
    key = f"{drawn.randrange(10**8):08d}/{person}"
    named = {"person": person, "source": source, "record_key": key, "recorded_at": at, "withdrawn": False}
    return {
        "fact_id": ids.fact_id(kind=kind, content=own, **named),  # type: ignore[arg-type]
        **named,
        "recorded_at": moment_text(at),
        "received_at": moment_text(at),
        **own,
    }


def _own(kind: str, drawn: random.Random) -> tuple[str, dict[str, Any]]:
    match kind:
        case "TargetGroupSpell":
            return "visitation:70700", {"target_group": drawn.choice(_GROUPS)}
        case "EmploymentSpell":
            return "akasse-ledighed:901", {"employment": "ORDINARY", "weekly_hours": 37}
        case "AbsenceSpell":
            return "akasse-ledighed:901", {"absence": "HOLIDAY", "benefit_paid": drawn.random() < 0.5}
        case "MembershipSpell":
            return "akasse-bestand:901", {"akasse": "901", "insurance": "FULL_TIME"}
    own = {"enrolment": f"H{drawn.randrange(10**7):07d}", "track": None, "institution": "907001", "course": "40001"}
    return "amu:907001", {**own, "outcome": "COMPLETED"}
