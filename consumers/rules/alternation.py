"""M09 ALTERNATION_REACHED and M12 DROPPED_OUT: the parts of a track together (milestones.md section 3)."""

from collections.abc import Iterable, Iterator

from consumers.rules.days import Days, holds, ordinal
from consumers.rules.jobs import work_days
from consumers.rules.known import Record
from consumers.rules.placements import Plan
from consumers.rules.steps import Step
from consumers.rules.timeline import Timeline
from consumers.rules.tracks import Tracks

Placements = list[tuple[Record, Plan]]


def parts_of(placements: Placements, trainings: Iterable[Record]) -> dict[str, list[Record]]:
    """The placements and trainings of each track."""
    found: dict[str, list[Record]] = {}
    for part in [*(placement for placement, _ in placements), *trainings]:
        if part["track"] is not None:
            found.setdefault(part["track"], []).append(part)
    return found


def alternation_steps(parts: dict[str, list[Record]], tracks: Tracks) -> Iterator[Step]:
    """Reached on the first day by which the track has had a placement day and a training day."""
    for track, each in parts.items():
        begun: dict[str, tuple[int, str]] = {}
        for part in each:
            if part.get("outcome") != "CANCELLED":
                first = (ordinal(part["first_day"]), part["fact_id"])
                begun[part["kind"]] = min(first, begun.get(part["kind"], first))
        if len(begun) == 2:
            days, facts = zip(*begun.values(), strict=True)
            waits_for = None if tracks.is_accepted(track) else "M06"
            yield Step("ALTERNATION_REACHED", max(days), list(facts), {"track": track}, waits_for)


def dropped_out_steps(
    placements: Placements, trainings: list[Record], timeline: Timeline, tracks: Tracks
) -> Iterator[Step]:
    """A placement cut short while it ran, on the day after its last one; a training not completed, on its last day.

    Not if a job begins by the day after, if the citizen died, or if another placement takes over that day.
    """
    if not placements and not trainings:
        return
    work = work_days(timeline)
    for placement, plan in placements:
        last = ordinal(placement["last_day"])
        if last < plan.planned_until and not _goes_on(placement, placements):
            yield from _dropped_out(placement, placement["placement"], last, last + 1, work, timeline, tracks)
    for training in trainings:
        if training["outcome"] == "NOT_COMPLETED":
            last = ordinal(training["last_day"])
            yield from _dropped_out(training, training["enrolment"], last, last, work, timeline, tracks)


def _goes_on(ended: Record, placements: Placements) -> bool:
    stop = ordinal(ended["last_day"]) + 1
    return any(
        other is not ended
        and other["track"] == ended["track"]
        and ordinal(other["first_day"]) <= stop <= ordinal(other["last_day"])
        for other, _ in placements
    )


def _dropped_out(
    part: Record, name: str, last: int, effective: int, work: Days, timeline: Timeline, tracks: Tracks
) -> Iterator[Step]:
    dead = timeline.known.dead
    if holds(work, last) or holds(work, last + 1) or (dead is not None and dead[0] <= last + 1):
        return
    waits_for = None if tracks.is_accepted(part["track"]) else "M06"
    details = {"source": part["source"], "part": name, "track": part["track"]}
    yield Step("DROPPED_OUT", effective, [part["fact_id"]], details, waits_for)
