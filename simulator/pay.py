"""What a citizen is paid, month by month: by employers for hours, by the public as support."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_UP, Decimal

from simulator.citizen import Citizen
from simulator.companies import COMPANIES

FULL_TIME, FULL_MONTH = Decimal(37), Decimal("160.33")
EMPLOYERS = 20_000_000
PAY = "00"
# Income types of the register, and who pays: dagpenge, kontanthjælp, sickness benefit.
SUPPORT = {
    "INSURED": ("04", "30000017"),
    "CASH_JOB_READY": ("06", "29189846"),
    "CASH_ACTIVITY_READY": ("06", "29189846"),
    "EDUCATION_READY": ("06", "29189846"),
    "EDUCATION_ACTIVITY_READY": ("06", "29189846"),
    "OBVIOUSLY_EDUCATION_READY": ("06", "29189846"),
    "SICKNESS": ("07", "29189846"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """One payer's report of one pay period, as it truly was; `hours` None: without hours (salaried, or support)."""

    payer: str
    income: str
    first_day: date
    last_day: date
    hours: Decimal | None


def paid_in(citizen: Citizen, month: date) -> Iterator[Paid]:
    """Everything paid for a month (its first day): each job's days in it, and each kind of support once."""
    ends = month.replace(day=monthrange(month.year, month.month)[1])
    for place, work in enumerate(citizen.work):
        salaried = work.weekly_hours is None and (citizen.index + place) % 9 == 0
        weekly = FULL_TIME if work.weekly_hours is None else Decimal(work.weekly_hours.replace(",", "."))
        payer = f"{EMPLOYERS + citizen.index * 50 + place}"
        yield from _pay(payer, work.first_day, work.last_day, None if salaried else weekly, month, ends)
    for placement in citizen.company_placements:
        if placement.kind == "LOENTILSKUD":
            payer = COMPANIES[placement.company].cvr
            yield from _pay(payer, placement.first_day, placement.last_day, FULL_TIME, month, ends)
    told: set[str] = set()
    for spell in citizen.groups:
        income, payer = SUPPORT.get(spell.group, ("", ""))
        reaches = spell.first_day <= ends and (spell.last_day is None or spell.last_day >= month)
        if income and reaches and income not in told:
            told.add(income)
            yield Paid(payer=payer, income=income, first_day=month, last_day=ends, hours=None)


def _pay(
    payer: str, first_day: date, last_day: date | None, weekly: Decimal | None, month: date, ends: date
) -> Iterator[Paid]:
    first, last = max(first_day, month), min(last_day or ends, ends)
    # A day or two without hours would read as a bonus.
    if last - first < timedelta(days=7) and (first > last or weekly is None):
        return
    yield Paid(payer=payer, income=PAY, first_day=first, last_day=last, hours=_hours(weekly, first, last, month, ends))


def _hours(weekly: Decimal | None, first: date, last: date, month: date, ends: date) -> Decimal | None:
    """Hundredths, rounded up, so that full time reads as full time again."""
    if weekly is None:
        return None
    if (first, last) == (month, ends):
        return FULL_MONTH if weekly == FULL_TIME else _up(weekly * 52 / 12)
    return _up(weekly * ((last - first).days + 1) / 7)


def _up(hours: Decimal) -> Decimal:
    return hours.quantize(Decimal("0.01"), ROUND_UP)
