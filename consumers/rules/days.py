"""Days as numbers, sets of days as spans: the arithmetic of rules.md section 2, its work bounded by facts, not days."""

from datetime import date
from functools import lru_cache
from typing import Final

Span = tuple[int, int]
"""A run of days as proleptic ordinals (`date.toordinal`), the second one *exclusive*: half-open spans need no `+ 1`."""

Days = list[Span]
"""A set of days: spans in order, disjoint and not adjoining."""

FOREVER: Final = date.max.toordinal() + 1
"""The exclusive end of whatever still runs; nothing is ever counted beyond it."""

BEFORE_ALL: Final = 0

_LONGEST: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@lru_cache(maxsize=1 << 17)
def ordinal(text: str) -> int:
    """The number of an ISO day. Raises ValueError for what is no day."""
    return date.fromisoformat(text).toordinal()


@lru_cache(maxsize=1 << 17)
def iso(day: int) -> str:
    """The ISO text of a day number."""
    return date.fromordinal(day).isoformat()


@lru_cache(maxsize=1 << 17)
def end(last_day: str | None) -> int:
    """The exclusive end of a spell with this inclusive `last_day`; None: it still runs."""
    return FOREVER if last_day is None else ordinal(last_day) + 1


@lru_cache(maxsize=1 << 16)
def months_from(day: int, months: int) -> int:
    """m(d, n): the same day number `months` later (earlier if negative), else the last day of that month.

    Always from the original anchor: stepping month by month loses the 31st. Past the calendar's end it is FOREVER,
    before its beginning BEFORE_ALL. Source: rules.md section 2.
    """
    if day >= FOREVER:
        return FOREVER
    anchor = date.fromordinal(day)
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    if year > date.max.year:
        return FOREVER
    if year < date.min.year:
        return BEFORE_ALL
    longest = _LONGEST[month]
    if month == 1 and (year % 4 or (year % 100 == 0 and year % 400)):
        longest = 28
    return date(year, month + 1, min(anchor.day, longest)).toordinal()


def merged(spans: list[Span]) -> Days:
    """The set of days in any of `spans`, which may come in any order, overlap and adjoin; empty ones vanish."""
    if len(spans) < 2:
        return spans if not spans or spans[0][0] < spans[0][1] else []
    days: Days = []
    stop = -1
    for first, after in sorted(spans):
        if first >= after:
            continue
        if first <= stop:
            if after > stop:
                stop = after
                days[-1] = (days[-1][0], stop)
        else:
            days.append((first, after))
            stop = after
    return days


def both(left: Days, right: Days) -> Days:
    """The days in `left` and in `right`."""
    days: Days = []
    j, count = 0, len(right)
    for first, stop in left:
        while j < count:
            one, after = right[j]
            if one >= stop:
                break
            # conditions instead of max and min, here and below: these loops are the evaluation's innermost
            begin = first if first > one else one
            if after > stop:
                days.append((begin, stop))
                break
            if begin < after:
                days.append((begin, after))
            j += 1
    return days


def less(left: Days, right: Days) -> Days:
    """The days in `left` that are not in `right`."""
    if not right or not left:
        return left
    days: Days = []
    j, count = 0, len(right)
    for first, stop in left:
        while j < count and right[j][1] <= first:
            j += 1
        k = j
        while k < count:
            one, after = right[k]
            if one >= stop:
                break
            if one > first:
                days.append((first, one))
            first = after
            k += 1
        if first < stop:
            days.append((first, stop))
    return days


def between(days: Days, first: int, stop: int) -> Days:
    """The part of `days` on or after `first` and before `stop`."""
    return [
        (one if one > first else first, after if after < stop else stop)
        for one, after in days
        if one < stop and after > first
    ]


def span_of(days: Days, day: int) -> Span | None:
    """The span of `days` that holds `day`, None if none does."""
    for first, stop in days:
        if first > day:
            return None
        if day < stop:
            return first, stop
    return None


def holds(days: Days, day: int) -> bool:
    """Whether `day` is one of `days`."""
    for first, stop in days:
        if first > day:
            return False
        if day < stop:
            return True
    return False


def number(days: Days) -> int:
    """How many days there are."""
    return sum(stop - first for first, stop in days)


def runs(days: Days, blocking: list[Days], bridge_gap_months: int) -> list[Days]:
    """The runs of a set of days: maximal chains in which a short gap is bridged unless a blocking group lies in it.

    A gap g1..g2 is bridged if g2+1 < m(g1, `bridge_gap_months`) and no day of it is in one of `blocking`. Each run is
    given as its own days, without the bridged ones. Source: rules.md section 2.
    """
    found: list[Days] = []
    for span in days:
        if found:
            gap, back = found[-1][-1][1], span[0]
            if back < months_from(gap, bridge_gap_months) and not any(
                first < back and stop > gap for group in blocking for first, stop in group
            ):
                found[-1].append(span)
                continue
        found.append([span])
    return found
