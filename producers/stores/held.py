"""Deliveries that wait for a person: what may be shown of them, and who decided what on them."""

from dataclasses import dataclass
from datetime import datetime

from producers.stores.ledger import Connection

_HELD = """
SELECT delivery_id::text, feed, partner, sequence, rows, checked_at, receipt_id::text, security_alarm,
       ARRAY(SELECT DISTINCT f->>'code' FROM jsonb_array_elements(receipt->'faults') AS f ORDER BY 1)
  FROM intake.delivery
 WHERE state = 'HELD' AND (%(id)s::uuid IS NULL OR delivery_id = %(id)s::uuid)
 ORDER BY checked_at, delivery_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A held delivery: ids, counts and codes; no file name, for its sender chose it."""

    delivery_id: str
    feed: str
    partner: str
    sequence: int | None
    rows: int
    checked_at: datetime
    receipt_id: str
    security_alarm: bool
    codes: tuple[str, ...]


def held(conn: Connection, identifier: str | None = None) -> list[Held]:
    """The held deliveries, or the one of this id, oldest first."""
    return [
        Held(
            delivery_id=delivery,
            feed=feed,
            partner=partner,
            sequence=sequence,
            rows=rows,
            checked_at=checked_at,
            receipt_id=receipt,
            security_alarm=alarm,
            codes=tuple(codes),
        )
        for delivery, feed, partner, sequence, rows, checked_at, receipt, alarm, codes in conn.execute(
            _HELD, {"id": identifier}
        )
    ]
