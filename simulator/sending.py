"""What a partner hands in, and on which days it does so."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from dateutil.relativedelta import relativedelta

from simulator.citizen import Window

Verdict = Literal["accepted", "accepted_with_faults", "refused", "held", "duplicate", "incomplete"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One file of one partner. `sent_at` is Danish local time; `expect` the verdict of the first receipt.

    `special` says in words what is out of the ordinary, None for an ordinary file. A name that ends in `.part` was
    never completed: no receipt follows.
    """

    feed: str
    partner: str
    folder: str
    name: str
    data: bytes
    sent_at: datetime
    expect: Verdict = "accepted"
    special: str | None = None


def sent_after(earlier: Sequence[Sending], sending: Sending) -> Sending:
    """The file as it is to be expected behind `earlier` ones: with nothing new only the name tells it apart."""
    if any(sending.data == each.data for each in earlier):
        return replace(sending, expect="duplicate", special="the same bytes as an earlier file")
    return sending


def monthly(window: Window) -> list[date]:
    """The same day of each month after the window's first day, then its last day; at least one, rising."""
    days = []
    month = 1
    while (day := window.first_day + relativedelta(months=month)) < window.last_day - timedelta(days=5):
        days.append(day)
        month += 1
    return [*days, window.last_day]


def at(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment of a day, Danish local time."""
    return datetime.combine(day, time(hour, minute, second))
