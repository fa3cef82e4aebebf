"""What a row of amu must look like (partners/amu.md)."""

from collections.abc import Collection, Hashable, Sequence
from datetime import date, timedelta

from schemas import forms
from schemas.feed_contracts import contract
from validation.between_rows import cleaned_number, cleaned_numbers, repeats_and_conflicts
from validation.contract_suite import suite_of
from validation.expectation import Across, Header, RowLike, Values

FEED = "amu"
FORM = "yyyy-mm-dd"
COLUMNS = contract(FEED).columns
_MOST_DAYS = contract(FEED).limit("SLUTTP", "length")
_LAST_DAY_OF_CODE_8 = date(2018, 12, 31)
_ENDED = frozenset("123458")


def _days(values: Values) -> tuple[date | None, date | None]:
    return forms.day(values.get("STARTTP"), FORM), forms.day(values.get("SLUTTP"), FORM)


def _teaches_here(values: Values, header: Header) -> bool:
    return values["INSTNR"] in header["departments"].split()


def _code_8_was_in_use(values: Values, header: Header) -> bool:
    last = forms.day(values.get("SLUTTP"), FORM)
    return values["AFSLUTN"] != "8" or last is None or last <= _LAST_DAY_OF_CODE_8


def _in_order(values: Values, header: Header) -> bool:
    first, last = _days(values)
    return first is None or last is None or first <= last


def _not_too_long(values: Values, header: Header) -> bool:
    first, last = _days(values)
    return first is None or last is None or last - first < timedelta(days=_MOST_DAYS)


def _ended_before_it_was_told(values: Values, header: Header) -> bool:
    last = forms.day(values["SLUTTP"], FORM)
    return values.get("AFSLUTN") not in _ENDED or last is None or last <= date.fromisoformat(header["made_on"])


def _in_window(values: Values, header: Header) -> bool:
    first, last = _days(values)
    if first is None or last is None:
        return True
    return first <= date.fromisoformat(header["window_last"]) and last >= date.fromisoformat(header["window_first"])


CHECKS = {
    "INSTNR.addressee": _teaches_here,
    "AFSLUTN.code-8": _code_8_was_in_use,
    "SLUTTP.order": _in_order,
    "SLUTTP.length": _not_too_long,
    "SLUTTP.told-too-early": _ended_before_it_was_told,
    "STARTTP.window": _in_window,
}


def across(rows: Sequence[RowLike], faulty: Collection[int], header: Header) -> Across:
    """R11 and N01 by TILMNR among rows without fault; N02 for cleaned person numbers."""
    sound = [row for row in rows if row.line not in faulty]
    same = repeats_and_conflicts(sound, "TILMNR", lambda row: row.values["TILMNR"], _content)
    return Across(faults=[*same, *cleaned_numbers(sound, "PNR")])


def _content(row: RowLike) -> Hashable:
    return tuple(cleaned_number(row, column) if column == "PNR" else row.values[column] for column in COLUMNS)


SUITE = suite_of(FEED, CHECKS, across=across)
