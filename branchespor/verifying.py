"""Verification of everybody, in chunks side by side: processes, since the rules are pure Python."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from branchespor import clock
from branchespor.settings import Settings
from consumers import policy_file, verification
from consumers.stores import everybody, facts
from consumers.stores.database import connect
from consumers.stores.facts import Fact
from consumers.verification import Difference

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Verified:
    """How many persons were compared on which business day (None: none has begun), and what differs, by person."""

    persons: int
    day: date | None
    differences: list[Difference]


def verify_everybody(settings: Settings, who: str, workers: int = 2, database: str = "branchespor") -> Verified:
    """Compare what is stored of everybody with the evaluation of all facts. Raises Unavailable."""
    dsn = settings.dsn("status", database)
    with connect(dsn, "verify") as conn:
        day = everybody.business_day(conn)
        if day is None:
            return Verified(0, None, [])
        everybody.log_check(conn, who, "verify")
        chunks = list(everybody.chunks(conn, CHUNK))
        held = [Difference(person, f"evaluation failed: {reason}") for person, reason in everybody.held(conn).items()]
    arguments = [(dsn, chunk, day, settings.policy_file) for chunk in chunks]
    if len(chunks) < 2 or workers == 1:
        found = [_verify_chunk(*each) for each in arguments]
    else:
        context = multiprocessing.get_context("spawn")  # a forked child would share our connection
        with ProcessPoolExecutor(min(workers, len(chunks)), mp_context=context) as pool:
            found = list(pool.map(_verify_chunk, *zip(*arguments, strict=True)))
    return Verified(sum(map(len, chunks)), day, held + [each for some in found for each in some])


def _verify_chunk(dsn: str, persons: list[str], day: date, policy: Path | None) -> list[Difference]:
    with connect(dsn, "verify") as conn:
        return verification.of_persons(conn, persons, day, policy_file.load(policy))


def everybodys_facts(settings: Settings, who: str, purpose: str, on: date | None) -> tuple[Iterator[list[Fact]], date]:
    """The facts of each citizen, and the day asked about: `on`, else the business day, else today. Raises Unavailable.

    Only for what gives counts: a line in the access log says so, not one per citizen.
    """
    dsn = settings.dsn("status")
    with connect(dsn, "count") as conn:
        everybody.log_check(conn, who, purpose)
        day = on or everybody.business_day(conn) or clock.danish_day(clock.now())

    def citizens() -> Iterator[list[Fact]]:
        with connect(dsn, "count") as conn:
            for chunk in everybody.chunks(conn, CHUNK):
                yield from facts.of_persons(conn, chunk).values()

    return citizens(), day
