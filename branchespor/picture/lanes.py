"""What a citizen's timeline shows, as lanes of bars in Danish words: gathered from the rules, drawn elsewhere."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from branchespor.picture.words import mark_text
from consumers.rules.days import Days, between, less, merged, ordinal
from consumers.rules.further import of_kind
from consumers.rules.insured import days_after_insured_effort
from consumers.rules.timeline import Timeline
from consumers.rules.wording import GROUPS

Style = Literal["group", "away", "full", "part", "unpaid", "training", "placement", "clock", "covered", "paused"]


@dataclass(frozen=True, slots=True)
class Bar:
    """Days `first` to `stop` - 1 (ordinals), drawn in a style, with a few words in it."""

    first: int
    stop: int
    style: Style
    text: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One line of the picture."""

    label: str
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Mark:
    """A milestone at its effective day; `found`: the day it was found, if another one (both ordinals)."""

    day: int
    text: str
    found: int | None


def lanes_of(timeline: Timeline, first: int, stop: int) -> list[Lane]:
    """The lanes of the days `first` to `stop` - 1, without those that have nothing to show."""
    known = timeline.known
    lanes = [
        Lane(GROUPS.get(group, (group,))[0].capitalize(), _bars(days, "group", first, stop))
        for group, days in sorted(known.groups.items(), key=lambda each: each[1][0][0] if each[1] else stop)
    ]
    lanes += [
        Lane("Bor i en anden kommune", _bars(_away(timeline), "away", first, stop)),
        Lane("Arbejde", _clipped(_jobs(timeline, stop), first, stop)),
        Lane("Fravær uden ydelse", _bars(known.unpaid, "unpaid", first, stop)),
        Lane("Kurser", _parts(of_kind(known, "Training"), "training", first, stop)),
        Lane("Praktik, løntilskud", _clipped(_placements(timeline), first, stop)),
        Lane("Optjening (ure)", _clipped(_clocks(timeline), first, stop)),
        Lane("Omfattet", _clipped(_covered(timeline), first, stop)),
    ]
    return [lane for lane in lanes if lane.bars]


def marks_of(journal: Sequence[Mapping[str, Any]]) -> list[Mark]:
    """The milestones of a journal (objects as `branchespor journal --json` gives them), by effective day."""
    marks = []
    for each in journal:
        day, found = ordinal(each["effective_day"]), ordinal(each["detected_day"])
        marks.append(Mark(day, mark_text(each), None if found == day else found))
    return sorted(marks, key=lambda mark: mark.day)


def _bars(days: Days, style: Style, first: int, stop: int) -> list[Bar]:
    return [Bar(*span, style) for span in between(days, first, stop)]


def _clipped(bars: Iterable[Bar], first: int, stop: int) -> list[Bar]:
    return [
        Bar(max(bar.first, first), min(bar.stop, stop), bar.style, bar.text)
        for bar in bars
        if bar.first < stop and bar.stop > first
    ]


def _parts(facts: Sequence[Mapping[str, Any]], style: Style, first: int, stop: int) -> list[Bar]:
    return _clipped(_days_of(facts, style), first, stop)


def _days_of(facts: Sequence[Mapping[str, Any]], style: Style) -> list[Bar]:
    return [
        Bar(ordinal(each["first_day"]), ordinal(each["last_day"]) + 1, style)
        for each in facts
        if isinstance(each.get("last_day"), str) and each.get("outcome") != "CANCELLED"
    ]


def _away(timeline: Timeline) -> Days:
    """The days under a policy on which the citizen is known to live elsewhere."""
    homes = [(regime.window, regime.history.home) for regime in timeline.regimes]
    return merged([span for window, home in homes if home is not None for span in less(window, home)])


def _jobs(timeline: Timeline, stop: int) -> Iterator[Bar]:
    """Ordinary jobs; what is full time is what the policy of the last day shown says."""
    last = min(stop - 1, timeline.regimes[-1].window[-1][1] - 1) if timeline.regimes else stop - 1
    regime = timeline.regime(last)
    full = None if regime is None else regime.history.policy.full_time_weekly_hours
    for first, after, hours, _ in timeline.known.jobs:
        part = hours is not None and full is not None and hours < full
        yield Bar(
            first,
            after,
            "part" if part else "full",
            "fuld tid" if hours is None else f"{hours:g} timer".replace(".", ","),
        )


def _placements(timeline: Timeline) -> list[Bar]:
    subsidised = [Bar(first, stop, "placement", "løntilskud") for first, stop, _ in timeline.known.subsidised]
    return _days_of(of_kind(timeline.known, "Placement"), "placement") + subsidised


def _clocks(timeline: Timeline) -> Iterator[Bar]:
    """From the day a clock began to the day its time is full, or will be if nothing changes."""
    for regime in timeline.regimes:
        window = regime.window
        for period in regime.dagpenge:
            reached = days_after_insured_effort(period)
            stop = reached[0][0] if reached else period.days[-1][1]
            for span in between([(period.anchor, stop)], window[0][0], window[-1][1]):
                yield Bar(*span, "clock", f"R1a {period.needed_days} dage")
        for run in regime.cash:
            stop = min(run.effort_from, run.days[-1][1])
            for span in between([(run.anchor, stop)], window[0][0], window[-1][1]):
                yield Bar(*span, "clock", "R2a")


def _covered(timeline: Timeline) -> Iterator[Bar]:
    periods = timeline.periods
    for number, period in enumerate(periods):
        yield Bar(period.first, period.stop, "covered", period.rule)
        if number + 1 < len(periods) and periods[number + 1].course == period.course:
            yield Bar(period.stop, periods[number + 1].first, "paused", "pause")
