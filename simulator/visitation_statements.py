"""What the case system registers of each citizen: statements with their versions, some never true, some faulty."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from simulator.citizen import Citizen
from simulator.registration import Version, office_time, versions

FAULTY_SHARE, NEVER_TRUE_SHARE, NOT_YET_JUDGED_SHARE, OF_INSURED_SHARE = 0.024, 0.06, 0.08, 0.02

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


def statements(rng: Random, citizens: Sequence[Citizen]) -> Iterator[list[Told]]:
    number = 0
    for citizen in citizens:
        for spell in citizen.groups:
            if spell.akasse is not None and rng.random() > 0.04:
                continue  # the a-kasse tells of the insured; the case system registers few of them, without effect
            number += 1
            told = versions(rng, citizen, spell.first_day, spell.last_day, citizens)
            yield list(_told(rng, number, spell.group, told))
            if rng.random() < NEVER_TRUE_SHARE:
                number += 1
                yield list(_never_true(rng, number, spell.group, told[-1]))
            if rng.random() < FAULTY_SHARE:
                number += 1
                fault = {**_body("CASH_JOB_READY", told[0]), **rng.choice(FAULTS)}
                registered = told[0].registered
                yield [Told(statement=number, version=1, registered=registered, body=fault, faulty=True)]


def _told(rng: Random, number: int, group: str, told: Sequence[Version]) -> Iterator[Told]:
    """The versions of a true statement; some are not yet judged at first, some turn out to be of an insured."""
    offset = 0
    if rng.random() < NOT_YET_JUDGED_SHARE:
        offset = 1
        early = replace(told[0], registered=told[0].registered - timedelta(hours=rng.randint(1, 80)))
        yield _version(number, 1, "NOT_ASSESSED", early)
    for index, version in enumerate(told, start=1):
        yield _version(number, index + offset, group, version)
    if group == "CASH_JOB_READY" and rng.random() < OF_INSURED_SHARE:
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
