"""Facts: what a source has stated about a citizen (rules.md section 1, milestones.md section 3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, get_args, get_type_hints

FIRST_DAY_POSSIBLE = date(1900, 1, 1)
LAST_DAY_POSSIBLE = date(2199, 12, 31)


class TargetGroup(StrEnum):
    """The legal group a citizen is in (LAB § 6); arbejdsmarkedsparat = jobparat = CASH_JOB_READY."""

    INSURED = "INSURED"
    CASH_JOB_READY = "CASH_JOB_READY"
    CASH_ACTIVITY_READY = "CASH_ACTIVITY_READY"
    EDUCATION_READY = "EDUCATION_READY"
    EDUCATION_ACTIVITY_READY = "EDUCATION_ACTIVITY_READY"
    OBVIOUSLY_EDUCATION_READY = "OBVIOUSLY_EDUCATION_READY"
    SICKNESS = "SICKNESS"
    JOB_CLARIFICATION = "JOB_CLARIFICATION"
    RESOURCE = "RESOURCE"
    FLEX_JOB = "FLEX_JOB"
    REHABILITATION = "REHABILITATION"
    EARLY_RETIREMENT = "EARLY_RETIREMENT"
    SELF_SUPPORTING = "SELF_SUPPORTING"
    UNDER_18 = "UNDER_18"
    INTEGRATION_PROGRAMME = "INTEGRATION_PROGRAMME"
    NOT_ASSESSED = "NOT_ASSESSED"


class Employment(StrEnum):
    """Ordinary work, or a job with wage subsidy (løntilskud), which still counts as unemployment."""

    ORDINARY = "ORDINARY"
    WAGE_SUBSIDY = "WAGE_SUBSIDY"


class Absence(StrEnum):
    """Kind of absence."""

    HOLIDAY = "HOLIDAY"
    SICKNESS = "SICKNESS"
    PARENTAL_LEAVE = "PARENTAL_LEAVE"
    CIVIC_DUTY = "CIVIC_DUTY"
    OTHER = "OTHER"


class CivilStatus(StrEnum):
    """What the person register says of a person; only DEAD has an effect in the rules."""

    DEAD = "DEAD"
    EMIGRATED = "EMIGRATED"
    DISAPPEARED = "DISAPPEARED"
    PROTECTED = "PROTECTED"


class Insurance(StrEnum):
    """Degree of insurance in an a-kasse."""

    FULL_TIME = "FULL_TIME"
    PART_TIME = "PART_TIME"
    COMBINATION = "COMBINATION"
    NONE = "NONE"


class TrainingOutcome(StrEnum):
    """How a course ended; of the course, not of the test."""

    ONGOING = "ONGOING"
    COMPLETED = "COMPLETED"
    NOT_COMPLETED = "NOT_COMPLETED"
    CANCELLED = "CANCELLED"


class Branchespor(StrEnum):
    """The sectors of the tracks."""

    BYG = "BYG"
    IND = "IND"
    SOSU = "SOSU"
    TRL = "TRL"
    HRT = "HRT"
    REN = "REN"
    GRO = "GRO"


class Decision(StrEnum):
    """A step of a track's agreement with the citizen."""

    OFFERED = "OFFERED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"


class PlacementKind(StrEnum):
    """Scheme of a placement: company practice (virksomhedspraktik), or a job with wage subsidy (løntilskud)."""

    PRAKTIK = "PRAKTIK"
    WAGE_SUBSIDY = "WAGE_SUBSIDY"


class YouthEvent(StrEnum):
    """What happened on a young person's way to and through an education (milestones Y1 to Y8)."""

    YOUTH_GUIDANCE_HELD = "YOUTH_GUIDANCE_HELD"
    EDUCATION_APPLIED = "EDUCATION_APPLIED"
    ENROLLED = "ENROLLED"
    DROPOUT_RISK = "DROPOUT_RISK"
    PLACE_AGREED = "PLACE_AGREED"
    INTERRUPTED = "INTERRUPTED"
    COMPLETED = "COMPLETED"
    LEISURE_JOB = "LEISURE_JOB"


