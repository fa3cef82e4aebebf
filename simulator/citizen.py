"""A synthetic citizen's life, as it truly was; what partners tell of it, and when, is another matter."""

from dataclasses import dataclass, field
from datetime import date

from simulator.effort import CompanyPlacement, IntegrationStay, Leave, Support, Talk, Track, YouthEvent

HOME = "0707"
AKASSER = ("901", "902")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The days the partners tell of, both inclusive; lives also have a history before it."""

    first_day: date
    last_day: date


@dataclass(slots=True, kw_only=True)
class GroupSpell:
    """In one target group (a word of domain/rules.md section 1); `last_day` None: still running at the window's end.

    `akasse` is the a-kasse that tells of it, None for all groups but INSURED.
    """

    group: str
    first_day: date
    last_day: date | None
    akasse: str | None = None


@dataclass(slots=True, kw_only=True)
class WorkSpell:
    """At work; `weekly_hours` as the a-kasse writes it (comma), None = full time."""

    first_day: date
    last_day: date | None
    weekly_hours: str | None
    akasse: str | None


@dataclass(slots=True, kw_only=True)
class Absence:
    """Away while insured, `kind` in the a-kasse's own word."""

    kind: str
    benefit_paid: bool
    first_day: date
    last_day: date
    akasse: str


@dataclass(slots=True, kw_only=True)
class Placement:
    """Placed in a new dagpenge period, told by one a-kasse."""

    placed_day: date
    told_day: date
    akasse: str


@dataclass(slots=True, kw_only=True)
class Membership:
    """Member of an a-kasse; `reason` (a letter of the stock file) says why it ended."""

    akasse: str
    number: str
    degree: str
    first_day: date
    last_day: date | None = None
    reason: str = ""
    branch: str = ""


@dataclass(slots=True, kw_only=True)
class Address:
    """Lived at one address; `last_day` inclusive, None = still. `known_day`: when it was registered."""

    municipality: str
    street: int
    house: str
    first_day: date
    last_day: date | None
    known_day: date


@dataclass(slots=True, kw_only=True)
class Enrolment:
    """On an AMU course: planned and real days, how it ended (codes of partners/amu.md), and when that was told."""

    number: str
    institution: str
    department: str
    course: str
    framework: str
    track: str
    chosen: bool
    enrolled_day: date
    first_day: date
    planned_last_day: date
    last_day: date
    ending: str
    ending_told_day: date
    deleted_day: date | None = None


@dataclass(slots=True, kw_only=True)
class Citizen:
    """One synthetic citizen. `numbers`: the first person number, and after a change the new one."""

    index: int
    born: date
    woman: bool
    numbers: list[str]
    number_changed_day: date | None = None
    groups: list[GroupSpell] = field(default_factory=list)
    work: list[WorkSpell] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    placements: list[Placement] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    enrolments: list[Enrolment] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    cases: list[date] = field(default_factory=list)
    tracks: list[Track] = field(default_factory=list)
    company_placements: list[CompanyPlacement] = field(default_factory=list)
    leaves: list[Leave] = field(default_factory=list)
    supports: list[Support] = field(default_factory=list)
    integration: IntegrationStay | None = None
    youth: list[YouthEvent] = field(default_factory=list)
    left: tuple[str, date] | None = None
    protected_day: date | None = None

    def number_for_partners(self, day: date) -> str:
        """The number other partners write on a day: the new one from a week after the register told of the change."""
        if self.number_changed_day is not None and (day - self.number_changed_day).days > PARTNERS_LEARN_DAYS:
            return self.numbers[-1]
        return self.numbers[0]


# A monthly extract carries the change at the latest 31 days after it; nobody else may be quicker than the register.
PARTNERS_LEARN_DAYS = 40
