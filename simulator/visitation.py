"""What the jobcentre's case system serves: thin events in order, details with versions (partners/visitation.md)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from simulator.citizen import HOME, Citizen, Window
from simulator.registration import Version, office_time, versions
from simulator.sending import Verdict

Event = Mapping[str, object]

DANISH = ZoneInfo("Europe/Copenhagen")
FIRST_ID = 40_000_000
PULLS = 6
EVENTS_A_PULL = 5000  # a pull may bring 10,000 items
FAULTY_SHARE, REPEATED_SHARE, LAGGING_SHARE, NEWER_SHARE = 0.012, 0.01, 0.01, 0.01

# LAB § 6 number and readiness of each group (partners/visitation.md, From rows to facts 2)
CODES: Mapping[str, tuple[int, str | None]] = {
    "NOT_ASSESSED": (0, None),
    "INSURED": (1, None),
    "CASH_JOB_READY": (2, "JOBPARAT"),
    "CASH_ACTIVITY_READY": (3, "AKTIVITETSPARAT"),
    "EDUCATION_READY": (4, "UDDANNELSESPARAT"),
    "OBVIOUSLY_EDUCATION_READY": (4, "AABENLYST_UDDANNELSESPARAT"),
    "EDUCATION_ACTIVITY_READY": (5, "AKTIVITETSPARAT"),
    "SICKNESS": (6, None),
    "JOB_CLARIFICATION": (7, None),
    "RESOURCE": (8, None),
    "FLEX_JOB": (9, None),
    "REHABILITATION": (10, None),
    "EARLY_RETIREMENT": (11, None),
    "SELF_SUPPORTING": (12, None),
}
FAULTS: Sequence[Mapping[str, object]] = (
    {"maalgruppe": 14},  # R09
    {"gyldig_fra": "2021-02-30"},  # R06
    {"personkategori": "AKTIVITETSPARAT"},  # R09 with 2
    {"gyldig_til": "2000-01-01"},  # R07
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One version of a statement of the case system before it has its event. `body` None: deleted."""

    statement: int
    version: int
    registered: datetime
    body: Mapping[str, object] | None
    faulty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSystem:
    """What the HTTP server serves, and the verdict that each pull will get.

    `ends`: numbers of events after which a pull ends (no more is shown until the next pull). `events`: the items in
    order. `details`: per external id its versions, each with the pull (from 1) that can see it first and either `body`
    or `slettet`.
    """

    ends: Sequence[int]
    events: Sequence[Mapping[str, object]]
    details: Mapping[str, Sequence[Mapping[str, object]]]
    verdicts: Sequence[Verdict]
    last_days: Sequence[date]


def case_system(citizens: Sequence[Citizen], seed: int, window: Window) -> CaseSystem:
    """Everything the case system registered up to the end of the window, cut into a handful of pulls."""
    rng = Random(f"{seed}/visitation")
    told = [each for statement in _statements(rng, citizens) for each in statement]
    told = [each for each in told if each.registered.date() <= window.last_day]
    told.sort(key=lambda each: (each.registered, each.statement, each.version))
    pulls = _pulls(len(told), window, told)
    served, details = _served(rng, told, pulls)
    faulty = {f"{FIRST_ID + each.statement}" for each in told if each.faulty}
    batches = [[event for number, event in served if number == pull] for pull in range(1, len(pulls) + 1)]
    return CaseSystem(
        ends=list(accumulate(len(batch) for batch in batches)),
        events=[event for _, event in served],
        details=details,
        verdicts=[
            "accepted_with_faults"
            if any(_unsettled(event, batch, details, pull, faulty) for event in batch)
            else "accepted"
            for pull, batch in enumerate(batches, start=1)
        ],
        last_days=[told[end - 1].registered.date() for end in pulls],
    )


def _unsettled(
    event: Event, batch: Sequence[Event], details: Mapping[str, Sequence[Event]], pull: int, faulty: set[str]
) -> bool:
    """Whether the item speaks for its statement in this pull and is put aside or waits for its detail."""
    external_id = event["external_id"]
    newest = max(int(str(each["version"])) for each in batch if each["external_id"] == external_id)
    if event["version"] != newest or event["change"] == 3:
        return False
    seen = [int(str(each["version"])) for each in details[str(external_id)] if int(str(each["seen_from"])) <= pull]
    return external_id in faulty or max(seen, default=0) < newest


