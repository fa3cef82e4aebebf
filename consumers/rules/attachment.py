"""M11 LASTING_ATTACHMENT: 26 and 52 weeks after JOB_STARTED without public support in between (milestones.md 3)."""

from collections.abc import Iterator, Sequence

from consumers.rules.days import FOREVER, Days, holds, iso, merged, months_from, ordinal
from consumers.rules.evidence import work_facts
from consumers.rules.further import of_kind
from consumers.rules.jobs import unemployed_days, work_days
from consumers.rules.steps import Step
from consumers.rules.timeline import Timeline

_WEEK = 7


def attachment_steps(timeline: Timeline, starts: Sequence[int]) -> Iterator[Step]:
    """For each job start, and each of the policy's numbers of weeks, the day on which so many weeks are full.

    Public support is a day of unemployment (U), or a month with support in the income register; the month in which the
    job began says nothing, since its support may lie before the job. Support puts the count back: it begins anew after
    the last day of it, for "an attachment is announced rather too late" (partners/eindkomst.md). The last day of the
    weeks must be in WORK.
    """
    work, unemployed, months = work_days(timeline), unemployed_days(timeline), _months_with_support(timeline)
    for start, next_start in zip(starts, [*starts[1:], FOREVER], strict=True):
        policy, regime = timeline.policies.in_force(start), timeline.regime(start)
        if policy is None or regime is None:
            continue
        support = merged([span for span in (*unemployed, *months) if span[0] >= start])
        for weeks in policy.lasting_weeks:
            reached = _reached(start, weeks * _WEEK, support)
            if reached < next_start and holds(work, reached - 1):
                details = {"weeks": weeks, "job_started": iso(start)}
                yield Step("LASTING_ATTACHMENT", reached, work_facts(regime, start, start + 1), details)


def _months_with_support(timeline: Timeline) -> Days:
    firsts = [
        ordinal(f"{each['month']}-01") for each in of_kind(timeline.known, "IncomeMonth") if each["public_support"]
    ]
    return [(first, months_from(first, 1)) for first in firsts]


def _reached(start: int, days: int, support: Days) -> int:
    """The day after the first `days` days from `start` on with no support among them."""
    for first, stop in support:
        if first >= start + days:
            break
        start = stop
    return min(start + days, FOREVER)
