"""The intake ledger: what arrived, what came of it, what was decided. One row per delivery, one per rejected row."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import psycopg
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from producers.delivery import FactOfLine, Outcome, Settled
from producers.fact_spill import records
from producers.sealing import sealed_row
from producers.stores import rule_counts
from schemas.ids import delivery_id

Connection = psycopg.Connection[TupleRow]

_AT_ONCE = 5_000

# The order of one feed's and partner's deliveries is decided by the caller (producers.feeds); arrival breaks ties.
_WAITING = """
SELECT delivery_id, file_name, sha256, received_at, state, arrival FROM intake.delivery
 WHERE feed = %s AND partner = %s AND state <> 'FINAL' ORDER BY received_at, delivery_id
"""
_ARRIVED = """
SELECT delivery_id, arrival, moved_at, file_name FROM intake.delivery
 WHERE feed = %s AND partner = %s AND sha256 = %s ORDER BY arrival DESC LIMIT 1
"""
_LAND = """
INSERT INTO intake.delivery (delivery_id, feed, partner, file_name, sha256, arrival, bytes, received_at, origin)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_FINISH = """
UPDATE intake.delivery
   SET state = %(state)s, verdict = %(verdict)s, sequence = %(sequence)s, rows = %(rows)s, accepted = %(accepted)s,
       unchanged = %(unchanged)s, duplicate = %(duplicate)s, rejected = %(rejected)s, waiting = %(waiting)s,
       facts = %(facts)s, receipt_id = %(receipt_id)s, receipt = %(receipt)s, checked_at = %(checked_at)s,
       security_alarm = %(security_alarm)s, receipt_sent_at = NULL
 WHERE delivery_id = %(delivery_id)s AND state <> 'FINAL'
"""
_PUBLISHED = """
INSERT INTO intake.published_fact (delivery_id, fact_id, line, kind)
SELECT %s, n.fact_id::uuid, n.line, n.kind
  FROM unnest(%b::text[], %b::int[], %b::text[]) AS n(fact_id, line, kind)
    ON CONFLICT DO NOTHING
"""
_REJECTED = """
INSERT INTO intake.rejected_row (delivery_id, line, codes, faults, contract, sealed)
VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (delivery_id, line) DO NOTHING
"""
# A row that waited is settled by a later delivery: the ledger tells, the first receipt is not written again.
_SETTLE = """
WITH waited AS (
    SELECT delivery_id FROM intake.delivery
     WHERE feed = %(feed)s AND partner = %(partner)s AND file_name = %(file_name)s AND state = 'FINAL' AND waiting > 0
     ORDER BY received_at DESC LIMIT 1
), noted AS (
    INSERT INTO intake.settled_row (delivery_id, line, verdict, codes, settled_by)
    SELECT delivery_id, %(line)s, %(verdict)s, %(codes)s, %(settled_by)s FROM waited
        ON CONFLICT (delivery_id, line) DO NOTHING RETURNING delivery_id
)
UPDATE intake.delivery d
   SET waiting = d.waiting - 1,
       accepted = d.accepted + (%(verdict)s = 'accepted')::int,
       unchanged = d.unchanged + (%(verdict)s = 'unchanged')::int,
       duplicate = d.duplicate + (%(verdict)s = 'duplicate')::int,
       rejected = d.rejected + (%(verdict)s = 'rejected')::int
  FROM noted WHERE d.delivery_id = noted.delivery_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A delivery that has landed and has no final receipt yet."""

    delivery_id: str
    file_name: str
    sha256: str
    received_at: datetime
    state: str
    arrival: int


@contextmanager
def lease(conn: Connection, feed: str, partner: str) -> Any:
    """Yield True if this session alone handles the feed and partner now, False if another one does.

    A task that Airflow started a second time while the first still runs finds False and leaves (architecture.md 2).
    """
    key = f"{feed}/{partner}"
    row = conn.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 707))", (key,)).fetchone()
    held = bool(row and row[0])
    try:
        yield held
    finally:
        if held:
            conn.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 707))", (key,))


def no_delivery_under_way(conn: Connection, senders: Iterable[tuple[str, str]]) -> None:
    """Wait until nobody handles a delivery of these (feed, partner), and let nobody begin until the transaction ends.

    Whoever wants the lease meanwhile finds it taken and comes again.
    """
    for feed, partner in sorted(senders):
        conn.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 707))", (f"{feed}/{partner}",))


def arrival_number(conn: Connection, feed: str, partner: str, sha256: str, file_name: str) -> tuple[int, bool]:
    """The number of this arrival of these bytes, and whether its row stands in the ledger already.

    A file that was landed but not yet moved away is the same arrival; after it was moved, the same bytes are a new one.
    """
    row = conn.execute(_ARRIVED, (feed, partner, sha256)).fetchone()
    if row is None:
        return 1, False
    same = row[2] is None and row[3] == file_name
    return (row[1], True) if same else (row[1] + 1, False)


def arrival_id(feed: str, partner: str, sha256: str, arrival: int) -> str:
    """Id of one arrival: the first has the id of feed, partner and bytes; a repeat has its own, just as repeatable."""
    return delivery_id(feed, partner, sha256 if arrival == 1 else f"{sha256}/{arrival}")


