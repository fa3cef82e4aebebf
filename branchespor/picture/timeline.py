"""The picture of one citizen on one day, as known at a moment."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from branchespor.picture.drawing import svg
from branchespor.picture.lanes import lanes_of, marks_of
from consumers.rules.answer import answer
from consumers.rules.days import FOREVER, months_from
from consumers.rules.detection import timeline_of
from consumers.rules.explanation import explain
from consumers.rules.known import Record
from consumers.rules.policy import Policies
from consumers.rules.wording import RULES, da

_BACK_MONTHS, _AHEAD_MONTHS = 36, 4
_STATES: Final = {"ELIGIBLE": "omfattet af et branchespor", "SUSPENDED": "på pause", "NOT_ELIGIBLE": "ikke omfattet"}


def picture(
    person: str,
    records: Sequence[Record],
    journal: Sequence[Mapping[str, Any]],
    on: date,
    known_at: datetime | None,
    policies: Policies,
) -> bytes:
    """SVG of up to three years before `on` and four months after it, with everything that holds and was announced.

    `journal`: milestones as objects, those found after `on` are left out. Of the citizen it holds the id and nothing
    that the command `explain` does not print.
    """
    timeline, day = timeline_of(records, policies, known_at), on.toordinal()
    found = answer(timeline, day, explain(timeline, day))
    stop = months_from(day, _AHEAD_MONTHS)
    first = max(_earliest(timeline.known.groups.values(), day), months_from(day, -_BACK_MONTHS))
    told = [each for each in journal if each["detected_day"] <= on.isoformat()]
    title = f"Borger {person}: {_STATES[found.state]} den {da(day)}"
    words = [each["da"] for each in found.explanation]
    # Of a yes the rule in a few words, of a no the first thing that stands in the way.
    why = words[1] if found.rule is None else f"Regel {found.rule}: {RULES[found.rule][0]}."
    subtitle = " ".join([words[0], why, words[-1]])
    return svg(title, subtitle, lanes_of(timeline, first, stop), marks_of(told), first, stop, day)


def _earliest(groups: Any, day: int) -> int:
    firsts = [days[0][0] for days in groups if days and days[0][0] < FOREVER]
    return months_from(min([*firsts, day]), -1)
