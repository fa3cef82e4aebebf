"""R2 Arbejdsmarkedsparate kontanthjælpsmodtagere and R3 the transition: rules over runs of UC days (section 3)."""

from typing import NamedTuple

from consumers.rules.days import Days, Span, between, months_from, runs
from consumers.rules.history import History


class CashRun(NamedTuple):
    """A continuous period on kontanthjælp as job ready, with the figures of R2a, R2b and R3.

    `anchor` is c, its first day; `days` its UC days (bridged days are not among them). `effort_from` = m(c, effort).
    `prior` are the runs of unemployment in the look-back that begins on `lookback_from`, `over` the first of them over
    the threshold. `came_from` is q, the latest day before c in a group of the transition; `transition`: R3 holds.
    """

    anchor: int
    days: Days
    effort_from: int
    lookback_from: int
    prior: list[Span]
    over: Span | None
    came_from: int | None
    transition: bool


def cash_runs(history: History) -> list[CashRun]:
    """The runs of UC days; every group but CASH_JOB_READY blocks the bridging of a gap."""
    if not history.cash:
        return []
    groups, policy = history.known.groups, history.policy
    blocking = [days for group, days in groups.items() if group != "CASH_JOB_READY"]
    return [_run(days, history) for days in runs(history.cash, blocking, policy.bridge_gap_months)]


def _run(days: Days, history: History) -> CashRun:
    policy = history.policy
    anchor = days[0][0]
    lookback = months_from(anchor, -policy.prior_lookback_months)
    prior = prior_runs(history, lookback, anchor)
    over = next((run for run in prior if run[1] > months_from(run[0], policy.prior_threshold_months)), None)
    came_from = _came_from(history, anchor)
    transition = came_from is not None and (
        anchor == came_from + 1 or anchor < months_from(came_from + 1, policy.bridge_gap_months)
    )
    effort_from = months_from(anchor, policy.cash_effort_months)
    return CashRun(anchor, days, effort_from, lookback, prior, over, came_from, transition)


def prior_runs(history: History, first: int, stop: int) -> list[Span]:
    """The runs of U days in first..stop-1; every group but INSURED and CASH_JOB_READY blocks."""
    prior = between(history.unemployed, first, stop)
    if not prior:
        return []
    groups = history.known.groups
    blocking = [days for group, days in groups.items() if group not in ("INSURED", "CASH_JOB_READY")]
    return [(run[0][0], run[-1][1]) for run in runs(prior, blocking, history.policy.bridge_gap_months)]


def _came_from(history: History, anchor: int) -> int | None:
    """q: the latest day before the run in a group of `transition_from`."""
    latest: int | None = None
    for group, days in history.known.groups.items():
        if group in history.policy.transition_from:
            for first, stop in days:
                if first >= anchor:
                    break
                day = min(stop, anchor) - 1
                if latest is None or day > latest:
                    latest = day
    return latest


def days_after_cash_effort(run: CashRun) -> Days:
    """R2a: the UC days of the run from `effort_from` on; bridged gaps count towards the months, not as days."""
    return [(max(first, run.effort_from), stop) for first, stop in run.days if stop > run.effort_from]


def days_after_prior_run(run: CashRun) -> Days:
    """R2b: every UC day of the run, if one earlier run in the look-back is over the threshold."""
    return run.days if run.over is not None else []


def days_after_transition(run: CashRun) -> Days:
    """R3: every UC day of the run, if it follows another group at once or within the bridge."""
    return run.days if run.transition else []
