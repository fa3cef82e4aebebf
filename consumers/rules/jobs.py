"""M10 JOB_STARTED: the first WORK day after unemployment (milestones.md section 3)."""

from collections.abc import Iterator

from consumers.rules.days import Days, between, both, iso, merged, ordinal
from consumers.rules.evidence import work_facts
from consumers.rules.milestone import Milestone
from consumers.rules.timeline import Timeline

Jobs = tuple[int, ...]
"""The first WORK days announced and still believed, in order."""


def job_starts(timeline: Timeline, day: int) -> list[int]:
    """The first WORK days after unemployment up to `day`: between the stretch of work before and it lies a U day.

    What is full time is what the policy in force on a day says, so work outside every policy starts no job.
    """
    work, jobless = work_days(timeline), unemployed_days(timeline)
    starts: list[int] = []
    left = 0
    for first, stop in work:
        if first > day:
            break
        if between(jobless, left, first):
            starts.append(first)
        left = stop
    return starts


def work_days(timeline: Timeline) -> Days:
    """WORK by the policy in force on each day."""
    return merged([span for each in timeline.regimes for span in both(each.history.work, each.window)])


def unemployed_days(timeline: Timeline) -> Days:
    """U by the figures of any policy."""
    return merged([span for each in timeline.regimes for span in each.history.unemployed])


def job_milestones(told: Jobs, timeline: Timeline, day: int) -> Iterator[Milestone]:
    """A milestone for each job start not announced; it names the announced one that it corrects, if one fell away."""
    starts = job_starts(timeline, day)
    gone = [start for start in told if start not in starts]
    for start in starts:
        if start in told:
            continue
        regime, policy = timeline.regime(start), timeline.policies.in_force(start)
        yield Milestone(
            type="JOB_STARTED",
            effective_day=iso(start),
            detected_day=iso(day),
            policy=None if policy is None else policy.version,
            facts=[] if regime is None else sorted(set(work_facts(regime, start, start + 1))),
            details={"corrects": iso(gone.pop(0)) if gone else None},
        )


def retell(told: Jobs, milestone: Milestone) -> Jobs:
    """The announced job starts after one more milestone."""
    if milestone.type != "JOB_STARTED":
        return told
    corrects = milestone.details.get("corrects")
    kept = [start for start in told if corrects is None or start != ordinal(corrects)]
    return tuple(sorted([*kept, ordinal(milestone.effective_day)]))
