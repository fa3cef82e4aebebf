"""amu: an institution's window of enrolments on AMU courses, to rows and Training facts."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from producers import table
from producers.contract import contract_of
from producers.decoders.amu_enrolments import enrolments
from producers.delivery import Applied, Decoded, Delivery, Row
from producers.memory import Memory
from producers.text import Line, decoded, fields, lines, refuse_empty, refuse_other_formats
from producers.vault import Vault
from schemas.errors import WrongDelivery
from schemas.faults import Fault
from schemas.feed_contracts import contract

_AGREED = contract("amu")
_FILE = _AGREED.own.file
COLUMNS = _AGREED.columns
DEPARTMENTS: Mapping[str, tuple[str, ...]] = {"907001": ("907001", "907011"), "907002": ("907002",)}
_NAME = re.compile(_FILE.name)
_FIRST_YEAR, _YEAR_BEHIND = 1900, 2200

CONTRACT = contract_of("amu")


def partner_of(file_name: str, data: bytes) -> str | None:
    """The institution of the name."""
    match = _NAME.fullmatch(file_name)
    return None if match is None else match["inst"]


def read(delivery: Delivery) -> Decoded:
    """Rows of the file. Raises WrongDelivery: F01 to F09 in order, with what the name tells; header only is H05."""
    try:
        return _read(delivery)
    except WrongDelivery as wrong:
        match = _NAME.fullmatch(delivery.file_name)
        if match is None:
            raise
        first, last = _quarter(match["fra"]), _quarter(match["til"])
        period = _days(first, last) if _FIRST_YEAR * 4 <= first <= last < _YEAR_BEHIND * 4 else None
        raise WrongDelivery(wrong.fault, wrong.rows, wrong.notices, int(match["tid"]), period) from None


def _read(delivery: Delivery) -> Decoded:
    refuse_empty(delivery.data)
    refuse_other_formats(delivery.data)
    text = decoded(delivery.data, "utf-8")
    notices = [Fault(code="N05", line=1)] if text.startswith("\ufeff") else []
    physical = lines(text.removeprefix("\ufeff"), cr_alone=False)
    _refuse_header(physical[0][1] if physical else "", notices)
    found = _rows(physical[1:], text, notices)
    rows = len(found)
    named = _named(delivery, rows, notices)
    if len(delivery.data) > _FILE.most_bytes or rows > _FILE.most_rows:
        raise WrongDelivery(Fault(code="F08"), notices=notices)
    window = _window(named, rows, notices)
    faults = [
        Fault(code="R01", line=row.line, detail={"found": count, "expected": len(COLUMNS)})
        for row, count in found
        if count != len(COLUMNS)
    ]
    return Decoded(
        rows=[row for row, _ in found],
        rows_counted=rows,
        faults=[*faults, *notices],
        sequence=int(named["tid"]),
        period=window,
        header={
            "departments": " ".join(DEPARTMENTS[named["inst"]]),
            "window_first": window[0].isoformat(),
            "window_last": window[1].isoformat(),
            "made_at": named["made_at"],
            "made_on": named["made_on"],
            "til": named["til"],
            "tid": named["tid"],
        },
        held=[] if rows else [Fault(code="H05")],
    )


def follows(decoded: Decoded, last: Mapping[str, Any] | None) -> Fault | None:
    """`tid` rises strictly, and `til` never goes back."""
    if last is None:
        return None
    now, before = decoded.header, last["header"]
    if now["tid"] <= before["tid"] or now["til"] < before["til"]:
        return Fault(code="F12", detail={"found": now["tid"], "last": before["tid"]})
    return None


def facts(
    delivery: Delivery,
    decoded: Decoded,
    clean: Sequence[Row],
    rejected: Collection[int],
    memory: Memory,
    vault: Vault,
) -> Applied:
    """One Training for each row, then what silence in the window withdraws; all recorded at the name's moment."""
    return enrolments(delivery, decoded, clean, rejected, memory, vault)


def _refuse_header(line: str, notices: Sequence[Fault]) -> None:
    names = fields(line, blanks_before_quote=True) or []
    if names == list(COLUMNS):
        return
    known = [name for name in names if name in COLUMNS]
    column: str | None = None
    if known:
        for place, name in enumerate(COLUMNS):
            if known.count(name) != 1 or known[place] != name:
                column = name
                break
    detail = {"detail": "skilletegn eller ukendt kolonne" if column is None else column}
    raise WrongDelivery(Fault(code="F04", line=1, column=column, detail=detail), notices=notices)


def _rows(data: Sequence[Line], text: str, notices: Sequence[Fault]) -> list[tuple[Row, int]]:
    cut = not text.endswith("\n")
    found: list[tuple[Row, int]] = []
    for number, line in data:
        if table.says_nothing(line):
            continue
        texts = fields(line, blanks_before_quote=True)
        if texts is None:
            raise WrongDelivery(Fault(code="F05", line=number), notices=notices)
        if cut and number == data[-1][0] and len(texts) < len(COLUMNS):
            raise WrongDelivery(Fault(code="F05", line=number), notices=notices)
        whole = len(texts) == len(COLUMNS)
        values = {column: table.filled(field) for column, field in zip(COLUMNS, texts, strict=False)}
        found.append((Row(line=number, values=values if whole else {}, raw=line), len(texts)))
    return found


def _named(delivery: Delivery, rows: int, notices: Sequence[Fault]) -> dict[str, str]:
    """Institution, quarters and moment of the name (F07)."""

    def refuse(detail: str) -> WrongDelivery:
        return WrongDelivery(Fault(code="F07", detail={"detail": detail}), rows=rows, notices=notices)

    match = _NAME.fullmatch(delivery.file_name)
    if match is None:
        raise refuse("AMU_INST_FRA_TIL_TID.csv")
    if match["inst"] != delivery.partner or match["inst"] not in DEPARTMENTS:
        raise refuse("institution")
    made = table.moment(match["tid"])
    if made is None:
        raise refuse("tid")
    return {**match.groupdict(), "made_at": made.at.isoformat(), "made_on": made.day.isoformat()}


def _window(named: Mapping[str, str], rows: int, notices: Sequence[Fault]) -> tuple[date, date]:
    """First day of `fra` to last day of `til` (F09)."""
    first, last = _quarter(named["fra"]), _quarter(named["til"])
    made = date.fromisoformat(named["made_on"])
    now = made.year * 4 + (made.month - 1) // 3
    if last - first != 3 or last not in (now, now - 1):
        raise WrongDelivery(Fault(code="F09", detail={"detail": "kvartalerne i filnavnet"}), rows=rows, notices=notices)
    return _days(first, last)


def _days(first: int, last: int) -> tuple[date, date]:
    return _first_day(first), _first_day(last + 1) - timedelta(days=1)


def _quarter(text: str) -> int:
    return int(text[:4]) * 4 + int(text[5]) - 1


def _first_day(quarter: int) -> date:
    return date(quarter // 4, quarter % 4 * 3 + 1, 1)
