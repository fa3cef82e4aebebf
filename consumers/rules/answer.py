"""The answer for one citizen, one day, one "as known at" (rules.md section 4)."""

from typing import Any, NamedTuple

from consumers.rules.days import FOREVER, iso
from consumers.rules.timeline import Period, Timeline

Reason = dict[str, Any]
"""One sentence of an explanation: {code, da, en, facts}."""


class Answer(NamedTuple):
    """What the rules say of a citizen on a day, in JSON form: days as ISO text, as `branchespor evaluate` prints them.

    `periods` are {first_day, last_day, rule, end_reason, course}; `explanation` is empty where none was asked for.
    """

    on: str
    state: str
    rule: str | None
    eligible_from: str | None
    expected_from: str | None
    target_groups: list[str]
    conflict: bool
    residence: str
    periods: list[dict[str, Any]]
    policy: str | None
    explanation: list[Reason]

    def to_json(self) -> dict[str, Any]:
        """The answer as one flat JSON object."""
        return self._asdict()


def state_on(timeline: Timeline, day: int) -> tuple[str, Period | None]:
    """ELIGIBLE, SUSPENDED or NOT_ELIGIBLE on a day, and the first period of the current course (None: no course)."""
    latest = timeline.latest(day)
    if latest is not None:
        if day < latest.stop:
            return "ELIGIBLE", timeline.first_of(latest.course)
        if day < timeline.absence_until(latest.stop):
            return "SUSPENDED", timeline.first_of(latest.course)
    return "NOT_ELIGIBLE", None


def expected_from(timeline: Timeline, day: int) -> int | None:
    """The first day of the next period after `day`, None if there is none."""
    return next((period.first for period in timeline.periods if period.first > day), None)


def answer(timeline: Timeline, day: int, explanation: list[Reason]) -> Answer:
    """What the timeline says of `day`."""
    state, course = state_on(timeline, day)
    expected = None if state == "ELIGIBLE" else expected_from(timeline, day)
    groups = timeline.groups_on(day)
    policy = timeline.policies.in_force(day)
    return Answer(
        on=iso(day),
        state=state,
        rule=None if course is None else course.rule,
        eligible_from=None if course is None else iso(course.first),
        expected_from=None if expected is None else iso(expected),
        target_groups=groups,
        conflict=len(groups) > 1,
        residence="known" if timeline.known.residences else "assumed",
        periods=[period_json(period) for period in timeline.periods],
        policy=None if policy is None else policy.version,
        explanation=explanation,
    )


def period_json(period: Period) -> dict[str, Any]:
    """A period in JSON form; `last_day` inclusive, null if it runs on."""
    return {
        "first_day": iso(period.first),
        "last_day": None if period.stop >= FOREVER else iso(period.stop - 1),
        "rule": period.rule,
        "end_reason": period.end_reason,
        "course": period.course,
    }
