"""JSON values as the texts a row holds, so that `2`, `"2"`, `2.0` and `true` stay apart."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from schemas.forms import trimmed

OTHER_TYPE = "\x01"
# Patterns of JSON numbers without fraction and from 1.
INTEGER = rf"{OTHER_TYPE}-?[0-9]+"
INTEGER_FROM_1 = rf"{OTHER_TYPE}[1-9][0-9]*"


def texts_of(item: Mapping[str, Any], columns: Iterable[str]) -> dict[str, str | None]:
    """The texts of these keys of a JSON object; a key that is not there is blank."""
    return {column: text_of(item.get(column)) for column in columns}


def text_of(value: object) -> str | None:
    """A text is itself, trimmed of spaces and no-break spaces, None is blank; any other type is marked.

    Such a value is its canonical JSON behind the mark OTHER_TYPE. A text that begins with the mark stands quoted behind
    it, so it passes for no number.
    """
    if value is None:
        return None
    if isinstance(value, str):
        text = trimmed(value)
        return OTHER_TYPE + json.dumps(text) if text.startswith(OTHER_TYPE) else text or None
    return OTHER_TYPE + json.dumps(value, sort_keys=True, separators=(",", ":"))


def integer_of(text: str | None) -> int | None:
    """The whole number behind the mark, None for everything else."""
    if text is None or not text.startswith(OTHER_TYPE):
        return None
    digits = text.removeprefix(OTHER_TYPE)
    return int(digits) if digits.removeprefix("-").isdigit() and digits.isascii() else None
