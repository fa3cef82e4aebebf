"""Encodes ungedatabasen: what institutions tell of the young, XML (partners/ungedatabasen.md)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from simulator.citizen import Citizen, Window
from simulator.effort import YouthEvent
from simulator.registration import office_time
from simulator.sending import Sending, at, monthly
from simulator.served import DANISH
from simulator.youth import READY

NAMESPACE = "urn:ungedatabasen:haendelser:1.0"
FIRST_NUMBER, MONTHS_BETWEEN = 400, 3
CORRECTED_SHARE, DELETED_SHARE, WRONG_PERSON_SHARE = 0.06, 0.04, 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One version of an event as the register has it; `event` None: deleted. `moment` is Danish local time."""

    number: str
    moment: datetime
    citizen: Citizen
    event: YouthEvent | None


def sendings(citizens: Sequence[Citizen], seed: int, window: Window) -> list[Sending]:
    """A file for about each quarter of the window, the last one up to its end."""
    rng = Random(f"{seed}/ungedatabasen")
    days = monthly(window)
    days = [day for place, day in enumerate(reversed(days)) if place % MONTHS_BETWEEN == 0][::-1]
    told = list(_told(rng, citizens))
    made = []
    before = at(window.first_day - timedelta(days=400), 4)
    for number, day in enumerate(days, start=FIRST_NUMBER + 1):
        until = at(day, 4)
        mine = [each for each in told if before < each.moment <= until]
        rng.shuffle(mine)  # the register's rows come in no order
        faulty = [_faulty(rng, citizens, until, number)] if number % 4 == 2 and mine else []
        rows = [*(_row(rng, each) for each in mine), *faulty]
        made.append(
            Sending(
                feed="ungedatabasen",
                partner="stil",
                folder="ungedatabasen-stil",
                name=f"UDB_0707_{number:06d}_{day:%Y%m%d}.xml",
                data=_file(number, before, until, rows, prefix="u:" if number % 3 == 0 else ""),
                sent_at=until,
                expect="accepted_with_faults" if faulty else "accepted",
                special="a row with a fault" if faulty else None,
            )
        )
        before = until
    return made


def _told(rng: Random, citizens: Sequence[Citizen]) -> Iterator[Told]:
    """Every event with its corrections and deletions."""
    for citizen in citizens:
        for place, event in enumerate(citizen.youth):
            number = f"UH-{citizen.index * 50 + place + 101:08d}"
            moment = office_time(rng, event.day + timedelta(days=rng.choice((-20, 0, 1, 1, 3, 12))))
            right = Told(number=number, moment=moment, citizen=citizen, event=event)
            drawn = rng.random()
            if drawn < CORRECTED_SHARE:
                yield replace(right, event=replace(event, day=event.day - timedelta(days=1)))
                right = replace(right, moment=moment + timedelta(hours=rng.randint(1, 60)))
            elif drawn < CORRECTED_SHARE + WRONG_PERSON_SHARE:
                stranger = next((each for each in citizens if each.youth and each is not citizen), citizen)
                if stranger.youth and abs(stranger.youth[0].day - event.day) < timedelta(days=700):
                    like = replace(event, day=stranger.youth[0].day)
                    yield replace(right, citizen=stranger, event=like)
                    right = replace(right, moment=moment + timedelta(hours=rng.randint(1, 60)))
            yield right
            if rng.random() < DELETED_SHARE:
                mistake = replace(right, number=f"UH-{80_000_000 + citizen.index * 50 + place:08d}")
                yield mistake
                yield replace(mistake, moment=right.moment + timedelta(days=rng.randint(1, 20)), event=None)


def _row(rng: Random, told: Told) -> tuple[str, list[tuple[str, str]]]:
    """Name of the element and its values."""
    first = [("HaendelseNummer", told.number), ("Registreringstidspunkt", _moment(rng, told.moment))]
    event = told.event
    if event is None:
        return "SletHaendelse", first
    number = told.citizen.number_for_partners(told.moment.date())
    if event.kind == READY:
        return "ErklaeretParat", [*first, ("CPRNr", number), ("ErklaeretDato", f"{event.day}")]
    own = [("HaendelseType", event.kind), ("HaendelseDato", f"{event.day}")]
    where = [
        ("UddannelseKode", event.education),
        ("InstitutionNr", event.institution),
        ("UdelKode", event.programme),
    ]
    return "Haendelse", [*first, ("CPRNr", number), *own, *((name, value) for name, value in where if value)]


def _faulty(
    rng: Random, citizens: Sequence[Citizen], until: datetime, number: int
) -> tuple[str, list[tuple[str, str]]]:
    """A row of a kind that does not exist, or without education and institution."""
    citizen = rng.choice(citizens)
    whole = [("UddannelseKode", "4443"), ("InstitutionNr", "907002")]
    kind, where = rng.choice((("FULDFØRT", whole), ("OPTAGET", [])))
    day = until.date() - timedelta(days=20)
    return "Haendelse", [
        ("HaendelseNummer", f"UH-{90_000_000 + number:08d}"),
        ("Registreringstidspunkt", _moment(rng, office_time(rng, day))),
        ("CPRNr", citizen.numbers[0]),
        ("HaendelseType", kind),
        ("HaendelseDato", f"{day}"),
        *where,
    ]


def _file(
    number: int, before: datetime, until: datetime, rows: Sequence[tuple[str, list[tuple[str, str]]]], prefix: str
) -> bytes:
    declared = f'xmlns:{prefix[:-1]}="{NAMESPACE}"' if prefix else f'xmlns="{NAMESPACE}"'
    head = [
        ("KommuneNr", "0707"),
        ("LoebeNummer", f"{number:06d}"),
        ("FraTidspunkt", _with_offset(before)),
        ("TilTidspunkt", _with_offset(until)),
        ("AntalHaendelser", f"{len(rows)}"),
    ]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<{prefix}HaendelseLeverance {declared}>"]
    for name, values in (("Hoved", head), *rows):
        lines.append(f"  <{prefix}{name}>")
        lines += [f"    <{prefix}{each}>{value}</{prefix}{each}>" for each, value in values]
        lines.append(f"  </{prefix}{name}>")
    return "".join(f"{line}\n" for line in (*lines, f"</{prefix}HaendelseLeverance>")).encode()


def _moment(rng: Random, moment: datetime) -> str:
    """With offset, in UTC, or as plain Danish time (office hours never are in doubt)."""
    form = rng.choice(("offset", "utc", "local"))
    if form == "utc":
        return f"{moment.replace(tzinfo=DANISH).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return _with_offset(moment) if form == "offset" else f"{moment:%Y-%m-%dT%H:%M:%S}"


def _with_offset(moment: datetime) -> str:
    return moment.replace(tzinfo=DANISH).isoformat(timespec="seconds")
