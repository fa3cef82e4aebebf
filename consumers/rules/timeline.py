"""Covered days, what the other days read, periods and courses (rules.md sections 3 and 4)."""

from collections.abc import Callable
from typing import Final, NamedTuple, TypeVar

from consumers.rules.cash import (
    CashRun,
    cash_runs,
    days_after_cash_effort,
    days_after_prior_run,
    days_after_transition,
)
from consumers.rules.days import FOREVER, Days, both, holds, less, merged, span_of
from consumers.rules.history import History
from consumers.rules.insured import (
    DagpengeDays,
    dagpenge_periods,
    days_after_insured_effort,
    days_after_prior_unemployment,
)
from consumers.rules.integration import days_of_integration
from consumers.rules.known import INTEGRATION, Known
from consumers.rules.policy import Policies
from consumers.rules.youth import EDUCATION_GROUPS, days_since_declared_ready

_Source = TypeVar("_Source")

RULES: Final = ("R4", "R3", "R5", "R1b", "R1a", "R2b", "R2a")
"""The rules in the order in which the rule of a day is named."""

RESTS_ON: Final = {
    "R1a": ("INSURED",),
    "R1b": ("INSURED",),
    "R2a": ("CASH_JOB_READY",),
    "R2b": ("CASH_JOB_READY",),
    "R3": ("CASH_JOB_READY",),
    "R4": (INTEGRATION,),
    "R5": EDUCATION_GROUPS,
}
"""The groups a rule rests on: still in one of them, the end of a period reads CLOCK_RESET."""


class Period(NamedTuple):
    """A maximal chain of covered days. `stop` is the day after the last, FOREVER if it runs on with the open spells.

    `rule` is that of the first day, `last_rule` that of the last; `end_reason` what the day `stop` reads.
    """

    first: int
    stop: int
    rule: str
    last_rule: str
    end_reason: str | None
    course: int


class Regime:
    """One set of figures at work: its history, the runs and periods behind its rules, and the days each rule is met."""

    __slots__ = ("cash", "dagpenge", "history", "met", "open", "window")

    def __init__(self, history: History, window: Days) -> None:
        self.history, self.window = history, window
        self.open: Days = history.open_days(window)
        self.dagpenge: list[DagpengeDays] = dagpenge_periods(history)
        self.cash: list[CashRun] = cash_runs(history)
        known = history.known
        met = {"R4": days_of_integration(known), "R5": days_since_declared_ready(known)}
        if self.cash:
            met["R3"] = _each(days_after_transition, self.cash)
            met["R2b"] = _each(days_after_prior_run, self.cash)
            met["R2a"] = _each(days_after_cash_effort, self.cash)
        if self.dagpenge:
            met["R1b"] = _each(days_after_prior_unemployment, self.dagpenge)
            met["R1a"] = _each(days_after_insured_effort, self.dagpenge)
        self.met: dict[str, Days] = met

    def covered(self) -> list[tuple[int, int, str]]:
        """The covered days of this regime as spans, each with the first rule met on them; in no order."""
        free = less(self.open, self.history.known.unpaid)
        found: list[tuple[int, int, str]] = []
        for rule in RULES:
            met = self.met.get(rule)
            if met and free:
                days = both(met, free)
                if days:
                    found += [(first, stop, rule) for first, stop in days]
                    free = less(free, days)
        return found


def _each(rule: Callable[[_Source], Days], sources: list[_Source]) -> Days:
    return [span for source in sources for span in rule(source)]


class Timeline:
    """Everything the rules say about one citizen, on all days at once, for one set of effective facts.

    `absent` are the days that read ABSENCE; `periods` are in order, with their courses numbered from 1.
    """

    __slots__ = ("_groups_on", "absent", "known", "periods", "policies", "regimes")

    def __init__(self, known: Known, policies: Policies) -> None:
        self.known, self.policies = known, policies
        self._groups_on: dict[int, list[str]] = {}
        self.regimes = [Regime(History(known, policy), window) for policy, window in policies.regimes]
        self.absent: Days = []
        if known.unpaid:
            self.absent = both(merged([span for regime in self.regimes for span in regime.open]), known.unpaid)
        self.periods: list[Period] = []
        self._chain(sorted([span for regime in self.regimes for span in regime.covered()]))

    def _chain(self, covered: list[tuple[int, int, str]]) -> None:
        """Join covered spans to periods, and periods parted by nothing but unpaid absence to courses."""
        course = 0
        index = 0
        while index < len(covered):
            first, stop, rule = covered[index]
            last_rule = rule
            index += 1
            while index < len(covered) and covered[index][0] == stop:
                _, stop, last_rule = covered[index]
                index += 1
            if not (self.periods and self.absence_until(self.periods[-1].stop) == first):
                course += 1
            reason = None if stop >= FOREVER else self.reading(stop, last_rule)
            self.periods.append(Period(first, stop, rule, last_rule, reason, course))

    def regime(self, day: int) -> Regime | None:
        """The figures in force on a day; None: no policy is."""
        for regime in self.regimes:
            if holds(regime.window, day):
                return regime
        return None

    def reading(self, day: int, last_rule: str | None) -> str:
        """What a day that is not covered reads; `last_rule` is the rule of the last covered day before it."""
        regime = self.regime(day)
        known = self.known
        if regime is None:
            return "NO_POLICY"
        if known.dead is not None and day >= known.dead[0]:
            return "DIED"
        if regime.history.home is not None and not holds(regime.history.home, day):
            return "MOVED"
        if holds(regime.history.work, day):
            return "JOB"
        if holds(known.unpaid, day):
            return "ABSENCE"
        groups = self.groups_on(day)
        if last_rule is not None and any(group in groups for group in RESTS_ON[last_rule]):
            return "CLOCK_RESET"
        return "GROUP_CHANGED" if groups else "LEFT_GROUP"

    def groups_on(self, day: int) -> list[str]:
        """The groups of a day, in alphabetical order; an integration period counts as INTEGRATION_PROGRAMME."""
        groups = self._groups_on.get(day)
        if groups is None:
            groups = sorted([group for group, days in self.known.groups.items() if holds(days, day)])
            self._groups_on[day] = groups
        return groups

    def absence_until(self, day: int) -> int:
        """The first day from `day` on that does not read ABSENCE; `day` itself if it does not."""
        span = span_of(self.absent, day)
        return day if span is None else span[1]

    def latest(self, day: int) -> Period | None:
        """The last period begun by `day`, None if none has."""
        latest = None
        for period in self.periods:
            if period.first > day:
                break
            latest = period
        return latest

    def first_of(self, course: int) -> Period:
        """The first period of a course."""
        return next(period for period in self.periods if period.course == course)
