"""Expectations of jobordrer that are more than data: occupation, company, municipality, positions (jobordrer.md)."""

import re

from schemas.companies import is_cvr, is_disco
from schemas.feed_contracts import contract
from schemas.items import Values
from schemas.jobordrer import MOST_POSITIONS, MUNICIPALITIES, MUNICIPALITY, MUNICIPALITY_FORM, TITLE
from schemas.json_text import integer_of
from validation.contract_suite import suite_of
from validation.expectation import Header
from validation.items import FIRST_CHECKS, across, not_after_registration, not_before

_FEED = "jobordrer"
_POSITIONS = "antalStillinger"


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


CHECKS = {
    **FIRST_CHECKS,
    "disco.code": _is_disco,
    "cvrNummer.form": _is_cvr,
    f"{MUNICIPALITY}.code": _is_municipality,
    f"{_POSITIONS}.range": _positions_in_range,
    **not_after_registration("publiceretDato", contract(_FEED).limit("publiceretDato", "ahead")),
    **not_before("ansoegningsfrist", "publiceretDato"),
}

SUITE = suite_of(_FEED, CHECKS, across=across(_FEED), free_texts=(TITLE,))
