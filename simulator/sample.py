"""Writes the sample municipality: every partner's files and answers, the list of them, and the truth for tests."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from schemas.errors import WrongInput
from simulator import (
    akasse_bestand,
    akasse_ledighed,
    amu,
    arbejdsmarkedsbalance,
    cpr_register,
    eindkomst,
    integration,
    jobcenter_forloeb,
    jobordrer,
    ungedatabasen,
    visitation,
    vitas,
)
from simulator.citizen import AKASSER, Citizen, Window
from simulator.lives import citizens
from simulator.sending import Sending, at
from simulator.served import Served

SCHOOLS = ("907001", "907002")
# Every folder a partner has, with what it may put in and what it gets back.
FOLDERS = (
    "akasse-901",
    "akasse-902",
    "amu-907001",
    "amu-907002",
    "cpr-register",
    "eindkomst-skat",
    "integration-0707",
    "ungedatabasen-stil",
)
# The partners that are asked over REST.
SERVERS: Sequence[Callable[[Sequence[Citizen], int, Window], Served]] = (
    visitation.case_system,
    jobcenter_forloeb.case_file,
    vitas.placement_system,
    jobordrer.company_service,
    arbejdsmarkedsbalance.agency,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What `write` made: counts for people to read."""

    citizens: int
    files: int
    file_bytes: int
    items: int
    pulls: int


def write(persons: int, seed: int, directory: Path, first_day: date, last_day: date) -> Written:
    """Write `sftp/FOLDER/NAME`, `rest/FEED.json`, `manifest.json`, `citizens.jsonl` into an empty `directory`.

    The same arguments give the same bytes. Raises WrongInput for no person, a window under four weeks or a directory
    that already holds something.
    """
    if persons < 1:
        raise WrongInput("--persons: at least 1")
    if (last_day - first_day).days < 28:
        raise WrongInput("--from and --until: at least four weeks must lie between them")
    if directory.exists() and any(directory.iterdir()):
        raise WrongInput("--out: the directory already holds something; name one that is empty or not there yet")
    window = Window(first_day=first_day, last_day=last_day)
    people = citizens(persons, seed, window)
    sendings = _sendings(people, seed, window)
    served = [serve(people, seed, window) for serve in SERVERS]
    for folder in FOLDERS:
        (directory / "sftp" / folder).mkdir(parents=True)
    for sending in sendings:
        (directory / "sftp" / sending.folder / sending.name).write_bytes(sending.data)
    (directory / "rest").mkdir()
    for each in served:
        held = {"ends": each.ends, "events": each.events, "details": each.details}
        (directory / "rest" / f"{each.feed}.json").write_bytes(_json(held).encode() + b"\n")
    pulls = [pull for each in served for pull in _pulls(each)]
    entries = sorted([*map(_file, sendings), *pulls], key=lambda entry: str(entry["sent_at"]))
    listed = [{"number": number, **entry} for number, entry in enumerate(entries, start=1)]
    window_text = {"from": f"{first_day}", "until": f"{last_day}"}
    manifest = {"persons": persons, "seed": seed, **window_text, "deliveries": listed}
    (directory / "manifest.json").write_text(
        json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    _write_lines(directory / "citizens.jsonl", (_truth(citizen) for citizen in people))
    return Written(
        citizens=persons,
        files=len(sendings),
        file_bytes=sum(len(sending.data) for sending in sendings),
        items=sum(len(each.events) for each in served),
        pulls=len(pulls),
    )


def _sendings(people: Sequence[Citizen], seed: int, window: Window) -> list[Sending]:
    made = [
        sending
        for of in (cpr_register, eindkomst, integration, ungedatabasen)
        for sending in of.sendings(people, seed, window)
    ]
    for akasse in AKASSER:
        totals = akasse_bestand.sendings(people, seed, window, akasse)
        changes = akasse_ledighed.sendings(people, seed, window, akasse)
        if akasse == AKASSER[-1]:
            made += [akasse_ledighed.half_uploaded(changes[-1])]
            if len(totals) > 1:
                totals[-2:-1] = akasse_bestand.refused_then_right(totals[-2])
        made += [*totals, *changes]
    for school in SCHOOLS:
        made += amu.sendings(people, seed, window, school)
    return made


def _file(sending: Sending) -> dict[str, object]:
    return {
        "feed": sending.feed,
        "partner": sending.partner,
        "user": sending.folder,
        "file": f"sftp/{sending.folder}/{sending.name}",
        "sent_at": sending.sent_at.isoformat(),
        "expect": sending.expect,
        "special": sending.special,
    }


def _pulls(served: Served) -> Iterable[dict[str, object]]:
    for pull, (verdict, last_day) in enumerate(zip(served.verdicts, served.last_days, strict=True), start=1):
        yield {
            "feed": served.feed,
            "partner": served.partner,
            "user": None,
            "file": f"rest/{served.feed}.json",
            "pull": pull,
            "sent_at": at(last_day, 18).isoformat(),
            "expect": verdict,
            "special": None if verdict == "accepted" else "items with faults or that wait for others",
        }


def _truth(citizen: Citizen) -> str:
    return _json(asdict(citizen))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
