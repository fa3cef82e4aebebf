"""Reading about one person: only through the database's functions, which log it first (privacy.md G18)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from consumers.citizens import Citizens, Merge
from consumers.stores.database import Connection
from consumers.stores.facts import Fact


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads and for what; both stand in the access log. `purpose`: 3 to 200 characters, nothing of the citizen."""

    who: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Announced:
    """A milestone as announced: under which id, at which position of its journal (from 1), in JSON form."""

    person: str
    position: int
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Identity:
    """A citizen who is asked for: `person` is the id that stays, `citizens` all merges that made it one.

    `since`: the day from which the id that was asked for is that one; None: it is that one itself. `both_running`:
    somewhere two running courses came together, and a person looks at it.
    """

    person: str
    citizens: Citizens
    since: date | None
    both_running: bool


def identity(conn: Connection, person: str) -> Identity:
    """Who `person` is now. Ids alone: nothing of it is logged, every read of data is."""
    rows = conn.execute(
        "SELECT person::text, into_person::text, position, leads_to::text, day, both_running FROM core.merged_with(%s)",
        (person,),
    ).fetchall()
    citizens = Citizens(Merge(*row[:4]) for row in rows)
    days = {row[0]: row[4] for row in rows}
    return Identity(citizens.leads_to(person), citizens, days.get(person), any(row[5] for row in rows))


def facts(conn: Connection, reader: Reader, person: str) -> list[Fact]:
    """All facts of a citizen, every version, in no particular order."""
    rows = conn.execute("SELECT record FROM core.read_facts(%s, %s, %s)", (reader.who, person, reader.purpose))
    return [record for (record,) in rows]


def status(conn: Connection, reader: Reader, person: str) -> Mapping[str, Any] | None:
    """The stored status of a citizen, None if there is none."""
    row = conn.execute(
        "SELECT document FROM core.read_status(%s, %s, %s)", (reader.who, person, reader.purpose)
    ).fetchone()
    return None if row is None else row[0]


def journal(
    conn: Connection, reader: Reader, person: str, on: date | None = None, known_at: datetime | None = None
) -> dict[str, list[Announced]]:
    """The milestones of a citizen by the id they were announced under, in order of position.

    Those found on a business day up to `on` and announced at or before `known_at` (aware); None: however late.
    """
    query = """
        SELECT person::text, "position", document FROM core.read_journal(%s, %s, %s)
         WHERE (%s::date IS NULL OR (document->>'detected_day')::date <= %s)
           AND (%s::timestamptz IS NULL OR announced_at <= %s)
    """
    found = conn.execute(query, (reader.who, person, reader.purpose, on, on, known_at, known_at))
    journals: defaultdict[str, list[Announced]] = defaultdict(list)
    for row in found:
        journals[row[0]].append(Announced(*row))
    return journals


def trace(conn: Connection, reader: Reader, event: str) -> list[tuple[str, dict[str, Any]]]:
    """The way of an event: (step, what of it), in the order row, fact, milestone, told, status; empty: unknown.

    Ids, places and moments, nothing of the citizen.
    """
    query = "SELECT step, document FROM core.read_trace(%s, %s, %s)"
    return conn.execute(query, (reader.who, event, reader.purpose)).fetchall()


def business_day(conn: Connection) -> date | None:
    """The day on which everything is evaluated; None: none has begun yet."""
    row = conn.execute("SELECT day FROM core.business_day_now").fetchone()
    return None if row is None else row[0]


def broken_at(conn: Connection) -> int | None:
    """The first line of the access log that does not follow from the one before; None: the chain is whole."""
    row = conn.execute("SELECT core.access_log_broken_at()").fetchone()
    return None if row is None else row[0]
