"""Facts about a citizen (rules.md section 1, milestones.md section 3), one class a kind."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from schemas.fact_codes import (
    Absence,
    Branchespor,
    CivilStatus,
    Decision,
    Employment,
    Insurance,
    PlacementKind,
    TargetGroup,
    TrainingOutcome,
    YouthEvent,
)


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
