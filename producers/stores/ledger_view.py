"""What people read of the intake ledger: deliveries, receipts, rows that were settled later."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import TupleRow, dict_row

Connection = psycopg.Connection[TupleRow]

_HANDLED = """
SELECT verdict, count(*)::int, sum(rows)::int, sum(accepted)::int, sum(unchanged)::int, sum(duplicate)::int,
       sum(rejected)::int, sum(waiting)::int
  FROM intake.delivery WHERE feed = %s AND partner = %s AND checked_at >= %s GROUP BY verdict
"""
_COUNTED = ("rows", "accepted", "unchanged", "duplicate", "rejected", "waiting")


@dataclass(frozen=True, slots=True)
class Handled:
    """Deliveries by verdict, and the rows of all of them by what became of them."""

    verdicts: Mapping[str, int]
    rows: Mapping[str, int]


def deliveries(conn: Connection, feed: str | None = None) -> list[dict[str, Any]]:
    """The ledger, newest last: everything but the receipts' texts."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            "SELECT delivery_id::text, feed, partner, file_name, arrival, bytes, received_at, state, verdict, sequence,"
            " rows, accepted, unchanged, duplicate, rejected, waiting, facts, receipt_id::text, checked_at,"
            " receipt_sent_at, security_alarm,"
            " ARRAY(SELECT DISTINCT f->>'code' FROM jsonb_array_elements(receipt->'faults') AS f ORDER BY 1) AS codes"
            "  FROM intake.delivery WHERE %(feed)s::text IS NULL OR feed = %(feed)s"
            " ORDER BY received_at, feed, partner, sequence NULLS FIRST, delivery_id",
            {"feed": feed},
        ).fetchall()


def receipt(conn: Connection, identifier: str) -> dict[str, Any] | None:
    """The receipt by its own id or by its delivery's id, None if there is none."""
    row = conn.execute(
        "SELECT receipt FROM intake.delivery WHERE receipt_id = %(id)s::uuid OR delivery_id = %(id)s::uuid LIMIT 1",
        {"id": identifier},
    ).fetchone()
    return None if row is None else row[0]


def settled_rows(conn: Connection, identifier: str) -> list[dict[str, Any]]:
    """Rows of a delivery that waited and were settled by a later one: line, verdict, codes, settled_by, settled_at."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            "SELECT s.line, s.verdict, s.codes, s.settled_by::text, s.settled_at FROM intake.settled_row s"
            "  JOIN intake.delivery d USING (delivery_id)"
            " WHERE d.delivery_id = %(id)s::uuid OR d.receipt_id = %(id)s::uuid ORDER BY s.line",
            {"id": identifier},
        ).fetchall()


def decided_rows(conn: Connection, identifier: str) -> list[dict[str, Any]]:
    """Rows of a delivery that were rejected and decided on since: line, state (RELEASED, DISCARDED), decided_at."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            "SELECT r.line, r.state, r.decided_at FROM intake.rejected_row r JOIN intake.delivery d USING (delivery_id)"
            " WHERE (d.delivery_id = %(id)s::uuid OR d.receipt_id = %(id)s::uuid) AND r.state <> 'QUARANTINED'"
            " ORDER BY r.line",
            {"id": identifier},
        ).fetchall()


def handled_since(conn: Connection, feed: str, partner: str, since: datetime) -> Handled:
    """What was handled of one sender since a moment."""
    found = conn.execute(_HANDLED, (feed, partner, since)).fetchall()
    return Handled(
        verdicts={str(verdict): int(number) for verdict, number, *_ in found},
        rows={name: sum(int(row[place]) for row in found) for place, name in enumerate(_COUNTED, start=2)},
    )
