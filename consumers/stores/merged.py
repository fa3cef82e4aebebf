"""Persons who are one citizen, in PostgreSQL (docs/decisions/0012)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from consumers.citizens import Change, Citizens, Merge
from consumers.stores.arrays import array, columns
from consumers.stores.database import Connection

_AROUND = """
SELECT person::text, into_person::text, position, leads_to::text FROM core.merged
 WHERE person = ANY (%(persons)s::uuid[]) OR leads_to = ANY (%(persons)s::uuid[]) ORDER BY number
"""
_INSERT = """
INSERT INTO core.merged (person, into_person, position, leads_to, day, both_running, event_id)
VALUES (%(person)s, %(into_person)s, %(position)s, %(into_person)s, %(day)s::date, %(both_running)s, %(event_id)s)
"""
_LEAD_ON = "UPDATE core.merged SET leads_to = %(into_person)s WHERE leads_to = %(person)s"
_MOVE_FACTS = "UPDATE core.fact SET person = %(into_person)s WHERE person = %(person)s"
_CONFLICT = """
INSERT INTO core.identity_conflict (event_id, person, merged_person, day)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::date[]) ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A merge to be written. `position`: so many milestones `into_person` has; `both_running`: both have a course."""

    person: str
    into_person: str
    position: int
    both_running: bool
    change: Change


def around(conn: Connection, persons: Iterable[str]) -> Citizens:
    """The merges of these persons, and of all that lead to them: one indexed look-up."""
    return Citizens(Merge(*row) for row in conn.execute(_AROUND, {"persons": array(persons)}))


def around_ends(conn: Connection, persons: Iterable[str]) -> Citizens:
    """The merges of all ids of the citizens that these persons are or were."""
    asked = set(persons)
    found = around(conn, asked)
    ends = {found.leads_to(each) for each in asked}
    return found if ends <= asked else around(conn, asked | ends)


def write(conn: Connection, rows: Sequence[Row]) -> None:
    """Write merges in order, and move the facts to who stays; under the locks of all persons concerned."""
    for row in rows:  # there is one in weeks, and each leads on what the one before has written
        change = row.change
        named = {"person": row.person, "into_person": row.into_person, "position": row.position}
        named |= {"day": change.day, "both_running": row.both_running, "event_id": change.event_id}
        for statement in (_INSERT, _LEAD_ON, _MOVE_FACTS):
            conn.execute(statement, named)


def contradict(conn: Connection, changes: Sequence[Change]) -> None:
    """Note identity changes that contradict earlier ones, for a person to look at."""
    if changes:
        rows = [(each.event_id, each.person, each.merged_person, each.day) for each in changes]
        conn.execute(_CONFLICT, columns(rows))
