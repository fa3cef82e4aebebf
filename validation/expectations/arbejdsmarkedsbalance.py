"""Expectations of arbejdsmarkedsbalance that are more than data (arbejdsmarkedsbalance.md)."""

import re
from collections.abc import Collection, Sequence

from schemas.arbejdsmarkedsbalance import CATEGORIES, CATEGORY, DISCO, PERIOD, TITLE, UNEMPLOYED, repeats
from schemas.companies import is_disco
from schemas.feed_contracts import contract
from schemas.forms import danish_decimal
from schemas.items import Values
from schemas.json_text import integer_of
from validation.contract_suite import suite_of
from validation.expectation import Across, Header, RowLike
from validation.items import alone

_FEED = "arbejdsmarkedsbalance"
_PERCENT = r"[0-9]{1,3}(,[0-9]{1,2})?"
_MOST_PERCENT = contract(_FEED).limit(UNEMPLOYED, "range")


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


CHECKS = {
    f"{PERIOD}.of-the-publication": _is_of_the_publication,
    f"{DISCO}.code": _is_disco,
    f"{CATEGORY}.half-year": _is_valid_then,
    f"{UNEMPLOYED}.range": _is_a_share,
}

SUITE = suite_of(_FEED, CHECKS, across=_across, free_texts=(TITLE,))
