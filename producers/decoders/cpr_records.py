"""CPR-Direct records (U12170-P): their lengths, the columns that are read, and a file cut into them (cpr.md)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from producers import text as texts
from producers.delivery import Row
from schemas.cpr_blocks import BLOCK_TYPES, NOT_ORDERED, SILENT_TYPES
from schemas.faults import Fault
from schemas.feed_contracts import contract

# Column: (name, first position, last position); positions from 1, both inclusive.
Columns = tuple[tuple[str, int, int], ...]

_RECORDS = [record for record in contract("cpr").records if record.terms.length is not None]
LENGTHS: Mapping[str, int] = {record.name: record.terms.length or 0 for record in _RECORDS}
COLUMNS: Mapping[str, Columns] = {record.name: record.positions for record in _RECORDS}
# Twelve zeros in these are a written none.
_MOMENTS = frozenset({"STATUSHAENSTART", "TILFLYDTO", "TILFLYKOMDTO", "FRAFLYDTO"})
_NO_MOMENT = "0" * 12
# A CR that ends no line is no fault of this contract.
_CONTROL = re.compile(r"[\x00-\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record: its physical line from 1, and its text without the blanks at its end."""

    line: int
    text: str

    @property
    def type(self) -> str:
        """The record type, positions 1 to 3."""
        return self.text[:3]

    @property
    def is_too_long(self) -> bool:
        """Longer than its type's length, blanks at the end not counted."""
        return len(self.text) > LENGTHS.get(self.type, len(self.text))

    def values(self) -> dict[str, str | None]:
        """Texts by column, RECORDTYPE first; None = blank or a written none. Blanks cut at the end are filled up."""
        found: dict[str, str | None] = {"RECORDTYPE": self.type.strip(" ") or None}
        for name, first, last in COLUMNS.get(self.type, ()):
            text = self.text[first - 1 : last].strip(" ")
            found[name] = None if not text or (name in _MOMENTS and text == _NO_MOMENT) else text
        return found


def records_of(text: str) -> Sequence[Record]:
    """The records of a file, one on a line (LF or CRLF); empty lines at the end are not read."""
    records = [Record(line=line, text=each.rstrip(" ")) for line, each in texts.lines(text, cr_alone=False)]
    while records and not records[-1].text:
        records.pop()
    return records


def rows_of(records: Sequence[Record]) -> tuple[list[Row], list[Fault]]:
    """Rows with their columns, and the faults of whole records: R01 longer than its type, R10 a control character.

    Extra column SAME_AS: the first line with the same text. Of a record that is not ordered only the type is kept.
    """
    rows: list[Row] = []
    faults: list[Fault] = []
    first_line: dict[str, int] = {}
    for record in records:
        if record.type in NOT_ORDERED:
            rows.append(Row(line=record.line, values={"RECORDTYPE": record.type}, raw=record.type))
            continue
        same_as = first_line.setdefault(record.text, record.line)
        repeat = None if same_as == record.line else str(same_as)
        rows.append(Row(line=record.line, values={**record.values(), "SAME_AS": repeat}, raw=record.text))
        if record.type in BLOCK_TYPES | SILENT_TYPES and record.is_too_long:
            detail: dict[str, str | int] = {
                "found": len(record.text),
                "unit": "tegn",
                "expected": f"højst {LENGTHS[record.type]}",
            }
            faults.append(Fault(code="R01", line=record.line, detail=detail))
        elif _CONTROL.search(record.text):
            faults.append(Fault(code="R10", line=record.line))
    return rows, faults
