"""Facts: what a source has stated, and their JSON form (rules.md section 1, milestones.md section 3)."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, get_args, get_type_hints

from schemas.fact_codes import (
    Absence,
    Branchespor,
    CivilStatus,
    Decision,
    Employment,
    Insurance,
    JobOrderStatus,
    PlacementKind,
    ShortageCategory,
    TargetGroup,
    TrainingOutcome,
    YouthEvent,
)
from schemas.facts_of_no_person import (
    FactOfNoPerson,
    JobOrder,
    ShortageArea,
    StatementOfNoPerson,
)
from schemas.facts_of_person import (
    AbsenceSpell,
    CaseOpened,
    DagpengePeriod,
    DeclaredReady,
    EmploymentSpell,
    FactOfPerson,
    IncomeMonth,
    IntegrationPeriod,
    Meeting,
    MembershipSpell,
    ParallelSupport,
    PersonStatus,
    Placement,
    ResidenceSpell,
    Statement,
    TargetGroupSpell,
    TrackDecision,
    Training,
    YouthEducation,
)

__all__ = [
    "COMMON_FIELDS",
    "FIRST_DAY_POSSIBLE",
    "KINDS",
    "KINDS_OF_NO_PERSON",
    "KINDS_OF_PERSON",
    "LAST_DAY_POSSIBLE",
    "OWN_FIELDS",
    "Absence",
    "AbsenceSpell",
    "Branchespor",
    "CaseOpened",
    "CivilStatus",
    "Content",
    "DagpengePeriod",
    "Decision",
    "DeclaredReady",
    "Employment",
    "EmploymentSpell",
    "Fact",
    "FactOfNoPerson",
    "FactOfPerson",
    "IncomeMonth",
    "Insurance",
    "IntegrationPeriod",
    "JobOrder",
    "JobOrderStatus",
    "JsonValue",
    "Meeting",
    "MembershipSpell",
    "ParallelSupport",
    "PersonStatus",
    "Placement",
    "PlacementKind",
    "ResidenceSpell",
    "ShortageArea",
    "ShortageCategory",
    "Statement",
    "StatementOfNoPerson",
    "TargetGroup",
    "TargetGroupSpell",
    "TrackDecision",
    "Training",
    "TrainingOutcome",
    "YouthEducation",
    "YouthEvent",
    "content_of",
    "from_json",
    "json_value",
    "make",
    "moment_text",
    "to_json",
]

FIRST_DAY_POSSIBLE = date(1900, 1, 1)
LAST_DAY_POSSIBLE = date(2199, 12, 31)

Fact = FactOfPerson | FactOfNoPerson

KINDS_OF_PERSON: Mapping[str, type[FactOfPerson]] = {kind.__name__: kind for kind in get_args(FactOfPerson)}
KINDS_OF_NO_PERSON: Mapping[str, type[FactOfNoPerson]] = {kind.__name__: kind for kind in get_args(FactOfNoPerson)}
KINDS: Mapping[str, type[Fact]] = {**KINDS_OF_PERSON, **KINDS_OF_NO_PERSON}

COMMON_FIELDS = tuple(each.name for each in fields(Statement))
OWN_FIELDS: Mapping[str, tuple[str, ...]] = {
    name: tuple(each.name for each in fields(kind) if each.name not in COMMON_FIELDS) for name, kind in KINDS.items()
}

_ALL_FIELDS: Mapping[str, tuple[str, ...]] = {
    name: (*(each for each in COMMON_FIELDS if each in {field.name for field in fields(kind)}), *OWN_FIELDS[name])
    for name, kind in KINDS.items()
}
_AS_THEY_ARE = frozenset((str, bool, int, float))

JsonValue = str | int | float | bool | None
Content = Mapping[str, JsonValue]


def moment_text(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds, `2020-07-14T06:15:00.000Z`."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="milliseconds")[: -len("+00:00")] + "Z"


def json_value(value: object) -> JsonValue:
    """A field's value as JSON has it: days ISO, moments RFC 3339, hours as a number, codes as text."""
    if value is None or type(value) in _AS_THEY_ARE:
        return value  # type: ignore[return-value]
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str | int | float):
        return value
    raise TypeError(f"no JSON form for {type(value).__name__}")


def content_of(fact: Fact) -> dict[str, JsonValue]:
    """The own fields of a fact, in JSON form."""
    return {name: json_value(getattr(fact, name)) for name in OWN_FIELDS[fact.kind]}


def to_json(fact: Fact) -> dict[str, JsonValue]:
    """A fact as one flat JSON object, `kind` and common fields first (the form of rules.md and of the CLI).

    One of no person has no `person`.
    """
    kind = fact.kind
    return {"kind": kind, **{name: json_value(getattr(fact, name)) for name in _ALL_FIELDS[kind]}}


def _reader(annotation: Any) -> Callable[[Any], Any]:
    text = str(annotation)
    options = [each for each in getattr(annotation, "__args__", (annotation,)) if each is not type(None)]
    target = options[0]
    if target is datetime:
        return lambda value: datetime.fromisoformat(value)
    if target is date:
        return lambda value: date.fromisoformat(value)
    if target is Decimal:
        return lambda value: Decimal(str(value))
    if target in (str, bool, int) or issubclass(target, StrEnum):
        return target  # type: ignore[no-any-return]
    raise TypeError(f"no reader for {text}")


_READERS: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    name: {field: _reader(hint) for field, hint in get_type_hints(kind).items()} for name, kind in KINDS.items()
}


def from_json(record: Mapping[str, Any]) -> Fact:
    """The fact that a trusted JSON object (our own store or `to_json`) holds.

    Raises KeyError for an unknown kind or missing field, ValueError for a value without its form. Input from outside is
    checked elsewhere (`branchespor evaluate`), with line and field.
    """
    kind = record["kind"]
    readers = _READERS[kind]
    values: dict[str, Any] = {
        name: None if value is None else readers[name](value) for name, value in record.items() if name in readers
    }
    return KINDS[kind](**values)


def make(kind: str, content: Mapping[str, Any], common: Mapping[str, Any]) -> Fact:
    """A fact of `kind` from its own fields in JSON form (`content`) and its common fields as Python values.

    Raises TypeError if `person` is missing, or given for a kind of no person.
    """
    readers = _READERS[kind]
    own: dict[str, Any] = {
        name: None if content[name] is None else readers[name](content[name]) for name in OWN_FIELDS[kind]
    }
    return KINDS[kind](**common, **own)
