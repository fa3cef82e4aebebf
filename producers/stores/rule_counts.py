"""How often each rule failed, per delivery: counts alone, of which Data Docs are made."""

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg.rows import TupleRow, dict_row

Connection = psycopg.Connection[TupleRow]

_OF_FEED = """
SELECT c.rule, c.code, sum(c.failed)::bigint AS failed, count(*)::int AS deliveries, max(d.received_at) AS newest
  FROM intake.rule_count c JOIN intake.delivery d USING (delivery_id)
 WHERE d.feed = %s GROUP BY c.rule, c.code ORDER BY c.code, c.rule
"""
# No file name: a sender may have put a person into one.
_DELIVERIES = """
SELECT d.partner, d.received_at, d.sequence, coalesce(d.verdict, lower(d.state)) AS verdict,
       d.rows, d.accepted, d.unchanged, d.duplicate, d.rejected, d.waiting
  FROM intake.delivery d WHERE d.feed = %s ORDER BY d.received_at DESC, d.delivery_id LIMIT %s
"""


def keep(conn: Connection, identifier: str, failed: Mapping[tuple[str, str], int]) -> None:
    """Write the counts of a delivery, in the caller's transaction; those of an earlier answer to it are replaced."""
    conn.execute("DELETE FROM intake.rule_count WHERE delivery_id = %s", (identifier,))
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO intake.rule_count (delivery_id, rule, code, failed) VALUES (%s, %s, %s, %s)",
            [(identifier, rule, code, count) for (rule, code), count in failed.items()],
        )


def of_feed(conn: Connection, feed: str) -> list[dict[str, Any]]:
    """Per rule and code that ever failed: failed, deliveries in which it did, received_at of the newest of them."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_OF_FEED, (feed,)).fetchall()


def newest_deliveries(conn: Connection, feed: str, most: int) -> list[dict[str, Any]]:
    """The newest deliveries with verdict and counts, newest first, at most `most`."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_DELIVERIES, (feed, most)).fetchall()
