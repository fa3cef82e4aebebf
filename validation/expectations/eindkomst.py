"""What a line of the income register must look like (partners/eindkomst.md)."""

import re
from collections.abc import Collection, Hashable, Sequence
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from schemas import forms
from schemas.eindkomst import FORM_OF_DAYS, fields_read
from schemas.feed_contracts import contract
from validation.between_rows import cleaned_number, cleaned_numbers, repeats_and_conflicts
from validation.contract_suite import Check, suite_of
from validation.expectation import Across, Header, RowLike, Values

FEED = "eindkomst"
_HOURS = re.compile(r"-?[0-9]{1,4}(,[0-9]{1,2})?")
_AGREED = contract(FEED)
_MOST_DAYS = _AGREED.limit("D0002", "length")
_MONTHS_BACK = relativedelta(months=_AGREED.limit("D0002", "age"))
_HOURS_OF_A_DAY = _AGREED.limit("B0200", "range")


def _day(values: Values, column: str) -> date | None:
    return forms.day(values.get(column), FORM_OF_DAYS)


def _in_order(values: Values, header: Header) -> bool:
    first, last = _day(values, "D0001"), _day(values, "D0002")
    return first is None or last is None or first <= last


def _not_too_long(values: Values, header: Header) -> bool:
    first, last = _day(values, "D0001"), _day(values, "D0002")
    return first is None or last is None or last - first < timedelta(days=_MOST_DAYS)


def _not_too_old(values: Values, header: Header) -> bool:
    last = _day(values, "D0002")
    return last is None or last >= date.fromisoformat(header["day"]) - _MONTHS_BACK


def _ahead(column: str) -> Check:
    most = timedelta(days=_AGREED.limit(column, "ahead"))

    def check(values: Values, header: Header) -> bool:
        day = _day(values, column)
        return day is None or day - date.fromisoformat(header["day"]) <= most

    return check


def _not_negative(values: Values, header: Header) -> bool:
    hours = values["B0200"] or ""
    return not _HOURS.fullmatch(hours) or forms.danish_decimal(hours) >= 0


def _hours_of_the_period(values: Values, header: Header) -> bool:
    first, last, hours = _day(values, "D0001"), _day(values, "D0002"), values["B0200"] or ""
    if first is None or last is None or not _HOURS.fullmatch(hours):
        return True
    return abs(forms.danish_decimal(hours)) <= _HOURS_OF_A_DAY * ((last - first).days + 1)


CHECKS = {
    "D0002.order": _in_order,
    "D0002.length": _not_too_long,
    "D0002.ahead": _ahead("D0002"),
    "D0002.age": _not_too_old,
    "D0003.ahead": _ahead("D0003"),
    "B0200.negative": _not_negative,
    "B0200.range": _hours_of_the_period,
}


def across(rows: Sequence[RowLike], faulty: Collection[int], header: Header) -> Across:
    """R11 and N01 by R0001 among rows without fault; N02 for cleaned person numbers."""
    sound = [row for row in rows if row.line not in faulty]
    same_line = repeats_and_conflicts(sound, "R0001", lambda row: row.values["R0001"], _content)
    return Across(faults=[*same_line, *cleaned_numbers(sound, "S6000")])


def _content(row: RowLike) -> Hashable:
    return tuple(
        cleaned_number(row, column) if column == "S6000" else row.values[column]
        for column in fields_read(row.values["K4101"])
    )


SUITE = suite_of(FEED, CHECKS, across=across)
