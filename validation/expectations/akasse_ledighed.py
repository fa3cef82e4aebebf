"""What a row of akasse-ledighed must look like (partners/akasse-ledighed.md)."""

import re
from datetime import datetime, timedelta
from decimal import Decimal

from schemas import forms
from schemas.feed_contracts import contract
from validation.akasse_ledighed_rows import SeveralRows
from validation.contract_suite import suite_of
from validation.expectation import Header, Values

FEED = "akasse-ledighed"
FORM = "dd-mm-yyyy"
OURS = "0707"
_HOURS = re.compile(r"[0-9]{1,3}(,[0-9]{1,2})?")
_DAYS_AHEAD = timedelta(days=contract(FEED).limit("startdato", "ahead"))
_MOST_HOURS = contract(FEED).limit("timer", "range")


def _local(text: str | None) -> datetime | None:
    moment = forms.danish_moment(text)
    return None if moment is None else moment.local


def _exists(values: Values, header: Header) -> bool:
    return forms.danish_moment(values["registreret"]) is not None


def _in_possible_years(values: Values, header: Header) -> bool:
    local = _local(values["registreret"])
    return local is None or forms.possible(local.date())


def _is_one_moment(values: Values, header: Header) -> bool:
    moment = forms.danish_moment(values["registreret"])
    return moment is None or len(moment.instants) == 1


def _not_too_far_ahead(values: Values, header: Header) -> bool:
    first, local = forms.day(values["startdato"], FORM), _local(values.get("registreret"))
    return first is None or local is None or first <= local.date() + _DAYS_AHEAD


def _in_order(values: Values, header: Header) -> bool:
    first, last = forms.day(values.get("startdato"), FORM), forms.day(values["slutdato"], FORM)
    return first is None or last is None or first <= last


def _hours_in_a_week(values: Values, header: Header) -> bool:
    hours = values["timer"] or ""
    return not _HOURS.fullmatch(hours) or Decimal(0) < forms.danish_decimal(hours) <= _MOST_HOURS


def _is_ours(values: Values, header: Header) -> bool:
    return re.fullmatch("[0-9]{4}", values["kommune"] or "") is None or values["kommune"] == OURS


CHECKS = {
    "kommune.addressee": _is_ours,
    "registreret.form": _exists,
    "registreret.years": _in_possible_years,
    "registreret.local-time": _is_one_moment,
    "startdato.ahead": _not_too_far_ahead,
    "slutdato.order": _in_order,
    "timer.range": _hours_in_a_week,
}


SUITE = suite_of(FEED, CHECKS, look=SeveralRows)
