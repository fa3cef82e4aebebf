"""Draws lanes and milestones as SVG with matplotlib: the same input gives the same bytes. No display, no state."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from itertools import groupby
from textwrap import wrap
from typing import Any, Final

from branchespor.picture.lanes import Bar, Lane, Mark, Style

MONTHS: Final = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_INK, _PAPER = "#1a1a1a", "#ffffff"
# Told apart by grey and hatch, so that print and colour blindness lose nothing.
_LOOK: Final[dict[Style, tuple[str, str]]] = {
    "group": ("#d9e2ec", ""),
    "away": ("#ffffff", "."),
    "full": ("#5b6b7b", ""),
    "part": ("#ffffff", "////"),
    "unpaid": ("#ffffff", "xxxx"),
    "training": ("#ffffff", "++"),
    "placement": ("#ffffff", "----"),
    "clock": ("#ffffff", "\\\\\\\\"),
    "covered": ("#1f4e79", ""),
    "paused": ("#ffffff", "|||"),
}
_DARK: Final = frozenset({"full", "covered"})
_LEGEND: Final = (
    "Arbejde: udfyldt er fuld tid, skraveret er deltid. Optjening: fra uret begynder, til tiden er nået. "
    "Til højre for den stiplede linje: hvis intet ændrer sig."
)
_MARKS_LISTED: Final = 24
_LANE_INCHES, _LINE_INCHES, _WIDTH_INCHES = 0.42, 0.2, 13.0
_SUBTITLE_CHARACTERS: Final = 170
_CHARACTER_INCHES: Final = 0.075  # of the words in a bar
_AXES_INCHES: Final = 0.73 * _WIDTH_INCHES


def svg(
    title: str, subtitle: str, lanes: Sequence[Lane], marks: Sequence[Mark], first: int, stop: int, on: int
) -> bytes:
    """The picture of the days `first` to `stop` - 1 (ordinals), with a line at `on`."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    shown = [mark for mark in marks if first <= mark.day < stop][-_MARKS_LISTED:]
    lines = (len(shown) + 1) // 2
    words = wrap(subtitle, _SUBTITLE_CHARACTERS)
    chart, head = _LANE_INCHES * (len(lanes) + 1.9), 0.8 + _LINE_INCHES * len(words)
    height = head + chart + 0.5 + _LINE_INCHES * (lines + 2)
    settings = {
        "svg.hashsalt": "branchespor",
        "svg.fonttype": "none",
        "font.family": "sans-serif",
        "hatch.linewidth": 0.6,
    }
    with matplotlib.rc_context(settings):
        figure = Figure(figsize=(_WIDTH_INCHES, height), facecolor=_PAPER)
        FigureCanvasSVG(figure)
        axes = figure.add_axes((0.25, 1 - (head + chart) / height, 0.73, chart / height))
        _draw_lanes(axes, lanes, first, stop)
        _draw_axis(axes, lanes, first, stop, on)
        _draw_marks(axes, shown, len(lanes))
        figure.text(0.02, 1 - 0.36 / height, title, fontsize=14, fontweight="bold", color=_INK)
        for place, line in enumerate(words):
            figure.text(0.02, 1 - (0.66 + _LINE_INCHES * place) / height, line, fontsize=10, color=_INK)
        _list_marks(figure, shown, height, top=height - 0.45 - head - chart)
        hidden = len([mark for mark in marks if mark.day < stop]) - len(shown)
        more = f" Tidligere milepæle, som ikke er vist: {hidden}." if hidden else ""
        figure.text(0.02, 0.12 / height, _LEGEND + more, fontsize=8.5, color=_INK)
        out = BytesIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": "branchespor", "Title": title})
    return out.getvalue()


def _draw_lanes(axes: Any, lanes: Sequence[Lane], first: int, stop: int) -> None:
    for place, lane in enumerate(lanes):
        if place % 2 == 0:
            axes.axhspan(place - 0.5, place + 0.5, color="#f5f6f8", zorder=0)
        for bar in lane.bars:
            _draw_bar(axes, bar, place, first, stop)


