"""Reads facts from JSON lines: strict, with the line and the field of what is wrong, and citizen by citizen."""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final, NoReturn

import msgspec

from branchespor.fact_fields import OF_NO_PERSON, Record, WrongFact, check, is_plainly_right

_decode: Final = msgspec.json.Decoder().decode


class OutOfOrder(Exception):
    """A line belongs to a citizen who comes before the one of the line above: the file is not sorted by person."""


def in_order(lines: Iterable[bytes]) -> Iterator[tuple[str, list[Record]]]:
    """Each citizen with all facts, for lines sorted by person (code point order): one citizen is held at a time.

    Raises WrongFact for the first wrong line, OutOfOrder as soon as the lines are not sorted.
    """
    present: str | None = None
    records: list[Record] = []
    for number, line in enumerate(lines, start=1):
        record = read(line, number)
        person = record["person"]
        if person == present:
            records.append(record)
        elif person is not None:
            if present is not None:
                if person < present:
                    raise OutOfOrder
                yield present, records
            present, records = person, [record]
    if present is not None:
        yield present, records


def in_any_order(lines: Iterable[bytes]) -> Iterator[tuple[str, list[Record]]]:
    """Each citizen with all facts, sorted by person; holds the whole file. Raises WrongFact for the first one."""
    citizens: dict[str, list[Record]] = {}
    for number, line in enumerate(lines, start=1):
        record = read(line, number)
        if record["person"] is not None:
            citizens.setdefault(record["person"], []).append(record)
    yield from sorted(citizens.items())


def balance_of(lines: Iterable[bytes]) -> list[Record]:
    """The facts of the labour-market balance among the lines; a wrong line is left to those who read all of them."""
    found = []
    for number, line in enumerate(lines, start=1):
        if b"ShortageArea" in line:
            with suppress(WrongFact):
                record = read(line, number)
                if record["kind"] == "ShortageArea":
                    found.append(record)
    return found


def read(line: bytes, number: int) -> Record:
    """The fact of one line, checked; `person` is None for what is of no person. Raises WrongFact."""
    try:
        record = _decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        record = _object_by_the_book(line)
    if not isinstance(record, dict):
        raise WrongFact(number, None, "not a JSON object; wanted is one fact a line")
    if not is_plainly_right(record):
        check(record, number)
        if record["kind"] in OF_NO_PERSON:
            record.setdefault("person", None)
    return record


def _object_by_the_book(line: bytes) -> object:
    """The slower second opinion: the fast decoder refuses a few texts that JSON allows, such as lone surrogates."""
    try:
        return json.loads(line.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None


def _no_constant(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")
