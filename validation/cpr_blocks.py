"""What several records of the person register show: blocks set aside, repeats, types not ordered (cpr.md)."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from schemas.cpr_blocks import ANNULLED, BLOCK_TYPES, NOT_ORDERED, NUMBER_CHANGED, blocks, has_faulty_number, type_of
from schemas.cpr_stays import conflicts, stays_of
from schemas.faults import Fault
from validation.expectation import Across, Header, RowLike


def across(rows: Sequence[RowLike], faulty: Collection[int], header: Header) -> Across:
    """Blocks that are set aside (a fault in one record, R11, R13, R15), repeats, and types that were not ordered."""
    synthetic = header.get("synthetic") == "yes"
    belonging = [
        row for row in rows if type_of(row) in BLOCK_TYPES | {"099"} and not has_faulty_number(row, synthetic=synthetic)
    ]
    faults: list[Fault] = []
    aside: set[int] = set()
    for block in blocks(belonging).values():
        told = [row for row in block if type_of(row) in BLOCK_TYPES]
        found = [] if any(row.line in faulty for row in told) else _faults_of(block, told, faulty)
        if found or any(row.line in faulty for row in told):
            aside.update(row.line for row in block)
        faults += found
    repeats = [
        Fault(code="N01", line=row.line)
        for row in rows
        if row.line not in faulty and row.values.get("SAME_AS") is not None
    ]
    return Across(faults=[*faults, *repeats, *_not_ordered(rows)], aside=aside)


def _faults_of(block: Sequence[RowLike], told: Sequence[RowLike], faulty: Collection[int]) -> list[Fault]:
    """R15, else R11, else R13 of a block without another fault; a 099 alone has none."""
    persons = [row for row in told if type_of(row) == "001"]
    if not told:
        return []
    if not persons:
        lines = [row.line for row in block if row.line not in faulty]
        return [Fault(code="R15", line=line, column="RECORDTYPE") for line in lines]
    different = {
        **_different(persons),
        **_different([row for row in told if type_of(row) == "002"]),
    }
    if different:
        return [_about("R11", line, "RECORDTYPE", other) for line, other in different.items()]
    if persons[0].values["STATUS"] in NUMBER_CHANGED | {ANNULLED}:
        return []
    once = [row for row in told if row.values["SAME_AS"] is None]
    return [_about("R13", line, "TILFLYDTO", other) for line, other in conflicts(stays_of(once)).items()]


def _about(code: str, line: int, column: str, other_line: int) -> Fault:
    return Fault(code=code, line=line, column=column, other_line=other_line)


def _different(records: Sequence[RowLike]) -> Mapping[int, int]:
    """For records that are not all the same: each one's line with the first line of another content."""
    texts = [record.values["SAME_AS"] or str(record.line) for record in records]
    another = next((record for record, text in zip(records, texts, strict=True) if text != texts[0]), None)
    if another is None:
        return {}
    return {
        record.line: another.line if text == texts[0] else records[0].line
        for record, text in zip(records, texts, strict=True)
    }


def _not_ordered(rows: Sequence[RowLike]) -> Iterable[Fault]:
    first_lines: dict[str, int] = {}
    for row in rows:
        if type_of(row) in NOT_ORDERED:
            first_lines.setdefault(type_of(row), row.line)
    return [Fault(code="N04", line=line, column="RECORDTYPE") for line in first_lines.values()]
