"""An extract of the person register as a file: start and end record, name, and the file faults they show (cpr.md)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from producers.decoders.cpr_records import Record
from schemas import forms
from schemas.errors import WrongDelivery
from schemas.faults import Fault
from schemas.feed_contracts import contract

ORDER_NUMBER = "470701"
FILE = contract("cpr").own.file
_NAME = re.compile(FILE.name)
_COUNT = re.compile("[0-9]{8}")
_FORM = "yyyymmdd"
_NO_DAY = "00000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """An extract in order: its production day, the one before it in the chain (None: no one), and its records."""

    day: date
    previous_day: date | None
    records: Sequence[Record]


def start_record(records: Sequence[Record]) -> Record:
    """The first record. F04: it is no 000; F05: it is too long."""
    start = records[0]
    if start.type != "000":
        raise WrongDelivery(Fault(code="F04", line=start.line, detail={"detail": "record 000 mangler"}))
    if start.is_too_long:
        raise WrongDelivery(Fault(code="F05", line=start.line), rows=len(_between(records)))
    return start


def day_told(text: str) -> date | None:
    """The production day of a 000 at the beginning, for the receipt of a refused file; None: it tells none."""
    return forms.day(text[19:27], _FORM) if text.startswith("000") else None


def is_for_another_order(file_name: str, start: Record) -> bool:
    """Whether name and 000 agree on another order number than ours (H04)."""
    match, ordered = _NAME.fullmatch(file_name), start.values()["OPGAVENR"]
    return match is not None and match[2] == ordered and ordered != ORDER_NUMBER


def extract_of(file_name: str, records: Sequence[Record]) -> Extract:
    """The extract, if it is whole and its name agrees with it: F05, F06, F07, F08, F09 in this order."""
    between = _between(records)
    _check_whole(records, between)
    start = records[0].values()
    produced = start["PRODDTO"] or ""
    match = _NAME.fullmatch(file_name)
    if match is None or match[2] != start["OPGAVENR"] or match[1] != produced[2:]:
        raise WrongDelivery(Fault(code="F07", detail={"detail": "navn og record 000 skal passe sammen"}))
    if len(between) > FILE.most_rows:
        raise WrongDelivery(Fault(code="F08"))
    day = forms.day(produced, _FORM)
    if day is None or not forms.possible(day):
        raise _wrong_period("PRODDTO er ikke en dag")
    return Extract(day=day, previous_day=_previous_day(start["PRODDTOFORRIG"], day), records=between)


def _previous_day(text: str | None, day: date) -> date | None:
    if text == _NO_DAY:
        return None
    previous = forms.day(text, _FORM)
    if previous is None or previous >= day:
        raise _wrong_period("PRODDTOFORRIG er ikke en dag før PRODDTO")
    return previous


def _end(records: Sequence[Record]) -> int | None:
    return next((place for place, record in enumerate(records) if record.type == "999"), None)


def _between(records: Sequence[Record]) -> Sequence[Record]:
    return records[1 : _end(records)]


def _check_whole(records: Sequence[Record], between: Sequence[Record]) -> None:
    end = _end(records)
    wrong = [record.line for record in between if record.type == "000"]
    if end is not None:
        wrong += [records[end].line] if records[end].is_too_long else []
        wrong += [record.line for record in records[end + 1 : end + 2]]
    if wrong:
        raise WrongDelivery(Fault(code="F05", line=min(wrong)), rows=len(between))
    counted = None if end is None else records[end].values()["TAELLER"]
    declared = int(counted) if counted is not None and _COUNT.fullmatch(counted) else None
    if declared != len(between):
        expected = "?" if declared is None else declared
        raise WrongDelivery(Fault(code="F06", detail={"expected": expected, "found": len(between)}), rows=len(between))


def _wrong_period(detail: str) -> WrongDelivery:
    return WrongDelivery(Fault(code="F09", detail={"detail": detail}))
