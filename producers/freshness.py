"""When a delivery is due and when it is overdue (partners/README.md, Freshness, and each feed's page).

Due times are Danish, moments given out are in UTC. A Danish public holiday moves a due day to the next working day
where the page says so.
"""

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from producers.feeds import FEEDS
from schemas.contract_terms import Promise as Agreed
from schemas.feed_contracts import contract

DANISH: Final = ZoneInfo("Europe/Copenhagen")
_A_DAY: Final = timedelta(days=1)
_WORKING_DAYS: Final = "working-days"
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


def promise_of(feed: str) -> Promise:
    """What the feed's contract promises (slaProperties of schemas/contracts/FEED.yaml)."""
    agreed = {each.property: each for each in contract(feed).file.sla_properties}
    if "answered" in agreed:
        return Pulled(within=_span(agreed["answered"]))
    grace, working_days = agreed["grace"], agreed["grace"].unit == _WORKING_DAYS
    return Sent(
        on=_on(agreed["due"].schedule or ""),
        at=time.fromisoformat(str(agreed["due"].value)),
        grace=timedelta() if working_days else _span(grace),
        grace_working_days=int(grace.value) if working_days else 0,
        moves=agreed["holidays"].value == "next-working-day",
    )


def _span(agreed: Agreed) -> timedelta:
    return timedelta(minutes=int(agreed.value))


def _on(cron: str) -> Callable[[date], bool]:
    """Whether a day is one of a cron line's: its fields day, month and day of the week."""
    days, months, weekdays = (_numbers(field) for field in cron.split()[2:])

    def on(day: date) -> bool:
        return day.day in days and day.month in months and day.isoweekday() % 7 in weekdays

    return on


def _numbers(field: str) -> Container[int]:
    if field == "*":
        return range(32)
    ends = [each.partition("-") for each in field.split(",")]
    return {number for first, _, last in ends for number in range(int(first), int(last or first) + 1)}


PROMISES: Final[Mapping[str, Promise]] = {feed.name: promise_of(feed.name) for feed in FEEDS}


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
