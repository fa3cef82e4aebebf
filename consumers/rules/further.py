"""The further kinds of facts (milestones.md section 3), as far as they have the form their milestones need."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from consumers.rules.days import ordinal
from consumers.rules.known import Known, Record
from schemas.facts import Decision, ShortageCategory, YouthEvent

_Right = Callable[[Any], bool]


def of_kind(known: Known, kind: str) -> list[Record]:
    """The effective facts of a further kind, by source and record key.

    `evaluate` takes further kinds with their common fields alone (design/cli.md); one without its own is passed over.
    """
    return well_formed(known.further.get(kind, ()))


def has_any(known: Known) -> bool:
    """Whether there is a fact that any step of the further kinds could rest on."""
    return not known.further.keys().isdisjoint(_FORMS)


def well_formed(facts: Iterable[Record]) -> list[Record]:
    """Those of `facts`, of further kinds, that have their own fields, by source and record key.

    Fields that may be absent (milestones.md section 3, those with a question mark) are there as null.
    """
    found = [{**dict.fromkeys(_FORMS[fact["kind"]]), **fact} for fact in facts if _has_form(fact)]
    return sorted(found, key=lambda fact: (fact["source"], fact["record_key"]))


def _has_form(fact: Record) -> bool:
    if not all(right(fact.get(name)) for name, right in _FORMS[fact["kind"]].items()):
        return False
    first, last = fact.get("first_day"), fact.get("last_day")
    return first is None or last is None or ordinal(first) <= ordinal(last)


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _text_or_none(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _truth(value: Any) -> bool:
    return isinstance(value, bool)


def _day(value: Any) -> bool:
    try:
        return isinstance(value, str) and ordinal(value) > 0
    except ValueError:
        return False


def _day_or_none(value: Any) -> bool:
    return value is None or _day(value)


def _month(value: Any) -> bool:
    return isinstance(value, str) and _day(f"{value}-01")


def _hours(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _code(codes: Iterable[str]) -> _Right:
    known = frozenset(codes)
    return lambda value: isinstance(value, str) and value in known


_FORMS: Final[Mapping[str, Mapping[str, _Right]]] = {
    "IntegrationPeriod": {"first_day": _day, "last_day": _day_or_none, "programme_start": _day_or_none},
    "Training": {
        "enrolment": _text,
        "institution": _text,
        "course": _text,
        "first_day": _day,
        "last_day": _day,
        "track": _text_or_none,
        "outcome": _text_or_none,
    },
    "Meeting": {"held_on": _day_or_none, "joint": _truth},
    "CaseOpened": {"day": _day},
    "TrackDecision": {
        "track": _text,
        "decision": _code(Decision),
        "day": _day,
        "branchespor": _text,
        "disco3": _text,
        "override": _truth,
        "plan_first_day": _day_or_none,
        "plan_last_day": _day_or_none,
    },
    "Placement": {
        "placement": _text,
        "track": _text_or_none,
        "placement_kind": _text,
        "first_day": _day,
        "last_day": _day,
    },
    "YouthEducation": {"event": _code(YouthEvent), "day": _day},
    "ParallelSupport": {"first_day": _day, "last_day": _day_or_none},
    "IncomeMonth": {"month": _month, "hours": _hours, "public_support": _truth},
    "ShortageArea": {
        "area": _text,
        "disco": _text,
        "category": _code(ShortageCategory),
        "half_year": _text,
        "valid_from": _day,
        "valid_to": _day,
    },
}
