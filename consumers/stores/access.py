"""Reading about one person: only through the database's functions, which log it first (privacy.md G18)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from consumers.stores.database import Connection
from consumers.stores.facts import Fact


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads and for what; both stand in the access log. `purpose`: 3 to 200 characters, nothing of the citizen."""

    who: str
    purpose: str


def facts(conn: Connection, reader: Reader, person: str) -> list[Fact]:
    """All facts of a person, every version, in no particular order."""
    rows = conn.execute("SELECT record FROM core.read_facts(%s, %s, %s)", (reader.who, person, reader.purpose))
    return [record for (record,) in rows]


def status(conn: Connection, reader: Reader, person: str) -> Mapping[str, Any] | None:
    """The stored status of a person, None if there is none."""
    row = conn.execute(
        "SELECT document FROM core.read_status(%s, %s, %s)", (reader.who, person, reader.purpose)
    ).fetchone()
    return None if row is None else row[0]


def journal(
    conn: Connection, reader: Reader, person: str, on: date | None = None, known_at: datetime | None = None
) -> list[tuple[int, Mapping[str, Any]]]:
    """The milestones of a person with their positions, in order.

    Those found on a business day up to `on` and announced at or before `known_at` (aware); None: however late.
    """
    query = """
        SELECT "position", document FROM core.read_journal(%s, %s, %s)
         WHERE (%s::date IS NULL OR (document->>'detected_day')::date <= %s)
           AND (%s::timestamptz IS NULL OR announced_at <= %s)
    """
    found = conn.execute(query, (reader.who, person, reader.purpose, on, on, known_at, known_at))
    return [(position, document) for position, document in found]


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
