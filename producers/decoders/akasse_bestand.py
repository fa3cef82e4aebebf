"""akasse-bestand: the weekly total of an a-kasse's members becomes MembershipSpells (akasse-bestand.md)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from producers.contract import contract_of
from producers.decoders import akasse_bestand_file as stock
from producers.decoders.akasse_memberships import Memberships
from producers.decoders.akasse_silence import Membership, Total, endings, rejected_members
from producers.delivery import Applied, Decoded, Delivery, FactOfLine, Row, Verdict
from producers.memory import Memory
from producers.text import UTF8_MARK, decoded, lines, refuse_empty, refuse_other_formats
from producers.vault import Vault, remembered
from schemas import forms
from schemas.errors import WrongDelivery
from schemas.facts import JsonValue
from schemas.faults import Fault

CONTRACT = contract_of("akasse-bestand")
_COLUMNS = stock.AGREED.record("medlem").positions
_INSURANCE: Mapping[str | None, str] = {"H": "FULL_TIME", "D": "PART_TIME", "K": "COMBINATION", "I": "NONE"}
_OPEN = "00000000"


def partner_of(file_name: str, data: bytes) -> str | None:
    """The a-kasse by the file's name, else by its start row."""
    named = stock.partner_in_name(file_name)
    if named is not None:
        return named
    start = data[2:5]
    return start.decode() if data[:2] == b"01" and start.isascii() and start.isdigit() else None


def read(delivery: Delivery) -> Decoded:
    """The data rows of a stock file. Raises WrongDelivery for the file faults of the page."""
    refuse_empty(delivery.data)
    refuse_other_formats(delivery.data)
    if len(delivery.data) > stock.FILE.most_bytes:
        raise WrongDelivery(Fault(code="F08"))
    notices = [Fault(code="N05", line=1)] if delivery.data.startswith(UTF8_MARK) else []
    text = decoded(delivery.data.removeprefix(UTF8_MARK), stock.FILE.encoding, notices)
    try:
        return _read(delivery, text, notices)
    except WrongDelivery as wrong:
        sequence, period = stock.week_told(text)
        raise WrongDelivery(wrong.fault, wrong.rows, notices, sequence, period) from None


def _read(delivery: Delivery, text: str, notices: Sequence[Fault]) -> Decoded:
    all_lines = lines(text, cr_alone=False)
    while all_lines and not all_lines[-1][1].strip(" "):
        all_lines.pop()
    start = stock.start_row(all_lines)
    if not stock.is_ours(start):
        return Decoded(rows=(), rows_counted=0, faults=notices, held=[Fault(code="H04")])
    file = stock.stock_file(delivery, all_lines, start)
    rows = _rows(file.rows)
    wrong_length = [
        Fault(code="R01", line=row.line, detail={"found": len(row.raw), "unit": "tegn", "expected": stock.WIDTH})
        for row in rows
        if not row.values
    ]
    return Decoded(
        rows=rows,
        rows_counted=len(rows),
        faults=[*notices, *wrong_length],
        sequence=int(start.period),
        period=file.period,
        header={"made": start.made, "made_at": file.made_at.isoformat(), "day": start.day},
        held=[] if rows else [Fault(code="H05")],
    )


def _rows(lines_between: Sequence[tuple[int, str]]) -> list[Row]:
    rows: list[Row] = []
    first_line: dict[str, int] = {}
    for line, raw in lines_between:
        text = stock.row_of(raw)
        values: dict[str, str | None] = {}
        if text is not None:
            values = {name: text[first - 1 : last].strip(" ") or None for name, first, last in _COLUMNS}
            same_as = first_line.setdefault(text, line)
            values["SAME_AS"] = None if same_as == line else str(same_as)
        rows.append(Row(line=line, values=values, raw=raw))
    return rows


def follows(this: Decoded, last: Mapping[str, Any] | None) -> Fault | None:
    """The week after the last one, or the same week made later (a redelivery); H03: a week left out, else F12."""
    previous = None if last is None else last["sequence"]
    if this.sequence is None or last is None or previous is None:
        return None
    if this.sequence == previous and this.header["made"] > last["header"]["made"]:
        return None
    if this.sequence <= previous:
        return Fault(code="F12", detail={"found": this.sequence, "last": previous})
    expected = stock.week_after(previous)
    return None if this.sequence == expected else Fault(code="H03", detail={"missing": expected})


def facts(
    delivery: Delivery,
    this: Decoded,
    clean: Sequence[Row],
    rejected: Collection[int],
    memory: Memory,
    vault: Vault,
) -> Applied:
    """Memberships of the total, and the end of those that no row speaks for any more."""
    memory.load_all()
    held = Memberships(delivery, datetime.fromisoformat(this.header["made_at"]), memory)
    before = held.open_memberships()
    persons, merged = vault.identify({row.values["CPR"] or "" for row in clean}), vault.merged()
    verdicts: dict[int, Verdict] = {}
    keys: set[Membership] = set()
    said: list[FactOfLine] = []
    for row in clean:
        key = _key(row, persons)
        key = replace(key, person=remembered(key.person, held.persons(key), merged))
        keys.add(key)
        fact = held.state(key, _content(delivery.partner, row), line=row.line)
        verdicts[row.line] = "unchanged" if fact is None else "accepted"
        said += [] if fact is None else [fact]
    members, unreadable = rejected_members(row.raw for row in this.rows if row.line in rejected)
    day = forms.day(this.header["day"], "yyyymmdd") or date.max
    total = Total(keys=keys, rejected_members=members, unreadable=unreadable, day=day)
    ends = endings(before, total)
    silent = [held.end(key, last_day if how == "closed" else None) for key, how, last_day in ends]
    return Applied(facts=[*silent, *said], verdicts=verdicts, silenced=len(ends), open_before=len(before))


def _key(row: Row, persons: Mapping[str, str]) -> Membership:
    first_day = forms.day(row.values["INDMELDT"], "yyyymmdd") or date.min
    return Membership(
        member=row.values["MEDLEMSNR"] or "", first_day=first_day, person=persons[row.values["CPR"] or ""]
    )


def _content(akasse: str, row: Row) -> dict[str, JsonValue]:
    left = row.values["UDMELDT"]
    first_day = forms.day(row.values["INDMELDT"], "yyyymmdd")
    last_day = None if left == _OPEN else forms.day(left, "yyyymmdd")
    return {
        "akasse": akasse,
        "insurance": _INSURANCE[row.values["GRAD"]],
        "first_day": None if first_day is None else first_day.isoformat(),
        "last_day": None if last_day is None else last_day.isoformat(),
    }
