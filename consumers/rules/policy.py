"""The policy record: the council's figures and lists, in versions with their days (rules.md section 5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from consumers.rules.days import FOREVER, Days, merged


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version of the policy; the keys of rules.md section 5. `valid_to` is inclusive, None: open."""

    version: str
    valid_from: date
    valid_to: date | None
    confirmed: bool
    home_municipality: str
    insured_effort_months: int
    cash_effort_months: int
    prior_threshold_months: int
    prior_lookback_months: int
    bridge_gap_months: int
    implied_reset_months: int
    full_time_weekly_hours: float
    transition_from: frozenset[str]
    shortage_categories: frozenset[str]
    good_job_categories: frozenset[str]
    labour_market_area: str
    lasting_weeks: tuple[int, ...]

    @property
    def window(self) -> tuple[int, int]:
        """The days on which this version is in force, the second one exclusive."""
        return self.valid_from.toordinal(), FOREVER if self.valid_to is None else self.valid_to.toordinal() + 1

    def figures(self) -> tuple[object, ...]:
        """What decides on days: two versions with equal figures give the same answer on every day."""
        return (
            self.home_municipality,
            self.insured_effort_months,
            self.cash_effort_months,
            self.prior_threshold_months,
            self.prior_lookback_months,
            self.bridge_gap_months,
            self.implied_reset_months,
            self.full_time_weekly_hours,
            self.transition_from,
        )


class Policies:
    """All versions, with what is wanted of them often: the days of equal figures, the version of a day.

    `regimes`: each distinct set of figures (as one policy that has them) with the days on which it is in force.
    Windows must not overlap (the loader refuses that).
    """

    def __init__(self, versions: Iterable[Policy]) -> None:
        self.versions = tuple(sorted(versions, key=lambda policy: policy.valid_from))
        days: dict[tuple[object, ...], Days] = {}
        first: dict[tuple[object, ...], Policy] = {}
        for policy in self.versions:
            figures = policy.figures()
            days.setdefault(figures, []).append(policy.window)
            first.setdefault(figures, policy)
        self.regimes: tuple[tuple[Policy, Days], ...] = tuple(
            (first[figures], merged(windows)) for figures, windows in days.items()
        )
        self._windows = [(*policy.window, policy) for policy in self.versions]
        self.borders = sorted({border for policy in self.versions for border in policy.window if border < FOREVER})

    def in_force(self, day: int) -> Policy | None:
        """The version in force on a day number; None: none is."""
        for first, stop, policy in self._windows:
            if first <= day < stop:
                return policy
        return None
