"""Records of the person register as decoder and expectations must both see them: types, blocks, moments (cpr.md)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol, TypeVar

from schemas.person_numbers import fault_code

Values = Mapping[str, str | None]

# A fault in one of these puts all records of the number aside (cpr.md, from rows to facts, 2).
BLOCK_TYPES = frozenset({"001", "002", "004", "022", "023"})
# Read and counted, with no effect; 099 shares the fate of its block.
SILENT_TYPES = frozenset({"099", "910", "997"})
# Sent though not ordered: not read.
NOT_ORDERED = frozenset(
    {"003", *(f"{number:03d}" for number in range(5, 22)), *(f"{number:03d}" for number in range(24, 34))}
)
NUMBER_CHANGED = frozenset({"50", "60"})
LEFT = frozenset({"70", "80", "90"})
ANNULLED = "30"
# Municipality codes below this one are none.
FIRST_MUNICIPALITY = "0100"


class RecordLike(Protocol):
    """A record: texts by column, None = blank."""

    @property
    def line(self) -> int:
        """Physical line from 1."""

    @property
    def values(self) -> Values:
        """Texts by column."""


Record = TypeVar("Record", bound=RecordLike)


def type_of(record: RecordLike) -> str:
    """The record type, "" if blank."""
    return record.values.get("RECORDTYPE") or ""


def number_of(record: RecordLike) -> str | None:
    """The number in positions 4 to 13: that of the block a record belongs to."""
    return record.values.get("PNRGAELD" if type_of(record) == "022" else "PNR")


def has_faulty_number(record: RecordLike, *, synthetic: bool) -> bool:
    """Whether positions 4 to 13 name nobody: such a record may be a part of any block."""
    number = number_of(record)
    return number is None or fault_code(number, synthetic) is not None


def blocks(records: Iterable[Record]) -> dict[str, list[Record]]:
    """The records of each number by it, in order of its first line; records without a number are in none."""
    found: dict[str, list[Record]] = {}
    for record in records:
        number = number_of(record)
        if number is not None:
            found.setdefault(number, []).append(record)
    return found


def day_of_moment(text: str | None) -> date | None:
    """The day of a moment `ÅÅÅÅMMDDTTMM`: month or day 00 is read as 01, the time is not used; None = none.

    Raises ValueError if it is not twelve digits or there is no such day. Source: cpr.md, dates.
    """
    if text is None or text == "0" * 12:
        return None
    if len(text) != 12 or not (text.isascii() and text.isdigit()):
        raise ValueError("not a moment of twelve digits")
    return date(int(text[:4]), int(text[4:6]) or 1, int(text[6:8]) or 1)
