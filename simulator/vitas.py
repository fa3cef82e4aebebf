"""What the placement system tells of company placements and subsidised jobs (partners/vitas.md)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from random import Random

from simulator.citizen import Citizen, Window
from simulator.companies import COMPANIES, SIZES
from simulator.effort import CompanyPlacement
from simulator.registration import office_time
from simulator.served import Item, Served, serve_items

PARTNER = "star"
PULLS = 3
REFUSED_SHARE, FAULTY_SHARE, UTILITY_SHARE = 0.08, 0.02, 0.04

# What makes an approved item one that the hub must put aside.
FAULTS: Sequence[Mapping[str, object]] = (
    {"enhedCvr": None},  # R09 the unit is not the company's
    {"timerPrUge": "37.0"},  # R08 a point for the comma
    {"slutDato": "2019-01-01"},  # R07
    {"cvrNummer": "DK13748136"},  # R08
    {"spor": "BS-17"},  # R10
)


def placement_system(citizens: Sequence[Citizen], seed: int, window: Window) -> Served:
    """Everything VITAS registered in the window, in a handful of pulls."""
    rng = Random(f"{seed}/vitas")
    numbers = (f"VIT-{each:09d}" for each in count(501))
    items: list[Item] = []
    for citizen in citizens:
        for placement in citizen.company_placements:
            items += _placement(rng, citizen, placement, next(numbers))
            if rng.random() < REFUSED_SHARE:
                items += _refused(rng, citizen, placement, next(numbers))
            if rng.random() < UTILITY_SHARE:
                items.append(_approved(rng, citizen, placement, next(numbers), {"type": "NYTTEINDSATS"}))
            if rng.random() < FAULTY_SHARE:
                items.append(_approved(rng, citizen, placement, next(numbers), rng.choice(FAULTS), faulty=True))
    return serve_items("vitas", PARTNER, items, window, PULLS)


def _placement(rng: Random, citizen: Citizen, placement: CompanyPlacement, name: str) -> Iterator[Item]:
    """Applied for without a citizen, approved, then what became of it."""
    approved = office_time(rng, placement.approved_day)
    days = {"startDato": f"{placement.first_day}", "slutDato": f"{placement.approved_last_day}"}
    first = approved - timedelta(days=rng.randint(1, 3), hours=1)
    applied = {**_company(placement), **days, "status": "ANSOEGT", "oeremaerket": False, "bemaerkning": "Haster."}
    yield Item(id=name, version=1, type=placement.kind, registered=first, content=applied)
    if not placement.came:
        yield _version(citizen, placement, name, 2, "GODKENDT", approved, days)
        content = {"status": "ANNULLERET"}
        later = approved + timedelta(days=1)
        yield Item(id=name, version=3, type=placement.kind, registered=later, content=content)
        return
    asked = placement.approved_last_day
    extended = placement.last_day == asked and (asked - placement.first_day).days > 20 and rng.random() < 0.2
    if extended:
        asked -= timedelta(days=7)
    yield _version(citizen, placement, name, 2, "GODKENDT", approved, {**days, "slutDato": f"{asked}"})
    began = max(office_time(rng, placement.first_day), approved + timedelta(hours=1))
    if extended:
        later = max(office_time(rng, asked - timedelta(days=3)), began)
        yield _version(citizen, placement, name, 3, "FORLAENGET", later, days)
    elif placement.last_day < placement.approved_last_day:
        # The day in VITAS is the first one on which nobody came.
        ended = {**days, "ophoerDato": f"{placement.last_day + timedelta(days=1)}"}
        later = max(office_time(rng, placement.last_day + timedelta(days=1)), began)
        yield _version(citizen, placement, name, 3, "AFSLUTTET", later, ended)
    elif rng.random() < 0.3:
        yield _version(citizen, placement, name, 3, "PAABEGYNDT", began, days)


def _refused(rng: Random, citizen: Citizen, placement: CompanyPlacement, name: str) -> Iterator[Item]:
    """Applied for with everything in it, and rejected: nothing of it is true."""
    told = office_time(rng, placement.approved_day)
    days = {"startDato": f"{placement.first_day}", "slutDato": f"{placement.approved_last_day}"}
    content = {**_company(placement), **days, "cpr": citizen.number_for_partners(told.date()), "status": "AFSLAAET"}
    yield Item(id=name, version=1, type="VIRKSOMHEDSPRAKTIK", registered=told, content=content)


def _approved(
    rng: Random,
    citizen: Citizen,
    placement: CompanyPlacement,
    name: str,
    change: Mapping[str, object],
    *,
    faulty: bool = False,
) -> Item:
    told = office_time(rng, placement.approved_day)
    days = {"startDato": f"{placement.first_day}", "slutDato": f"{placement.approved_last_day}"}
    like = _version(citizen, placement, name, 1, "GODKENDT", told, days)
    content = {**like.content, **{key: value for key, value in change.items() if key != "type"}}
    kind = str(change.get("type", "VIRKSOMHEDSPRAKTIK"))
    return Item(id=name, version=1, type=kind, registered=told, content=content, faulty=faulty)


def _version(
    citizen: Citizen,
    placement: CompanyPlacement,
    name: str,
    version: int,
    status: str,
    registered: datetime,
    days: Mapping[str, object],
) -> Item:
    own = {
        "status": status,
        "cpr": citizen.number_for_partners(registered.date()),
        "oeremaerket": False,
        "timerPrUge": placement.hours,
        "godkendtDato": f"{placement.approved_day}",
        **({"spor": placement.track} if placement.track else {}),
    }
    content = {**_company(placement), **own, **days}
    return Item(id=name, version=version, type=placement.kind, registered=registered, content=content)


def _company(placement: CompanyPlacement) -> dict[str, object]:
    company = COMPANIES[placement.company]
    return {
        "cvrNummer": company.cvr,
        "pNummer": company.unit,
        "enhedCvr": company.cvr,
        "antalAnsatte": SIZES[placement.company % len(SIZES)],
        "virksomhedNavn": company.name,
        "arbejdsopgaver": company.title,
    }
