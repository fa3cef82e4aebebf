"""Which intervals of different owners have a day in common (R13), in time for files of any size."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple


class Interval(NamedTuple):
    """The days from `start` to the day before `end` (date.max: no end), said on `line` of `owner`; never empty."""

    line: int
    owner: str
    start: date
    end: date


def overlaps(intervals: Iterable[Interval]) -> dict[int, int]:
    """For each line whose interval overlaps one of another owner: the line of one that it overlaps."""
    ordered = sorted(intervals, key=lambda each: (each.start, each.line))
    found: dict[int, int] = {}
    for line, other_line in (*_with_earlier(ordered), *_with_later(ordered)):
        found[line] = min(found.get(line, other_line), other_line)
    return found


def _with_earlier(ordered: Sequence[Interval]) -> Iterator[tuple[int, int]]:
    furthest: dict[str, Interval] = {}  # of the two owners that reach furthest
    for interval in ordered:
        for owner, other in furthest.items():
            if owner != interval.owner and interval.start < other.end:
                yield interval.line, other.line
        held = furthest.get(interval.owner)
        if held is None or held.end < interval.end:
            furthest[interval.owner] = interval
        if len(furthest) > 2:
            del furthest[min(furthest, key=lambda owner: furthest[owner].end)]


def _with_later(ordered: Sequence[Interval]) -> Iterator[tuple[int, int]]:
    next_of_another: Interval | None = None
    after: Interval | None = None
    for interval in reversed(ordered):
        if after is not None and after.owner != interval.owner:
            next_of_another = after
        if next_of_another is not None and next_of_another.start < interval.end:
            yield interval.line, next_of_another.line
        after = interval
