"""Expectations of visitation that are more than data: moments, pairs, repeats (visitation.md)."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from schemas import forms
from schemas.faults import Fault
from schemas.json_text import integer_of
from schemas.visitation import BODY, DELETED_AT, DETAIL, DETAIL_KEYS, GROUPS, INSURED, WHAT, moment_is_possible, repeats
from validation.contract_suite import Check, suite_of
from validation.expectation import Across, Header, RowLike, Values

_FEED = "visitation"
_GROUP, _READINESS = "detail.maalgruppe", "detail.personkategori"
_FIRST, _END = "detail.gyldig_fra", "detail.gyldig_til"
_DAY = "yyyy-mm-dd"


def _is_as_asked(values: Values, header: Header) -> bool:
    return values[f"{DETAIL}external_id"] == values.get("external_id")


def _is_a_pair(values: Values, header: Header) -> bool:
    number = integer_of(values.get(_GROUP))
    return number is None or number == INSURED or values[_READINESS] in GROUPS.get(number, {})


def _ends_no_earlier(values: Values, header: Header) -> bool:
    first, end = forms.day(values[_FIRST], _DAY), forms.day(values[_END], _DAY)
    return first is None or end is None or end >= first


def _moment(column: str) -> Mapping[str, Check]:
    return {
        f"{column}.moment": lambda values, header: forms.rfc3339(values[column]) is not None,
        f"{column}.years": lambda values, header: moment_is_possible(values[column]),
    }


CHECKS = {
    **_moment("registered_at"),
    f"{DETAIL}external_id.as-asked": _is_as_asked,
    f"{_READINESS}.pair": _is_a_pair,
    f"{_END}.order": _ends_no_earlier,
    **_moment(f"{DETAIL}registreret"),
    **_moment(DELETED_AT),
}


def across(rows: Sequence[RowLike], faulty: Collection[int], header: Header) -> Across:
    """R11 and N01 among items without fault of their own, whatever their detail; N01 among bodies without fault."""
    found = repeats(rows)
    faults = [
        Fault(code="R11", line=line, column="event_id", other_line=other) for line, other in found.conflicts.items()
    ]
    repeated = [*found.repeated, *_repeated_bodies(rows, faulty)]
    return Across(faults=[*faults, *(Fault(code="N01", line=line) for line in repeated)])


def _repeated_bodies(rows: Sequence[RowLike], faulty: Collection[int]) -> Iterator[int]:
    seen: set[tuple[str | None, ...]] = set()
    for row in rows:
        if row.values.get(WHAT) == BODY and row.line not in faulty:
            content = tuple(row.values.get(DETAIL + key) for key in DETAIL_KEYS)
            if content in seen:
                yield row.line
            seen.add(content)


SUITE = suite_of(_FEED, CHECKS, across=across)
