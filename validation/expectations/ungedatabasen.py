"""What a row of the register of the young must look like (partners/ungedatabasen.md)."""

from collections.abc import Callable, Collection, Hashable, Sequence
from datetime import date, datetime, timedelta

from schemas import forms
from schemas.person_numbers import cleaned
from schemas.ungedatabasen import (
    COLUMNS,
    DAY_OF,
    DELETION,
    ELEMENTS,
    EVENT,
    EVENTS,
    KIND,
    OF_AN_INSTITUTION,
    OF_NO_EDUCATION,
    PROGRAMMES,
    READY,
    day,
    instant,
    is_young,
    written_time,
)
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
    person_column,
    required,
    rule,
)

FEED = "ungedatabasen"
_TIME = "Registreringstidspunkt"
_DAYS = ("HaendelseDato", "ErklaeretDato")
_MOST_CHARACTERS = 200
_DAYS_AHEAD = timedelta(days=366)


def _is(*kinds: str) -> Callable[[Values], bool]:
    return lambda values: values.get(KIND) in kinds


def _needs_education(values: Values) -> bool:
    return values.get("HaendelseType") in EVENTS.keys() - OF_NO_EDUCATION


def _needs_institution(values: Values) -> bool:
    return values.get("HaendelseType") in OF_AN_INSTITUTION


def _is_time(values: Values, header: Header) -> bool:
    return written_time(values[_TIME]) is not None


def _is_one_moment(values: Values, header: Header) -> bool:
    written = written_time(values[_TIME])
    return written is None or len(written.instants) == 1


def _in_possible_years(values: Values, header: Header) -> bool:
    at = instant(values[_TIME])
    return at is None or forms.possible(at.date())


def _not_after_the_delivery(values: Values, header: Header) -> bool:
    at = instant(values[_TIME])
    return at is None or at <= datetime.fromisoformat(header["until"])


def _day_rules(column: str) -> tuple[Expectation, ...]:
    def exists(values: Values, header: Header) -> bool:
        return day(values[column]) is not None

    def is_possible(values: Values, header: Header) -> bool:
        return forms.possible(day(values[column]))

    def not_too_far_ahead(values: Values, header: Header) -> bool:
        on = day(values[column])
        return on is None or on - date.fromisoformat(header["day"]) <= _DAYS_AHEAD

    return (
        rule(FEED, "day", "R06", column, Holds(exists), detail={"form": "yyyy-mm-dd"}),
        rule(FEED, "years", "R12", column, Holds(is_possible)),
        rule(FEED, "ahead", "R12", column, Holds(not_too_far_ahead)),
    )


def _purpose(column: str) -> Expectation:
    def check(values: Values, header: Header) -> bool:
        on = day(values.get(column))
        return on is None or is_young(cleaned(values["CPRNr"] or ""), on) is not False

    return rule(FEED, f"young-on-{column}", "R12", "CPRNr", Holds(check), needs=(column,))


def _code(column: str, form: str) -> Expectation:
    return rule(FEED, "form", "R09", column, Matches(form), detail={"list": column})


EXPECTATIONS: tuple[Expectation, ...] = (
    required(FEED, "HaendelseNummer"),
    required(FEED, _TIME),
    required(FEED, "CPRNr", _is(EVENT, READY)),
    required(FEED, "HaendelseType", _is(EVENT)),
    *(required(FEED, column, _is(kind)) for kind, column in DAY_OF.items()),
    required(FEED, "UddannelseKode", _needs_education),
    required(FEED, "InstitutionNr", _needs_institution),
    *(rule(FEED, "length", "R10", column, Matches(rf"[\s\S]{{0,{_MOST_CHARACTERS}}}")) for column in COLUMNS),
    rule(FEED, "form", "R10", "HaendelseNummer", Matches("UH-[0-9]{8}")),
    rule(FEED, "form", "R06", _TIME, Holds(_is_time), detail={"form": "yyyy-mm-ddThh:mm:ss"}),
    rule(FEED, "local-time", "R14", _TIME, Holds(_is_one_moment)),
    rule(FEED, "years", "R12", _TIME, Holds(_in_possible_years)),
    rule(FEED, "after-delivery", "R12", _TIME, Holds(_not_after_the_delivery)),
    *person_column(FEED, "CPRNr"),
    rule(FEED, "ours", "R16", "KommuneNr", OneOf(frozenset({"0707"}))),
    rule(FEED, "code", "R09", "HaendelseType", OneOf(frozenset(EVENTS)), detail={"list": "HaendelseType"}),
    *(each for column in _DAYS for each in _day_rules(column)),
    _code("UddannelseKode", "[0-9]{4}"),
    _code("InstitutionNr", "[0-9]{6}"),
    rule(FEED, "code", "R09", "UdelKode", OneOf(PROGRAMMES), detail={"list": "UdelKode"}),
    # Of two elements.
    *map(_purpose, _DAYS),
)


def across(rows: Sequence[RowLike], faulty: Collection[int], header: Header) -> Across:
    """R11 and N01 by number and moment among rows without fault; N02 for cleaned person numbers."""
    sound = [row for row in rows if row.line not in faulty]
    same = repeats_and_conflicts(sound, "HaendelseNummer", _key, _content)
    return Across(faults=[*same, *cleaned_numbers(sound, "CPRNr")])


def _key(row: RowLike) -> Hashable:
    return row.values["HaendelseNummer"], instant(row.values[_TIME])


def _content(row: RowLike) -> Hashable:
    """What a row tells, in one form; whether it names our municipality changes nothing."""
    kind = row.values[KIND] or DELETION
    told = [row.values.get(column) for column in ELEMENTS[kind][4:] if column not in _DAYS]
    return kind, cleaned_number(row, "CPRNr"), day(row.values.get(DAY_OF.get(kind, ""))), *told


SUITE = Suite(feed=FEED, columns=COLUMNS, expectations=EXPECTATIONS, across=across)
