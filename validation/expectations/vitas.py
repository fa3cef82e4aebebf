"""Expectations of vitas that are more than data: the company, hours, days (vitas.md)."""

import re
from datetime import timedelta

from schemas.companies import is_cvr
from schemas.feed_contracts import contract
from schemas.forms import danish_decimal
from schemas.items import Values, day
from schemas.vitas import COMPANY, ENDED, FIRST, HOURS, HOURS_FORM, LAST, MOST_HOURS, UNIT, UNIT_COMPANY
from validation.contract_suite import Check, suite_of
from validation.expectation import Header
from validation.items import FIRST_CHECKS, across, not_after_registration, not_before

_FEED = "vitas"
_MOST_DAYS = contract(_FEED).limit(LAST, "length")


def _cvr(column: str) -> Check:
    def has_cvr(values: Values, header: Header) -> bool:
        return is_cvr(values[column])

    return has_cvr


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


CHECKS = {
    **FIRST_CHECKS,
    f"{COMPANY}.form": _cvr(COMPANY),
    f"{UNIT_COMPANY}.form": _cvr(UNIT_COMPANY),
    f"{UNIT}.of-the-company": _unit_is_the_companys,
    f"{HOURS}.range": _in_range,
    **not_after_registration(FIRST, contract(_FEED).limit(FIRST, "ahead")),
    **not_before(LAST, FIRST),
    f"{LAST}.length": _not_too_long,
    **not_before(ENDED, FIRST),
    f"{ENDED}.approved": _not_longer_than_approved,
}

SUITE = suite_of(_FEED, CHECKS, across=across(_FEED), free_texts=())
