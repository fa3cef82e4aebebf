"""What decoders and expectations of the REST feeds share: how an item is read, and which items repeat (rest.md)."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from schemas import forms
from schemas.json_text import INTEGER, OTHER_TYPE, integer_of, text_of

Values = Mapping[str, str | None]

ID, VERSION, TYPE, CHANGE, REGISTERED, AUTHORITY = "id", "version", "type", "aendring", "registreret", "myndighed"
FIRST_KEYS = (ID, VERSION, TYPE, CHANGE, REGISTERED, AUTHORITY)
CPR = "cpr"
DELETION = 3
OURS = "70700"
LAST_VERSION = 999
DAY = "yyyy-mm-dd"
OPEN_END = "9999-12-31"
TRUE, FALSE = f"{OTHER_TYPE}true", f"{OTHER_TYPE}false"
# Columns of a row beyond the contract's: keys nobody knows (JSON list), whether the person number was cleaned.
UNKNOWN_KEYS, CLEANED = "unknown keys", "cleaned"

_BLANKS = frozenset({"null", "n/a", "-", "ukendt"})
_WHOLE = re.compile(INTEGER)
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Which keys of an item are read, and which it may have besides; `known` None: others are not told of (N04)."""

    read: Sequence[str]
    known: Collection[str] | None = None


class ItemRow(Protocol):
    """A row of one item: texts of the keys that are read."""

    @property
    def line(self) -> int:
        """Number of the item, from 1."""

    @property
    def values(self) -> Values:
        """Texts by key, as schemas.json_text makes them; a key that is not read is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """Lines that repeat an earlier one (N01), and lines in conflict (R11) with one other line of the same key."""

    repeated: Collection[int] = frozenset()
    conflicts: Mapping[int, int] = field(default_factory=dict)


def text(value: object, blanks: Collection[str] = _BLANKS) -> str | None:
    """A JSON value as text, trimmed; `blanks` (any case) are blank too."""
    found = text_of(value)
    return None if found is not None and found.casefold() in blanks else found


def texts(item: Mapping[str, Any], keys: Iterable[str]) -> dict[str, str | None]:
    """The texts of these keys of an item."""
    return {key: text(item.get(key)) for key in keys}


def is_deletion(values: Values) -> bool:
    """Whether the item deletes: then nothing but the first keys is read."""
    return integer_of(values.get(CHANGE)) == DELETION


def version_of(values: Values) -> int | None:
    """The version, None where it has not its form."""
    found = values.get(VERSION)
    number = integer_of(found) if found is not None and _WHOLE.fullmatch(found) else None
    return number if number is not None and 1 <= number <= LAST_VERSION else None


def moment(found: str | None) -> datetime | None:
    """A moment `yyyy-mm-ddThh:mm:ssZ`, as an instant in UTC; None without its form."""
    return forms.rfc3339(found) if found is not None and _MOMENT.fullmatch(found) else None


def is_moment(found: str) -> bool:
    """Whether the text is a moment of that form, in whatever year."""
    match = _MOMENT.fullmatch(found)
    return match is not None and is_local_time(found[:-1])


def is_local_time(found: str) -> bool:
    """Whether `yyyy-mm-ddThh:mm:ss` is a day that exists and a time of day, in whatever year."""
    hour, minute, second = found[11:13], found[14:16], found[17:19]
    return forms.clock(forms.day(found[:10], DAY), hour, minute, second) is not None


def day(values: Values, key: str) -> date | None:
    """The day of a key, None where it is blank, has not its form or lies beyond the days possible."""
    found = forms.day(values.get(key), DAY)
    return found if found is not None and forms.possible(found) else None


def registered_on(values: Values) -> date | None:
    """The Danish day on which the version was made (REG), None where that cannot be read."""
    at = moment(values.get(REGISTERED))
    return None if at is None or not forms.possible(at.date()) else forms.danish_day(at)


def repeats(rows: Iterable[ItemRow], id_form: str) -> Repeats:
    """Items with one (`id`, `version`), where both have their form: all equal or not in the keys that are read."""
    form = re.compile(id_form)
    groups: dict[object, list[ItemRow]] = {}
    for row in rows:
        name, number = row.values.get(ID), version_of(row.values)
        if name is not None and number is not None and form.fullmatch(name):
            groups.setdefault((name, number), []).append(row)
    return repeats_in(groups.values(), content)


def repeats_in(groups: Iterable[Sequence[ItemRow]], content_of: Any) -> Repeats:
    """The repeats and conflicts within groups of one key each."""
    repeated: set[int] = set()
    conflicts: dict[int, int] = {}
    for group in groups:
        first = content_of(group[0].values)
        other = next((row.line for row in group if content_of(row.values) != first), None)
        if other is None:
            repeated |= {row.line for row in group[1:]}
        else:
            conflicts |= {row.line: other if content_of(row.values) == first else group[0].line for row in group}
    return Repeats(repeated=repeated, conflicts=conflicts)


def content(values: Values) -> dict[str, str]:
    """What is compared of an item: the keys that are read, trimmed, blank as absent."""
    return {key: found for key, found in values.items() if found is not None and key not in (UNKNOWN_KEYS, CLEANED)}
