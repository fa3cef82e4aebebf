"""Who may be told of whom, and who was told what: the partner consumer's tables."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from consumers.citizens import Citizens
from consumers.stores import facts
from consumers.stores.arrays import array, columns
from consumers.stores.database import Connection
from consumers.stores.facts import Fact

KINDS = frozenset({"MembershipSpell", "Training"})  # as in the view core.relation_fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A milestone a partner may hear of; `position` in its person's journal, `document` as there."""

    person: str
    position: int
    milestone_id: str
    type: str
    effective_day: date
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event a partner was given; `retracts` is the event that this one takes back."""

    partner: str
    event_id: str
    milestone_id: str
    person: str
    type: str
    retracts: str | None
    document: Mapping[str, Any]


# DO UPDATE waits for a partner consumer that is looking at the person right now; DO NOTHING would lose the change.
_CHANGED = """
INSERT INTO core.relation_changed AS held (person) SELECT unnest(%s::uuid[])
    ON CONFLICT (person) DO UPDATE SET changes = held.changes + 1
"""
_TAKE = "SELECT person::text FROM core.relation_changed ORDER BY person LIMIT %s FOR UPDATE SKIP LOCKED"
_DONE = "DELETE FROM core.relation_changed WHERE person = ANY (%s::uuid[])"
_ADD = "INSERT INTO core.told_person (person) SELECT unnest(%s::uuid[]) ON CONFLICT DO NOTHING"
_LOCK = "SELECT FROM core.told_person WHERE person = ANY (%s::uuid[]) ORDER BY person FOR UPDATE"
_FACTS = "SELECT person::text, record FROM core.relation_fact WHERE person = ANY (%s::uuid[])"
_MILESTONES = """
SELECT person::text, position, milestone_id::text, type, effective_day, document
  FROM core.partner_milestone WHERE person = ANY (%s::uuid[]) ORDER BY person, position
"""
_TOLD = """
SELECT partner, event_id::text, milestone_id::text, person::text, type, retracts::text, document
  FROM core.told WHERE person = ANY (%s::uuid[]) ORDER BY number
"""
_TELL = """
INSERT INTO core.told (partner, event_id, milestone_id, person, type, retracts, document)
SELECT partner, event_id, milestone_id, person, type, retracts, document
  FROM unnest(%s::text[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::uuid[], %s::jsonb[])
       WITH ORDINALITY AS row (partner, event_id, milestone_id, person, type, retracts, document, place)
 ORDER BY place
"""


def changed(conn: Connection, persons: Collection[str]) -> None:
    """Ask the partner consumer to look at the milestones of `persons` again: who may be told has changed."""
    if persons:
        conn.execute(_CHANGED, (array(sorted(persons)),))


def take_changed(conn: Connection, limit: int) -> list[str]:
    """At most `limit` persons to look at again; they are off the list when the transaction commits."""
    taken = [person for (person,) in conn.execute(_TAKE, (limit,))]
    if taken:
        conn.execute(_DONE, (array(taken),))
    return taken


def lock(conn: Connection, persons: Iterable[str]) -> list[str]:
    """Lock what was told of each of `persons`, in order of id; gives them in that order."""
    ordered = sorted(set(persons))
    if ordered:
        conn.execute(_ADD, (array(ordered),))
        conn.execute(_LOCK, (array(ordered),))
    return ordered


def facts_of(conn: Connection, persons: Collection[str]) -> dict[str, list[Fact]]:
    """Memberships and courses, every version, by person."""
    return facts.grouped(conn.execute(_FACTS, (array(persons),)))


def milestones_of(conn: Connection, persons: Collection[str]) -> dict[str, list[Milestone]]:
    """The milestones a partner may hear of, by person, in order of the journal."""
    found: defaultdict[str, list[Milestone]] = defaultdict(list)
    names = ("person", "position", "milestone_id", "type", "effective_day", "document")
    for row in conn.execute(_MILESTONES, (array(persons),)):
        found[row[0]].append(Milestone(**dict(zip(names, row, strict=True))))
    return found


def told_of(conn: Connection, citizens: Citizens, persons: Collection[str]) -> dict[str, list[Told]]:
    """What partners were told of these persons, by the person that stays, oldest first."""
    found: defaultdict[str, list[Told]] = defaultdict(list)
    names = ("partner", "event_id", "milestone_id", "person", "type", "retracts", "document")
    for row in conn.execute(_TOLD, (array(persons),)):
        found[citizens.leads_to(row[3])].append(Told(**dict(zip(names, row, strict=True))))
    return found


def tell(conn: Connection, events: Sequence[Told]) -> None:
    """Note what partners are told now, under the persons' locks."""
    if events:
        rows = [
            (e.partner, e.event_id, e.milestone_id, e.person, e.type, e.retracts, json.dumps(e.document))
            for e in events
        ]
        conn.execute(_TELL, columns(rows))
