"""When a delivery is due and when it is overdue (partners/README.md, Freshness, and each feed's page).

Due times are Danish, moments given out are in UTC. A Danish public holiday moves a due day to the next working day
where the page says so.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

DANISH: Final = ZoneInfo("Europe/Copenhagen")
_A_DAY: Final = timedelta(days=1)
# Between two due days of the rarest feed lies half a year; with holidays and grace a little more.
_FAR_BACK: Final = timedelta(days=420)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """Fresh as long as the last answer, an empty one too, is at most `within` old (partners/rest.md)."""

    within: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Due at `at` on each day for which `on` is true; overdue after `grace` and `grace_working_days` more.

    `moves`: a due day that is a public holiday moves to the next working day.
    """

    on: Callable[[date], bool]
    at: time
    grace: timedelta = timedelta()
    grace_working_days: int = 0
    moves: bool = True


Promise = Pulled | Sent


def is_working_day(day: date) -> bool:
    """Monday to Friday, and no Danish public holiday."""
    return day.weekday() < 5 and day not in _holidays(day.year)


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    from holidays import country_holidays

    return frozenset(country_holidays("DK", years=year))


def _every_day(_: date) -> bool:
    return True


def _mondays(day: date) -> bool:
    return day.weekday() == 0


def _each_month_on(number: int) -> Callable[[date], bool]:
    return lambda day: day.day == number


def _on(number: int, *months: int) -> Callable[[date], bool]:
    return lambda day: day.day == number and day.month in months


_HOURLY: Final = Pulled(within=timedelta(hours=3))

PROMISES: Final[Mapping[str, Promise]] = {
    "akasse-bestand": Sent(on=_mondays, at=time(12), grace=timedelta(minutes=1440)),
    "akasse-ledighed": Sent(on=is_working_day, at=time(7, 30), grace=timedelta(minutes=120)),
    "visitation": Pulled(within=timedelta(minutes=45)),
    "cpr": Sent(on=is_working_day, at=time(5), grace=timedelta(minutes=180)),
    "amu": Sent(on=_on(20, 1, 4, 8, 10), at=time(12), grace_working_days=2),
    "integration": Sent(on=_mondays, at=time(7), grace_working_days=1),
    "eindkomst": Sent(on=_each_month_on(10), at=time(8), grace_working_days=3),
    "ungedatabasen": Sent(on=_every_day, at=time(6), grace=timedelta(hours=4), moves=False),
    "jobcenter-forloeb": _HOURLY,
    "vitas": _HOURLY,
    "jobordrer": _HOURLY,
    "arbejdsmarkedsbalance": Sent(on=_on(15, 1, 7), at=time(12), grace=timedelta(days=10)),
}


@dataclass(frozen=True, slots=True)
class Missed:
    """What did not come: the moment it was `due`, and the moment since when it is `overdue`."""

    due: datetime
    overdue: datetime


def missed(promise: Promise, now: datetime, came: datetime | None, watched_since: datetime) -> Missed | None:
    """What is overdue at `now`, None if nothing is; all moments aware.

    `came` is the newest delivery that was not refused, for `Pulled` the newest answer; None: never any. Nothing is
    expected from before `watched_since`. A delivery stands for a due moment from halfway after the one before it: one
    that comes early counts, and one that comes late for the last does not count for the next.
    """
    if isinstance(promise, Pulled):
        due = max(came or watched_since, watched_since)
        overdue = due + promise.within
        return Missed(due, overdue) if now > overdue else None
    newest = _newest_overdue(promise, now)
    if newest is None or newest.due < watched_since:
        return None
    before = next(due for due in _dues_before(promise, newest.due))
    return None if came is not None and came > before + (newest.due - before) / 2 else newest


def next_due(promise: Promise, now: datetime, came: datetime | None) -> datetime:
    """When the next one is due, for people to read."""
    if isinstance(promise, Pulled):
        return (came or now) + promise.within
    today = now.astimezone(DANISH).date()
    # Begun in the past: a holiday's due day may have moved to today.
    days = (today + n * _A_DAY for n in range(-7, _FAR_BACK.days))
    return min(due for day in days if (due := _due_of(promise, day)) is not None and due > now)


def _newest_overdue(promise: Sent, now: datetime) -> Missed | None:
    for due in _dues_before(promise, now):
        overdue = _overdue(promise, due)
        if overdue < now:
            return Missed(due, overdue)
    return None


def _dues_before(promise: Sent, moment: datetime) -> Iterator[datetime]:
    """The due moments before `moment`, newest first."""
    first = moment.astimezone(DANISH).date() + _A_DAY
    dues = {_due_of(promise, first - n * _A_DAY) for n in range(_FAR_BACK.days)}
    yield from sorted((due for due in dues if due is not None and due < moment), reverse=True)


def _due_of(promise: Sent, day: date) -> datetime | None:
    """The due moment that `day`, named by the promise, stands for; it may have moved to a later day."""
    if not promise.on(day):
        return None
    if promise.moves and day in _holidays(day.year):
        day = _working_day_after(day, 1)
    return _local(day, promise.at)


def _overdue(promise: Sent, due: datetime) -> datetime:
    if promise.grace_working_days:
        local = due.astimezone(DANISH)
        due = _local(_working_day_after(local.date(), promise.grace_working_days), local.time())
    return due + promise.grace


def _working_day_after(day: date, count: int) -> date:
    while count:
        day += _A_DAY
        count -= is_working_day(day)
    return day


def _local(day: date, at: time) -> datetime:
    return datetime.combine(day, at, DANISH).astimezone(UTC)
