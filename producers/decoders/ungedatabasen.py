"""ungedatabasen: the register's XML of events of the young, to rows (partners/ungedatabasen.md)."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape

from producers.contract import MUNICIPALITY, contract_of
from producers.decoders.ungedatabasen_events import take
from producers.decoders.ungedatabasen_xml import HEAD_ELEMENTS, Document, Element, parse
from producers.delivery import Applied, Decoded, Delivery, Row
from producers.memory import Memory
from producers.text import UTF8_MARK, decoded, line_count, refuse_empty, refuse_other_formats
from producers.vault import Vault
from schemas.errors import WrongDelivery
from schemas.faults import Fault
from schemas.feed_contracts import contract
from schemas.forms import danish_day
from schemas.person_numbers import cleaned
from schemas.ungedatabasen import DAY_OF, KIND, day, instant, is_young, written_time

_FILE = contract("ungedatabasen").own.file
_NAME = re.compile(_FILE.name)
_DECLARED = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml\s[^>]*?\sencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']""")
_HEAD_FORMS: Mapping[str, str] = {"KommuneNr": "[0-9]{4}", "LoebeNummer": "[0-9]{6}", "AntalHaendelser": "[0-9]{1,7}"}

CONTRACT = contract_of("ungedatabasen")


def partner_of(file_name: str, data: bytes) -> str | None:
    """There is one register."""
    return "stil"


def read(delivery: Delivery) -> Decoded:
    """Rows of the file. Raises WrongDelivery: F01 to F03, F05 or F11, F04, F06 to F09; of elsewhere H04."""
    data = delivery.data
    refuse_empty(data)
    refuse_other_formats(data)
    notices = [Fault(code="N05", line=1)] if data.startswith(UTF8_MARK) else []
    declared = _DECLARED.match(data)
    if declared is not None and declared[1].upper() != b"UTF-8":
        raise WrongDelivery(Fault(code="F03", line=1), notices=notices)
    decoded(data, "utf-8", notices)
    rows = _Rows(line_count(data))
    sequence, period = None, None
    try:
        document = parse(data, rows.take)
        head = _head(document)
        sequence, period = int(head["LoebeNummer"]), _period(head)
        _refuse(delivery, head, len(rows.rows))
    except WrongDelivery as wrong:
        raise WrongDelivery(wrong.fault, wrong.rows, [*wrong.notices, *notices], sequence, period) from None
    notices += [Fault(code="N04", line=rows.number(line)) for line in document.unknown]
    until = _moment(head, "TilTidspunkt")
    return Decoded(
        rows=rows.rows,
        rows_counted=len(rows.rows),
        faults=[*rows.faults, *notices],
        sequence=sequence,
        period=period,
        header={"until": until.isoformat(), "day": danish_day(until).isoformat()},
        held=[] if head["KommuneNr"] == MUNICIPALITY else [Fault(code="H04")],
        lines=rows.lines,
    )


def follows(decoded: Decoded, last: Mapping[str, Any] | None) -> Fault | None:
    """LoebeNummer counts by 1; the first may be any."""
    if last is None or decoded.sequence is None:
        return None
    number, before = decoded.sequence, int(last["sequence"])
    if number <= before:
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
    """Versions of the events, see producers.decoders.ungedatabasen_events."""
    on = date.fromisoformat(decoded.header["day"])
    return take(delivery, on, clean, decoded.lines, memory, vault, CONTRACT.waiting_days)


class _Rows:
    """The rows of a delivery; several on one line have numbers of their own, behind the last line."""

    def __init__(self, last_line: int) -> None:
        self.rows: list[Row] = []
        self.faults: list[Fault] = []
        self.lines: dict[int, int] = {}
        self._taken: set[int] = set()
        self._next = last_line + 1

    def number(self, line: int) -> int:
        """The line, or a number of its own where something stands on it already."""
        number = line
        if line in self._taken:
            number, self._next = self._next, self._next + 1
            self.lines[number] = line
        self._taken.add(number)
        return number

    def take(self, element: Element) -> None:
        """One element as a row."""
        number = self.number(element.line)
        if element.has_unknown:
            self.faults.append(Fault(code="N04", line=number))
        if element.wrong:
            self.faults.append(Fault(code="R01", line=number))
            self.rows.append(Row(line=number, values={}, raw=""))
            return
        values = {**element.values, KIND: element.kind}
        self.rows.append(Row(line=number, values=values, raw=_raw(element)))


def _raw(element: Element) -> str:
    """The row with what is known of it; nothing is kept of a person outside the register's purpose."""
    on = day(element.values.get(DAY_OF.get(element.kind, "")))
    if on is not None and is_young(cleaned(element.values.get("CPRNr") or ""), on) is False:
        return ""
    values = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in element.values.items() if text is not None)
    return f"<{element.kind}>{values}</{element.kind}>"


def _head(document: Document) -> Mapping[str, str]:
    """The values of `Hoved`. Raises WrongDelivery F04."""
    head = document.head
    if not document.is_agreed or head is None:
        detail = {"detail": "rodelement, navnerum eller Hoved"}
        raise WrongDelivery(Fault(code="F04", line=document.root_line, detail=detail))
    found: dict[str, str] = {}
    for name in HEAD_ELEMENTS:
        text = head.values.get(name)
        if text is None or name in head.wrong or not _has_form(name, text):
            raise WrongDelivery(Fault(code="F04", line=head.line, column=name, detail={"detail": name}))
        found[name] = text
    return found


def _has_form(name: str, text: str) -> bool:
    if name in _HEAD_FORMS:
        return re.fullmatch(_HEAD_FORMS[name], text) is not None
    written = written_time(text)
    return written is not None and written.has_offset


def _period(head: Mapping[str, str]) -> tuple[date, date] | None:
    """Danish days of both times; None if the first is not before the second."""
    since, until = _moment(head, "FraTidspunkt"), _moment(head, "TilTidspunkt")
    return (danish_day(since), danish_day(until)) if since < until else None


def _moment(head: Mapping[str, str], name: str) -> datetime:
    at = instant(head[name])
    if at is None:
        raise ValueError(f"{name} was not checked")
    return at


def _refuse(delivery: Delivery, head: Mapping[str, str], rows: int) -> None:
    """F06 to F09."""
    if int(head["AntalHaendelser"]) != rows:
        detail: Mapping[str, str | int] = {"expected": int(head["AntalHaendelser"]), "found": rows}
        raise WrongDelivery(Fault(code="F06", detail=detail), rows=rows)
    name = _NAME.fullmatch(delivery.file_name)
    until = _moment(head, "TilTidspunkt")
    if name is None:
        raise WrongDelivery(Fault(code="F07", detail={"detail": "UDB_KOM_NR_DATO.xml"}), rows=rows)
    if (name["kom"], name["nr"]) != (head["KommuneNr"], head["LoebeNummer"]):
        raise WrongDelivery(Fault(code="F07", detail={"detail": "kommune eller løbenummer"}), rows=rows)
    if name["dato"] != danish_day(until).isoformat().replace("-", ""):
        raise WrongDelivery(Fault(code="F07", detail={"detail": "dato og TilTidspunkt"}), rows=rows)
    if len(delivery.data) > _FILE.most_bytes or rows > _FILE.most_rows:
        raise WrongDelivery(Fault(code="F08"))
    if _period(head) is None:
        raise WrongDelivery(Fault(code="F09", detail={"detail": "FraTidspunkt og TilTidspunkt"}), rows=rows)
