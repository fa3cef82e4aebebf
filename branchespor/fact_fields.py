"""What the fields of a fact must look like (rules.md section 1): a table, the first fault in it, and a quick yes."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, TypeGuard

from consumers.rules.days import ordinal
from schemas.errors import WrongInput
from schemas.facts import FIRST_DAY_POSSIBLE, LAST_DAY_POSSIBLE, Absence, CivilStatus, Employment, TargetGroup

Record = dict[str, Any]
Right = Callable[[Any], bool]
Field = tuple[str, Right, str]
"""Name, whether a value is right (given _MISSING where there is none), and what is wanted in words."""

FURTHER_KINDS: Final = (
    "Meeting", "CaseOpened", "TrackDecision", "Placement", "Training", "YouthEducation", "ParallelSupport",
    "MembershipSpell", "IncomeMonth", "ShortageArea", "JobOrder",
)  # fmt: skip
"""The kinds of milestones.md section 3, of which only the common fields are checked."""

OF_NO_PERSON: Final = ("ShortageArea", "JobOrder")

_MISSING: Final = object()
_DAY_FORM: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME_FORM: Final = re.compile(
    r"[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)


class WrongFact(WrongInput):
    """A line that is no fact; the message names the line and the field, never the value."""

    def __init__(self, line: int, field: str | None, wanted: str) -> None:
        where = f"line {line}" if field is None else f"line {line}, field {field}"
        super().__init__(f"facts, {where}: {wanted}")
        self.line, self.field = line, field


def check(record: Record, line: int) -> None:
    """Raises WrongFact for the first field, in the order of the table, that is missing or wrong."""
    kind = record.get("kind", _MISSING)
    fields = _FIELDS.get(kind) if isinstance(kind, str) else None
    if fields is None:
        raise WrongFact(line, "kind", "missing" if kind is _MISSING else "wanted is a known kind of fact")
    for name, right, wanted in fields:
        value = record.get(name, _MISSING)
        try:
            ok = right(value)
        except TypeError:  # a list or an object is no key of a table of codes
            ok = False
        if not ok:
            raise WrongFact(line, name, "missing" if value is _MISSING else f"wanted is {wanted}")
    last = record.get("last_day")
    if kind in _SPELLS and last is not None and last < record["first_day"]:
        raise WrongFact(line, "last_day", "is before first_day")


def is_plainly_right(record: Record) -> bool:
    """A quick yes for the usual right fact; a no means nothing: the table of fields then finds what is wrong, if it is.

    It says yes to nothing that the table refuses, which a test holds it to.
    """
    try:
        return (
            record["fact_id"].__class__ is str
            and record["person"].__class__ is str
            and record["source"].__class__ is str
            and record["record_key"].__class__ is str
            and is_moment(record["recorded_at"])
            and is_moment(record["received_at"])
            and record.get("withdrawn", False).__class__ is bool
            and _QUICK[record["kind"]](record)
        )
    except (KeyError, TypeError):
        return False


def _is_text(value: object) -> bool:
    return value.__class__ is str


def _is_truth(value: object) -> bool:
    return value is True or value is False


def _is_truth_or_absent(value: object) -> bool:
    return value is _MISSING or value is True or value is False


@lru_cache(maxsize=1 << 17)
def is_day(value: object) -> bool:
    """Whether a value is an ISO day that exists, within the days possible (rules.md section 1)."""
    if not _is_calendar_day(value):
        return False
    return FIRST_DAY_POSSIBLE.toordinal() <= ordinal(str(value)) <= LAST_DAY_POSSIBLE.toordinal()


@lru_cache(maxsize=1 << 17)
def _is_calendar_day(value: object) -> bool:
    if not isinstance(value, str) or not _DAY_FORM.fullmatch(value):
        return False
    try:
        ordinal(value)
    except ValueError:
        return False
    return True


def _is_day_or_absent(value: object) -> bool:
    return value is None or value is _MISSING or is_day(value)


@lru_cache(maxsize=1 << 14)
def is_moment(value: object) -> bool:
    """Whether a value is an RFC 3339 timestamp with a zone and at most six decimals."""
    return isinstance(value, str) and _is_calendar_day(value[:10]) and _is_time(value[10:])


@lru_cache(maxsize=1 << 14)
def _is_time(text: str) -> bool:
    return _TIME_FORM.fullmatch(text) is not None


def _is_number(value: object) -> TypeGuard[float]:
    return value.__class__ is int or value.__class__ is float  # a bool is an int to isinstance


def _is_hours_or_absent(value: object) -> bool:
    return value is None or value is _MISSING or (_is_number(value) and value >= 0)


@lru_cache(maxsize=1 << 14)
def _is_municipality(value: object) -> bool:
    return value.__class__ is str and re.fullmatch(r"[0-9]{4}", str(value)) is not None


def _is_text_or_absent(value: object) -> bool:
    return value is None or value is _MISSING or value.__class__ is str


_GROUPS: Final = frozenset(TargetGroup)
_ABSENCES: Final = frozenset(Absence)
_TEXT: Final = "a text"
_DAY: Final = "a day that exists, as 2020-01-31, from 1900-01-01 to 2199-12-31"
_MOMENT_TEXT: Final = "an RFC 3339 timestamp with a zone and at most six decimals, as 2020-01-31T06:00:00Z"
_TRUTH: Final = "true or false"

_COMMON: Final[tuple[Field, ...]] = (
    ("fact_id", _is_text, _TEXT),
    ("person", _is_text, _TEXT),
    ("source", _is_text, _TEXT),
    ("record_key", _is_text, _TEXT),
    ("recorded_at", is_moment, _MOMENT_TEXT),
    ("received_at", is_moment, _MOMENT_TEXT),
    ("withdrawn", _is_truth_or_absent, _TRUTH),
)
_OF_NO_PERSON: Final = tuple(
    ("person", _is_text_or_absent, f"{_TEXT} or null") if field[0] == "person" else field for field in _COMMON
)
_SPELL: Final[tuple[Field, ...]] = (
    ("first_day", is_day, _DAY),
    ("last_day", _is_day_or_absent, f"{_DAY}, or null"),
)


def _code(name: str, codes: Iterable[str]) -> Field:
    return name, frozenset(codes).__contains__, f"a known code of {name}"


_OWN: Final[Mapping[str, tuple[Field, ...]]] = {
    "TargetGroupSpell": (_code("target_group", TargetGroup), *_SPELL),
    "DagpengePeriod": (("placed_on", is_day, _DAY),),
    "EmploymentSpell": (
        _code("employment", Employment),
        *_SPELL,
        ("weekly_hours", _is_hours_or_absent, "a number of hours, 0 or more, or null"),
    ),
    "AbsenceSpell": (_code("absence", Absence), ("benefit_paid", _is_truth, _TRUTH), *_SPELL),
    "ResidenceSpell": (("municipality", _is_municipality, "a text of four digits"), *_SPELL),
    "IntegrationPeriod": (*_SPELL, ("programme_start", _is_day_or_absent, f"{_DAY}, or null")),
    "DeclaredReady": (("day", is_day, _DAY),),
    "PersonStatus": (_code("status", CivilStatus), ("day", is_day, _DAY)),
}
_SPELLS: Final = frozenset(kind for kind, own in _OWN.items() if any(field[0] == "last_day" for field in own))
_FIELDS: Final[Mapping[str, tuple[Field, ...]]] = (
    {kind: (*_COMMON, *own) for kind, own in _OWN.items()}
    | dict.fromkeys(FURTHER_KINDS, _COMMON)
    | dict.fromkeys(OF_NO_PERSON, _OF_NO_PERSON)
)


def _quick_spell(record: Record) -> bool:
    first, last = record["first_day"], record.get("last_day")
    return is_day(first) and (last is None or (is_day(last) and first <= last))


_QUICK: Final[Mapping[str, Callable[[Record], bool]]] = {
    "TargetGroupSpell": lambda record: record["target_group"] in _GROUPS and _quick_spell(record),
    "EmploymentSpell": lambda record: (
        (record["employment"] == "ORDINARY" or record["employment"] == "WAGE_SUBSIDY")
        and _is_hours_or_absent(record.get("weekly_hours"))
        and _quick_spell(record)
    ),
    "AbsenceSpell": lambda record: (
        record["absence"] in _ABSENCES and record["benefit_paid"].__class__ is bool and _quick_spell(record)
    ),
    "ResidenceSpell": lambda record: _is_municipality(record["municipality"]) and _quick_spell(record),
    "DagpengePeriod": lambda record: is_day(record["placed_on"]),
}