class ShortageCategory(StrEnum):
    """How short labour is (arbejdsmarkedsbalancen), strongest first."""

    EXTENSIVE_SHORTAGE = "EXTENSIVE_SHORTAGE"
    SHORTAGE = "SHORTAGE"
    PARADOX = "PARADOX"
    GOOD = "GOOD"
    LESS_GOOD = "LESS_GOOD"


class JobOrderStatus(StrEnum):
    """State of a job opening; nobody turns PUBLISHED into EXPIRED by the clock."""

    PUBLISHED = "PUBLISHED"
    FILLED = "FILLED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The fields every fact about a citizen has.

    `person` is an opaque random id, never a CPR number or anything made from it. (`person`, `source`, kind,
    `record_key`) names one statement through all its versions; `recorded_at` (the source's clock) orders the versions,
    `received_at` (ours) says what was known when: both aware. `fact_id` is deterministic (schemas.ids).
    """

    fact_id: str
    person: str
    source: str
    record_key: str
    recorded_at: datetime
    received_at: datetime
    withdrawn: bool = False

    @property
    def kind(self) -> str:
        """The name of the kind, as in rules.md."""
        return type(self).__name__


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementOfNoPerson:
    """The fields of a fact that is about no citizen: as Statement, and there is no `person` at all.

    (`source`, kind, `record_key`) names one statement through all its versions.
    """

    fact_id: str
    source: str
    record_key: str
    recorded_at: datetime
    received_at: datetime
    withdrawn: bool = False

    @property
    def kind(self) -> str:
        """The name of the kind, as in milestones.md section 3."""
        return type(self).__name__


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetGroupSpell(Statement):
    """The citizen is in one target group from `first_day` to `last_day`, both inclusive; None: still running."""

    target_group: TargetGroup
    first_day: date
    last_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DagpengePeriod(Statement):
    """The citizen was placed in a new dagpenge period on `placed_on`."""

    placed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class EmploymentSpell(Statement):
    """A job from `first_day` to `last_day`, both inclusive; `weekly_hours` None: full time."""

    employment: Employment
    first_day: date
    last_day: date | None = None
    weekly_hours: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceSpell(Statement):
    """Absence from `first_day` to `last_day`, both inclusive; `benefit_paid` says whether benefit was paid."""

    absence: Absence
    benefit_paid: bool
    first_day: date
    last_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidenceSpell(Statement):
    """Lives in `municipality` (four digits) from `first_day` to `last_day`, both inclusive."""

    municipality: str
    first_day: date
    last_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationPeriod(Statement):
    """The municipality has taken over responsibility for a newcomer from `first_day`."""

    first_day: date
    last_day: date | None = None
    programme_start: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredReady(Statement):
    """Ungeindsatsen declared a young person ready for the labour market on `day`."""

    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonStatus(Statement):
    """The register's status of a person since `day`."""

    status: CivilStatus
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipSpell(Statement):
    """Member of an a-kasse (three digits) from `first_day` to `last_day`, both inclusive."""

    akasse: str
    insurance: Insurance
    first_day: date
    last_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Training(Statement):
    """Enrolled on a course; `outcome` None: not told, `track` None: not part of a track of ours."""

    enrolment: str
    track: str | None
    institution: str
    course: str
    first_day: date
    last_day: date
    outcome: TrainingOutcome | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting(Statement):
    """A talk in the jobcentre; `held_on` None: not held (yet). `joint`: together with the a-kasse."""

    meeting: str
    held_on: date | None
    booked_for: date
    joint: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(Statement):
    """The jobcentre opened the citizen's employment case on `day`."""

    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackDecision(Statement):
    """A track was offered, accepted or declined on `day`; `override`: the caseworker went round the rules.

    `disco3` is a DISCO-08 group of three digits. The plan's days are both inclusive; None: no plan told.
    """

    track: str
    decision: Decision
    day: date
    branchespor: Branchespor
    disco3: str
    override: bool
    plan_first_day: date | None
    plan_last_day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement(Statement):
    """A placement agreed with a company, from `first_day` to `last_day`, both inclusive; `track` None: not told.

    `cvr` (eight digits) names the company, `p_number` (ten digits) its unit.
    """

    placement: str
    track: str | None
    placement_kind: PlacementKind
    cvr: str
    p_number: str
    weekly_hours: Decimal
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class YouthEducation(Statement):
    """A step of a young person's education on `day`; None: not told. `programme` is its part (UDEL)."""

    education: str | None
    event: YouthEvent
    day: date
    institution: str | None
    programme: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelSupport(Statement):
    """Support beside the track from `first_day` to `last_day`, both inclusive: that there is some, never what."""

    first_day: date
    last_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeMonth(Statement):
    """Paid hours of a month (`2020-03`), None: not known; whether public support was paid in it."""

    month: str
    hours: Decimal | None
    public_support: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortageArea(StatementOfNoPerson):
    """How short labour is in a labour-market area for one DISCO-08 code (six digits) in a half-year (`2020H1`)."""

    area: str
    disco: str
    title: str | None
    category: ShortageCategory
    half_year: str
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrder(StatementOfNoPerson):
    """A job opening the company service works with; `closes_on` is the last day to apply, None: as soon as possible.

    `workplace_municipality` has four digits; `title` None: not told, or cut because a contact stood in it.
    """

    job_order: str
    title: str | None
    disco: str
    cvr: str
    p_number: str
    workplace_municipality: str
    positions: int
    status: JobOrderStatus
    published_on: date
    closes_on: date | None
    shared_with_area: bool


FactOfPerson = (
    TargetGroupSpell
    | DagpengePeriod
    | EmploymentSpell
    | AbsenceSpell
    | ResidenceSpell
    | IntegrationPeriod
    | DeclaredReady
    | PersonStatus
    | MembershipSpell
    | Training
    | Meeting
    | CaseOpened
    | TrackDecision
    | Placement
    | YouthEducation
    | ParallelSupport
    | IncomeMonth
)
FactOfNoPerson = ShortageArea | JobOrder
Fact = FactOfPerson | FactOfNoPerson

KINDS_OF_PERSON: Mapping[str, type[FactOfPerson]] = {kind.__name__: kind for kind in get_args(FactOfPerson)}
KINDS_OF_NO_PERSON: Mapping[str, type[FactOfNoPerson]] = {kind.__name__: kind for kind in get_args(FactOfNoPerson)}
KINDS: Mapping[str, type[Fact]] = {**KINDS_OF_PERSON, **KINDS_OF_NO_PERSON}

COMMON_FIELDS = tuple(each.name for each in fields(Statement))
OWN_FIELDS: Mapping[str, tuple[str, ...]] = {
    name: tuple(each.name for each in fields(kind) if each.name not in COMMON_FIELDS) for name, kind in KINDS.items()
}

JsonValue = str | int | float | bool | None
Content = Mapping[str, JsonValue]


def moment_text(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds, `2020-07-14T06:15:00.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def json_value(value: object) -> JsonValue:
    """A field's value as JSON has it: days ISO, moments RFC 3339, hours as a number, codes as text."""
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, StrEnum):
        return value.value
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"no JSON form for {type(value).__name__}")


def content_of(fact: Fact) -> dict[str, JsonValue]:
    """The own fields of a fact, in JSON form."""
    return {name: json_value(getattr(fact, name)) for name in OWN_FIELDS[fact.kind]}


def to_json(fact: Fact) -> dict[str, JsonValue]:
    """A fact as one flat JSON object, `kind` and common fields first (the form of rules.md and of the CLI).

    One of no person has no `person`.
    """
    common = {name: json_value(getattr(fact, name)) for name in COMMON_FIELDS if hasattr(fact, name)}
    return {"kind": fact.kind, **common, **content_of(fact)}


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
