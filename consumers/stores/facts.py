"""The fact table: every version of every statement, and the inbox that makes a second reading harmless."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from consumers.records import Record
from consumers.stores.arrays import Value, array, columns
from consumers.stores.database import Connection

Fact = Mapping[str, Any]
"""A fact as one flat JSON object (schemas.facts.to_json), the form the rules read."""

_INSERT = """
INSERT INTO core.fact (fact_id, person, kind, source, received_at, record, topic, partition, record_offset)
SELECT fact_id, coalesce(m.leads_to, person), kind, source, received_at, record, topic, partition, record_offset
  FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::timestamptz[], %s::json[],
              %s::text[], %s::int[], %s::bigint[]) WITH ORDINALITY
       AS row (fact_id, person, kind, source, received_at, record, topic, partition, record_offset, place)
       LEFT JOIN core.merged m USING (person)
 ORDER BY place
    ON CONFLICT (fact_id) DO NOTHING
RETURNING person::text, kind
"""
_OF_PERSONS = "SELECT person::text, record FROM core.fact WHERE person = ANY (%s::uuid[])"


def insert(conn: Connection, records: Sequence[Record]) -> list[tuple[str, str]]:
    """Store the facts not stored yet; gives person and kind of each that is new. The rest had been seen already.

    A fact of a person that was merged is stored for the one who stays; what it says of itself is kept as it came.
    """
    # One id may come twice in a batch, and two processes must insert in one order.
    rows = {record.value["fact_id"]: record for record in records}
    if not rows:
        return []
    ordered = [_row(rows[fact_id]) for fact_id in sorted(rows)]
    return [(person, kind) for person, kind in conn.execute(_INSERT, columns(ordered))]


def _row(record: Record) -> tuple[Value, ...]:
    value = record.value
    return (
        value["fact_id"],
        value["person"],
        record.name,
        value["source"],
        value["received_at"],
        json.dumps({"kind": record.name, **value}, ensure_ascii=False),
        record.place.topic,
        record.place.partition,
        record.offset,
    )


def of_persons(conn: Connection, persons: Iterable[str]) -> dict[str, list[Fact]]:
    """All facts of each of `persons`, in no particular order; nothing for a person without facts."""
    return grouped(conn.execute(_OF_PERSONS, (array(persons),)))


def grouped(rows: Iterable[tuple[Any, ...]]) -> dict[str, list[Fact]]:
    """Facts by person, from rows of person and record."""
    found: defaultdict[str, list[Fact]] = defaultdict(list)
    for person, record in rows:
        found[person].append(record)
    return found
