"""A citizen's two years as lines of text: a lane per kind of statement, one time axis, no colour needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One line: a label and spans (first day, last day or None for open, the character that fills it)."""

    label: str
    spans: Sequence[tuple[date, date | None, str]]


def draw(lanes: Sequence[Lane], first_day: date, last_day: date, width: int = 96) -> list[str]:
    """The lanes over one axis of months, `first_day` to `last_day` inclusive, `width` characters wide."""
    days = (last_day - first_day).days + 1
    margin = max(len(lane.label) for lane in lanes) + 2

    def column(day: date) -> int:
        return min(width - 1, max(0, (day - first_day).days * width // days))

    lines = [" " * margin + text for text in _axis(first_day, last_day, width, days)]
    for lane in lanes:
        cells = ["·"] * width
        for start, end, mark in lane.spans:
            stop = last_day if end is None else end
            if stop < first_day or start > last_day:
                continue
            for place in range(column(start), column(stop) + 1):
                cells[place] = mark
        lines.append(f"{lane.label:<{margin}}{''.join(cells)}")
    return lines


def _axis(first_day: date, last_day: date, width: int, days: int) -> tuple[str, str]:
    names, ticks = [" "] * (width + 8), ["─"] * width
    month = first_day.replace(day=1) + relativedelta(months=1)
    free_from = 0
    while month <= last_day:
        place = (month - first_day).days * width // days
        ticks[place] = "┬"
        text = f"{month.year}" if month.month == 1 else MONTHS[month.month - 1]
        if place >= free_from and place + len(text) <= width and month.month in (1, 4, 7, 10):
            names[place : place + len(text)] = text
            free_from = place + len(text) + 1
        month += relativedelta(months=1)
    return "".join(names[:width]).rstrip(), "".join(ticks)
