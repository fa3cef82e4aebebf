"""What the expectations of all REST feeds share: checks of the first keys and of days, repeats."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta

from schemas.faults import Fault
from schemas.feed_contracts import contract
from schemas.items import (
    ID,
    REGISTERED,
    VERSION,
    Repeats,
    Values,
    day,
    is_moment,
    registered_on,
    repeats,
    version_of,
)
from validation.contract_suite import Check
from validation.expectation import Across, Header, RowLike


def _version_in_range(values: Values, header: Header) -> bool:
    return version_of(values) is not None


def _has_moment(values: Values, header: Header) -> bool:
    return is_moment(values[REGISTERED] or "")


def _is_possible(values: Values, header: Header) -> bool:
    return registered_on(values) is not None


FIRST_CHECKS: Mapping[str, Check] = {
    f"{VERSION}.range": _version_in_range,
    f"{REGISTERED}.moment": _has_moment,
    f"{REGISTERED}.years": _is_possible,
}


def not_before(end: str, start: str) -> Mapping[str, Check]:
    """R07 on the end where it lies before the start."""

    def in_order(values: Values, header: Header) -> bool:
        first, last = day(values, start), day(values, end)
        return first is None or last is None or last >= first

    return {f"{end}.not-before-{start}": in_order}


def not_after_registration(column: str, days: int = 0) -> Mapping[str, Check]:
    """R12 where the day lies more than `days` after the Danish day on which the version was made."""

    def is_near(values: Values, header: Header) -> bool:
        on, told = registered_on(values), day(values, column)
        return on is None or told is None or told <= on + timedelta(days=days)

    return {f"{column}.ahead": is_near}


def valid_since(column: str, on: str, since: Mapping[str, date]) -> Mapping[str, Check]:
    """R09 for a code that was not yet in its list on the day of `on`; codes that are not in `since` always were."""

    def is_valid(values: Values, header: Header) -> bool:
        told = day(values, on)
        return told is None or told >= since.get(values[column] or "", date.min)

    return {f"{column}.valid-on-{on}": is_valid}


def across(feed: str) -> Callable[[Sequence[RowLike], Collection[int], Header], Across]:
    """Repeats of (`id`, `version`): N01, or R11 on all; such an item has this alone."""
    id_form = next(each.implementation.matches for each in contract(feed).by_column[ID].rules if each.name == "form")

    def found(rows: Sequence[RowLike], faulty: Collection[int], header: Header) -> Across:
        return alone(repeats(rows, id_form or ""), VERSION)

    return found


def alone(found: Repeats, column: str) -> Across:
    """N01 and R11 on `column`, and nothing else of these lines."""
    conflicts = [Fault(code="R11", line=line, column=column, other_line=at) for line, at in found.conflicts.items()]
    repeated = [Fault(code="N01", line=line) for line in found.repeated]
    return Across(faults=[*conflicts, *repeated], alone=[*found.repeated, *found.conflicts])
