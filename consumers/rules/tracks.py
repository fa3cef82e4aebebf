"""M05 TRACK_OFFERED, M06 TRACK_ACCEPTED, TRACK_DECLINED, and what waits for them (milestones.md section 3)."""

from collections.abc import Iterator
from typing import Final

from consumers.rules.days import ordinal
from consumers.rules.further import of_kind
from consumers.rules.journal import Course, courses_on
from consumers.rules.known import Record
from consumers.rules.steps import Step, Steps
from consumers.rules.timeline import Timeline

_TYPES: Final = {"OFFERED": "TRACK_OFFERED", "ACCEPTED": "TRACK_ACCEPTED", "DECLINED": "TRACK_DECLINED"}


class Tracks:
    """The tracks of one citizen as they stand on a business day: what is offered and accepted, and what still waits.

    M05 waits for M03: for a course that does not end before the day of the offer. M06 waits for M05, the parts of a
    track for M06. What was announced is not held again when its ground falls away: nothing is stopped by machine.
    """

    def __init__(self, timeline: Timeline, day: int, told: Steps) -> None:
        self.decisions = of_kind(timeline.known, "TrackDecision")
        self._day, self._told = day, told
        self._courses = courses_on(timeline, day) if self.decisions else []

    def offers(self) -> dict[str, list[Record]]:
        """The offers of each track, earliest first."""
        found: dict[str, list[Record]] = {}
        for offer in sorted(self.decisions, key=lambda each: str(each["day"])):
            if offer["decision"] == "OFFERED":
                found.setdefault(offer["track"], []).append(offer)
        return found

    def course_of(self, offer: Record) -> Course | None:
        """The course an offer rests on: the one that holds its day, else the next one begun; None: none yet."""
        made = ordinal(offer["day"])
        return next((course for course in self._courses if course.status != "LOST" or course.last >= made), None)

    def is_offered(self, track: str) -> bool:
        """Whether M05 of the track was announced or is due."""
        return any(
            each["track"] == track
            and each["decision"] == "OFFERED"
            and ordinal(each["day"]) <= self._day
            and (each["override"] or self.course_of(each) is not None or self._was_told(each))
            for each in self.decisions
        )

    def is_accepted(self, track: str | None) -> bool:
        """Whether M06 of the track was announced or is due; true of what belongs to no track."""
        return track is None or any(
            each["track"] == track
            and each["decision"] == "ACCEPTED"
            and ordinal(each["day"]) <= self._day
            and (self.is_offered(track) or self._was_told(each))
            for each in self.decisions
        )

    def starts_before_rule(self, offer: Record) -> bool:
        """Whether an offer without override lies before the first day of its course."""
        course = self.course_of(offer)
        return not offer["override"] and course is not None and ordinal(offer["day"]) < course.first

    def _was_told(self, decision: Record) -> bool:
        said = (_TYPES[decision["decision"]], (decision["source"], decision["record_key"]))
        return any((each.type, each.subject) == said for each in self._told)

    def waits_for(self, decision: Record) -> str | None:
        """The milestone that a decision still needs."""
        if decision["decision"] == "OFFERED":
            return None if decision["override"] or self.course_of(decision) is not None else "M03"
        return None if self.is_offered(decision["track"]) else "M05"


def track_steps(tracks: Tracks) -> Iterator[Step]:
    """A step for each decision."""
    for decision in tracks.decisions:
        details = {"source": decision["source"], "record_key": decision["record_key"], "track": decision["track"]}
        if decision["decision"] == "OFFERED":
            details |= {
                "branchespor": decision["branchespor"],
                "disco3": decision["disco3"],
                "override": decision["override"],
                "plan_first_day": decision["plan_first_day"],
                "plan_last_day": decision["plan_last_day"],
                "started_before_rule": tracks.starts_before_rule(decision),
            }
        type_, made = _TYPES[decision["decision"]], ordinal(decision["day"])
        yield Step(type_, made, [decision["fact_id"]], details, tracks.waits_for(decision))
