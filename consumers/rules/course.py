"""All steps of one citizen on a business day, put together: what is new, what is held, when the next one is due."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from consumers.rules.alternation import alternation_steps, dropped_out_steps, parts_of
from consumers.rules.attachment import attachment_steps
from consumers.rules.casework import Casework, casework_steps
from consumers.rules.closing import Closing, closing_steps, closings
from consumers.rules.conformity import with_conformity
from consumers.rules.days import ordinal
from consumers.rules.further import has_any, of_kind
from consumers.rules.jobs import job_starts, job_steps
from consumers.rules.known import Record
from consumers.rules.milestone import Milestone
from consumers.rules.newcomers import integration_steps
from consumers.rules.parallel_support import support_steps
from consumers.rules.placements import placement_steps, placements_of
from consumers.rules.shortage import Balance
from consumers.rules.steps import Held, Step, Steps, held_steps, step_milestones
from consumers.rules.timeline import Timeline
from consumers.rules.tracks import Tracks, track_steps
from consumers.rules.trainings import training_steps
from consumers.rules.versions import Versions
from consumers.rules.youth_education import youth_steps

_PLANNED: Final = frozenset({"Placement", "Training"})


class CourseOfEvents:
    """The steps of one citizen as they stand on `day`, given the steps announced (milestones.md section 3)."""

    def __init__(self, timeline: Timeline, day: int, told: Steps) -> None:
        self._timeline, self._day, self._told = timeline, day, told
        self._tracks = Tracks(timeline, day, told)
        self._parts: dict[str, list[Record]] = {}
        self._closings: dict[str, Closing] = {}
        # Most citizens have none of the further facts: they must cost nothing.
        further = self._of_further_facts() if has_any(timeline.known) else ()
        self.steps = self._living([*further, *_of_work(timeline)])

    def _of_further_facts(self) -> list[Step]:
        timeline, known, tracks = self._timeline, self._timeline.known, self._tracks
        versions = Versions(known.versions, _PLANNED)
        placements, trainings = placements_of(known, versions), of_kind(known, "Training")
        self._parts = parts_of(placements, trainings)
        self._closings = closings(timeline, tracks, self._parts)
        return [
            *casework_steps(Casework(timeline)),
            *track_steps(tracks),
            *placement_steps(placements, tracks),
            *training_steps(trainings, versions, tracks),
            *alternation_steps(self._parts, tracks),
            *dropped_out_steps(placements, trainings, timeline, tracks),
            *closing_steps(self._closings, tracks),
            *youth_steps(known),
            *integration_steps(known),
            *support_steps(known),
        ]

    def _living(self, steps: Iterable[Step]) -> list[Step]:
        """Without what lies after the death of the citizen, and with a mark on what lies after the track's closing."""
        dead = self._timeline.known.dead
        return [
            step._replace(after_closing=self._closed_before(step.details.get("track"), step.effective))
            for step in steps
            if dead is None or step.effective <= dead[0] or step.type == "COURSE_CLOSED"
        ]

    def _closed_before(self, track: str | None, day: int) -> bool:
        closing = self._closings.get(track) if track is not None else None
        return closing is not None and closing.day < day

    def milestones(self, balance: Balance | None, known_at: int | None) -> Iterator[Milestone]:
        """What is new, in order."""
        for each in step_milestones(self._told, self.steps, self._timeline.policies, self._day):
            yield with_conformity(each, self._timeline, self._tracks, self._parts, balance, known_at)

    def held(self) -> list[Held]:
        """The steps whose day has come and that wait for another one."""
        return held_steps(self._told, self.steps, self._day)

    def started_before_rule(self, milestone: Milestone) -> Milestone:
        """A course that a correction moves later or away, with the tracks that are under way in it, for the caseworker.

        Under way: accepted, not closed, and begun by its plan, a part or else the acceptance; not one by override.
        """
        if milestone.type == "ELIGIBILITY_WITHDRAWN":
            since = self._day + 1
        elif milestone.type == "ELIGIBILITY_REVISED" and milestone.new and milestone.old:
            if milestone.new["from"] <= milestone.old["from"]:
                return milestone
            since = ordinal(milestone.new["from"])
        else:
            return milestone
        tracks = sorted(track for track in self._tracks.offers() if self._is_under_way(track, since))
        return replace(milestone, details=milestone.details | {"started_before_rule": tracks}) if tracks else milestone

    def _is_under_way(self, track: str, before: int) -> bool:
        closing = self._closings.get(track)
        if (closing is not None and closing.day <= self._day) or not self._tracks.is_accepted(track):
            return False
        decisions = [each for each in self._tracks.decisions if each["track"] == track]
        if any(each["override"] for each in decisions if each["decision"] == "OFFERED"):
            return False
        begun = [each["first_day"] for each in self._parts.get(track, [])]
        begun += [each["plan_first_day"] for each in decisions if each["plan_first_day"] is not None]
        begun = begun or [each["day"] for each in decisions if each["decision"] == "ACCEPTED"]
        first = min(ordinal(day) for day in begun)
        return first < before and first <= self._day


def _of_work(timeline: Timeline) -> list[Step]:
    starts = job_starts(timeline) if timeline.known.jobs else []
    return [*job_steps(timeline, starts), *attachment_steps(timeline, starts)] if starts else []
