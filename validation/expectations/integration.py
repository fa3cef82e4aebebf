"""What a row of the integration unit's total must look like (partners/integration.md)."""

from collections.abc import Collection, Hashable, Sequence
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from schemas import forms
from schemas.faults import Fault
from schemas.feed_contracts import contract
from schemas.overlaps import Interval, overlaps
from validation.between_rows import cleaned_number, cleaned_numbers, repeats_and_conflicts
from validation.contract_suite import suite_of
from validation.expectation import Across, Header, RowLike, Values

FEED = "integration"
FORM = "dd-mm-yyyy"
COLUMNS = contract(FEED).columns
_OURS = "0707"
_NOT_READ_IN_90 = frozenset({"Overtagelsesdato", "Programstart", "Slutdato", "Programtype"})
_DAYS_AHEAD = timedelta(days=contract(FEED).limit("Overtagelsesdato", "ahead"))
_MOST_YEARS = relativedelta(years=contract(FEED).limit("Slutdato", "length"))
_LAST_DAY_OF_P = date(2019, 6, 30)


def _says_period(values: Values) -> bool:
    return values.get("Status") != "90"


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


CHECKS = {
    "Kommunenr.ours": _is_ours,
    "Overtagelsesdato.ahead": _not_too_far_ahead,
    "Programtype.in-use": _programme_was_in_use,
    "Programstart.after-takeover": _programme_after_takeover,
    "Slutdato.after-takeover": _ends_after_takeover,
    "Slutdato.after-programme-began": _ends_after_programme_began,
    "Slutdato.past": _end_is_not_past,
    "Slutdato.length": _not_too_long,
}


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


SUITE = suite_of(FEED, CHECKS, across=across)
