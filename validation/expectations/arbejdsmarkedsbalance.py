"""Expectations of arbejdsmarkedsbalance: the seven columns of a row (arbejdsmarkedsbalance.md)."""

import re
from collections.abc import Collection, Sequence

from schemas.arbejdsmarkedsbalance import (
    AREA,
    AREAS,
    CATEGORIES,
    CATEGORY,
    COLUMNS,
    DISCO,
    EMPLOYED,
    PERIOD,
    TITLE,
    UNEMPLOYED,
    repeats,
)
from schemas.companies import is_disco
from schemas.forms import danish_decimal
from schemas.items import Values
from schemas.json_text import INTEGER, integer_of
from validation.expectation import Across, Header, Holds, Matches, OneOf, RowLike, Suite, rule, text_column
from validation.items import alone, filled, has_form

_FEED = "arbejdsmarkedsbalance"
_PERCENT = r"[0-9]{1,3}(,[0-9]{1,2})?"
_MOST_PERCENT = 100


def _is_of_the_publication(values: Values, header: Header) -> bool:
    return values[PERIOD] == header.get("periode")


def _is_disco(values: Values, header: Header) -> bool:
    return is_disco(values[DISCO])


def _is_valid_then(values: Values, header: Header) -> bool:
    found = CATEGORIES.get(values[CATEGORY] or "")
    return found is None or header.get("periode", "") <= found.last


def _is_a_share(values: Values, header: Header) -> bool:
    text = values[UNEMPLOYED] or ""
    number = danish_decimal(text) if re.fullmatch(_PERCENT, text) else integer_of(text)
    return number is not None and 0 <= number <= _MOST_PERCENT


def _across(rows: Sequence[RowLike], faulty: Collection[int], header: Header) -> Across:
    return alone(repeats(rows), DISCO)


SUITE = Suite(
    feed=_FEED,
    columns=COLUMNS,
    expectations=(
        filled(_FEED, PERIOD),
        rule(_FEED, "of-the-publication", "R12", PERIOD, Holds(_is_of_the_publication)),
        filled(_FEED, AREA),
        rule(_FEED, "code", "R09", AREA, OneOf(AREAS)),
        filled(_FEED, DISCO),
        rule(_FEED, "code", "R09", DISCO, Holds(_is_disco)),
        text_column(_FEED, TITLE, 100),
        rule(_FEED, "code", "R09", CATEGORY, OneOf(frozenset(CATEGORIES))),
        rule(_FEED, "half-year", "R09", CATEGORY, Holds(_is_valid_then)),
        has_form(_FEED, EMPLOYED, "R08", Matches(rf"[0-9]{{1,3}}(\.[0-9]{{3}})*|{INTEGER}"), "1.234"),
        has_form(_FEED, UNEMPLOYED, "R08", Matches(rf"{_PERCENT}|{INTEGER}"), "3,4"),
        rule(_FEED, "range", "R12", UNEMPLOYED, Holds(_is_a_share)),
    ),
    across=_across,
    free_texts=(TITLE,),
)
