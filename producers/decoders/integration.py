"""integration: the integration unit's total of newcomers, to rows, periods and programmes (partners/integration.md)."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from producers import table
from producers.contract import MUNICIPALITY, contract_of
from producers.decoders.integration_cases import PERIOD, Cases, contents
from producers.delivery import Applied, Decoded, Delivery, FactOfLine, Row, Verdict
from producers.memory import Memory
from producers.text import Line
from producers.vault import Vault, remembered
from schemas.errors import WrongDelivery
from schemas.faults import Fault
from schemas.feed_contracts import contract
from schemas.person_numbers import cleaned

_AGREED = contract("integration")
_FILE = _AGREED.own.file
COLUMNS = _AGREED.columns
_NAME = re.compile(_FILE.name)
_CASE = re.compile(r"INT-[0-9]{5}")
_OPEN_END = "31-12-9999"
_NEVER_SHOULD_HAVE_BEEN = "90"

CONTRACT = contract_of("integration")


def partner_of(file_name: str, data: bytes) -> str | None:
    """There is one integration unit."""
    return MUNICIPALITY


def read(delivery: Delivery) -> Decoded:
    """Rows of the total. Raises WrongDelivery: F01 to F09 in order; header only is H05, of elsewhere H04."""
    name = _NAME.fullmatch(delivery.file_name)
    sequence, week = (None, None) if name is None else (int(name["tid"]), _week(name["uge"]))
    try:
        return _read(delivery, name, sequence, week)
    except WrongDelivery as wrong:
        raise WrongDelivery(wrong.fault, wrong.rows, wrong.notices, sequence, week) from None


def follows(decoded: Decoded, last: Mapping[str, Any] | None) -> Fault | None:
    """`tid` rises strictly."""
    if last is None or decoded.sequence is None or decoded.sequence > last["sequence"]:
        return None
    return Fault(code="F12", detail={"found": decoded.sequence, "last": last["sequence"]})


def facts(
    delivery: Delivery,
    decoded: Decoded,
    clean: Sequence[Row],
    rejected: Collection[int],
    memory: Memory,
    vault: Vault,
) -> Applied:
    """Versions of each row's case, then what silence closes; all recorded at the name's moment."""
    memory.load_all()
    day = date.fromisoformat(decoded.header["day"])
    cases = Cases(delivery, datetime.fromisoformat(decoded.header["made_at"]), memory)
    running = cases.running(day)
    told = [row for row in clean if row.values["Status"] != _NEVER_SHOULD_HAVE_BEEN]
    persons = vault.identify(dict.fromkeys(cleaned(row.values["CPR-nummer"] or "") for row in told))
    merged = vault.merged()
    said: list[FactOfLine] = []
    verdicts: dict[int, Verdict] = {}
    for row in clean:
        case, person = row.values["Sagsid"] or "", persons.get(cleaned(row.values["CPR-nummer"] or ""))
        if row.values["Status"] == _NEVER_SHOULD_HAVE_BEEN or person is None:
            found = cases.withdraw_all(case, row.line)
        else:
            person = remembered(person, cases.persons(case), merged)
            found = cases.tell(case, person, contents(row.values), row.line)
        verdicts[row.line] = "accepted" if found else "unchanged"
        said += found
    spoken = {row.values.get("Sagsid") or "" for row in decoded.rows}
    readable = all(map(_CASE.fullmatch, spoken))
    silent = [statement for statement in running if readable and statement.case not in spoken]
    said += [cases.end(statement, day) for statement in silent]
    return Applied(
        facts=sorted(said, key=_place),
        verdicts=verdicts,
        silenced=sum(statement.kind == PERIOD for statement in silent),
        open_before=sum(statement.kind == PERIOD for statement in running),
    )


def _place(said: FactOfLine) -> tuple[int, str, str, bool]:
    case, _, _ = said.fact.record_key.partition("/")
    return said.line, said.fact.kind, case, not said.fact.withdrawn


def _read(
    delivery: Delivery, name: re.Match[str] | None, sequence: int | None, week: tuple[date, date] | None
) -> Decoded:
    file = table.opened(delivery.data)
    header = table.split(file.lines[0])
    _refuse_header(header)
    rows, faults = _rows(file, header)

    def refuse(code: str, detail: str) -> WrongDelivery:
        return WrongDelivery(Fault(code=code, detail={"detail": detail}), rows=len(rows))

    if name is None:
        raise refuse("F07", "INTEGRATION_KOM_UGE_TID.csv")
    made = table.moment(name["tid"])
    if made is None:
        raise refuse("F07", "tid")
    if len(delivery.data) > _FILE.most_bytes or len(rows) > _FILE.most_rows:
        raise WrongDelivery(Fault(code="F08"))
    # The week of D, or the one before it.
    if week is None or not timedelta(0) <= made.day - week[0] < timedelta(days=14):
        raise refuse("F09", "ugen i filnavnet")
    notices = [] if len(header) == len(COLUMNS) else [Fault(code="N04", line=1)]
    held = [Fault(code="H04")] if name["kom"] != MUNICIPALITY else [] if rows else [Fault(code="H05")]
    return Decoded(
        rows=rows,
        rows_counted=len(rows),
        faults=[*faults, *notices],
        sequence=sequence,
        period=week,
        header={"made_at": made.at.isoformat(), "day": made.day.isoformat()},
        held=held,
    )


def _week(text: str) -> tuple[date, date] | None:
    try:
        monday = date.fromisocalendar(int(text[:4]), int(text[4:]), 1)
    except ValueError:
        return None
    return monday, monday + timedelta(days=6)


def _refuse_header(names: Sequence[str]) -> None:
    column = next((column for column in COLUMNS if names.count(column) != 1), None)
    if column is None:
        return
    if len(names) == 1 and names[0] not in COLUMNS:
        raise WrongDelivery(Fault(code="F04", line=1, detail={"detail": "skilletegn"}))
    raise WrongDelivery(Fault(code="F04", line=1, column=column, detail={"detail": column}))


def _rows(file: table.Table, header: Sequence[str]) -> tuple[list[Row], list[Fault]]:
    rows: list[Row] = []
    faults: list[Fault] = []
    for line in file.lines[1:]:
        if table.says_nothing(line[1]):
            continue
        found = table.split(line)
        if len(found) < len(header) and file.cut and line is file.lines[-1]:
            raise WrongDelivery(Fault(code="F05", line=line[0]))
        if len(found) != len(header):
            faults.append(Fault(code="R01", line=line[0], detail={"found": len(found), "expected": len(header)}))
        rows.append(_row(line, found, header))
    return rows, faults


def _row(line: Line, found: Sequence[str], header: Sequence[str]) -> Row:
    if len(found) != len(header):
        # Which of its fields are of columns that are never stored, nobody can tell.
        return Row(line=line[0], values={}, raw="")
    texts = dict(zip(header, found, strict=True))
    values = {column: table.filled(texts[column]) for column in COLUMNS}
    if values["Slutdato"] == _OPEN_END:
        values["Slutdato"] = None
    return Row(line=line[0], values=values, raw=";".join(texts[column] for column in COLUMNS))