def land(
    conn: Connection,
    *,
    identifier: str,
    feed: str,
    partner: str,
    file_name: str,
    sha256: str,
    arrival: int,
    size: int,
    received_at: datetime,
    origin: Mapping[str, Any] | None,
) -> None:
    """Write down that a delivery has landed. `origin` tells where it lies with the sender, for the move afterwards."""
    conn.execute(
        _LAND,
        (identifier, feed, partner, file_name, sha256, arrival, size, received_at, Jsonb(origin) if origin else None),
    )


def waiting(conn: Connection, feed: str, partner: str) -> list[Waiting]:
    """Deliveries without a final receipt, in order of arrival."""
    rows = conn.execute(_WAITING, (feed, partner)).fetchall()
    return [
        Waiting(
            delivery_id=str(identifier),
            file_name=name,
            sha256=sha256,
            received_at=at,
            state=state,
            arrival=arrival,
        )
        for identifier, name, sha256, at, state, arrival in rows
    ]


def finish(
    conn: Connection, identifier: str, outcome: Outcome, receipt: Mapping[str, Any], checked_at: datetime, key: bytes
) -> None:
    """Write what came of a delivery, in the caller's transaction: verdict, counts, receipt, facts, rejected rows.

    `receipt` is the outcome's with its moments set. Raises LookupError if the delivery is final already: two processes
    handled it, and this one must keep nothing.
    """
    counts: Mapping[str, int] = receipt["counts"]
    final = bool(receipt["final"])
    changed = conn.execute(
        _FINISH,
        {
            **counts,
            "delivery_id": identifier,
            "state": "FINAL" if final else "HELD",
            "verdict": receipt["verdict"],
            "sequence": receipt["sequence"],
            "facts": len(outcome.facts),
            "receipt_id": receipt["receipt_id"],
            "receipt": Jsonb(dict(receipt)),
            "checked_at": checked_at,
            "security_alarm": outcome.security_alarm,
        },
    ).rowcount
    if changed != 1:
        raise LookupError(f"delivery {identifier} is final already")
    published(conn, identifier, outcome.facts)
    settle_rows(conn, receipt["feed"], receipt["partner"], identifier, outcome.settled)
    rule_counts.keep(conn, identifier, outcome.failed)
    rejected = iter(_rejected_rows(identifier, outcome, str(receipt["contract"]), key))
    with conn.cursor() as cursor:
        while some := list(islice(rejected, _AT_ONCE)):
            cursor.executemany(_REJECTED, some)


def published(conn: Connection, identifier: str, facts: Sequence[FactOfLine]) -> None:
    """Write which facts a delivery published."""
    told = ((record["fact_id"], line, record["kind"]) for line, record in records(facts))
    while some := list(islice(told, _AT_ONCE)):
        conn.execute(_PUBLISHED, (identifier, *map(list, zip(*some, strict=True))))


def settle_rows(conn: Connection, feed: str, partner: str, identifier: str, settled: Iterable[Settled]) -> None:
    """Write what became of rows of earlier deliveries that waited for this one."""
    for row in settled:
        conn.execute(
            _SETTLE,
            {
                "feed": feed,
                "partner": partner,
                "file_name": row.delivery,
                "line": row.line,
                "verdict": row.verdict,
                "codes": [fault.code for fault in row.faults],
                "settled_by": identifier,
            },
        )


def _rejected_rows(identifier: str, outcome: Outcome, contract: str, key: bytes) -> Iterable[Sequence[object]]:
    for row in outcome.rejected:
        codes = [fault.code for fault in row.faults]
        faults = [
            {"code": fault.code, "line": fault.line, "column": fault.column, "other_line": fault.other_line}
            for fault in row.faults
        ]
        sealed = sealed_row(key, row.raw, identifier, row.line)
        yield identifier, row.line, codes, Jsonb(faults), contract, sealed


def was_refused(conn: Connection, feed: str, partner: str, sha256: str) -> bool:
    """Whether the newest arrival of these bytes was refused."""
    row = conn.execute(
        "SELECT verdict = 'refused' FROM intake.delivery WHERE feed = %s AND partner = %s AND sha256 = %s"
        " ORDER BY arrival DESC LIMIT 1",
        (feed, partner, sha256),
    ).fetchone()
    return bool(row and row[0])


def held(conn: Connection, identifier: str) -> tuple[str, str, Waiting] | None:
    """Feed, partner and delivery of one that is held, None if it is not."""
    row = conn.execute(
        "SELECT feed, partner, delivery_id, file_name, sha256, received_at, state, arrival"
        "  FROM intake.delivery WHERE delivery_id = %s::uuid AND state = 'HELD'",
        (identifier,),
    ).fetchone()
    if row is None:
        return None
    delivery = Waiting(
        delivery_id=str(row[2]), file_name=row[3], sha256=row[4], received_at=row[5], state=row[6], arrival=row[7]
    )
    return row[0], row[1], delivery


def decided(conn: Connection, identifier: str, by: str, reason: str) -> None:
    """Keep who decided on a held delivery, and why."""
    conn.execute(
        "UPDATE intake.delivery SET decided_at = now(), decided_by = %s, reason = %s WHERE delivery_id = %s::uuid",
        (by, reason, identifier),
    )
