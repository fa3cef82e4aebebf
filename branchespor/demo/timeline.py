"""A citizen's timeline as lines of text: the lanes of the picture over one time axis, no colour needed."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from dateutil.relativedelta import relativedelta

from branchespor.picture.drawing import MONTHS
from branchespor.picture.lanes import Lane, Mark, Style

SIGNS: Final[dict[Style, str]] = {
    "group": "=",
    "away": "-",
    "full": "A",
    "part": "a",
    "unpaid": "x",
    "training": "k",
    "placement": "p",
    "clock": "»",
    "covered": "█",
    "paused": "░",
}
LEGEND: Final = "arbejde: A fuld tid, a deltid   omfattet: █, ░ på pause   » optjening   ▲ milepæl"


def draw(lanes: Sequence[Lane], marks: Sequence[Mark], first: int, stop: int, width: int = 88) -> list[str]:
    """The lanes over one axis of months, days `first` to `stop` - 1 (ordinals), `width` characters wide."""
    shown = [mark.day for mark in marks if first <= mark.day < stop]
    rows = [(lane.label, [(bar.first, bar.stop, SIGNS[bar.style]) for bar in lane.bars]) for lane in lanes]
    rows.append(("Milepæle", [(day, day + 1, "▲") for day in shown]))
    margin = max(len(label) for label, _ in rows) + 2
    lines = [" " * margin + text for text in _axis(first, stop, width)]
    for label, bars in rows:
        cells = ["·"] * width
        for begin, end, sign in bars:
            for place in range(_column(begin, first, stop, width), _column(end - 1, first, stop, width) + 1):
                cells[place] = sign
        lines.append(f"{label:<{margin}}{''.join(cells)}")
    return lines


def _column(day: int, first: int, stop: int, width: int) -> int:
    return (day - first) * width // (stop - first)


def _axis(first: int, stop: int, width: int) -> tuple[str, str]:
    names, ticks = [" "] * width, ["─"] * width
    month = date.fromordinal(first).replace(day=1) + relativedelta(months=1)
    free_from = 0
    while month.toordinal() < stop:
        place = _column(month.toordinal(), first, stop, width)
        ticks[place] = "┬"
        text = f"{month.year}" if month.month == 1 else MONTHS[month.month - 1]
        if place >= free_from and place + len(text) <= width and month.month in (1, 4, 7, 10):
            names[place : place + len(text)] = text
            free_from = place + len(text) + 1
        month += relativedelta(months=1)
    return "".join(names).rstrip(), "".join(ticks)
