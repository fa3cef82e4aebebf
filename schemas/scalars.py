"""Single values both ways: from JSON form to what Avro writes without logical types, and back, each checked."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from schemas.errors import WrongInput
from schemas.facts import FIRST_DAY_POSSIBLE, LAST_DAY_POSSIBLE

TEXT_LIMIT = 200  # characters; no text of the contract is prose
_EPOCH_DAY = date(1970, 1, 1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = (FIRST_DAY_POSSIBLE - _EPOCH_DAY).days, (LAST_DAY_POSSIBLE - _EPOCH_DAY).days
_FIRST_MS, _LAST_MS = _FIRST * 86_400_000, (_LAST + 1) * 86_400_000 - 1
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Convert = Callable[[Any], Any]
Table = Mapping[str, Callable[[Any, str], Convert]]


class Refused(WrongInput):
    """A value the schema does not allow. `path` is the field; `newer`: an enum symbol newer than this reader."""

    def __init__(self, path: str, wanted: str, newer: bool = False) -> None:
        super().__init__(f"{path}: {wanted}")
        self.path, self.newer = path, newer


def _text(schema: Any, path: str) -> Convert:
    def text(value: Any) -> str:
        if type(value) is not str or len(value) > TEXT_LIMIT or "\0" in value:
            raise Refused(path, f"must be text of at most {TEXT_LIMIT} characters without NUL")
        if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
            raise Refused(path, "must be text that UTF-8 can write")
        return value

    return text


def _uuid(schema: Any, path: str) -> Convert:
    def uuid(value: Any) -> str:
        if type(value) is not str or _UUID.fullmatch(value) is None:
            raise Refused(path, "must be a UUID in lower case with hyphens")
        return value

    return uuid


def _boolean(schema: Any, path: str) -> Convert:
    def boolean(value: Any) -> bool:
        if type(value) is not bool:
            raise Refused(path, "must be true or false")
        return value

    return boolean


def _integer(schema: Any, path: str) -> Convert:
    bits = 31 if schema["type"] == "int" else 63

    def integer(value: Any) -> int:
        if type(value) is not int or not -(1 << bits) <= value < 1 << bits:
            raise Refused(path, f"must be a whole number of {bits + 1} bits")
        return value

    return integer


def _symbol(schema: Any, path: str) -> Convert:
    symbols, unknown = frozenset(schema["symbols"]), schema.get("default")

    def symbol(value: Any) -> str:
        if type(value) is not str or value not in symbols or value == unknown:
            raise Refused(path, "must be a symbol of the schema, not UNKNOWN", newer=value == unknown)
        return value

    return symbol


@lru_cache(maxsize=8192)
def _days(text: str) -> int | None:
    try:
        days = (date.fromisoformat(text) - _EPOCH_DAY).days
    except ValueError:
        return None
    return days if _DAY.fullmatch(text) and _FIRST <= days <= _LAST else None


@lru_cache(maxsize=8192)
def _day_text(days: int) -> str:
    return (_EPOCH_DAY + timedelta(days)).isoformat()


@lru_cache(maxsize=8192)
def _moment_text(millis: int) -> str:
    seconds, millis = divmod(millis, 1000)
    return f"{(_EPOCH + timedelta(seconds=seconds)).isoformat()[:19]}.{millis:03}Z"


def _day_to_int(schema: Any, path: str) -> Convert:
    def day(value: Any) -> int:
        days = _days(value) if type(value) is str else None
        if days is None:
            raise Refused(path, "must be a day YYYY-MM-DD from 1900 to 2199")
        return days

    return day


def _day_from_int(schema: Any, path: str) -> Convert:
    def day(value: int) -> str:
        if not _FIRST <= value <= _LAST:
            raise Refused(path, "must be a day from 1900 to 2199")
        return _day_text(value)

    return day


def _moment_to_int(schema: Any, path: str) -> Convert:
    def moment(value: Any) -> int:
        try:
            at = datetime.fromisoformat(value) if _MOMENT.fullmatch(value) else None
        except (TypeError, ValueError):
            at = None
        if at is None or not FIRST_DAY_POSSIBLE <= at.date() <= LAST_DAY_POSSIBLE:
            raise Refused(path, "must be a moment in UTC with milliseconds, YYYY-MM-DDTHH:MM:SS.mmmZ")
        return (at - _EPOCH) // timedelta(milliseconds=1)

    return moment


def _moment_from_int(schema: Any, path: str) -> Convert:
    def moment(value: int) -> str:
        if not _FIRST_MS <= value <= _LAST_MS:
            raise Refused(path, "must be a moment from 1900 to 2199")
        return _moment_text(value)

    return moment


def _decimal_to_bytes(schema: Any, path: str) -> Convert:
    scale, limit = schema["scale"], 10 ** schema["precision"]

    def number(value: Any) -> bytes:
        exact = Decimal(str(value)) if type(value) in (int, float) else Decimal("NaN")
        unscaled = exact.scaleb(scale) if exact.is_finite() else exact
        if not unscaled.is_finite() or unscaled != unscaled.to_integral_value() or abs(unscaled) >= limit:
            raise Refused(path, f"must be a number of at most {schema['precision']} digits, {scale} of them decimals")
        whole = int(unscaled)
        return whole.to_bytes(whole.bit_length() // 8 + 1, "big", signed=True)

    return number


def _decimal_from_bytes(schema: Any, path: str) -> Convert:
    scale, limit = schema["scale"], 10 ** schema["precision"]

    def number(value: bytes) -> int | float:
        unscaled = int.from_bytes(value, "big", signed=True) if 0 < len(value) <= 16 else limit
        if abs(unscaled) >= limit:
            raise Refused(path, f"must be a number of at most {schema['precision']} digits")
        exact = Decimal(unscaled).scaleb(-scale)
        return int(exact) if exact == exact.to_integral_value() else float(exact)

    return number


_SAME_BOTH_WAYS: Table = {
    "string": _text,
    "uuid": _uuid,
    "boolean": _boolean,
    "int": _integer,
    "long": _integer,
    "enum": _symbol,
}
WRITERS = {
    **_SAME_BOTH_WAYS,
    "date": _day_to_int,
    "timestamp-millis": _moment_to_int,
    "decimal": _decimal_to_bytes,
}
READERS = {
    **_SAME_BOTH_WAYS,
    "date": _day_from_int,
    "timestamp-millis": _moment_from_int,
    "decimal": _decimal_from_bytes,
}
