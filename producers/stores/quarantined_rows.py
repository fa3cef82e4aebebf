"""Rejected rows, one by one: found for a decision, released into the ledger, and what has lain longer than agreed."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row

from producers.delivery import FactOfLine, Settled
from producers.stores.ledger import Connection, published, settle_rows

_AT_ONCE = 1000

_ROW = """
SELECT r.delivery_id::text, d.feed, d.partner, d.file_name, d.sha256, d.received_at, r.line, r.state
  FROM intake.rejected_row r JOIN intake.delivery d USING (delivery_id) WHERE r.id = %s
"""
_NEWEST = """
SELECT delivery_id::text FROM intake.delivery
 WHERE feed = %s AND partner = %s AND state = 'FINAL' AND verdict IN ('accepted', 'accepted_with_faults')
 ORDER BY sequence DESC NULLS LAST, received_at DESC LIMIT 1
"""
# The first receipt is not written again: the ledger's counts tell what became of the row.
_COUNT = """
UPDATE intake.delivery
   SET rejected = rejected - 1, facts = facts + %(facts)s,
       accepted = accepted + (%(verdict)s = 'accepted')::int,
       unchanged = unchanged + (%(verdict)s = 'unchanged')::int,
       duplicate = duplicate + (%(verdict)s = 'duplicate')::int,
       waiting = waiting + (%(verdict)s = 'waiting')::int
 WHERE delivery_id = %(delivery)s::uuid
"""
_RELEASE = """
UPDATE intake.rejected_row SET state = 'RELEASED', decided_at = now(), decided_by = %s, reason = %s
 WHERE id = %s AND state = 'QUARANTINED'
"""
_AGES = """
SELECT what, feed, partner, count(*)::int AS waiting,
       count(*) FILTER (WHERE since < %(past)s)::int AS past,
       count(*) FILTER (WHERE since >= %(past)s AND since < %(soon)s)::int AS soon,
       min(since) AS oldest
  FROM (SELECT 'delivery' AS what, feed, partner, checked_at AS since FROM intake.delivery WHERE state = 'HELD'
        UNION ALL
        SELECT 'row', d.feed, d.partner, d.checked_at
          FROM intake.rejected_row r JOIN intake.delivery d USING (delivery_id) WHERE r.state = 'QUARANTINED') AS w
 GROUP BY what, feed, partner ORDER BY oldest, feed, partner, what
"""
# Whoever decided before stays named; what nobody decided on is discarded by this.
_ERASE = """
UPDATE intake.rejected_row
   SET sealed = '', state = CASE state WHEN 'QUARANTINED' THEN 'DISCARDED' ELSE state END,
       decided_at = coalesce(decided_at, now()), decided_by = coalesce(decided_by, %s), reason = coalesce(reason, %s)
 WHERE id = ANY(%s)
"""
_EMPTY = """
UPDATE intake.rejected_row SET sealed = ''
 WHERE state <> 'QUARANTINED' AND decided_at < %s AND sealed <> ''
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedRow:
    """A rejected row and the delivery it came in."""

    delivery_id: str
    feed: str
    partner: str
    file_name: str
    sha256: str
    received_at: datetime
    line: int
    state: str


def row(conn: Connection, identifier: int) -> QuarantinedRow | None:
    """The row of this number, None if there is none."""
    found = conn.execute(_ROW, (identifier,)).fetchone()
    if found is None:
        return None
    delivery, feed, partner, file_name, sha256, received_at, line, state = found
    return QuarantinedRow(
        delivery_id=delivery,
        feed=feed,
        partner=partner,
        file_name=file_name,
        sha256=sha256,
        received_at=received_at,
        line=line,
        state=state,
    )


def lines_aside(conn: Connection, delivery: str) -> Collection[int]:
    """The lines of a delivery that were rejected and not released since."""
    query = "SELECT line FROM intake.rejected_row WHERE delivery_id = %s::uuid AND state <> 'RELEASED'"
    return frozenset(int(line) for (line,) in conn.execute(query, (delivery,)))


def newest_accepted(conn: Connection, feed: str, partner: str) -> str | None:
    """The id of the newest delivery of a sender that was taken in."""
    found = conn.execute(_NEWEST, (feed, partner)).fetchone()
    return None if found is None else str(found[0])


def release(
    conn: Connection,
    identifier: int,
    of: QuarantinedRow,
    verdict: str,
    facts: Sequence[FactOfLine],
    settled: Sequence[Settled],
    by: str,
    reason: str,
) -> None:
    """Write what became of a row, in the caller's transaction. Raises LookupError if it was decided on meanwhile."""
    if conn.execute(_RELEASE, (by, reason, identifier)).rowcount != 1:
        raise LookupError(f"row {identifier} is not in quarantine any more")
    published(conn, of.delivery_id, facts)
    settle_rows(conn, of.feed, of.partner, of.delivery_id, settled)
    conn.execute(_COUNT, {"delivery": of.delivery_id, "verdict": verdict, "facts": len(facts)})


def ages(conn: Connection, past: datetime, soon: datetime) -> list[dict[str, Any]]:
    """What waits for a decision, by kind, feed and sender: how many, of these since before `past`, before `soon`."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_AGES, {"past": past, "soon": soon}).fetchall()


def sealed_rows(conn: Connection) -> Iterator[tuple[int, str, int, bytes]]:
    """Every row whose bytes are still there: its number, delivery, line, and the sealed bytes."""
    query = "SELECT id, delivery_id::text, line, sealed FROM intake.rejected_row WHERE sealed <> '' AND id > %s"
    last = 0
    while some := conn.execute(f"{query} ORDER BY id LIMIT {_AT_ONCE}", (last,)).fetchall():
        yield from some
        last = some[-1][0]


def erase(conn: Connection, identifiers: Sequence[int], by: str, reason: str) -> int:
    """Take the bytes out of these rows for good; gives how many."""
    return conn.execute(_ERASE, (by, reason, list(identifiers))).rowcount


def empty_decided(conn: Connection, before: datetime) -> int:
    """Take the bytes out of rows that were decided on before this moment; gives how many."""
    return conn.execute(_EMPTY, (before,)).rowcount
