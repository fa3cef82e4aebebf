"""How an offered track conforms to the strategy: four verdicts, each with its reason (milestones.md section 3)."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from consumers.rules.casework import Casework
from consumers.rules.days import iso, ordinal
from consumers.rules.further import of_kind
from consumers.rules.known import Record
from consumers.rules.milestone import Milestone
from consumers.rules.shortage import Balance
from consumers.rules.timeline import Timeline
from consumers.rules.tracks import Tracks

Verdict = dict[str, Any]
"""{verdict: "true", "false" or "unknown"; reason: a code}, and of *shortage* the `half_years` and `categories` used."""

ASPECTS: Final = ("shortage", "new_to_citizen", "course_content", "first_meeting")


def with_conformity(
    milestone: Milestone,
    timeline: Timeline,
    tracks: Tracks,
    parts: dict[str, list[Record]],
    balance: Balance | None,
    known_at: int | None,
) -> Milestone:
    """A TRACK_OFFERED with its four verdicts by what is known when it is announced; any other milestone as it is."""
    if milestone.type != "TRACK_OFFERED":
        return milestone
    details = milestone.details
    statement = (details["source"], details["record_key"])
    offer = next(each for each in tracks.decisions if (each["source"], each["record_key"]) == statement)
    verdicts = (
        _shortage(offer, timeline, tracks, balance, known_at),
        _new_to_citizen(ordinal(offer["day"]), timeline),
        _course_content(parts.get(offer["track"], [])),
        _first_meeting(ordinal(offer["day"]), Casework(timeline)),
    )
    return replace(milestone, details=details | {"conformity": dict(zip(ASPECTS, verdicts, strict=True))})


def _verdict(value: bool | None, reason: str) -> Verdict:
    return {"verdict": "unknown" if value is None else str(value).lower(), "reason": reason}


def _shortage(
    offer: Record, timeline: Timeline, tracks: Tracks, balance: Balance | None, known_at: int | None
) -> Verdict:
    """By the area of the policy on the offer day; the good-job categories where the course rests on R4."""
    day = ordinal(offer["day"])
    policy, course = timeline.policies.in_force(day), tracks.course_of(offer)
    found = []
    if policy is not None and balance is not None:
        found = balance.judged(policy.labour_market_area, offer["disco3"], day, known_at)
    used = {
        "half_years": sorted({each["half_year"] for each in found}),
        "categories": sorted({each["category"] for each in found}),
    }
    if policy is None:
        return _verdict(None, "NO_POLICY") | used
    if not found:
        return _verdict(None, "NO_BALANCE" if balance is None else "NOT_JUDGED") | used
    is_integration = course is not None and course.rule == "R4"
    wanted = policy.good_job_categories if is_integration else policy.shortage_categories
    if any(each["category"] in wanted for each in found):
        return _verdict(True, "GOOD_JOBS" if is_integration else "SHORT_OF_LABOUR") | used
    return _verdict(False, "NO_GOOD_JOBS" if is_integration else "NOT_SHORT_OF_LABOUR") | used


def _new_to_citizen(day: int, timeline: Timeline) -> Verdict:
    """True if no work is known before the offer; else unknown, since no fact tells the occupation of a job."""
    known = timeline.known
    worked = any(job[0] < day for job in known.jobs) or any(job[0] < day for job in known.subsidised)
    earned = any(each["month"] < iso(day)[:7] and each["hours"] != 0 for each in of_kind(known, "IncomeMonth"))
    return _verdict(None, "OCCUPATION_NOT_TOLD") if worked or earned else _verdict(True, "NO_WORK_KNOWN")


def _course_content(parts: Iterable[Record]) -> Verdict:
    """A placement with or without training conforms, training without any placement does not."""
    kinds = {part["kind"] for part in parts if part.get("outcome") != "CANCELLED"}
    if "Placement" in kinds:
        return _verdict(True, "PLACEMENT_AND_TRAINING" if "Training" in kinds else "PLACEMENT")
    return _verdict(False, "TRAINING_ALONE") if kinds else _verdict(None, "NOTHING_AGREED")


def _first_meeting(day: int, casework: Casework) -> Verdict:
    """Whether the case was opened on the day of the first held meeting of the time the offer lies in."""
    time = casework.time_of(day)
    meetings = casework.first_meetings().get(time, [])
    opened = min(
        (each["day"] for each in casework.cases() if casework.time_of(ordinal(each["day"])) == time), default=""
    )
    if not meetings:
        return _verdict(None, "NO_MEETING_HELD")
    if not opened:
        return _verdict(None, "NO_CASE_OPENED")
    same = opened == meetings[0]["held_on"]
    return _verdict(same, "SAME_DAY" if same else "ANOTHER_DAY")
