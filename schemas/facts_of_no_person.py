"""Facts about no citizen (milestones.md section 3): reference data and companies' openings."""

from dataclasses import dataclass
from datetime import date, datetime

from schemas.fact_codes import JobOrderStatus, ShortageCategory


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


FactOfNoPerson = ShortageArea | JobOrder
