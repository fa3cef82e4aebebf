"""Encodes akasse-ledighed: changes of unemployment, absence and work, CSV in cp1252 (partners/akasse-ledighed.md)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from random import Random

from simulator.citizen import Citizen, Window
from simulator.registration import LATER_THAN_ITS_CORRECTION, Version, office_time, versions
from simulator.sending import Sending, Verdict, at, monthly

HEADER = "sagsnr;handling;art;cpr;kommune;startdato;slutdato;fraværsart;dagpenge;timer;registreret"
FAULTY_SHARE = 0.012
HYPHEN_SHARE = 0.01

# Rows that the hub must put aside, one fault each; {…} are filled in.
FAULTY_ROWS = (
    "{number};N;ledig;{cpr};0707;{day};;;;;{registered}",  # R09 a code in lower case
    "{number};N;LEDIG;{cpr};0707;31-02-{year};;;;;{registered}",  # R06 no such day
    "{number};N;ARBEJDE;{cpr};0707;{day};;;;37.5;{registered}",  # R08 a point for the comma
    "{number};N;LEDIG;{short};0707;{day};;;;;{registered}",  # R03 nine digits
    "{number};N;LEDIG;{cpr};0707;{day};;;;{registered}",  # R01 a field too few
    "{number};N;FRAVÆR;{cpr};0707;{day};;FERIEE;N;;{registered}",  # R09 an unknown kind of absence
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row and the number of the delivery (from 0) it goes with."""

    number: str
    handling: str
    text: str
    registered: datetime
    delivery: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A statement of the a-kasse before it is written: kind, the three columns of its own, its versions."""

    kind: str
    absence: str = ""
    paid: str = ""
    hours: str = ""
    versions: Sequence[Version]


def sendings(citizens: Sequence[Citizen], seed: int, window: Window, akasse: str) -> list[Sending]:
    """The monthly files of one a-kasse, numbered from 000001, in order."""
    rng = Random(f"{seed}/ledighed/{akasse}")
    days = monthly(window)
    rows = list(_rows(rng, citizens, akasse, days))
    told: set[str] = set()
    made = []
    for index, day in enumerate(days):
        mine = sorted((row for row in rows if row.delivery == index), key=lambda row: (row.registered, row.number))
        told |= {row.number for row in mine if row.handling == "N"}
        waiting = any(row.number not in told for row in mine)
        texts, faulty = _planted(rng, [row.text for row in mine], citizens, index, day)
        verdict: Verdict = "accepted_with_faults" if faulty or waiting else "accepted"
        special = " and ".join(
            [*(["rows with faults"] if faulty else []), *(["a correction before its row"] if waiting else [])]
        )
        made.append(
            Sending(
                feed="akasse-ledighed",
                partner=akasse,
                folder=f"akasse-{akasse}",
                name=f"AKAS{akasse}_LEDIGHED_{index + 1:06d}.csv",
                data=encode(texts),
                sent_at=at(day, 6, 30),
                expect=verdict,
                special=special or None,
            )
        )
    return made


def encode(rows: Sequence[str]) -> bytes:
    """Header, rows and the trailer that counts them."""
    return "".join(f"{line}\r\n" for line in (HEADER, *rows, f"SLUT;{len(rows)}")).encode("cp1252")


def half_uploaded(whole: Sending) -> Sending:
    """The number after `whole`, of which only a part ever arrived."""
    following = int(whole.name[-10:-4]) + 1
    return Sending(
        feed=whole.feed,
        partner=whole.partner,
        folder=whole.folder,
        name=f"{whole.name[:-10]}{following:06d}.csv.part",
        data=whole.data[: max(100, len(whole.data) * 3 // 5)],
        sent_at=whole.sent_at + timedelta(minutes=20),
        expect="incomplete",
        special="half uploaded: the connection broke, the file was never renamed",
    )


def _rows(rng: Random, citizens: Sequence[Citizen], akasse: str, days: Sequence[date]) -> Iterator[Row]:
    strangers = [citizen for citizen in citizens if any(each.akasse == akasse for each in citizen.memberships)]
    numbers = count(100_001)
    for citizen in citizens:
        for statement in _statements(rng, citizen, akasse, strangers):
            yield from _rows_of(rng, f"{next(numbers):08d}", statement, days)


def _statements(rng: Random, citizen: Citizen, akasse: str, strangers: Sequence[Citizen]) -> Iterator[Told]:
    for placement in (each for each in citizen.placements if each.akasse == akasse):
        registered = office_time(rng, placement.told_day + timedelta(days=rng.randint(0, 9)))
        placed = Version(citizen=citizen, first_day=placement.placed_day, last_day=None, registered=registered)
        yield Told(kind="INDPLACERING", versions=[placed])
    for spell in (each for each in citizen.groups if each.akasse == akasse):
        yield Told(kind="LEDIG", versions=versions(rng, citizen, spell.first_day, spell.last_day, strangers))
    for work in (each for each in citizen.work if each.akasse == akasse):
        told = versions(rng, citizen, work.first_day, work.last_day, strangers)
        yield Told(kind="ARBEJDE", hours=work.weekly_hours or "", versions=told)
        if rng.random() < 0.04:
            yield Told(kind="ARBEJDE", versions=_by_mistake(rng, told[-1]))
    for absence in (each for each in citizen.absences if each.akasse == akasse):
        registered = office_time(rng, absence.first_day + timedelta(days=rng.choice((-10, -2, 0, 1, 3, 21))))
        whole = Version(citizen=citizen, first_day=absence.first_day, last_day=absence.last_day, registered=registered)
        paid = "J" if absence.benefit_paid else "N"
        yield Told(kind="FRAVÆR", absence=absence.kind, paid=paid, versions=[whole])


def _by_mistake(rng: Random, like: Version) -> list[Version]:
    """A statement that was never true: said, then taken back (tilbageførsel)."""
    said = Version(
        citizen=like.citizen,
        first_day=like.first_day,
        last_day=like.first_day + timedelta(days=rng.randint(1, 20)),
        registered=like.registered + timedelta(hours=rng.randint(1, 2)),
    )
    back = Version(
        citizen=like.citizen,
        first_day=said.first_day,
        last_day=said.last_day,
        registered=said.registered + timedelta(days=rng.randint(1, 30)),
        withdrawn=True,
    )
    return [said, back]


def _rows_of(rng: Random, number: str, told: Told, days: Sequence[date]) -> Iterator[Row]:
    first, *later = (_delivery_of(version.registered, days) for version in told.versions)
    deliveries = [first, *later]
    for index, version in enumerate(told.versions):
        delivery = deliveries[index] + max(0, version.held_back)
        if version.held_back == LATER_THAN_ITS_CORRECTION:
            delivery = deliveries[-1] + 1
        handling = "N" if index == 0 else "S" if version.withdrawn else "R"
        yield Row(
            number=number,
            handling=handling,
            text=_text(rng, number, handling, told, version),
            registered=version.registered,
            delivery=delivery,
        )


def _delivery_of(registered: datetime, days: Sequence[date]) -> int:
    """Number of the first file made after a registration; len(days) if the window ends before it is sent."""
    return next((index for index, day in enumerate(days) if registered.date() < day), len(days))


def _text(rng: Random, number: str, handling: str, told: Told, version: Version) -> str:
    cpr = version.citizen.number_for_partners(version.registered.date())
    if rng.random() < HYPHEN_SHARE:
        cpr = f"{cpr[:6]}-{cpr[6:]}"
    content = ["", "", "", "", ""]
    if handling != "S":
        ends = "" if version.last_day is None else f"{version.last_day:%d-%m-%Y}"
        content = [f"{version.first_day:%d-%m-%Y}", ends, told.absence, told.paid, told.hours]
    return ";".join([number, handling, told.kind, cpr, "0707", *content, f"{version.registered:%d-%m-%Y %H:%M:%S}"])


def _planted(rng: Random, rows: list[str], citizens: Sequence[Citizen], index: int, day: date) -> tuple[list[str], int]:
    """The rows with a few wrong ones among them, and how many; their numbers are never used for anything else."""
    faulty = sum(rng.random() < FAULTY_SHARE for _ in rows)
    rows = list(rows)
    for each in range(faulty):
        cpr = rng.choice(citizens).numbers[0]
        registered = office_time(rng, day - timedelta(days=rng.randint(4, 20)))
        text = rng.choice(FAULTY_ROWS).format(
            number=f"{90_000_000 + index * 1000 + each:08d}",
            cpr=cpr,
            short=cpr[1:],
            day=f"{day - timedelta(days=30):%d-%m-%Y}",
            year=day.year,
            registered=f"{registered:%d-%m-%Y %H:%M:%S}",
        )
        rows.insert(rng.randint(0, len(rows)), text)
    return rows, faulty
