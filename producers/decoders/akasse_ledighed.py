"""akasse-ledighed: an a-kasse's file of unemployment, dagpenge periods, absence and work, to rows."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from producers.contract import contract_of
from producers.decoders.akasse_statements import apply
from producers.delivery import Applied, Decoded, Delivery, Row
from producers.memory import Memory
from producers.text import UTF8_MARK, Line, decoded, fields, lines, refuse_empty, refuse_other_formats
from producers.vault import Vault
from schemas.errors import WrongDelivery
from schemas.faults import Fault
from schemas.feed_contracts import contract

_AGREED = contract("akasse-ledighed")
_FILE = _AGREED.own.file
COLUMNS = _AGREED.columns
_NAME = re.compile(_FILE.name)
_COUNT = re.compile(r"[0-9]{1,7}")
_MARK_READ_AS_TEXT = UTF8_MARK.decode(_FILE.encoding)
_LAST_NUMBER = 999_999

CONTRACT = contract_of("akasse-ledighed")


def partner_of(file_name: str, data: bytes) -> str | None:
    """The a-kasse of the name."""
    match = _NAME.fullmatch(file_name)
    return None if match is None else match[1]


def read(delivery: Delivery) -> Decoded:
    """Rows of the file. Raises WrongDelivery: F01 to F08 in order, with the number of the name."""
    try:
        return _read(delivery)
    except WrongDelivery as wrong:
        named = _NAME.fullmatch(delivery.file_name)
        number = None if named is None else int(named[2])
        raise WrongDelivery(wrong.fault, wrong.rows, wrong.notices, number) from None


def _read(delivery: Delivery) -> Decoded:
    refuse_empty(delivery.data)
    refuse_other_formats(delivery.data)
    marked = delivery.data.startswith(UTF8_MARK)
    notices = [Fault(code="N05", line=1)] if marked else []
    text = decoded(delivery.data, _FILE.encoding, notices)
    physical = lines(text.removeprefix(_MARK_READ_AS_TEXT))
    if fields(physical[0][1]) != list(COLUMNS):
        raise WrongDelivery(Fault(code="F04", line=1), notices=notices)
    data, trailer = _body(physical)
    found = _rows(data, notices)
    _refuse_incomplete(trailer, len(data), notices)
    sequence = _sequence(delivery, notices)
    if len(delivery.data) > _FILE.most_bytes or len(data) > _FILE.most_rows:
        raise WrongDelivery(Fault(code="F08"), notices=notices)
    faults = [
        Fault(code="R01", line=row.line, detail={"found": count, "expected": len(COLUMNS)})
        for row, count in found
        if count != len(COLUMNS)
    ]
    return Decoded(
        rows=[row for row, _ in found], rows_counted=len(found), faults=[*faults, *notices], sequence=sequence
    )


def follows(decoded: Decoded, last: Mapping[str, Any] | None) -> Fault | None:
    """Each number is one higher than the last, 000001 follows 999999; the first may be any."""
    if last is None or decoded.sequence is None:
        return None
    number, before = decoded.sequence, int(last["sequence"])
    if number == before % _LAST_NUMBER + 1:
        return None
    # Numbers go round: what lies less than half a round ahead was left out, the rest has gone back.
    ahead = (number - before) % _LAST_NUMBER
    if 0 < ahead < _LAST_NUMBER // 2:
        return Fault(code="H03")
    return Fault(code="F12", detail={"found": number, "last": before})


def facts(
    delivery: Delivery,
    decoded: Decoded,
    clean: Sequence[Row],
    rejected: Collection[int],
    memory: Memory,
    vault: Vault,
) -> Applied:
    """Facts of the clean rows in order of (`registreret`, line), see producers.decoders.akasse_statements."""
    return apply(delivery, clean, memory, vault, CONTRACT.waiting_days)


def _body(physical: Sequence[Line]) -> tuple[Sequence[Line], list[str] | None]:
    """The lines of rows, and the fields of the trailer; None if the last line is none."""
    filled = [(number, line) for number, line in physical[1:] if line.strip(" \u00a0")]
    last = fields(filled[-1][1]) if filled else None
    if last is None or last[0] != "SLUT":
        return filled, None
    return filled[:-1], last


def _rows(data: Sequence[Line], notices: Sequence[Fault]) -> list[tuple[Row, int]]:
    found: list[tuple[Row, int]] = []
    for number, line in data:
        texts = fields(line)
        if texts is None:
            raise WrongDelivery(Fault(code="F05", line=number), rows=len(data), notices=notices)
        whole = len(texts) == len(COLUMNS)
        values = dict(zip(COLUMNS, (text or None for text in texts), strict=True)) if whole else {}
        found.append((Row(line=number, values=values, raw=line), len(texts)))
    return found


def _refuse_incomplete(trailer: list[str] | None, rows: int, notices: Sequence[Fault]) -> None:
    said = trailer[1] if trailer is not None and len(trailer) > 1 and not any(trailer[2:]) else ""
    if not _COUNT.fullmatch(said) or int(said) != rows:
        expected = int(said) if _COUNT.fullmatch(said) else "?"
        raise WrongDelivery(Fault(code="F06", detail={"expected": expected, "found": rows}), rows=rows, notices=notices)


def _sequence(delivery: Delivery, notices: Sequence[Fault]) -> int:
    match = _NAME.fullmatch(delivery.file_name)
    if match is None:
        raise WrongDelivery(Fault(code="F07", detail={"detail": "AKASnnn_LEDIGHED_nnnnnn.csv"}), notices=notices)
    if match[1] != delivery.partner:
        raise WrongDelivery(Fault(code="F07", detail={"detail": "a-kasse"}), notices=notices)
    return int(match[2])
