"""What a citizen's timeline shows, as lanes of bars in Danish words: gathered from the rules, drawn elsewhere."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from consumers.rules.days import Days, between, ordinal
from consumers.rules.further import of_kind
from consumers.rules.insured import days_after_insured_effort
from consumers.rules.timeline import Timeline
from consumers.rules.wording import GROUPS

Style = Literal["group", "full", "part", "unpaid", "training", "placement", "clock", "covered", "paused"]


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
    """A milestone at its effective day (ordinal); `found`: the day it was found, as 2020-05-03, if another one."""

    day: int
    text: str
    found: str | None


MILESTONES: Final[Mapping[str, str]] = {
    "TARGET_GROUP_CHANGED": "Ny målgruppe",
    "FIRST_MEETING_HELD": "Første samtale holdt",
    "CASEWORK_STARTED": "Sag åbnet",
    "ELIGIBLE": "Omfattet af branchespor",
    "ELIGIBILITY_SUSPENDED": "Sat på pause",
    "ELIGIBILITY_RESUMED": "Omfattet igen efter pause",
    "ELIGIBILITY_LOST": "Ikke længere omfattet",
    "ELIGIBILITY_REVISED": "Startdag rettet",
    "ELIGIBILITY_WITHDRAWN": "Omfattet: trukket tilbage",
    "ELIGIBILITY_REINSTATED": "Omfattet alligevel",
    "ELIGIBILITY_LOSS_REVISED": "Slutdag rettet",
    "TRACK_OFFERED": "Branchespor tilbudt",
    "TRACK_ACCEPTED": "Branchespor taget imod",
    "TRACK_DECLINED": "Branchespor afslået",
    "PLACEMENT_AGREED": "Praktik eller løntilskud aftalt",
    "PLACEMENT_STARTED": "Praktik eller løntilskud begyndt",
    "PLACEMENT_EXTENDED": "Praktik eller løntilskud forlænget",
    "PLACEMENT_ENDED": "Praktik eller løntilskud slut",
    "TRAINING_ENROLLED": "Tilmeldt kursus",
    "TRAINING_STARTED": "Kursus begyndt",
    "TRAINING_COMPLETED": "Kursus gennemført",
    "TRAINING_NOT_COMPLETED": "Kursus ikke gennemført",
    "ALTERNATION_REACHED": "Både kursus og virksomhed i samme spor",
    "JOB_STARTED": "Begyndt i job",
    "LASTING_ATTACHMENT": "Varig tilknytning",
    "DROPPED_OUT": "Afbrudt før tid",
    "COURSE_CLOSED": "Branchespor afsluttet",
    "YOUTH_GUIDANCE_HELD": "Vejledning holdt",
    "EDUCATION_APPLIED": "Søgt uddannelse",
    "ENROLLED": "Optaget på uddannelse",
    "DROPOUT_RISK": "Risiko for frafald",
    "PLACE_AGREED": "Uddannelsesplads aftalt",
    "INTERRUPTED": "Uddannelse afbrudt",
    "COMPLETED": "Uddannelse gennemført",
    "LEISURE_JOB": "Fritidsjob",
    "INTEGRATION_PERIOD_STARTED": "Integrationsperiode begyndt",
    "INTEGRATION_PERIOD_ENDED": "Integrationsperiode slut",
    "PROGRAMME_STARTED": "Integrationsprogram begyndt",
    "PARALLEL_SUPPORT_ACTIVE": "Parallel indsats",
    "MILESTONE_WITHDRAWN": "Trukket tilbage",
}


def lanes_of(timeline: Timeline, first: int, stop: int) -> list[Lane]:
    """The lanes of the days `first` to `stop` - 1, without those that have nothing to show."""
    known = timeline.known
    lanes = [
        Lane(GROUPS.get(group, (group,))[0].capitalize(), _bars(days, "group", first, stop))
        for group, days in sorted(known.groups.items(), key=lambda each: each[1][0][0] if each[1] else stop)
    ]
    full = timeline.regime(min(stop - 1, timeline.regimes[-1].window[-1][1] - 1)) if timeline.regimes else None
    hours = full.history.policy.full_time_weekly_hours if full is not None else None
    jobs = [
        Bar(each[0], each[1], "part" if each[2] is not None and hours is not None and each[2] < hours else "full")
        for each in known.jobs
    ]
    lanes += [
        Lane("Arbejde", _clipped(jobs, first, stop)),
        Lane("Fravær uden ydelse", _bars(known.unpaid, "unpaid", first, stop)),
        Lane("Kurser", _parts(known.trainings, "training", first, stop)),
        Lane("Praktik, løntilskud", _parts(of_kind(known, "Placement"), "placement", first, stop)),
        Lane("Optjening (ure)", _clipped(_clocks(timeline), first, stop)),
        Lane("Omfattet", _clipped(_covered(timeline), first, stop)),
    ]
    return [lane for lane in lanes if lane.bars]


def marks_of(journal: Sequence[Mapping[str, Any]]) -> list[Mark]:
    """The milestones of a journal (objects as `branchespor journal --json` gives them), by effective day."""
    marks = []
    for each in journal:
        found = None if each["detected_day"] == each["effective_day"] else str(each["detected_day"])
        text = MILESTONES.get(each["milestone"], each["milestone"])
        if each.get("rule"):
            text += f" ({each['rule']})"
        marks.append(Mark(ordinal(each["effective_day"]), text, found))
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
    bars = [
        Bar(ordinal(each["first_day"]), ordinal(each["last_day"]) + 1, style)
        for each in facts
        if isinstance(each.get("last_day"), str) and each.get("outcome") != "CANCELLED"
    ]
    return _clipped(bars, first, stop)


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
