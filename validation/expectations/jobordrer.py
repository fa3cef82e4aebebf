"""Expectations of jobordrer: seven keys of every opening, the others of one that is no draft (jobordrer.md)."""

import re
from collections.abc import Iterable

from schemas.companies import P_NUMBER, is_cvr, is_disco
from schemas.items import Values
from schemas.jobordrer import (
    COLUMNS,
    DRAFT,
    ID_FORM,
    JOB_ORDER,
    MOST_POSITIONS,
    MUNICIPALITIES,
    MUNICIPALITY,
    MUNICIPALITY_FORM,
    SHARED,
    STATES,
    STATUS,
    TITLE,
    UNITS,
)
from schemas.json_text import INTEGER, integer_of
from validation.expectation import Expectation, Header, Holds, Matches, OneOf, Suite, rule, text_column
from validation.items import (
    DAYS_AHEAD,
    a_day,
    across,
    filled,
    first_keys,
    has_form,
    not_after_registration,
    not_before,
    truth,
)

_FEED = "jobordrer"
_POSITIONS = "antalStillinger"


def _code(column: str, codes: Iterable[str]) -> Expectation:
    return rule(_FEED, "code", "R09", column, OneOf(frozenset(codes)))


def _is_disco(values: Values, header: Header) -> bool:
    return is_disco(values["disco"])


def _is_cvr(values: Values, header: Header) -> bool:
    return is_cvr(values["cvrNummer"])


def _is_municipality(values: Values, header: Header) -> bool:
    text = values[MUNICIPALITY] or ""
    return re.fullmatch(MUNICIPALITY_FORM, text) is not None and int(text) in MUNICIPALITIES


def _positions_in_range(values: Values, header: Header) -> bool:
    number = integer_of(values[_POSITIONS])
    return number is not None and 1 <= number <= MOST_POSITIONS


SUITE = Suite(
    feed=_FEED,
    columns=COLUMNS,
    expectations=(
        *first_keys(_FEED, ID_FORM, [JOB_ORDER]),
        filled(_FEED, STATUS),
        _code(STATUS, [DRAFT, *STATES]),
        filled(_FEED, "enhed"),
        _code("enhed", UNITS),
        text_column(_FEED, TITLE, 100),
        filled(_FEED, "disco"),
        rule(_FEED, "code", "R09", "disco", Holds(_is_disco)),
        filled(_FEED, "cvrNummer"),
        has_form(_FEED, "cvrNummer", "R08", Holds(_is_cvr), "CVR"),
        filled(_FEED, "pNummer"),
        has_form(_FEED, "pNummer", "R08", Matches(P_NUMBER), "10 cifre"),
        filled(_FEED, MUNICIPALITY),
        rule(_FEED, "code", "R09", MUNICIPALITY, Holds(_is_municipality)),
        filled(_FEED, _POSITIONS),
        has_form(_FEED, _POSITIONS, "R08", Matches(INTEGER), f"1-{MOST_POSITIONS}"),
        rule(_FEED, "range", "R12", _POSITIONS, Holds(_positions_in_range)),
        filled(_FEED, "publiceretDato"),
        *a_day(_FEED, "publiceretDato"),
        not_after_registration(_FEED, "publiceretDato", DAYS_AHEAD),
        *a_day(_FEED, "ansoegningsfrist"),
        not_before(_FEED, "ansoegningsfrist", "publiceretDato"),
        truth(_FEED, SHARED),
    ),
    across=across(ID_FORM),
    free_texts=(TITLE,),
)
