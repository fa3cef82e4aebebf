"""What the case system tells of talks, cases, tracks, support and absence (partners/jobcenter-forloeb.md)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import count
from random import Random

from simulator.citizen import Citizen, Window
from simulator.effort import Talk, Track
from simulator.registration import office_time
from simulator.served import AUTHORITY, Item, Served, serve_items

PULLS = 3
FAULTY_SHARE, WRONG_PERSON_SHARE, MISTAKEN_SHARE, COMMENT_SHARE = 0.008, 0.01, 0.04, 0.05
UNEMPLOYMENT, OTHER_CASE = "15.20.05", "32.24.04"
COMMENTS = ("Borger ringer selv.", "Ønsker møde om formiddagen.", "Aftalt pr. telefon.")

# Items that the hub must put aside, one fault each.
FAULTS: Sequence[tuple[str, Mapping[str, object]]] = (
    ("FRAVAER", {"fravaerType": "FERIEE", "startDato": "{day}", "anmeldelsesDato": "{day}"}),  # R09
    ("FRAVAER", {"fravaerType": "FERIE", "startDato": "{day}", "slutDato": "2019-01-01", "anmeldelsesDato": "{day}"}),
    ("SAG", {"kle": UNEMPLOYMENT, "aabnetDato": "2021-02-30"}),  # R06 no such day
    ("SAG", {"kle": "15.20", "aabnetDato": "{day}"}),  # R09 half a subject
    ("SAG", {"kle": UNEMPLOYMENT, "aabnetDato": "{day}", "myndighed": "74600"}),  # R16 of another jobcentre
    ("MOEDE", {"moedeType": "JOBSAMTALE", "status": "AFHOLDT", "planlagtStart": "{day}T10:00"}),  # R02 held when?
)


def case_file(citizens: Sequence[Citizen], seed: int, window: Window) -> Served:
    """Everything the case system registered in the window, in a handful of pulls."""
    rng = Random(f"{seed}/jobcenter-forloeb")
    items = [item for citizen in citizens for item in _of(rng, citizen, citizens, _numbers(citizen))]
    items += list(_faulty(rng, citizens, window, sum(rng.random() < FAULTY_SHARE for _ in items) or 1))
    return serve_items("jobcenter-forloeb", AUTHORITY, items, window, PULLS)


def _numbers(citizen: Citizen) -> Iterator[str]:
    """Numbers of the citizen's items, of eight digits."""
    return (f"{citizen.index * 100 + each:08d}" for each in count(1))


def _of(rng: Random, citizen: Citizen, citizens: Sequence[Citizen], numbers: Iterator[str]) -> Iterator[Item]:
    for talk in citizen.talks:
        yield from _talk(rng, citizen, talk, f"MO-{next(numbers)}", rng.choice(citizens))
    for opened in citizen.cases:
        kle = UNEMPLOYMENT if rng.random() < 0.85 else OTHER_CASE
        content: dict[str, object] = {"kle": kle, "aabnetDato": f"{opened}"}
        yield _item(rng, citizen, f"SA-{next(numbers)}", "SAG", office_time(rng, opened), content)
    for track in citizen.tracks:
        yield from _decisions(rng, citizen, track, numbers)
    for leave in citizen.leaves:
        told = office_time(rng, leave.first_day + timedelta(days=rng.choice((-8, 0, 1, 4))))
        content = _absence(leave.kind, leave.first_day, leave.last_day, told)
        yield _item(rng, citizen, f"FR-{next(numbers)}", "FRAVAER", told, content)
        if rng.random() < MISTAKEN_SHARE:
            yield from _mistaken(rng, citizen, f"FR-{next(numbers)}", leave.last_day)
    for support in citizen.supports:
        told = office_time(rng, support.first_day + timedelta(days=rng.randint(0, 9)))
        content = {"aktiv": True, "foersteDag": f"{support.first_day}", "sidsteDag": "9999-12-31"}
        name = f"PI-{next(numbers)}"
        yield _item(rng, citizen, name, "PARALLEL_INDSATS", told, content)
        if support.last_day is not None:
            later = max(office_time(rng, support.last_day), told + timedelta(days=1))
            content = {**content, "sidsteDag": f"{support.last_day}"}
            yield _item(rng, citizen, name, "PARALLEL_INDSATS", later, content, version=2)


