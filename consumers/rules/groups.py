"""M01 TARGET_GROUP_CHANGED: the groups of the business day against those announced (milestones.md section 3)."""

from collections.abc import Iterator

from consumers.rules.days import BEFORE_ALL, iso, ordinal
from consumers.rules.evidence import group_facts
from consumers.rules.milestone import Milestone
from consumers.rules.timeline import Timeline

Groups = tuple[tuple[str, ...], int | None]
"""The groups announced, in alphabetical order, and since when (None: none were ever announced)."""


def group_milestones(told: Groups, timeline: Timeline, day: int) -> Iterator[Milestone]:
    """One milestone if the groups of `day` are not those announced.

    Effective since the first day from which they have been the same up to `day`. If that reaches back before all facts
    (every statement of a group was withdrawn), it is the effective day of the announcement it corrects.
    """
    groups = tuple(timeline.groups_on(day))
    if groups == told[0]:
        return
    since = same_since(timeline, day)
    effective = (told[1] if told[1] is not None else day) if since == BEFORE_ALL else since
    policy = timeline.policies.in_force(day)
    yield Milestone(
        type="TARGET_GROUP_CHANGED",
        effective_day=iso(effective),
        detected_day=iso(day),
        policy=None if policy is None else policy.version,
        facts=sorted(set(group_facts(timeline.known, groups or told[0], effective - 1, day + 1))),
        details={"old_groups": list(told[0]), "new_groups": list(groups)},
    )


def same_since(timeline: Timeline, day: int) -> int:
    """The first day from which the groups have been those of `day`; BEFORE_ALL if they always were."""
    borders = {border for days in timeline.known.groups.values() for span in days for border in span}
    present = timeline.groups_on(day)
    for border in sorted((border for border in borders if border <= day), reverse=True):
        if timeline.groups_on(border - 1) != present:
            return border
    return BEFORE_ALL


def retell(told: Groups, milestone: Milestone) -> Groups:
    """The announced groups after one more milestone."""
    if milestone.type != "TARGET_GROUP_CHANGED":
        return told
    return tuple(milestone.details["new_groups"]), ordinal(milestone.effective_day)


def united(told: Groups, other: Groups) -> Groups:
    """The groups announced of two persons who are one citizen: all of them, since the later day."""
    days = [day for day in (told[1], other[1]) if day is not None]
    return tuple(sorted({*told[0], *other[0]})), max(days, default=None)
