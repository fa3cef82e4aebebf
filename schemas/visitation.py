"""What decoder and expectations of visitation share: columns, forms of an item, groups, repeats (visitation.md)."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from schemas.facts import TargetGroup
from schemas.feed_contracts import contract
from schemas.forms import possible, rfc3339
from schemas.json_text import INTEGER_FROM_1, OTHER_TYPE, integer_of

Values = Mapping[str, str | None]

DETAIL = "detail."
_AGREED = contract("visitation")
ITEM_COLUMNS = tuple(column.name for column in _AGREED.record("hændelse").columns)
DETAIL_KEYS = tuple(
    column.name.removeprefix(DETAIL) for record in ("svar", "detalje") for column in _AGREED.record(record).columns
)
# Columns of the rows beyond the contract's: what the row is, whether it speaks for its statement, status of its detail.
WHAT, SPEAKS, STATUS = "what", "speaks", "detail.status"
EVENT, BODY, LATE = "event", "body", "late"
DELETED_AT = "detail.slettet"

EXTERNAL_ID = r"[0-9]{8}"
ITEM_FORMS: Mapping[str, tuple[str, str]] = {
    "event_id": ("R08", INTEGER_FROM_1),
    "entity": ("R09", "visitation"),
    "external_id": ("R08", EXTERNAL_ID),
    "version": ("R08", INTEGER_FROM_1),
    "change": ("R09", rf"{OTHER_TYPE}[123]"),
}
_COMPILED = {column: re.compile(form) for column, (_, form) in ITEM_FORMS.items()}
DELETION = 3

# maalgruppe → personkategori → group; None as the key: blank.
_NOT_ASSESSED: Mapping[str | None, TargetGroup] = {"IKKE_VURDERET": TargetGroup.NOT_ASSESSED}
GROUPS: Mapping[int, Mapping[str | None, TargetGroup]] = {
    0: {None: TargetGroup.NOT_ASSESSED, **_NOT_ASSESSED},
    2: {"JOBPARAT": TargetGroup.CASH_JOB_READY, **_NOT_ASSESSED},
    3: {"AKTIVITETSPARAT": TargetGroup.CASH_ACTIVITY_READY, **_NOT_ASSESSED},
    4: {
        "UDDANNELSESPARAT": TargetGroup.EDUCATION_READY,
        "AABENLYST_UDDANNELSESPARAT": TargetGroup.OBVIOUSLY_EDUCATION_READY,
        **_NOT_ASSESSED,
    },
    5: {"AKTIVITETSPARAT": TargetGroup.EDUCATION_ACTIVITY_READY, **_NOT_ASSESSED},
    6: {None: TargetGroup.SICKNESS},
    7: {None: TargetGroup.JOB_CLARIFICATION},
    8: {None: TargetGroup.RESOURCE},
    9: {None: TargetGroup.FLEX_JOB},
    10: {None: TargetGroup.REHABILITATION},
    11: {None: TargetGroup.EARLY_RETIREMENT},
    12: {None: TargetGroup.SELF_SUPPORTING},
    13: {None: TargetGroup.UNDER_18},
}
# For the insured the a-kasse is the source, whatever stands beside it.
INSURED = 1


class Item(Protocol):
    """A row of a delivery of changes."""

    @property
    def line(self) -> int:
        """Number of the item, from 1."""

    @property
    def values(self) -> Values:
        """Texts by column, as schemas.json_text makes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """Lines that repeat an earlier item (N01), and lines in conflict (R11) with one other line of the same event."""

    repeated: Collection[int] = frozenset()
    conflicts: Mapping[int, int] = field(default_factory=dict)


def moment_is_possible(text: str | None) -> bool:
    """Whether a moment with its form lies in the years that days may have."""
    moment = rfc3339(text)
    return moment is None or possible(moment.date())


def is_faultless(values: Values) -> bool:
    """Whether the six columns of an item have their forms."""
    for column, form in _COMPILED.items():
        text = values.get(column)
        if text is None or form.fullmatch(text) is None:
            return False
    return rfc3339(values.get("registered_at")) is not None and moment_is_possible(values.get("registered_at"))


def repeats(items: Iterable[Item]) -> Repeats:
    """Items with one `event_id`: all equal, the first counts; not equal, all are aside. Looks at faultless items."""
    by_event: dict[str | None, list[Item]] = {}
    for item in items:
        if item.values.get(WHAT) == EVENT and is_faultless(item.values):
            by_event.setdefault(item.values["event_id"], []).append(item)
    repeated: set[int] = set()
    conflicts: dict[int, int] = {}
    for group in by_event.values():
        first = _content(group[0])
        other = next((item.line for item in group if _content(item) != first), None)
        if other is None:
            repeated |= {item.line for item in group[1:]}
        else:
            conflicts |= {item.line: other if _content(item) == first else group[0].line for item in group}
    return Repeats(repeated=repeated, conflicts=conflicts)


def speakers(items: Iterable[Item]) -> list[Item]:
    """Of the faultless items of each statement the one with the highest version, of equals the last, by line."""
    candidates = list(items)
    found = repeats(candidates)
    aside = {*found.repeated, *found.conflicts}
    speaking: dict[str | None, Item] = {}
    for item in candidates:
        if item.line in aside or not is_faultless(item.values):
            continue
        held = speaking.get(item.values["external_id"])
        if held is None or _version(item) >= _version(held):
            speaking[item.values["external_id"]] = item
    return sorted(speaking.values(), key=lambda item: item.line)


def _content(item: Item) -> tuple[str | None, ...]:
    return tuple(item.values.get(column) for column in ITEM_COLUMNS)


def _version(item: Item) -> int:
    return integer_of(item.values["version"]) or 0
