"""Who was answered: receipts that have to be handed over, and senders' files that have to be moved away."""

from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import TupleRow, dict_row

Connection = psycopg.Connection[TupleRow]

_UNANSWERED = """
SELECT delivery_id::text, file_name, receipt, receipt_sent_at, state, origin FROM intake.delivery
 WHERE feed = %s AND partner = %s AND receipt IS NOT NULL AND (receipt_sent_at IS NULL OR moved_at IS NULL)
 ORDER BY checked_at, delivery_id
"""


def unanswered(conn: Connection, feed: str, partner: str) -> list[dict[str, Any]]:
    """Deliveries whose receipt has not been handed over, or whose file has not been moved away yet."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_UNANSWERED, (feed, partner)).fetchall()


def mark_answered(conn: Connection, identifier: str, at: datetime) -> None:
    """The receipt lies with the sender."""
    conn.execute("UPDATE intake.delivery SET receipt_sent_at = %s WHERE delivery_id = %s", (at, identifier))


def mark_moved(conn: Connection, identifier: str, at: datetime) -> None:
    """The sender's file was moved away (or there is none: REST)."""
    conn.execute("UPDATE intake.delivery SET moved_at = %s WHERE delivery_id = %s", (at, identifier))
