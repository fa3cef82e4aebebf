"""What a row of the register of the young must look like (partners/ungedatabasen.md)."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from datetime import date, datetime, timedelta

from schemas import forms
from schemas.feed_contracts import contract
from schemas.person_numbers import cleaned
from schemas.ungedatabasen import DAY_OF, DELETION, ELEMENTS, KIND, day, instant, is_young, written_time
from validation.between_rows import cleaned_number, cleaned_numbers, repeats_and_conflicts
from validation.contract_suite import Check, suite_of
from validation.expectation import Across, Header, RowLike, Values

FEED = "ungedatabasen"
_TIME = "Registreringstidspunkt"
_DAYS = ("HaendelseDato", "ErklaeretDato")


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


def _day_checks(column: str) -> Mapping[str, Check]:
    most = timedelta(days=contract(FEED).limit(column, "ahead"))

    def exists(values: Values, header: Header) -> bool:
        return day(values[column]) is not None

    def is_possible(values: Values, header: Header) -> bool:
        return forms.possible(day(values[column]))

    def not_too_far_ahead(values: Values, header: Header) -> bool:
        on = day(values[column])
        return on is None or on - date.fromisoformat(header["day"]) <= most

    return {f"{column}.day": exists, f"{column}.years": is_possible, f"{column}.ahead": not_too_far_ahead}


def _young_on(column: str) -> Check:
    def check(values: Values, header: Header) -> bool:
        on = day(values.get(column))
        return on is None or is_young(cleaned(values["CPRNr"] or ""), on) is not False

    return check


CHECKS = {
    f"{_TIME}.form": _is_time,
    f"{_TIME}.local-time": _is_one_moment,
    f"{_TIME}.years": _in_possible_years,
    f"{_TIME}.after-delivery": _not_after_the_delivery,
    **_day_checks("HaendelseDato"),
    **_day_checks("ErklaeretDato"),
    **{f"CPRNr.young-on-{column}": _young_on(column) for column in _DAYS},
}


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


SUITE = suite_of(FEED, CHECKS, across=across)
