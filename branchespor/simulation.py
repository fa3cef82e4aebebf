"""Plays the facts of one citizen in order of arrival, day by day, and gives what is announced (design/cli.md)."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import groupby

from branchespor.clock import DANISH, danish_day
from consumers.rules.detection import Told, milestones_on, playback, timeline_of
from consumers.rules.due import next_day
from consumers.rules.known import Record, instant
from consumers.rules.milestone import Milestone
from consumers.rules.policy import Policies
from consumers.rules.shortage import Balance
from consumers.rules.timeline import Timeline

Arrival = tuple[date, list[Record]]
"""What was received at one instant, with its Danish day."""


def arrivals(records: Iterable[Record]) -> list[Arrival]:
    """The records by distinct `received_at`, earliest first."""
    ordered = sorted(records, key=lambda record: instant(record["received_at"]))
    return [
        (_danish_day_of(batch[0]["received_at"]), batch)
        for batch in (list(same) for _, same in groupby(ordered, key=lambda record: instant(record["received_at"])))
    ]


def _danish_day_of(moment: str) -> date:
    value = datetime.fromisoformat(moment.upper())
    try:
        return danish_day(value)
    except OverflowError:  # a zone may carry it over the end of the calendar
        return value.date()


def play(
    records: Iterable[Record], first: date, last: date, policies: Policies, balance: Balance | None = None
) -> Iterator[Milestone]:
    """The milestones of one citizen from `first` to `last`, both inclusive, in order.

    At each day D: DayBegan(D) with what was received before D (midnight Europe/Copenhagen), then one evaluation per
    distinct `received_at` on D. Days on which nothing can change are passed over (consumers.rules.due). Of the labour
    market's `balance` counts what was received by then.
    """
    told = Told()
    waiting = arrivals(records)
    held: list[Record] = []
    while waiting and waiting[0][0] < first:
        held += waiting.pop(0)[1]
    timeline = timeline_of(held, policies)
    due: date | None = first if held else None
    while True:
        arrives = waiting[0][0] if waiting else None
        if due is not None and due <= last and (arrives is None or due <= arrives):
            day, known_at = due, _before(due)
        elif arrives is not None and arrives <= last:
            day, batch = waiting.pop(0)
            known_at = datetime.fromisoformat(batch[0]["received_at"].upper())
            held += batch
            timeline = timeline_of(held, policies)
        else:
            return
        found = milestones_on(told, timeline, day, balance=balance, known_at=known_at)
        yield from found
        told = playback(found, told)
        due = _due(timeline, day)


def _before(day: date) -> datetime:
    """The last moment before a Danish day."""
    return datetime.combine(day, time(), DANISH) - timedelta(microseconds=1)


def _due(timeline: Timeline, day: date) -> date | None:
    due = next_day(timeline, day.toordinal())
    return None if due is None else date.fromordinal(due)
