"""What a line of the income register must look like (partners/eindkomst.md)."""

import re
from collections.abc import Collection, Hashable, Sequence
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from schemas import forms
from schemas.eindkomst import FIELD_IDS, FORM_OF_DAYS, NEITHER, PAY, SUPPORT, fields_read
from validation.between_rows import cleaned_number, cleaned_numbers, repeats_and_conflicts
from validation.expectation import (
    Across,
    Condition,
    Expectation,
    Header,
    Holds,
    Matches,
    OneOf,
    RowLike,
    Suite,
    Values,
    day_column,
    person_column,
    required,
    rule,
    text_column,
)

FEED = "eindkomst"
COLUMNS = tuple(each for each in FIELD_IDS if each in fields_read("S"))
_HOURS = re.compile(r"-?[0-9]{1,4}(,[0-9]{1,2})?")
_MOST_CHARACTERS = 200
_MOST_DAYS = 366
_DAYS_AHEAD = timedelta(days=62)
_MONTHS_BACK = relativedelta(months=60)
_HOURS_OF_A_DAY = 24


def _reads(column: str) -> Condition:
    return lambda values: column in fields_read(values.get("K4101"))


def _is_original(values: Values) -> bool:
    return values.get("K4101") == "O"


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


def _ahead(column: str) -> Expectation:
    def check(values: Values, header: Header) -> bool:
        day = _day(values, column)
        return day is None or day - date.fromisoformat(header["day"]) <= _DAYS_AHEAD

    return rule(FEED, "ahead", "R12", column, Holds(check), when=_reads(column))


def _not_negative(values: Values, header: Header) -> bool:
    hours = values["B0200"] or ""
    return not _HOURS.fullmatch(hours) or forms.danish_decimal(hours) >= 0


def _hours_of_the_period(values: Values, header: Header) -> bool:
    first, last, hours = _day(values, "D0001"), _day(values, "D0002"), values["B0200"] or ""
    if first is None or last is None or not _HOURS.fullmatch(hours):
        return True
    return abs(forms.danish_decimal(hours)) <= _HOURS_OF_A_DAY * ((last - first).days + 1)


EXPECTATIONS: tuple[Expectation, ...] = (
    *(required(FEED, column, _reads(column)) for column in COLUMNS if column != "B0200"),
    *(text_column(FEED, column, _MOST_CHARACTERS, _reads(column)) for column in COLUMNS),
    rule(FEED, "form", "R10", "R0001", Matches("I[0-9]{9}")),
    rule(FEED, "code", "R09", "K4101", OneOf(frozenset("OST")), detail={"list": "O, S, T"}),
    rule(FEED, "form", "R10", "R4101", Matches("I[0-9]{9}"), when=_reads("R4101")),
    rule(FEED, "form", "R08", "S5000", Matches("[1-9][0-9]{7}"), detail={"form": "8 cifre"}),
    *person_column(FEED, "S6000"),
    rule(FEED, "code", "R09", "K6000", OneOf(PAY | SUPPORT | NEITHER), when=_reads("K6000"), detail={"list": "K6000"}),
    *(
        each
        for column in ("D0001", "D0002", "D0003")
        for each in day_column(FEED, column, FORM_OF_DAYS, _reads(column))
    ),
    rule(FEED, "form", "R08", "B0200", Matches(_HOURS.pattern), when=_reads("B0200"), detail={"form": "-160,33"}),
    # Of one column against the day of the name, then of two columns.
    rule(FEED, "order", "R07", "D0002", Holds(_in_order), when=_reads("D0002"), needs=("D0001",)),
    rule(FEED, "length", "R12", "D0002", Holds(_not_too_long), when=_reads("D0002"), needs=("D0001",)),
    _ahead("D0002"),
    rule(FEED, "age", "R12", "D0002", Holds(_not_too_old), when=_reads("D0002")),
    _ahead("D0003"),
    rule(FEED, "negative", "R12", "B0200", Holds(_not_negative), when=_is_original),
    rule(FEED, "range", "R12", "B0200", Holds(_hours_of_the_period), when=_reads("B0200"), needs=("D0001", "D0002")),
)


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


SUITE = Suite(feed=FEED, columns=FIELD_IDS, expectations=EXPECTATIONS, across=across)
