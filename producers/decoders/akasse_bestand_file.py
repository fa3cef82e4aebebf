"""An a-kasse's stock file: start row, data rows, end row, and the file faults they show (akasse-bestand.md)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from producers.contract import MUNICIPALITY
from producers.delivery import Delivery
from producers.text import Line
from schemas import forms
from schemas.errors import WrongDelivery
from schemas.faults import Fault
from schemas.feed_contracts import contract

AGREED = contract("akasse-bestand")
FILE = AGREED.own.file
WIDTH, _FILLED_FROM = FILE.length or 0, FILE.filled_from or 0
_NAME = re.compile(FILE.name)
_START = re.compile(r"01.{3}(?P<year>[0-9]{4})(?P<week>[0-9]{2}).{14}(?P<day>.{8})", re.DOTALL)
_MEMBERS = re.compile(r"[0-9]{8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRow:
    """The texts of the start row, as they stand."""

    akasse: str
    period: str
    made: str
    day: str
    municipality: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StockFile:
    """A stock file in order: `period` Monday to Sunday of its week, `made_at` in UTC, the rows in between as read."""

    start: StartRow
    rows: Sequence[Line]
    period: tuple[date, date]
    made_at: datetime


def partner_in_name(file_name: str) -> str | None:
    """The a-kasse that the file name tells, None if it is not a name of this feed."""
    match = _NAME.fullmatch(file_name)
    return None if match is None else match[1]


def row_of(text: str) -> str | None:
    """A row at its full width: blanks behind it cut, 42 or 43 characters filled; None for any other length."""
    if len(text) > WIDTH:
        text = text[:WIDTH] + text[WIDTH:].rstrip(" ")
    return text.ljust(WIDTH) if _FILLED_FROM <= len(text) <= WIDTH else None


def start_row(lines: Sequence[Line]) -> StartRow:
    """The first row. F04: it is none; F05: not of its length."""
    line, text = lines[0]
    if text[:2] != "01":
        raise WrongDelivery(Fault(code="F04", line=line, detail={"detail": "startrækken 01 mangler"}))
    row = row_of(text)
    if row is None:
        raise WrongDelivery(Fault(code="F05", line=line), rows=len(_between(lines)))
    return StartRow(akasse=row[2:5], period=row[5:11], made=row[11:25], day=row[25:33], municipality=row[33:37])


def week_told(text: str) -> tuple[int | None, tuple[date, date] | None]:
    """The sequence number and the week a start row tells, for the receipt of a refused file; None: it does not."""
    row = row_of(text.partition("\n")[0].removesuffix("\r"))
    match = None if row is None else _START.match(row)
    if match is None:
        return None, None
    try:
        sunday = date.fromisocalendar(int(match["year"]), int(match["week"]), 7)
    except ValueError:
        return int(match["year"] + match["week"]), None
    period = sunday - timedelta(days=6), sunday
    return int(match["year"] + match["week"]), period if forms.day(match["day"], "yyyymmdd") == sunday else None


def is_ours(start: StartRow) -> bool:
    """Whether the start row names our municipality (else H04)."""
    return start.municipality == MUNICIPALITY


def stock_file(delivery: Delivery, lines: Sequence[Line], start: StartRow) -> StockFile:
    """The file, if it is whole and its names and periods agree: F05, F06, F07, F08, F09 in this order."""
    end = _end_row(lines)
    rows = _between(lines)
    if not _MEMBERS.fullmatch(end[11:19]) or int(end[11:19]) != len(rows):
        declared = int(end[11:19]) if _MEMBERS.fullmatch(end[11:19]) else "?"
        raise WrongDelivery(Fault(code="F06", detail={"expected": declared, "found": len(rows)}), rows=len(rows))
    _check_names(delivery, start, end)
    if len(rows) > FILE.most_rows:
        raise WrongDelivery(Fault(code="F08"))
    week = _week(start)
    return StockFile(start=start, rows=rows, period=week, made_at=_made_at(start, week[1]))


def _between(lines: Sequence[Line]) -> Sequence[Line]:
    return [(line, text) for line, text in lines[1:] if text[:2] not in ("01", "99")]


def _end_row(lines: Sequence[Line]) -> str:
    count = len(_between(lines))
    ends = [(line, text) for line, text in lines if text[:2] == "99"]
    starts = [line for line, text in lines[1:] if text[:2] == "01"]
    wrong = starts + [line for line, _ in ends[1:]] + [line for line, text in ends[:1] if row_of(text) is None]
    if wrong:
        raise WrongDelivery(Fault(code="F05", line=min(wrong)), rows=count)
    if not ends or ends[0] != lines[-1]:
        raise WrongDelivery(Fault(code="F06", detail={"expected": "?", "found": count}), rows=count)
    return row_of(ends[0][1]) or ""


def _check_names(delivery: Delivery, start: StartRow, end: str) -> None:
    match = _NAME.fullmatch(delivery.file_name)
    if match is None:
        raise _wrong_name("navnets form")
    if not match[1] == start.akasse == end[2:5] == delivery.partner:
        raise _wrong_name("a-kassen i mappe, navn, startrække og slutrække")
    if not match[2] == start.period == end[5:11]:
        raise _wrong_name("PERIODE i navn, startrække og slutrække")
    if match[4] != start.made:
        raise _wrong_name("DANNET i navn og startrække")


def _wrong_name(detail: str) -> WrongDelivery:
    return WrongDelivery(Fault(code="F07", detail={"detail": detail}))


def _wrong_period(detail: str) -> WrongDelivery:
    return WrongDelivery(Fault(code="F09", detail={"detail": detail}))


def _week(start: StartRow) -> tuple[date, date]:
    try:
        sunday = date.fromisocalendar(int(start.period[:4]), int(start.period[4:]), 7)
    except ValueError:
        raise _wrong_period("ugen findes ikke") from None
    if forms.day(start.day, "yyyymmdd") != sunday or not forms.possible(sunday):
        raise _wrong_period("OPGJORT er ikke ugens søndag")
    return sunday - timedelta(days=6), sunday


def _made_at(start: StartRow, day: date) -> datetime:
    local = forms.compact_local_time(start.made)
    instants = () if local is None else forms.danish_instants(local)
    if local is None or not instants:
        raise _wrong_period("DANNET findes ikke")
    if local.date() < day:
        raise _wrong_period("DANNET ligger før OPGJORT")
    return instants[0].astimezone(UTC)


def week_after(period: int) -> int:
    """The ISO week after a week that exists, both as ÅÅÅÅUU: after 202053 comes 202101."""
    following = date.fromisocalendar(period // 100, period % 100, 7) + timedelta(days=7)
    year, week, _ = following.isocalendar()
    return year * 100 + week
