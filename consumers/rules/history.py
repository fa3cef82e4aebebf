"""The sets of days of rules.md section 2 for one citizen and one policy."""

from consumers.rules.days import FOREVER, Days, both, less, merged
from consumers.rules.known import Known
from consumers.rules.policy import Policy


class History:
    """WORK, UI, UC, U and HOME of a citizen under one policy's figures, over all time.

    `home` is None if no residence is known: then every day is HOME.
    """

    __slots__ = ("cash", "home", "insured", "known", "policy", "unemployed", "work")

    def __init__(self, known: Known, policy: Policy) -> None:
        self.known, self.policy = known, policy
        self.work = _work(known, policy)
        self.insured = self._unemployed_in("INSURED")
        self.cash = self._unemployed_in("CASH_JOB_READY")
        self.unemployed: Days = (
            merged(self.insured + self.cash) if self.insured and self.cash else (self.insured or self.cash)
        )
        self.home: Days | None = None
        if known.residences:
            here = policy.home_municipality
            self.home = merged([(first, stop) for first, stop, where, _ in known.residences if where == here])

    def _unemployed_in(self, group: str) -> Days:
        days = self.known.groups.get(group)
        return less(less(days, self.work), self.known.unpaid) if days else []

    def open_days(self, window: Days) -> Days:
        """The days of `window` on which the citizen lives here, is alive and is not in WORK."""
        days = window
        if self.home is not None:
            days = both(days, self.home)
        if self.known.dead is not None:
            days = less(days, [(self.known.dead[0], FOREVER)])
        return less(days, self.work)


def _work(known: Known, policy: Policy) -> Days:
    """WORK: full-time ordinary employment, less the days with a wage-subsidised job, whose pay looks ordinary."""
    if not known.jobs:
        return []
    full = policy.full_time_weekly_hours
    days = merged([(first, stop) for first, stop, hours, _ in known.jobs if hours is None or hours >= full])
    if known.subsidised:
        return less(days, merged([(first, stop) for first, stop, _ in known.subsidised]))
    return days
