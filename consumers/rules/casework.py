"""M02 FIRST_MEETING_HELD, CASEWORK_STARTED (milestones.md section 3)."""

from collections.abc import Iterator
from functools import cached_property

from consumers.rules.days import less, merged, ordinal, runs
from consumers.rules.further import of_kind
from consumers.rules.jobs import work_days
from consumers.rules.known import Record
from consumers.rules.steps import Step
from consumers.rules.timeline import Timeline


class Casework:
    """The held meetings and opened cases of each time that the jobcentre works with a citizen.

    A time begins with a run of days in any target group and outside WORK (rules.md section 2, nothing blocks), and
    lasts until the next run begins: people meet their caseworker long before they are eligible, and for a first time
    again when they come back. What lies before the first run belongs to it.
    """

    def __init__(self, timeline: Timeline) -> None:
        self._timeline, self._known = timeline, timeline.known

    @cached_property
    def _starts(self) -> list[int]:
        in_groups = merged([span for days in self._known.groups.values() for span in days])
        versions = self._timeline.policies.versions
        bridge = versions[-1].bridge_gap_months if versions else 0
        return [run[0][0] for run in runs(less(in_groups, work_days(self._timeline)), [], bridge)][1:]

    def time_of(self, day: int) -> int:
        """The number of the time that a day lies in."""
        return sum(start <= day for start in self._starts)

    def first_meetings(self) -> dict[int, list[Record]]:
        """Of each time the meetings held on the day of its first held one."""
        found: dict[int, list[Record]] = {}
        held = [meeting for meeting in of_kind(self._known, "Meeting") if meeting["held_on"] is not None]
        for meeting in sorted(held, key=lambda each: str(each["held_on"])):
            first = found.setdefault(self.time_of(ordinal(meeting["held_on"])), [])
            if not first or first[0]["held_on"] == meeting["held_on"]:
                first.append(meeting)
        return found

    def cases(self) -> list[Record]:
        """The cases opened."""
        return of_kind(self._known, "CaseOpened")


def casework_steps(casework: Casework) -> Iterator[Step]:
    """The first held meeting of each time, and every opening of a case."""
    for first in casework.first_meetings().values():
        yield Step(
            "FIRST_MEETING_HELD",
            ordinal(first[0]["held_on"]),
            [meeting["fact_id"] for meeting in first],
            {"joint": any(meeting["joint"] for meeting in first)},
        )
    for case in casework.cases():
        details = {"source": case["source"], "record_key": case["record_key"]}
        yield Step("CASEWORK_STARTED", ordinal(case["day"]), [case["fact_id"]], details)
