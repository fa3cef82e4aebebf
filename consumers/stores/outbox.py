"""The outbox: events written with what caused them, read and marked by the relay (postgresql.md section 4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from consumers.stores.arrays import columns
from consumers.stores.database import Connection

RELAY_LOCK = 7070710  # advisory lock: two relays would break the order of one person's events


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One event to send. `event_id` is deterministic, `type` and `source` become CloudEvents headers.

    `value` is framed by the codec; None: a tombstone, only to erase. `occurred_at` is aware.
    """

    event_id: str
    topic: str
    key: str
    type: str
    source: str
    value: bytes | None
    occurred_at: datetime


_INSERT = """
INSERT INTO core.outbox (event_id, topic, key, type, source, value, occurred_at)
SELECT event_id, topic, key, type, source, value, occurred_at
  FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bytea[], %s::timestamptz[])
       WITH ORDINALITY AS row (event_id, topic, key, type, source, value, occurred_at, place)
 ORDER BY place
    ON CONFLICT (event_id) DO NOTHING
"""


def insert(conn: Connection, rows: Iterable[Outgoing]) -> int:
    """Write events in the caller's transaction; gives how many were new. One statement.

    Sorted by key so that two writers cannot deadlock; the events of one key keep the order they were given in.
    """
    ordered = sorted(rows, key=lambda row: row.key)
    if not ordered:
        return 0
    values = columns(
        (row.event_id, row.topic, row.key, row.type, row.source, row.value, row.occurred_at) for row in ordered
    )
    return conn.execute(_INSERT, values).rowcount


_UNSENT = """
SELECT event_id::text, topic, key, type, source, value, occurred_at
  FROM core.outbox
 WHERE sent_at IS NULL AND topic <> ALL (%s::text[])
 ORDER BY seq
 LIMIT %s
"""


def unsent(conn: Connection, limit: int, without: Sequence[str] = ()) -> list[Outgoing]:
    """The oldest events not yet marked as sent, in the order of each key; none of the topics in `without`."""
    names = ("event_id", "topic", "key", "type", "source", "value", "occurred_at")
    rows = conn.execute(_UNSENT, (list(without), limit)).fetchall()
    return [Outgoing(**dict(zip(names, row, strict=True))) for row in rows]


def mark(conn: Connection, event_ids: Sequence[str]) -> int:
    """Mark events that the broker has acknowledged; gives how many had not been marked."""
    statement = "UPDATE core.outbox SET sent_at = now() WHERE event_id = ANY(%s::uuid[]) AND sent_at IS NULL"
    return conn.execute(statement, (list(event_ids),)).rowcount


def be_the_relay(conn: Connection) -> bool:
    """Take the lock of the one active relay, held as long as the connection; False: another one has it."""
    row = conn.execute("SELECT pg_try_advisory_lock(%s)", (RELAY_LOCK,)).fetchone()
    return row is not None and row[0] is True
