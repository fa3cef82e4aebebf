"""What a row of an a-kasse's stock file must look like (akasse-bestand.md, fields and checks beyond the frame)."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from schemas import forms
from schemas.faults import Fault
from schemas.feed_contracts import contract
from schemas.overlaps import Interval, overlaps
from schemas.person_numbers import cleaned
from validation.contract_suite import Check, suite_of
from validation.expectation import Across, Header, RowLike, Values

FEED = "akasse-bestand"
MUNICIPALITY = "0707"
_FORM = "yyyymmdd"
_OPEN = "00000000"


def _is_ours(values: Values, header: Header) -> bool:
    municipality = values["KOMMUNE"] or ""
    return municipality == MUNICIPALITY or not (
        len(municipality) == 4 and municipality.isascii() and municipality.isdigit()
    )


def _within(column: str) -> Check:
    days = timedelta(days=contract(FEED).limit(column, "ahead"))

    def check(values: Values, header: Header) -> bool:
        day, total = forms.day(values[column], _FORM), forms.day(header.get("day"), _FORM)
        return day is None or total is None or day - total <= days

    return check


def _left_after_start(values: Values, header: Header) -> bool:
    first_day, last_day = forms.day(values.get("INDMELDT"), _FORM), forms.day(values["UDMELDT"], _FORM)
    return first_day is None or last_day is None or first_day <= last_day


def _is_blank(values: Values, header: Header) -> bool:
    return False  # asked only of a column that is filled


CHECKS = {
    "KOMMUNE.ours": _is_ours,
    "INDMELDT.ahead": _within("INDMELDT"),
    "UDMELDT.ahead": _within("UDMELDT"),
    "UDMELDT.order": _left_after_start,
    "AARSAG.only-who-left": _is_blank,
}


def across(rows: Sequence[RowLike], faulty: Collection[int], header: Header) -> Across:
    """R11, then R13, among rows without fault; then N01. A row that is aside takes no part in what comes after."""
    good = [row for row in rows if row.line not in faulty]
    conflicting = list(_conflicts(good))
    aside = {fault.line for fault in conflicting}
    good = [row for row in good if row.line not in aside]
    overlapping = list(_overlaps(good))
    aside = {fault.line for fault in overlapping}
    repeats = [
        Fault(code="N01", line=row.line) for row in good if row.line not in aside and row.values["SAME_AS"] is not None
    ]
    return Across(faults=[*conflicting, *overlapping, *repeats])


def _conflicts(rows: Sequence[RowLike]) -> Iterable[Fault]:
    for members in _grouped(rows, lambda row: row.values["MEDLEMSNR"] or "").values():
        against: dict[int, int] = {}
        for spells in _grouped(members, lambda row: row.values["INDMELDT"] or "").values():
            _name_differing(spells, _content, against)
        _name_differing(members, _person, against)
        for line, other_line in against.items():
            yield Fault(code="R11", line=line, column="MEDLEMSNR", other_line=other_line)


def _name_differing(rows: Sequence[RowLike], what: Callable[[RowLike], str], against: dict[int, int]) -> None:
    """Note, for each row, the first line on which `what` is another."""
    first = rows[0]
    other = next((row for row in rows if what(row) != what(first)), None)
    if other is None:
        return
    for row in rows:
        differing = other if what(row) == what(first) else first
        against[row.line] = min(against.get(row.line, differing.line), differing.line)


def _overlaps(rows: Sequence[RowLike]) -> Iterable[Fault]:
    for memberships in _grouped(rows, _person).values():
        found = overlaps(_interval(row) for row in memberships)
        for line, other_line in found.items():
            yield Fault(code="R13", line=line, column="INDMELDT", other_line=other_line)


def _interval(row: RowLike) -> Interval:
    first_day = forms.day(row.values["INDMELDT"], _FORM) or date.min
    last_day = forms.day(row.values["UDMELDT"], _FORM)
    end = date.max if last_day is None else last_day + timedelta(days=1)
    return Interval(row.line, row.values["MEDLEMSNR"] or "", first_day, end)


def _grouped(rows: Iterable[RowLike], name: Callable[[RowLike], str]) -> Mapping[str, Sequence[RowLike]]:
    groups: dict[str, list[RowLike]] = {}
    for row in rows:
        groups.setdefault(name(row), []).append(row)
    return groups


def _content(row: RowLike) -> str:
    return row.values["SAME_AS"] or str(row.line)


def _person(row: RowLike) -> str:
    return cleaned(row.values["CPR"] or "")


SUITE = suite_of(FEED, CHECKS, across=across)
