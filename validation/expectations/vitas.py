"""Expectations of vitas: seven keys of every application, the others of an approved one (vitas.md)."""

import re
from collections.abc import Iterable
from datetime import timedelta

from schemas.companies import P_NUMBER, is_cvr
from schemas.forms import danish_decimal
from schemas.items import Values, day
from schemas.vitas import (
    COLUMNS,
    COMPANY,
    ENDED,
    FIRST,
    HOURS,
    HOURS_FORM,
    ID_FORM,
    LAST,
    MOST_HOURS,
    SIZES,
    STATES,
    STATUS,
    TYPES,
    UNIT,
    UNIT_COMPANY,
)
from validation.expectation import Expectation, Header, Holds, Matches, OneOf, Suite, rule
from validation.items import (
    DAYS_AHEAD,
    a_day,
    across,
    filled,
    first_keys,
    has_form,
    not_after_registration,
    not_before,
    person,
    truth,
)

_FEED = "vitas"
_MOST_DAYS = 731


def _code(column: str, codes: Iterable[str]) -> Expectation:
    return rule(_FEED, "code", "R09", column, OneOf(frozenset(codes)))


def _cvr(column: str) -> Expectation:
    def has_cvr(values: Values, header: Header) -> bool:
        return is_cvr(values[column])

    return has_form(_FEED, column, "R08", Holds(has_cvr), "CVR")


def _unit_is_the_companys(values: Values, header: Header) -> bool:
    company, of_unit = values.get(COMPANY), values.get(UNIT_COMPANY)
    return of_unit is not None and company in (None, of_unit)


def _in_range(values: Values, header: Header) -> bool:
    text = values[HOURS] or ""
    return re.fullmatch(HOURS_FORM, text) is not None and 0 < danish_decimal(text) <= MOST_HOURS


def _not_longer_than_approved(values: Values, header: Header) -> bool:
    last, ended = day(values, LAST), day(values, ENDED)
    return last is None or ended is None or ended <= last + timedelta(days=1)


def _not_too_long(values: Values, header: Header) -> bool:
    first, last = day(values, FIRST), day(values, LAST)
    return first is None or last is None or last <= first + timedelta(days=_MOST_DAYS)


SUITE = Suite(
    feed=_FEED,
    columns=COLUMNS,
    expectations=(
        *first_keys(_FEED, ID_FORM, TYPES),
        filled(_FEED, STATUS),
        _code(STATUS, STATES),
        *person(_FEED),
        truth(_FEED, "oeremaerket"),
        has_form(_FEED, "spor", "R10", Matches(r"BS-[0-9]{6}")),
        _cvr(COMPANY),
        _cvr(UNIT_COMPANY),
        filled(_FEED, UNIT),
        has_form(_FEED, UNIT, "R08", Matches(P_NUMBER), "10 cifre"),
        rule(_FEED, "of-the-company", "R09", UNIT, Holds(_unit_is_the_companys), needs=(COMPANY, UNIT_COMPANY)),
        _code("antalAnsatte", SIZES),
        filled(_FEED, HOURS),
        has_form(_FEED, HOURS, "R08", Matches(HOURS_FORM), "22,5"),
        rule(_FEED, "range", "R12", HOURS, Holds(_in_range)),
        filled(_FEED, "godkendtDato"),
        *a_day(_FEED, "godkendtDato"),
        filled(_FEED, FIRST),
        *a_day(_FEED, FIRST),
        not_after_registration(_FEED, FIRST, DAYS_AHEAD),
        filled(_FEED, LAST),
        *a_day(_FEED, LAST),
        not_before(_FEED, LAST, FIRST),
        rule(_FEED, "length", "R12", LAST, Holds(_not_too_long)),
        filled(_FEED, ENDED),
        *a_day(_FEED, ENDED),
        not_before(_FEED, ENDED, FIRST),
        rule(_FEED, "approved", "R07", ENDED, Holds(_not_longer_than_approved)),
    ),
    across=across(ID_FORM),
    free_texts=(),
)