def _pulls(count: int, window: Window, told: Sequence[Told]) -> list[int]:
    """After how many of the versions each pull ends: the stock at the window's start, then equal parts."""
    stock = sum(each.registered.date() <= window.first_day for each in told)
    parts = max(PULLS - 1, count // EVENTS_A_PULL)
    ends = [stock + (count - stock) * part // parts for part in range(parts + 1)]
    return sorted({end for end in ends if end > 0})


def _served(
    rng: Random, told: Sequence[Told], pulls: Sequence[int]
) -> tuple[list[tuple[int, Event]], dict[str, list[Event]]]:
    events: list[tuple[int, Event]] = []
    details: dict[str, list[Event]] = {}
    for index, each in enumerate(told):
        pull = next(number for number, end in enumerate(pulls, start=1) if index < end)
        external_id = f"{FIRST_ID + each.statement}"
        event: Event = {
            "change": 3 if each.body is None else 1 if each.version == 1 else 2,
            "entity": "visitation",
            "event_id": 1001 + index,
            "external_id": external_id,
            "registered_at": _moment(each.registered),
            "version": each.version,
        }
        events += [(pull, event)] * (2 if rng.random() < REPEATED_SHARE else 1)
        seen_from = pull
        if each.body is not None and not each.faulty:
            lagging, newer = rng.random() < LAGGING_SHARE, rng.random() < NEWER_SHARE
            seen_from += 1 if lagging and pull < len(pulls) else -1 if newer and pull > 1 else 0
        details.setdefault(external_id, []).append(_detail(each, external_id, seen_from))
    return events, details


def _detail(each: Told, external_id: str, seen_from: int) -> Event:
    shown: dict[str, object] = {"version": each.version, "seen_from": seen_from}
    if each.body is None:
        gone = {"external_id": external_id, "slettet": _moment(each.registered), "version": each.version}
        return {**shown, "slettet": gone}
    identity = {"external_id": external_id, "kommune": HOME, "version": each.version}
    return {**shown, "body": {**identity, "registreret": _moment(each.registered), **each.body}}


def _moment(registered: datetime) -> str:
    return registered.replace(tzinfo=DANISH).isoformat(timespec="milliseconds")


def _statements(rng: Random, citizens: Sequence[Citizen]) -> Iterator[list[Told]]:
    number = 0
    for citizen in citizens:
        for spell in citizen.groups:
            if spell.akasse is not None and rng.random() > 0.04:
                continue  # the a-kasse tells of the insured; the case system registers few of them, without effect
            number += 1
            told = versions(rng, citizen, spell.first_day, spell.last_day, citizens)
            yield list(_told(rng, number, spell.group, told))
            if rng.random() < 0.06:
                number += 1
                yield list(_never_true(rng, number, spell.group, told[-1]))
            if rng.random() < FAULTY_SHARE * 2:
                number += 1
                fault = {**_body("CASH_JOB_READY", told[0]), **rng.choice(FAULTS)}
                registered = told[0].registered
                yield [Told(statement=number, version=1, registered=registered, body=fault, faulty=True)]


def _told(rng: Random, number: int, group: str, told: Sequence[Version]) -> Iterator[Told]:
    """The versions of a true statement; some are not yet judged at first, some turn out to be of an insured."""
    offset = 0
    if rng.random() < 0.08:
        offset = 1
        early = replace(told[0], registered=told[0].registered - timedelta(hours=rng.randint(1, 80)))
        yield _version(number, 1, "NOT_ASSESSED", early)
    for index, version in enumerate(told, start=1):
        yield _version(number, index + offset, group, version)
    if group == "CASH_JOB_READY" and rng.random() < 0.02:
        later = replace(told[-1], registered=told[-1].registered + timedelta(days=rng.randint(1, 9)))
        yield _version(number, len(told) + offset + 1, "INSURED", later)


def _never_true(rng: Random, number: int, group: str, like: Version) -> Iterator[Told]:
    """Registered by mistake: annulled (it ends the day it begins), deleted, or deleted within the hour."""
    said = replace(like, last_day=None, registered=like.registered + timedelta(minutes=rng.randint(1, 50)))
    way = rng.choice(("annulled", "deleted", "deleted at once"))
    days = 0 if way == "deleted at once" else rng.randint(1, 45)
    later = (
        said.registered + timedelta(minutes=9)
        if days == 0
        else office_time(rng, said.registered.date() + timedelta(days=days + 1))
    )
    yield _version(number, 1, group, said)
    if way == "annulled":
        annulled = {**_body(group, said), "gyldig_til": f"{said.first_day}"}
        yield Told(statement=number, version=2, registered=later, body=annulled)
    else:
        yield Told(statement=number, version=2, registered=later, body=None)


def _version(number: int, version: int, group: str, told: Version) -> Told:
    return Told(statement=number, version=version, registered=told.registered, body=_body(group, told))


def _body(group: str, told: Version) -> dict[str, object]:
    target, readiness = CODES[group]
    ends = None if told.last_day is None else f"{told.last_day + timedelta(days=1)}"
    return {
        "cpr": told.citizen.number_for_partners(told.registered.date()),
        "gyldig_fra": f"{told.first_day}",
        "gyldig_til": ends,
        "maalgruppe": target,
        "personkategori": readiness,
    }
