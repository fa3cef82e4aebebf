"""M13 COURSE_CLOSED: when a track ends, and why; the reason stays in the jobcentre (milestones.md section 3)."""

from collections.abc import Iterator
from typing import NamedTuple

from consumers.rules.days import FOREVER, Days, both, holds, less, merged, ordinal
from consumers.rules.evidence import group_facts, residence_facts, work_facts
from consumers.rules.further import of_kind
from consumers.rules.jobs import work_days
from consumers.rules.known import Record
from consumers.rules.steps import Step
from consumers.rules.timeline import Timeline
from consumers.rules.tracks import Tracks


class Closing(NamedTuple):
    """A track ends on `day` for `reason`; `facts` say so, where one fact does."""

    day: int
    reason: str
    facts: list[str]


def closings(timeline: Timeline, tracks: Tracks, parts: dict[str, list[Record]]) -> dict[str, Closing]:
    """The closing of each track that was offered and has one by the facts, in whatever future it lies.

    The earliest day counts; of two reasons on it the first one here: died, moved away, a job, an ordinary education,
    illness (sygedagpenge), another group or none and not covered any more, declined, completed. Unpaid absence and a
    clock that begins anew close nothing. `parts` are the placements and trainings of each track.
    """
    offers = tracks.offers()
    if not offers:
        return {}
    reasons = _Reasons(timeline, tracks)
    found = {}
    for track, offered in offers.items():
        since = ordinal(offered[0]["day"])
        candidates = [each for each in reasons.of(track, offered, since, parts.get(track, [])) if each is not None]
        if candidates:
            found[track] = min(candidates, key=lambda each: each.day)  # min keeps the first of equals
    return found


def closing_steps(found: dict[str, Closing], tracks: Tracks) -> Iterator[Step]:
    """A step for each closing."""
    for track, closing in found.items():
        waits_for = None if tracks.is_offered(track) else "M05"
        details = {"track": track, "reason": closing.reason}
        yield Step("COURSE_CLOSED", closing.day, closing.facts, details, waits_for)


class _Reasons:
    """The days on which tracks can end, but for those of their own parts."""

    def __init__(self, timeline: Timeline, tracks: Tracks) -> None:
        self._timeline, self._tracks = timeline, tracks
        self._work = work_days(timeline)
        self._away = merged(
            [
                span
                for regime in timeline.regimes
                if regime.history.home is not None
                for span in both(regime.window, less([(0, FOREVER)], regime.history.home))
            ]
        )
        self._covered = merged([(period.first, period.stop) for period in timeline.periods])
        self._enrolled = [each for each in of_kind(timeline.known, "YouthEducation") if each["event"] == "ENROLLED"]

    def of(self, track: str, offers: list[Record], since: int, parts: list[Record]) -> list[Closing | None]:
        dead = self._timeline.known.dead
        declined = [each for each in self._tracks.decisions if (each["track"], each["decision"]) == (track, "DECLINED")]
        return [
            None if dead is None else Closing(max(dead[0], since), "DIED", [dead[1]]),
            self._begun(self._away, since, "MOVED"),
            self._begun(self._work, since, "JOB"),
            _stated(self._enrolled, since, "EDUCATION"),
            self._group_left(since),
            _stated(declined, since, "DECLINED"),
            _completed(offers, parts),
        ]

    def _group_left(self, since: int) -> Closing | None:
        groups = self._timeline.known.groups
        stays = [span for group in self._timeline.groups_on(since) for span in groups[group]]
        if not stays:
            return None
        left = less([(since, FOREVER)], merged(stays + self._covered))
        if not left:
            return None
        day = left[0][0]
        ill = holds(groups.get("SICKNESS", []), day)
        facts = group_facts(self._timeline.known, sorted(groups), day - 1, day + 1)
        return Closing(day, "ILLNESS" if ill else "GROUP_CHANGED", facts)

    def _begun(self, days: Days, since: int, reason: str) -> Closing | None:
        first = next((first for first, _ in days if first >= since), None)
        if first is None:
            return None
        known, regime = self._timeline.known, self._timeline.regime(first)
        facts = residence_facts(known, first) or residence_facts(known, first - 1)
        if reason == "JOB":
            facts = [] if regime is None else work_facts(regime, first, first + 1)
        return Closing(first, reason, facts)


def _stated(facts: list[Record], since: int, reason: str) -> Closing | None:
    found = [
        Closing(ordinal(fact["day"]), reason, [fact["fact_id"]]) for fact in facts if ordinal(fact["day"]) >= since
    ]
    return min(found, default=None)


def _completed(offers: list[Record], parts: list[Record]) -> Closing | None:
    """The day after the plan and all parts, if there are parts and every training of them was completed."""
    held = [part for part in parts if part.get("outcome") != "CANCELLED"]
    if not held or any(part["kind"] == "Training" and part["outcome"] != "COMPLETED" for part in held):
        return None
    plans = [offer["plan_last_day"] for offer in offers if offer["plan_last_day"] is not None]
    last = max([ordinal(part["last_day"]) for part in held] + [ordinal(day) for day in plans])
    return Closing(last + 1, "COMPLETED", sorted(part["fact_id"] for part in held))