def _talk(rng: Random, citizen: Citizen, talk: Talk, name: str, stranger: Citizen) -> Iterator[Item]:
    """Booked, sometimes moved or on the wrong citizen at first, then what became of it."""
    booked = office_time(rng, talk.booked_day)
    version = 1
    first = {"moedeType": talk.kind, "status": "BOOKET", "planlagtStart": _local(talk.moved_from or talk.starts)}
    if rng.random() < WRONG_PERSON_SHARE and stranger is not citizen:
        yield _item(rng, stranger, name, "MOEDE", booked, first)
        booked, version = booked + timedelta(minutes=rng.randint(2, 40)), 2
    yield _item(rng, citizen, name, "MOEDE", booked, first, version=version)
    moment = booked
    if talk.moved_from is not None:
        moment, version = booked + timedelta(minutes=rng.randint(5, 50)), version + 1
        content = {**first, "planlagtStart": _local(talk.starts)}
        yield _item(rng, citizen, name, "MOEDE", moment, content, version=version)
    after = max(office_time(rng, talk.starts.date()), talk.starts, moment) + timedelta(hours=1)
    content = {**first, "planlagtStart": _local(talk.starts), "status": talk.outcome}
    if talk.held_day is not None:
        content["afholdtDato"] = f"{talk.held_day}"
    yield _item(rng, citizen, name, "MOEDE", after, content, version=version + 1)


def _decisions(rng: Random, citizen: Citizen, track: Track, numbers: Iterator[str]) -> Iterator[Item]:
    sector = {"spor": track.number, "branchespor": track.branchespor, "disco": track.disco}
    plan = {"planFra": f"{track.first_day}", "planTil": f"{track.last_day}"}
    offer = {**sector, **plan, "beslutning": "TILBUDT", "dato": f"{track.offered_day}"}
    yield _item(rng, citizen, f"BS-{next(numbers)}", "BRANCHESPOR", office_time(rng, track.offered_day), offer)
    if track.accepted is None:
        return
    answer = {**sector, "beslutning": "ACCEPTERET" if track.accepted else "AFSLAAET", "dato": f"{track.decided_day}"}
    if not track.accepted:
        answer["aarsag"] = track.reason
    decided = office_time(rng, track.decided_day)
    yield _item(rng, citizen, f"BS-{next(numbers)}", "BRANCHESPOR", decided, answer)


def _mistaken(rng: Random, citizen: Citizen, name: str, day: date) -> Iterator[Item]:
    """Registered by mistake and deleted; half of the deletions are shown before the thing itself."""
    told = office_time(rng, day)
    content = _absence("SYGDOM", day, day + timedelta(days=2), told)
    late = 1 if rng.random() < 0.5 else 0
    said = _item(rng, citizen, name, "FRAVAER", told, content)
    gone = told + timedelta(days=rng.randint(1, 3))
    yield Item(id=name, version=1, type=said.type, registered=told, content=said.content, held_back=late)
    yield Item(id=name, version=2, type="FRAVAER", registered=gone, content={}, deleted=True)


def _faulty(rng: Random, citizens: Sequence[Citizen], window: Window, number: int) -> Iterator[Item]:
    for each in range(number):
        day = window.first_day + timedelta(days=rng.randint(1, max(1, (window.last_day - window.first_day).days - 4)))
        kind, fault = rng.choice(FAULTS)
        content = {key: str(value).format(day=day) for key, value in fault.items()}
        made = _item(rng, rng.choice(citizens), f"XX-{90_000_001 + each}", kind, office_time(rng, day), content)
        yield Item(id=made.id, version=1, type=kind, registered=made.registered, content=made.content, faulty=True)


def _item(
    rng: Random,
    citizen: Citizen,
    name: str,
    kind: str,
    registered: datetime,
    content: Mapping[str, object],
    version: int = 1,
) -> Item:
    number = {"cpr": citizen.number_for_partners(registered.date())}
    comment = {"kommentar": rng.choice(COMMENTS)} if rng.random() < COMMENT_SHARE else {}
    return Item(id=name, version=version, type=kind, registered=registered, content={**number, **content, **comment})


def _absence(kind: str, first_day: date, last_day: date, told: datetime) -> dict[str, object]:
    days = {"startDato": f"{first_day}", "slutDato": f"{last_day}"}
    return {"fravaerType": kind, **days, "anmeldelsesDato": f"{told.date()}"}


def _local(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}"
