"""akasse-ledighed: an a-kasse's file of unemployment, dagpenge periods, absence and work, to rows."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from producers.contract import contract_of
from producers.decoders.akasse_shares import apply
from producers.delivery import Applied, Decoded, Delivery, Row
from producers.made import Made, numbers
from producers.memory import Memory
from producers.text import UTF8_MARK, fields, places, refuse_empty, refuse_other_formats, refuse_undecodable
from producers.vault import Vault
from schemas.errors import WrongDelivery
from schemas.faults import Fault
from schemas.feed_contracts import contract

_AGREED = contract("akasse-ledighed")
_FILE = _AGREED.own.file
COLUMNS = _AGREED.columns
_NAME = re.compile(_FILE.name)
_COUNT = re.compile(r"[0-9]{1,7}")
_BLANKS = " \u00a0".encode(_FILE.encoding)
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
    data = delivery.data
    refuse_empty(data)
    refuse_other_formats(data)
    marked = data.startswith(UTF8_MARK)
    notices = [Fault(code="N05", line=1)] if marked else []
    refuse_undecodable(data, _FILE.encoding, notices)
    lines = _Lines(data, len(UTF8_MARK) if marked else 0)
    if fields(lines.header) != list(COLUMNS):
        raise WrongDelivery(Fault(code="F04", line=1), notices=notices)
    last = fields(lines.text(lines.count - 1)) if lines.count else None
    trailer = last if last is not None and last[0] == "SLUT" else None
    rows = lines.count - (trailer is not None)
    wrong = _wrong_counts(lines, rows, notices)
    _refuse_incomplete(trailer, rows, notices)
    sequence = _sequence(delivery, notices)
    if len(data) > _FILE.most_bytes or rows > _FILE.most_rows:
        raise WrongDelivery(Fault(code="F08"), notices=notices)
    faults = Made(len(wrong) + len(notices), lambda at: _fault(lines, wrong, notices, at))
    return Decoded(rows=Made(rows, lines.row), rows_counted=rows, faults=faults, sequence=sequence)


class _Lines:
    """The lines behind the header that are not blank: where they stand; each is read when it is looked at."""

    def __init__(self, data: bytes, begin: int) -> None:
        self._data = data
        self._start, self._end, self.number = numbers(), numbers(), numbers()
        self.header = ""
        for number, (start, end) in enumerate(places(data, begin), start=1):
            if number == 1:
                self.header = data[start:end].decode(_FILE.encoding)
            elif data[start:end].strip(_BLANKS):
                self._start.append(start)
                self._end.append(end)
                self.number.append(number)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.number)

    def text(self, at: int) -> str:
        """The line without its end."""
        return self._data[self._start[at] : self._end[at]].decode(_FILE.encoding)

    def found(self, at: int) -> int | None:
        """How many fields it has, None if a quote is never closed."""
        if self._data.find(b'"', self._start[at], self._end[at]) < 0:
            return self._data.count(b";", self._start[at], self._end[at]) + 1
        texts = fields(self.text(at))
        return None if texts is None else len(texts)

    def row(self, at: int) -> Row:
        """The line as a row; without values if it has too few or too many fields."""
        line = self.text(at)
        texts = fields(line) or ()
        whole = len(texts) == len(COLUMNS)
        values = dict(zip(COLUMNS, [text or None for text in texts], strict=True)) if whole else {}
        return Row(line=self.number[at], values=values, raw=line)


def _wrong_counts(lines: _Lines, rows: int, notices: Sequence[Fault]) -> Sequence[int]:
    """The places of the rows with too few or too many fields. Raises WrongDelivery F05 where a quote stays open."""
    wrong = numbers()
    for at in range(rows):
        found = lines.found(at)
        if found is None:
            raise WrongDelivery(Fault(code="F05", line=lines.number[at]), rows=rows, notices=notices)
        if found != len(COLUMNS):
            wrong.append(at)
    return wrong


def _fault(lines: _Lines, wrong: Sequence[int], notices: Sequence[Fault], at: int) -> Fault:
    if at >= len(wrong):
        return notices[at - len(wrong)]
    detail = {"found": lines.found(wrong[at]) or 0, "expected": len(COLUMNS)}
    return Fault(code="R01", line=lines.number[wrong[at]], detail=detail)


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
    """Facts of the clean rows in order of (`registreret`, line), see producers.decoders.akasse_shares."""
    return apply(delivery, clean, memory, vault, CONTRACT.waiting_days)


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
