"""Which deliveries' landed bytes have been kept as long as agreed, and when they were deleted."""

from datetime import datetime

from producers.stores.ledger import Connection

# Final, answered, and the sender's file is out of the way: accounted for.
_OUTLIVED = """
SELECT delivery_id::text FROM intake.delivery
 WHERE feed = %s AND state = 'FINAL' AND moved_at IS NOT NULL AND bytes_deleted_at IS NULL
   AND greatest(checked_at, receipt_sent_at) < %s
 ORDER BY checked_at, delivery_id
"""


def outlived(conn: Connection, feed: str, before: datetime) -> list[str]:
    """The deliveries of a feed whose final receipt went to the sender before this moment and whose bytes still lie."""
    return [str(found[0]) for found in conn.execute(_OUTLIVED, (feed, before))]


def deleted(conn: Connection, identifier: str, at: datetime) -> None:
    """Write down that the bytes of a delivery are gone."""
    conn.execute("UPDATE intake.delivery SET bytes_deleted_at = %s WHERE delivery_id = %s::uuid", (at, identifier))


def gone_since(conn: Connection, identifier: str) -> datetime | None:
    """When the bytes of a delivery were deleted, None if they lie there still."""
    found = conn.execute(
        "SELECT bytes_deleted_at FROM intake.delivery WHERE delivery_id = %s::uuid", (identifier,)
    ).fetchone()
    return None if found is None else found[0]
