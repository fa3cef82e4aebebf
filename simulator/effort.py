"""What the jobcentre does with a citizen, as it truly was: talks, cases, sector tracks, placements, leave, support."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(slots=True, kw_only=True)
class Talk:
    """A meeting. `kind` and `outcome` are words of partners/jobcenter-forloeb.md; `starts` is Danish local time.

    `moved_from`: what was booked at first, None if it was never moved. `held_day`: only of one that was held.
    """

    kind: str
    outcome: str
    booked_day: date
    starts: datetime
    moved_from: datetime | None = None
    held_day: date | None = None


@dataclass(slots=True, kw_only=True)
class Track:
    """A sector track as it was offered; `accepted` None: not decided within the window. `disco`: three digits."""

    number: str
    branchespor: str
    disco: str
    offered_day: date
    first_day: date
    last_day: date
    decided_day: date
    accepted: bool | None
    reason: str


@dataclass(slots=True, kw_only=True)
class CompanyPlacement:
    """At a company, number `company` of simulator.companies. `kind` in the words of partners/vitas.md.

    `approved_last_day` is what was approved (at the end: extended); `last_day` the last day there, earlier if it was
    stopped. `came` false: called off before the start.
    """

    kind: str
    company: int
    track: str | None
    hours: str
    approved_day: date
    first_day: date
    approved_last_day: date
    last_day: date
    came: bool = True


@dataclass(slots=True, kw_only=True)
class Leave:
    """Away while on cash assistance, `kind` in the jobcentre's word."""

    kind: str
    first_day: date
    last_day: date


@dataclass(slots=True, kw_only=True)
class Support:
    """Parallel support: its days and nothing else."""

    first_day: date
    last_day: date | None


@dataclass(slots=True, kw_only=True)
class IntegrationStay:
    """An integration period: the municipality takes over on `first_day`; `last_day` None: it still runs."""

    number: str
    first_day: date
    programme_start: date
    last_day: date | None
    moved_away: bool


@dataclass(slots=True, kw_only=True)
class YouthEvent:
    """Something an institution tells of a young person; `kind` is a word of partners/ungedatabasen.md or PARAT."""

    kind: str
    day: date
    education: str = ""
    institution: str = ""
    programme: str = ""