def _draw_bar(axes: Any, bar: Bar, place: int, first: int, stop: int) -> None:
    colour, hatch = _LOOK[bar.style]
    width = bar.stop - bar.first
    axes.barh(place, width, 0.62, bar.first, color=colour, hatch=hatch, edgecolor=_INK, linewidth=0.8, zorder=2)
    needed = (len(bar.text) + 2) * _CHARACTER_INCHES * (stop - first) / _AXES_INCHES
    if bar.text and width > needed:
        ink = _PAPER if bar.style in _DARK else _INK
        back = None if bar.style in _DARK or not hatch else {"facecolor": _PAPER, "edgecolor": "none", "pad": 1.2}
        axes.text(
            bar.first + width / 2, place, bar.text, ha="center", va="center", fontsize=8, color=ink, bbox=back, zorder=3
        )


def _draw_marks(axes: Any, marks: Sequence[Mark], place: int) -> None:
    """A triangle for each day with milestones, with their numbers in the list below."""
    near, last = (axes.get_xlim()[1] - axes.get_xlim()[0]) / 30, [float("-inf")] * 4
    numbered = groupby(enumerate(marks, start=1), key=lambda each: each[1].day)
    for turn, (day, same) in enumerate(numbered):
        numbers = [number for number, _ in same]
        text = str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"
        # Numbers close to each other stand on different heights.
        level = next((each for each in range(4) if day - last[each] > near), turn % 4)
        last[level] = day
        axes.plot([day], [place - 0.2], marker="v", color=_INK, markersize=5, zorder=4, clip_on=False)
        axes.text(day, place + 0.15 + 0.3 * level, text, ha="center", va="center", fontsize=8, color=_INK)


def _draw_axis(axes: Any, lanes: Sequence[Lane], first: int, stop: int, on: int) -> None:
    months = [day for day in range(first, stop) if date.fromordinal(day).day == 1]
    step = 1 if len(months) <= 18 else 3
    ticks = [day for day in months if (date.fromordinal(day).month - 1) % step == 0]
    names = [date.fromordinal(day) for day in ticks]
    labels = [
        f"{MONTHS[day.month - 1]}\n{day.year}" if day.month == 1 or place == 0 else MONTHS[day.month - 1]
        for place, day in enumerate(names)
    ]
    axes.set_xticks(ticks, labels, fontsize=9, color=_INK)
    axes.set_xticks(months, minor=True)
    axes.grid(axis="x", which="major", color="#c8ced6", linewidth=0.7, zorder=1)
    axes.set_xlim(first, stop)
    axes.set_ylim(len(lanes) + 1.4, -0.5)
    axes.set_yticks(range(len(lanes) + 1), [*(lane.label for lane in lanes), "Milepæle"], fontsize=9.5, color=_INK)
    axes.tick_params(axis="y", length=0)
    axes.axvline(on, color=_INK, linestyle=(0, (4, 3)), linewidth=1.2, zorder=3)
    axes.text(on, -0.56, f" {danish(on)}", ha="center", va="bottom", fontsize=8.5, color=_INK)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


def _list_marks(figure: Any, marks: Sequence[Mark], height: float, top: float) -> None:
    lines = (len(marks) + 1) // 2
    for number, mark in enumerate(marks, start=1):
        column, line = divmod(number - 1, max(lines, 1))
        left, height_of_line = 0.02 + 0.5 * column, (top - _LINE_INCHES * (line + 1)) / height
        late = "" if mark.found is None else f" (fundet {danish(mark.found)})"
        for place, text, side in (
            (0.012, f"{number}", "right"),
            (0.085, danish(mark.day), "right"),
            (0.093, mark.text + late, "left"),
        ):
            figure.text(left + place, height_of_line, text, ha=side, fontsize=9, color=_INK)


def danish(day: int) -> str:
    """A day number as `15. jan 2020`."""
    value = date.fromordinal(day)
    return f"{value.day}. {MONTHS[value.month - 1]} {value.year}"
