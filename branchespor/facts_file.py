"""Reads facts from JSON lines: strict, with the line and the field of what is wrong, and citizen by citizen."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NoReturn

import msgspec

from consumers.rules.days import ordinal
from schemas.errors import WrongInput
from schemas.facts import FIRST_DAY_POSSIBLE, LAST_DAY_POSSIBLE, Absence, CivilStatus, Employment, TargetGroup

Record = dict[str, Any]

FURTHER_KINDS: Final = (
    "Meeting", "CaseOpened", "TrackDecision", "Placement", "Training", "YouthEducation", "ParallelSupport",
    "MembershipSpell", "IncomeMonth", "ShortageArea", "JobOrder",
)  # fmt: skip
"""The kinds of milestones.md section 3, of which only the common fields are checked."""

OF_NO_PERSON: Final = ("ShortageArea", "JobOrder")

_MISSING: Final = object()
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)
_decode: Final = msgspec.json.Decoder().decode


class OutOfOrder(Exception):
    """A line belongs to a citizen who comes before the one of the line above: the file is not sorted by person."""


class WrongFact(WrongInput):
    """A line that is no fact; the message names the line and the field, never the value."""

    def __init__(self, line: int, field: str | None, wanted: str) -> None:
        where = f"line {line}" if field is None else f"line {line}, field {field}"
        super().__init__(f"facts, {where}: {wanted}")
        self.line, self.field = line, field


def in_order(lines: Iterable[bytes]) -> Iterator[tuple[str, list[Record]]]:
    """Each citizen with all facts, for lines sorted by person (code point order): one citizen is held at a time.

    Raises WrongFact for the first wrong line, OutOfOrder as soon as the lines are not sorted.
    """
    present: str | None = None
    records: list[Record] = []
    for number, line in enumerate(lines, start=1):
        record = read(line, number)
        person = record["person"]
        if person == present:
            records.append(record)
        elif person is not None:
            if present is not None:
                if person < present:
                    raise OutOfOrder
                yield present, records
            present, records = person, [record]
    if present is not None:
        yield present, records


def in_any_order(lines: Iterable[bytes]) -> Iterator[tuple[str, list[Record]]]:
    """Each citizen with all facts, sorted by person; holds the whole file. Raises WrongFact for the first wrong line."""
    citizens: dict[str, list[Record]] = {}
    for number, line in enumerate(lines, start=1):
        record = read(line, number)
        if record["person"] is not None:
            citizens.setdefault(record["person"], []).append(record)
    yield from sorted(citizens.items())


def read(line: bytes, number: int) -> Record:
    """The fact of one line, checked; `person` is None for what is of no person. Raises WrongFact."""
    record = _object(line, number)
    kind = record.get("kind", _MISSING)
    fields = _FIELDS.get(kind) if isinstance(kind, str) else None
    if fields is None:
        raise WrongFact(number, "kind", "missing" if kind is _MISSING else "wanted is a known kind of fact")
    if not _is_plainly_right(record):
        _refuse_if_wrong(record, fields, number)
    if kind in OF_NO_PERSON:
        record.setdefault("person", None)
    return record


def _is_plainly_right(record: Record) -> bool:
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


def _object(line: bytes, number: int) -> Record:
    try:
        record = _decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        record = _object_by_the_book(line)
    if not isinstance(record, dict):
        raise WrongFact(number, None, "not a JSON object; wanted is one fact a line")
    return record


def _object_by_the_book(line: bytes) -> object:
    """The slower second opinion: the fast decoder refuses a few texts that JSON allows, such as lone surrogates."""
    try:
        return json.loads(line.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None


def _no_constant(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")


Right = Callable[[Any], bool]
Field = tuple[str, Right, str]


def _refuse_if_wrong(record: Record, fields: tuple[Field, ...], number: int) -> None:
    """Raises WrongFact for the first field, in the order of the table, that is missing or wrong."""
    for name, right, wanted in fields:
        value = record.get(name, _MISSING)
        try:
            ok = right(value)
        except TypeError:  # a list or an object is no key of a table of codes
            ok = False
        if not ok:
            raise WrongFact(number, name, "missing" if value is _MISSING else f"wanted is {wanted}")
    last = record.get("last_day")
    if record["kind"] in _SPELLS and last is not None and last < record["first_day"]:
        raise WrongFact(number, "last_day", "is before first_day")


def _is_text(value: object) -> bool:
    return value.__class__ is str


def _is_truth(value: object) -> bool:
    return value is True or value is False


def _is_truth_or_absent(value: object) -> bool:
    return value is _MISSING or value is True or value is False


@lru_cache(maxsize=1 << 17)
def is_day(value: object) -> bool:
    """Whether a value is an ISO day that exists, within the days possible (rules.md section 1)."""
    if value.__class__ is not str or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", str(value)):
        return False
    try:
        return FIRST_DAY_POSSIBLE.toordinal() <= ordinal(str(value)) <= LAST_DAY_POSSIBLE.toordinal()
    except ValueError:
        return False


def _is_day_or_absent(value: object) -> bool:
    return value is None or value is _MISSING or is_day(value)


@lru_cache(maxsize=1 << 14)
def is_moment(value: object) -> bool:
    """Whether a value is an RFC 3339 timestamp with a zone and at most six decimals."""
    if value.__class__ is not str or not _MOMENT.fullmatch(str(value)):
        return False
    try:
        datetime.fromisoformat(str(value).upper())
    except ValueError:
        return False
    return True


def _is_hours_or_absent(value: object) -> bool:
    return value is None or value is _MISSING or (value.__class__ in (int, float) and value >= 0)  # type: ignore[operator]


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
    | {kind: _COMMON for kind in FURTHER_KINDS}
    | {kind: _OF_NO_PERSON for kind in OF_NO_PERSON}
)
