"""The fields of schemas/avro/Milestone that belong to single types of steps (consumers.rules.steps); null elsewhere."""

from collections.abc import Mapping
from typing import Any

from consumers.rules.conformity import ASPECTS
from consumers.rules.milestone import Milestone
from consumers.rules.steps import TAKEN_BACK

_VERDICTS = {"true": True, "false": False, "unknown": None}
_OFFER = ("branchespor", "disco3", "override", "plan_first_day", "plan_last_day", "started_before_rule")
_PLACEMENT = ("placement", "placement_kind", "first_day", "last_day")
_EDUCATION = ("education", "institution", "programme")
_WITH_DAYS = (
    "INTEGRATION_PERIOD_STARTED",
    "INTEGRATION_PERIOD_ENDED",
    "PROGRAMME_STARTED",
    "PARALLEL_SUPPORT_ACTIVE",
)


def step_parts(milestone: Milestone) -> dict[str, Any]:
    """In the JSON form of the schema. Of a milestone taken back only what was taken back and in which track."""
    details = milestone.details
    stands = {} if milestone.type == TAKEN_BACK else details
    has_days = milestone.type in _WITH_DAYS
    is_eligibility = milestone.type.startswith("ELIGIB")
    return {
        "corrects": details.get("corrects"),
        "withdraws": details.get("withdraws"),
        "track": details.get("track"),
        "started_before_rule": details.get("started_before_rule") if is_eligibility else None,
        "joint_meeting": stands.get("joint"),
        "offer": _offer(details) if milestone.type == "TRACK_OFFERED" else None,
        "placement": _part(details, _PLACEMENT) if milestone.type.startswith("PLACEMENT_") else None,
        "dropped_part": stands.get("part"),
        "closing": stands.get("reason"),
        "weeks": stands.get("weeks"),
        "education": _part(details, _EDUCATION) if "programme" in stands else None,
        "first_day": details["first_day"] if has_days else None,
        "last_day": details["last_day"] if has_days else None,
        "support_active": stands.get("active"),
    }


def _part(details: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: details[name] for name in names}


def _offer(details: Mapping[str, Any]) -> dict[str, Any]:
    conformity = details["conformity"]
    verdicts = {
        aspect: {
            "conforms": _VERDICTS[conformity[aspect]["verdict"]],
            "reason": conformity[aspect]["reason"],
            "half_years": conformity[aspect].get("half_years", []),
        }
        for aspect in ASPECTS
    }
    return _part(details, _OFFER) | verdicts
