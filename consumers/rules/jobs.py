"""M10 JOB_STARTED: the first WORK day after unemployment (milestones.md section 3)."""

from collections.abc import Iterable, Iterator

from consumers.rules.days import Days, between, both, merged
from consumers.rules.evidence import work_facts
from consumers.rules.steps import Step
from consumers.rules.timeline import Timeline


def job_starts(timeline: Timeline) -> list[int]:
    """The first WORK days after unemployment: between the stretch of work before and it lies a U day.

    What is full time is what the policy in force on a day says, so work outside every policy starts no job.
    """
    work, jobless = work_days(timeline), unemployed_days(timeline)
    starts: list[int] = []
    left = 0
    for first, stop in work:
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


def job_steps(timeline: Timeline, starts: Iterable[int]) -> Iterator[Step]:
    """A step for each job start, in whatever future it lies."""
    for start in starts:
        regime = timeline.regime(start)
        yield Step("JOB_STARTED", start, [] if regime is None else work_facts(regime, start, start + 1), {})
