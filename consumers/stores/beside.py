"""Status built anew beside the present one: written, compared, put in its place (branchespor rebuild)."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from consumers.stores.arrays import array, columns
from consumers.stores.database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What all facts say of a person: the status as stored, the next day to look at it, the number of facts used."""

    person: str
    document: dict[str, Any]
    next_day: date | None
    facts: int


_REBUILDING = 7070713  # core.erase waits for it

_WRITE = """
INSERT INTO core.status_beside (person, document, next_day, facts)
SELECT * FROM unnest(%s::uuid[], %s::jsonb[], %s::date[], %s::int[])
    ON CONFLICT (person) DO UPDATE
       SET document = excluded.document, next_day = excluded.next_day, facts = excluded.facts
"""
_DIFFERING = """
SELECT b.person::text, b.document, s.document, s.person IS NULL,
       b.next_day IS DISTINCT FROM d.day
  FROM core.status_beside b LEFT JOIN core.status s USING (person) LEFT JOIN core.due d USING (person)
 WHERE s.document IS DISTINCT FROM b.document OR b.next_day IS DISTINCT FROM d.day
 ORDER BY b.person
"""
_OUTDATED = """
SELECT p.id::text FROM core.person p LEFT JOIN core.status_beside b ON b.person = p.id
                                     LEFT JOIN core.merged m ON m.person = p.id
 WHERE b.facts IS DISTINCT FROM (SELECT count(*) FROM core.fact f WHERE f.person = p.id)
    OR b.document ->> 'merged_into' IS DISTINCT FROM m.leads_to::text
 ORDER BY p.id
"""
_SWITCH_STATUS = """
UPDATE core.status s SET document = b.document, business_day = %s
  FROM core.status_beside b WHERE b.person = s.person AND b.document <> s.document
"""
_CLEAR_DUE = """
DELETE FROM core.due d USING core.status_beside b WHERE b.person = d.person AND b.next_day IS NULL
"""
_SWITCH_DUE = """
INSERT INTO core.due (person, day) SELECT person, next_day FROM core.status_beside WHERE next_day IS NOT NULL
    ON CONFLICT (person) DO UPDATE SET day = excluded.day WHERE due.day <> excluded.day
"""
_SENT = "SELECT event_id::text FROM core.outbox WHERE event_id = ANY (%s::uuid[])"


def let_nobody_be_erased(conn: Connection) -> None:
    """Until the connection closes: what was read of somebody must not be written when he or she is erased."""
    conn.execute("SELECT pg_advisory_lock_shared(%s)", (_REBUILDING,))


def clear(conn: Connection) -> None:
    """Begin with nothing."""
    conn.execute("TRUNCATE core.status_beside")


def write(conn: Connection, built: Sequence[Built]) -> None:
    """Put these beside."""
    if built:
        rows = [(each.person, json.dumps(each.document), each.next_day, each.facts) for each in built]
        conn.execute(_WRITE, columns(rows))


def outdated(conn: Connection) -> list[str]:
    """Persons of whom facts came since theirs was built, who became another one since, or who have none built."""
    return [person for (person,) in conn.execute(_OUTDATED)]


def differing(conn: Connection) -> list[tuple[str, dict[str, Any], dict[str, Any] | None, bool, bool]]:
    """Person, status as built, as stored (None: missing), whether it is missing, whether the due day differs."""
    return conn.execute(_DIFFERING).fetchall()


def sent(conn: Connection, event_ids: Iterable[str]) -> set[str]:
    """Which of these events were ever put into the outbox."""
    return {event for (event,) in conn.execute(_SENT, (array(event_ids),))}


def switch(conn: Connection, day: date) -> None:
    """Put what was built in the place of what is stored, but for persons who have no status yet."""
    conn.execute(_SWITCH_STATUS, (day,))
    conn.execute(_CLEAR_DUE)
    conn.execute(_SWITCH_DUE)
