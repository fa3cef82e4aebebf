"""What a row of amu must look like (partners/amu.md)."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from datetime import date, timedelta

from schemas import forms
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

FEED = "amu"
FORM = "yyyy-mm-dd"
COLUMNS = (
    "INSTNR",
    "TILMNR",
    "PNR",
    "KURSKOD",
    "UDD",
    "FKB",
    "STARTTP",
    "SLUTTP",
    "AFSLUTN",
    "SELVVALG",
    "FORLOEB",
)
_OPTIONAL = frozenset({"FKB", "FORLOEB"})
_MOST_CHARACTERS = 200
_MOST_DAYS = 366
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


_FORMS: Mapping[str, tuple[Expectation, ...]] = {
    "INSTNR": (rule(FEED, "form", "R09", "INSTNR", Matches("[0-9]{6}")),),
    "TILMNR": (rule(FEED, "form", "R10", "TILMNR", Matches("H[0-9]{7}(-[1-9])?")),),
    "PNR": tuple(person_column(FEED, "PNR")),
    "KURSKOD": (rule(FEED, "form", "R09", "KURSKOD", Matches("[0-9]{5}")),),
    "UDD": (rule(FEED, "form", "R09", "UDD", Matches("[0-9]{4}")),),
    "FKB": (rule(FEED, "form", "R09", "FKB", Matches("[0-9]{4}")),),
    "STARTTP": day_column(FEED, "STARTTP", FORM),
    "SLUTTP": day_column(FEED, "SLUTTP", FORM),
    "AFSLUTN": (rule(FEED, "code", "R09", "AFSLUTN", OneOf(frozenset("012345789"))),),
    "SELVVALG": (rule(FEED, "code", "R09", "SELVVALG", OneOf(frozenset("JN"))),),
    "FORLOEB": (rule(FEED, "form", "R10", "FORLOEB", Matches("BS-[0-9]{6}")),),
}

EXPECTATIONS: tuple[Expectation, ...] = (
    *(required(FEED, column) for column in COLUMNS if column not in _OPTIONAL),
    *(text_column(FEED, column, _MOST_CHARACTERS) for column in COLUMNS),
    *(each for column in COLUMNS for each in _FORMS[column]),
    # Of two columns: in the order of the page's table.
    rule(FEED, "addressee", "R16", "INSTNR", Holds(_teaches_here)),
    rule(FEED, "code-8", "R09", "AFSLUTN", Holds(_code_8_was_in_use), needs=("SLUTTP",)),
    rule(FEED, "order", "R07", "SLUTTP", Holds(_in_order), needs=("STARTTP",)),
    rule(FEED, "length", "R12", "SLUTTP", Holds(_not_too_long), needs=("STARTTP",)),
    rule(FEED, "told-too-early", "R12", "SLUTTP", Holds(_ended_before_it_was_told), needs=("AFSLUTN",)),
    rule(FEED, "window", "R12", "STARTTP", Holds(_in_window), needs=("SLUTTP",)),
)


def across(rows: Sequence[RowLike], faulty: Collection[int], header: Header) -> Across:
    """R11 and N01 by TILMNR among rows without fault; N02 for cleaned person numbers."""
    sound = [row for row in rows if row.line not in faulty]
    same = repeats_and_conflicts(sound, "TILMNR", lambda row: row.values["TILMNR"], _content)
    return Across(faults=[*same, *cleaned_numbers(sound, "PNR")])


def _content(row: RowLike) -> Hashable:
    return tuple(cleaned_number(row, column) if column == "PNR" else row.values[column] for column in COLUMNS)


SUITE = Suite(feed=FEED, columns=COLUMNS, expectations=EXPECTATIONS, across=across)
