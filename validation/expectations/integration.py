"""What a row of the integration unit's total must look like (partners/integration.md)."""

from collections.abc import Collection, Hashable, Sequence
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from schemas import forms
from schemas.faults import Fault
from schemas.overlaps import Interval, overlaps
from validation.between_rows import cleaned_number, cleaned_numbers, repeats_and_conflicts
from validation.expectation import (
    Across,
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

FEED = "integration"
FORM = "dd-mm-yyyy"
COLUMNS = (
    "Kommunenr",
    "Sagsid",
    "CPR-nummer",
    "Overtagelsesdato",
    "Programstart",
    "Slutdato",
    "Status",
    "Programtype",
)
_OURS = "0707"
_NOT_READ_IN_90 = frozenset({"Overtagelsesdato", "Programstart", "Slutdato", "Programtype"})
_MOST_CHARACTERS = 200
_DAYS_AHEAD = timedelta(days=62)
_MOST_YEARS = relativedelta(years=6)
_LAST_DAY_OF_P = date(2019, 6, 30)


def _says_period(values: Values) -> bool:
    return values.get("Status") != "90"


def _has_begun(values: Values) -> bool:
    return values.get("Status") == "20"


def _has_ended(values: Values) -> bool:
    return values.get("Status") in ("40", "50")


def _goes_on(values: Values) -> bool:
    return values.get("Status") in ("10", "20", "30")


def _day(values: Values, column: str) -> date | None:
    return forms.day(values.get(column), FORM)


def _is_ours(values: Values, header: Header) -> bool:
    return (values["Kommunenr"] or "").zfill(4) == _OURS


def _not_too_far_ahead(values: Values, header: Header) -> bool:
    first = _day(values, "Overtagelsesdato")
    return first is None or first - date.fromisoformat(header["day"]) <= _DAYS_AHEAD


def _programme_was_in_use(values: Values, header: Header) -> bool:
    first = _day(values, "Overtagelsesdato")
    return values["Programtype"] != "P" or first is None or first <= _LAST_DAY_OF_P


def _programme_after_takeover(values: Values, header: Header) -> bool:
    first, start = _day(values, "Overtagelsesdato"), _day(values, "Programstart")
    return first is None or start is None or first <= start


def _ends_after_takeover(values: Values, header: Header) -> bool:
    first, last = _day(values, "Overtagelsesdato"), _day(values, "Slutdato")
    return first is None or last is None or first <= last


def _ends_after_programme_began(values: Values, header: Header) -> bool:
    start, last = _day(values, "Programstart"), _day(values, "Slutdato")
    return start is None or last is None or start <= last


def _end_is_not_past(values: Values, header: Header) -> bool:
    last = _day(values, "Slutdato")
    return last is None or last >= date.fromisoformat(header["day"])


def _not_too_long(values: Values, header: Header) -> bool:
    first, last = _day(values, "Overtagelsesdato"), _day(values, "Slutdato")
    if first is None or last is None or first.year + _MOST_YEARS.years > date.max.year:  # the calendar ends: R12
        return True
    return last <= first + _MOST_YEARS


EXPECTATIONS: tuple[Expectation, ...] = (
    *(required(FEED, column) for column in ("Kommunenr", "Sagsid", "CPR-nummer", "Status")),
    required(FEED, "Overtagelsesdato", _says_period),
    required(FEED, "Programstart", _has_begun),
    required(FEED, "Slutdato", _has_ended),
    *(
        text_column(FEED, column, _MOST_CHARACTERS, _says_period if column in _NOT_READ_IN_90 else None)
        for column in COLUMNS
    ),
    rule(FEED, "form", "R09", "Kommunenr", Matches("[0-9]{3,4}"), detail={"list": "kommuner"}),
    rule(FEED, "ours", "R16", "Kommunenr", Holds(_is_ours)),
    rule(FEED, "form", "R10", "Sagsid", Matches("INT-[0-9]{5}")),
    *person_column(FEED, "CPR-nummer"),
    *(
        each
        for column in ("Overtagelsesdato", "Programstart", "Slutdato")
        for each in day_column(FEED, column, FORM, _says_period)
    ),
    rule(FEED, "code", "R09", "Status", OneOf(frozenset(("10", "20", "30", "40", "50", "90")))),
    rule(FEED, "code", "R09", "Programtype", OneOf(frozenset("SIP")), when=_says_period, detail={"list": "S, I, P"}),
    rule(FEED, "ahead", "R12", "Overtagelsesdato", Holds(_not_too_far_ahead), when=_says_period),
    # Of two columns: in the order of the page's table.
    rule(
        FEED,
        "in-use",
        "R09",
        "Programtype",
        Holds(_programme_was_in_use),
        when=_says_period,
        needs=("Overtagelsesdato",),
        detail={"list": "S, I, P"},
    ),
    rule(
        FEED,
        "after-takeover",
        "R07",
        "Programstart",
        Holds(_programme_after_takeover),
        when=_says_period,
        needs=("Overtagelsesdato",),
    ),
    rule(
        FEED,
        "after-takeover",
        "R07",
        "Slutdato",
        Holds(_ends_after_takeover),
        when=_says_period,
        needs=("Overtagelsesdato",),
    ),
    rule(
        FEED,
        "after-programme-began",
        "R07",
        "Slutdato",
        Holds(_ends_after_programme_began),
        when=_says_period,
        needs=("Programstart",),
    ),
    rule(FEED, "past", "R07", "Slutdato", Holds(_end_is_not_past), when=_goes_on, needs=("Status",)),
    rule(FEED, "length", "R12", "Slutdato", Holds(_not_too_long), when=_says_period, needs=("Overtagelsesdato",)),
)


def across(rows: Sequence[RowLike], faulty: Collection[int], header: Header) -> Across:
    """R11 and N01 by Sagsid, then R13, among rows without fault; N02 for cleaned person numbers."""
    sound = [row for row in rows if row.line not in faulty]
    same_case = repeats_and_conflicts(sound, "Sagsid", lambda row: row.values["Sagsid"], _content)
    aside = {fault.line for fault in same_case}
    overlapping = _overlaps([row for row in sound if row.line not in aside and _says_period(row.values)])
    return Across(faults=[*same_case, *overlapping, *cleaned_numbers(sound, "CPR-nummer")])


def _content(row: RowLike) -> Hashable:
    """What is read of a row, in one form."""
    read = [column for column in COLUMNS if _says_period(row.values) or column not in _NOT_READ_IN_90]
    values = {
        **row.values,
        "CPR-nummer": cleaned_number(row, "CPR-nummer"),
        "Kommunenr": (row.values["Kommunenr"] or "").zfill(4),
    }
    return tuple(values[column] for column in read)


def _overlaps(rows: Sequence[RowLike]) -> list[Fault]:
    by_person: dict[str, list[Interval]] = {}
    for row in rows:
        first, last = _day(row.values, "Overtagelsesdato") or date.min, _day(row.values, "Slutdato")
        end = date.max if last is None else last + timedelta(days=1)
        interval = Interval(row.line, row.values["Sagsid"] or "", first, end)
        by_person.setdefault(cleaned_number(row, "CPR-nummer"), []).append(interval)
    return [
        Fault(code="R13", line=line, column="Overtagelsesdato", other_line=other)
        for intervals in by_person.values()
        for line, other in overlaps(intervals).items()
    ]


SUITE = Suite(feed=FEED, columns=COLUMNS, expectations=EXPECTATIONS, across=across)
