"""eindkomst: the income register's lines of pay and public support, to rows (partners/eindkomst.md)."""

import re
from calendar import monthrange
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from producers import table
from producers.contract import MUNICIPALITY, contract_of
from producers.decoders.eindkomst_lines import take
from producers.delivery import Applied, Decoded, Delivery, Row
from producers.memory import Memory
from producers.text import UTF8_MARK, Line
from producers.vault import Vault
from schemas.eindkomst import FIELD_IDS, NEVER_READ
from schemas.errors import WrongDelivery
from schemas.faults import Fault
from schemas.feed_contracts import contract

_FILE = contract("eindkomst").own.file
_NAME = re.compile(_FILE.name)
_COUNT = re.compile("[0-9]{1,7}")
_NAMES, _TRAILER = "0000000", "9999999"

CONTRACT = contract_of("eindkomst")


def partner_of(file_name: str, data: bytes) -> str | None:
    """There is one income register."""
    return "skat"


def read(delivery: Delivery) -> Decoded:
    """Rows of the file. Raises WrongDelivery: F01 to F09 in order; of elsewhere H04."""
    name = _NAME.fullmatch(delivery.file_name)
    sequence, month = (None, None) if name is None else (int(name["nr"]), _month(name["maaned"]))
    notices = [Fault(code="N05", line=1)] if delivery.data.startswith(UTF8_MARK) else []
    try:
        file = table.opened(delivery.data)
        rows, faults, trailer = _body(file)
        named = _named(delivery, name, month, rows, trailer)
    except WrongDelivery as wrong:
        told = notices if wrong.fault.code != "F01" else []
        raise WrongDelivery(wrong.fault, wrong.rows, told, sequence, month) from None
    return Decoded(
        rows=rows,
        rows_counted=len(rows),
        faults=[*faults, *notices],
        sequence=sequence,
        period=month,
        header=named,
        held=[] if named["kom"] == MUNICIPALITY else [Fault(code="H04")],
    )


def follows(decoded: Decoded, last: Mapping[str, Any] | None) -> Fault | None:
    """`nr` counts by 1, `tid` rises; the first may be any."""
    if last is None or decoded.sequence is None:
        return None
    number, before = decoded.sequence, int(last["sequence"])
    if number <= before or decoded.header["tid"] <= last["header"]["tid"]:
        return Fault(code="F12", detail={"found": number, "last": before})
    return None if number == before + 1 else Fault(code="H03", detail={"missing": before + 1})


def facts(
    delivery: Delivery,
    decoded: Decoded,
    clean: Sequence[Row],
    rejected: Collection[int],
    memory: Memory,
    vault: Vault,
) -> Applied:
    """Months and spells that the rows touch, computed again, see producers.decoders.eindkomst_lines."""
    at, day = datetime.fromisoformat(decoded.header["made_at"]), date.fromisoformat(decoded.header["day"])
    return take(delivery, at, day, clean, memory, vault, CONTRACT.waiting_days)


def _month(text: str) -> tuple[date, date] | None:
    year, month = int(text[:4]), int(text[4:])
    return None if year == 0 else (date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _body(file: table.Table) -> tuple[list[Row], list[Fault], list[str]]:
    """Rows, their R01, and the fields of the trailer. Raises WrongDelivery: F04 to F06."""
    start = 1 if table.split(file.lines[0])[0] == _NAMES else 0
    header = file.lines[start] if start < len(file.lines) else (start + 1, "")
    names = table.split(header)
    _refuse_header(header[0], names)
    rows: list[Row] = []
    faults: list[Fault] = []
    trailer: list[str] | None = None
    for line in file.lines[start + 1 :]:
        if table.says_nothing(line[1]):
            continue
        if trailer is not None:
            raise WrongDelivery(Fault(code="F05", line=line[0]))
        found = table.split(line)
        if found[0] == _TRAILER:
            trailer = found
            continue
        if len(found) != len(names):
            faults.append(Fault(code="R01", line=line[0], detail={"found": len(found), "expected": len(names)}))
        rows.append(_row(line, found, names))
    said = trailer[1] if trailer is not None and len(trailer) > 1 else ""
    if trailer is None or not _COUNT.fullmatch(said) or int(said) != len(rows):
        expected = int(said) if _COUNT.fullmatch(said) else "?"
        raise WrongDelivery(Fault(code="F06", detail={"expected": expected, "found": len(rows)}), rows=len(rows))
    return rows, faults, trailer


def _refuse_header(line: int, names: Sequence[str]) -> None:
    column = next((column for column in FIELD_IDS if names.count(column) != 1), None)
    if column is not None or len(names) != len(FIELD_IDS):
        detail = {"detail": "ukendt FeltID" if column is None else column}
        raise WrongDelivery(Fault(code="F04", line=line, column=column, detail=detail))


def _row(line: Line, found: Sequence[str], names: Sequence[str]) -> Row:
    """One row without the fields that are never read; where they are, nobody can tell if their number is wrong."""
    if len(found) != len(names):
        return Row(line=line[0], values={}, raw="")
    texts = {name: text for name, text in zip(names, found, strict=True) if name not in NEVER_READ}
    values = {name: table.filled(text) for name, text in texts.items()}
    return Row(line=line[0], values=values, raw=";".join(texts.get(name, "") for name in FIELD_IDS))


def _named(
    delivery: Delivery,
    name: re.Match[str] | None,
    month: tuple[date, date] | None,
    rows: Sequence[Row],
    trailer: Sequence[str],
) -> Mapping[str, str]:
    """Municipality, moment and day of the name. Raises WrongDelivery: F07 to F09."""

    def refuse(code: str, detail: str) -> WrongDelivery:
        return WrongDelivery(Fault(code=code, detail={"detail": detail}), rows=len(rows))

    if name is None:
        raise refuse("F07", "EINDK_KOM_MAANED_NR_TID.csv")
    made = table.moment(name["tid"])
    if made is None:
        raise refuse("F07", "tid")
    if len(trailer) < 3 or trailer[2] != name["tid"]:
        raise refuse("F07", "tid i navn og slutlinje")
    if len(delivery.data) > _FILE.most_bytes or len(rows) > _FILE.most_rows:
        raise WrongDelivery(Fault(code="F08"))
    if month is None or month[0] > made.day:
        raise refuse("F09", "måneden i filnavnet")
    return {"kom": name["kom"], "tid": name["tid"], "made_at": made.at.isoformat(), "day": made.day.isoformat()}
