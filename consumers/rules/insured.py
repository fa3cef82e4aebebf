"""R1 Forsikrede: dagpenge periods, six months' effort or earlier unemployment (rules.md section 3)."""

from typing import NamedTuple

from consumers.rules.days import FOREVER, Days, between, months_from, number
from consumers.rules.history import History


class DagpengeDays(NamedTuple):
    """One dagpenge period with its unemployed days and the figures of R1a and R1b.

    `anchor` is a, its first UI day; `needed_days` = m(a, effort) - a. The prior days are the U days of the look-back
    that begins on `lookback_from`; over the threshold if `prior_days` > `prior_limit`, counted from the first of them.
    """

    placed: bool
    first: int
    stop: int
    days: Days
    anchor: int
    needed_days: int
    lookback_from: int
    prior: Days
    prior_days: int
    prior_limit: int


def period_starts(history: History) -> list[tuple[int, bool]]:
    """First day of each dagpenge period, with whether a placement says so; the others are implied.

    An implied period starts at the first INSURED day before all placements, and anew after `implied_reset_months`
    without an INSURED day.
    """
    placed = sorted({day for day, _ in history.known.placements})
    before = placed[0] if placed else FOREVER
    implied: list[int] = []
    left = -1
    for first, stop in history.known.groups["INSURED"]:
        if first >= before:
            break
        if not implied or first >= months_from(left, history.policy.implied_reset_months):
            implied.append(first)
        left = stop
    return [(day, False) for day in implied] + [(day, True) for day in placed]


def dagpenge_periods(history: History) -> list[DagpengeDays]:
    """The dagpenge periods that have a UI day."""
    if not history.insured:
        return []
    policy = history.policy
    starts = period_starts(history)
    periods: list[DagpengeDays] = []
    for index, (first, placed) in enumerate(starts):
        stop = starts[index + 1][0] if index + 1 < len(starts) else FOREVER
        days = between(history.insured, first, stop)
        if not days:
            continue
        anchor = days[0][0]
        lookback = months_from(anchor, -policy.prior_lookback_months)
        prior = between(history.unemployed, lookback, anchor)
        limit = months_from(prior[0][0], policy.prior_threshold_months) - prior[0][0] if prior else 0
        needed = months_from(anchor, policy.insured_effort_months) - anchor
        periods.append(DagpengeDays(placed, first, stop, days, anchor, needed, lookback, prior, number(prior), limit))
    return periods


def days_after_insured_effort(period: DagpengeDays) -> Days:
    """R1a: UI days with at least `needed_days` UI days of the period before them. Accumulated: a pause only delays."""
    met: Days = []
    missing = period.needed_days
    for first, stop in period.days:
        reached = first + max(missing, 0)
        if reached < stop:
            met.append((reached, stop))
        missing -= stop - first
    return met


def days_after_prior_unemployment(period: DagpengeDays) -> Days:
    """R1b: every UI day of the period, if the U days in the look-back before it are over the threshold in sum."""
    return period.days if period.prior_days > period.prior_limit else []
