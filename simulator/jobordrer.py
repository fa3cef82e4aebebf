"""What the company service tells of openings at companies, without any citizen (partners/jobordrer.md)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random

from simulator.citizen import Citizen, Window
from simulator.companies import COMPANIES
from simulator.registration import office_time
from simulator.served import AUTHORITY, Item, Served, serve_items

PULLS = 3
DAYS_BETWEEN = 9
FAULTY_SHARE = 0.03
UNITS = ("JOBCENTER", "UNGEINDSATS", "INTEGRATION", "ERHVERVSSERVICE")
FAULTS: Sequence[Mapping[str, object]] = (
    {"antalStillinger": "3"},  # R08 a text
    {"disco": "7212"},  # R09 four digits
    {"status": "published"},  # R09 another case
    {"ansoegningsfrist": "2019-01-01"},  # R07
)


def company_service(citizens: Sequence[Citizen], seed: int, window: Window) -> Served:
    """Openings about every nine days of the window, each with what became of it. The citizens have no part in it."""
    rng = Random(f"{seed}/jobordrer")
    items: list[Item] = []
    day = window.first_day
    number = 901
    while day <= window.last_day:
        faulty = rng.random() < FAULTY_SHARE or number == 903
        items += _wrong(rng, number, day) if faulty else _opening(rng, number, day)
        number += 1
        day += timedelta(days=rng.randint(2, 2 * DAYS_BETWEEN - 2))
    return serve_items("jobordrer", AUTHORITY, items, window, PULLS)


def _opening(rng: Random, number: int, day: date) -> Iterator[Item]:
    """A draft now and then, published, then filled, taken back or run out, sometimes open again."""
    content = _content(rng, number, day)
    told = office_time(rng, day)
    version = 1
    if rng.random() < 0.3:
        early = told - timedelta(days=rng.randint(1, 3))
        yield _item(number, 1, early, {"status": "Draft", "enhed": content["enhed"]})
        version = 2
    yield _item(number, version, told, content)
    closes = date.fromisoformat(str(content.get("ansoegningsfrist", f"{day + timedelta(days=40)}")))
    became = rng.choices(("Filled", "Withdrawn", "Expired", "Draft", "deleted"), (50, 12, 30, 4, 4))[0]
    later = max(office_time(rng, closes + timedelta(days=rng.randint(-5, 6))), told + timedelta(days=1))
    if became == "deleted":
        yield Item(
            id=f"JO-{number:08d}", version=version + 1, type="JOBORDRE", registered=later, content={}, deleted=True
        )
        return
    yield _item(number, version + 1, later, {**content, "status": became})
    if became == "Filled" and rng.random() < 0.1:
        yield _item(number, version + 2, later + timedelta(days=rng.randint(2, 20)), content)


def _wrong(rng: Random, number: int, day: date) -> Iterator[Item]:
    content = {**_content(rng, number, day), **rng.choice(FAULTS)}
    yield Item(
        id=f"JO-{number:08d}",
        version=1,
        type="JOBORDRE",
        registered=office_time(rng, day),
        content=content,
        faulty=True,
    )


def _content(rng: Random, number: int, day: date) -> dict[str, object]:
    company = rng.choice(COMPANIES)
    told: dict[str, object] = {
        "status": "Published",
        "enhed": rng.choice(UNITS),
        "titel": f"{company.title} til {company.name}",
        "disco": company.disco,
        "cvrNummer": company.cvr,
        "pNummer": company.unit,
        "arbejdsstedKommune": company.municipality.lstrip("0") if number % 5 == 0 else company.municipality,
        "antalStillinger": rng.choice((1, 1, 1, 2, 3, 5)),
        "publiceretDato": f"{day}",
        "delesMedOmraade": rng.choice((True, False, None)),
        "beskrivelse": "Ring og hør nærmere.",
    }
    if rng.random() < 0.7:
        told["ansoegningsfrist"] = f"{day + timedelta(days=rng.randint(14, 60))}"
    if rng.random() < 0.04:
        told["titel"] = f"{company.title}, skriv til job@firma.example"  # a contact in the title: the hub cuts it
    return told


def _item(number: int, version: int, registered: datetime, content: Mapping[str, object]) -> Item:
    return Item(id=f"JO-{number:08d}", version=version, type="JOBORDRE", registered=registered, content=content)
