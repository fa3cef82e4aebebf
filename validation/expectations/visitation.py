"""Expectations of visitation: the six columns of an item, then the detail of the item that speaks (visitation.md)."""

from collections.abc import Callable, Collection, Iterator, Sequence

from schemas import forms
from schemas.faults import Fault
from schemas.json_text import INTEGER_FROM_1, OTHER_TYPE, integer_of
from schemas.visitation import (
    BODY,
    DELETED_AT,
    DETAIL,
    DETAIL_KEYS,
    EVENT,
    EXTERNAL_ID,
    GROUPS,
    INSURED,
    ITEM_COLUMNS,
    ITEM_FORMS,
    STATUS,
    WHAT,
    moment_is_possible,
    repeats,
)
from validation.expectation import (
    Across,
    Expectation,
    Filled,
    Header,
    Holds,
    Matches,
    OneOf,
    RowLike,
    Suite,
    Test,
    Values,
    day_column,
    person_column,
    required,
)

When = Callable[[Values], bool]

_FEED = "visitation"
_MUNICIPALITY = "0707"
_GROUP, _READINESS = "detail.maalgruppe", "detail.personkategori"
_FIRST, _END = "detail.gyldig_fra", "detail.gyldig_til"
_DAY = "yyyy-mm-dd"


def _is_event(values: Values) -> bool:
    return values.get(WHAT) == EVENT


def _has_body(values: Values) -> bool:
    return values.get(STATUS) == "200"


def _is_gone(values: Values) -> bool:
    return values.get(STATUS) == "410"


def _has_answer(values: Values) -> bool:
    return _has_body(values) or _is_gone(values)


def _is_read_anew(values: Values) -> bool:
    return values.get(WHAT) == BODY


def _was_asked_for(values: Values) -> bool:
    return _has_answer(values) and not _is_read_anew(values)


def _is_as_asked(values: Values, header: Header) -> bool:
    return values[f"{DETAIL}external_id"] == values.get("external_id")


def _readiness_is_missing(values: Values) -> bool:
    """Whether the group has no blank readiness; 1 takes anything."""
    number = integer_of(values.get(_GROUP))
    return _has_body(values) and number is not None and number != INSURED and None not in GROUPS.get(number, {None: 0})


def _is_a_pair(values: Values, header: Header) -> bool:
    number = integer_of(values.get(_GROUP))
    return number is None or number == INSURED or values[_READINESS] in GROUPS.get(number, {})


def _ends_no_earlier(values: Values, header: Header) -> bool:
    first, end = forms.day(values[_FIRST], _DAY), forms.day(values[_END], _DAY)
    return first is None or end is None or end >= first


def _rule(column: str, name: str, code: str, test: Test, when: When, *needs: str, alone: bool = False) -> Expectation:
    rule = f"{_FEED}.{column}.{name}"
    return Expectation(rule=rule, code=code, column=column, test=test, when=when, needs=needs, alone=alone)


def _moment(column: str, when: When) -> list[Expectation]:
    return [
        required(_FEED, column, when),
        Expectation(
            rule=f"{_FEED}.{column}.moment",
            code="R06",
            column=column,
            test=Holds(lambda values, header: forms.rfc3339(values[column]) is not None),
            when=when,
            detail={"form": "yyyy-mm-ddThh:mm:ss.sss+hh:mm"},
        ),
        _rule(column, "years", "R12", Holds(lambda values, header: moment_is_possible(values[column])), when),
    ]


def _item() -> list[Expectation]:
    found: list[Expectation] = []
    for column, (code, form) in ITEM_FORMS.items():
        found += [required(_FEED, column, _is_event), _rule(column, "form", code, Matches(form), _is_event)]
    return [*found, *_moment("registered_at", _is_event)]


def _detail() -> list[Expectation]:
    external_id, version = f"{DETAIL}external_id", f"{DETAIL}version"
    municipality, cpr = f"{DETAIL}kommune", f"{DETAIL}cpr"
    group_codes = OneOf(frozenset(f"{OTHER_TYPE}{number}" for number in (*GROUPS, INSURED)))
    return [
        _rule(municipality, "ours", "R16", Matches(rf"(?![0-9]{{4}}\Z)[\s\S]*|{_MUNICIPALITY}"), _has_body, alone=True),
        required(_FEED, external_id, _has_answer),
        _rule(external_id, "form", "R08", Matches(EXTERNAL_ID), _is_read_anew),
        _rule(external_id, "as-asked", "R11", Holds(_is_as_asked), _was_asked_for),
        required(_FEED, version, _has_answer),
        _rule(version, "form", "R08", Matches(INTEGER_FROM_1), _has_answer),
        required(_FEED, municipality, _has_body),
        _rule(municipality, "form", "R09", Matches("[0-9]{4}"), _has_body),
        required(_FEED, cpr, _has_body),
        *person_column(_FEED, cpr, _has_body),
        required(_FEED, _GROUP, _has_body),
        _rule(_GROUP, "code", "R09", group_codes, _has_body),
        _rule(_READINESS, "missing", "R09", Filled(), _readiness_is_missing, _GROUP),
        _rule(_READINESS, "pair", "R09", Holds(_is_a_pair), _has_body, _GROUP),
        required(_FEED, _FIRST, _has_body),
        *day_column(_FEED, _FIRST, _DAY, _has_body),
        *day_column(_FEED, _END, _DAY, _has_body),
        _rule(_END, "order", "R07", Holds(_ends_no_earlier), _has_body, _FIRST),
        *_moment(f"{DETAIL}registreret", _has_body),
        *_moment(DELETED_AT, _is_gone),
    ]


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


SUITE = Suite(
    feed=_FEED,
    columns=(*ITEM_COLUMNS, *(DETAIL + key for key in DETAIL_KEYS), DELETED_AT),
    expectations=(*_item(), *_detail()),
    across=across,
)
