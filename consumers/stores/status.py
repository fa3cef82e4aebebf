"""Status and journal of each person: what holds, and what was announced (milestones.md section 2)."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from consumers.stores.arrays import Value, array, columns
from consumers.stores.database import Connection

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A stored status: the `number`-th of its person (from 1), found on `business_day`; the rules' answer in JSON."""

    person: str
    business_day: date
    number: int
    document: Document


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One milestone at its `position` (from 1) in the person's journal; `document` is its whole JSON form."""

    person: str
    position: int
    milestone_id: str
    type: str
    effective_day: date
    detected_day: date
    document: Document


_READ = "SELECT person::text, business_day, number, document FROM core.status WHERE person = ANY (%s::uuid[])"
_WRITE = """
INSERT INTO core.status (person, business_day, number, document)
SELECT * FROM unnest(%s::uuid[], %s::date[], %s::int[], %s::jsonb[])
    ON CONFLICT (person) DO UPDATE
       SET business_day = excluded.business_day, number = excluded.number, document = excluded.document
"""
_JOURNAL = """
SELECT person::text, document FROM core.milestone WHERE person = ANY (%s::uuid[]) ORDER BY person, position
"""
# The columns are what partners are told from, the document is what is played back.
_TORN = """
SELECT person::text, position FROM core.milestone
 WHERE person = ANY (%s::uuid[])
   AND (type, effective_day::text, detected_day::text)
       IS DISTINCT FROM (document ->> 'milestone', document ->> 'effective_day', document ->> 'detected_day')
"""
# No ON CONFLICT: under the person's lock a position taken twice is a fault of ours, and must not be swallowed.
_ANNOUNCE = """
INSERT INTO core.milestone (person, position, milestone_id, type, effective_day, detected_day, document)
SELECT * FROM unnest(%s::uuid[], %s::int[], %s::uuid[], %s::text[], %s::date[], %s::date[], %s::jsonb[])
"""


def read(conn: Connection, persons: Iterable[str]) -> dict[str, Snapshot]:
    """The stored status of each of `persons` that has one."""
    return {row[0]: Snapshot(*row) for row in conn.execute(_READ, (array(persons),))}


def write(conn: Connection, snapshots: Sequence[Snapshot]) -> None:
    """Replace the status of these persons, under their locks."""
    if snapshots:
        rows = [(each.person, each.business_day, each.number, _text(each.document)) for each in snapshots]
        conn.execute(_WRITE, columns(rows))


def journals(conn: Connection, persons: Iterable[str]) -> dict[str, list[Document]]:
    """The milestones of each of `persons` that has any, in order of position."""
    found: defaultdict[str, list[Document]] = defaultdict(list)
    for person, document in conn.execute(_JOURNAL, (array(persons),)):
        found[person].append(document)
    return found


def torn(conn: Connection, persons: Iterable[str]) -> dict[str, list[int]]:
    """The positions at which a journal says one thing in its columns and another in its document, by person."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for person, position in conn.execute(_TORN, (array(persons),)):
        found[person].append(position)
    return found


def announce(conn: Connection, rows: Sequence[JournalRow]) -> None:
    """Append to the journals, under the persons' locks."""
    if rows:
        conn.execute(_ANNOUNCE, columns(_journal_row(row) for row in rows))


def _journal_row(row: JournalRow) -> tuple[Value, ...]:
    return (
        row.person,
        row.position,
        row.milestone_id,
        row.type,
        row.effective_day,
        row.detected_day,
        _text(row.document),
    )


def _text(document: Document) -> str:
    return json.dumps(document, ensure_ascii=False)
