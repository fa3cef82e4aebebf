"""What waits for a person: held deliveries and rejected rows; listed and shown without a value, discarded by a mark."""

from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from producers.stores.ledger import Connection
from schemas.errors import WrongInput

_HELD = """
SELECT delivery_id::text AS id, 'delivery' AS what, feed, partner, file_name, rows, NULL::int AS line,
       ARRAY(SELECT DISTINCT f->>'code' FROM jsonb_array_elements(receipt->'faults') AS f ORDER BY 1) AS codes,
       checked_at AS since
  FROM intake.delivery WHERE state = 'HELD'
"""
_ROWS = """
SELECT r.id::text AS id, 'row' AS what, d.feed, d.partner, d.file_name, 1 AS rows, r.line, r.codes,
       d.checked_at AS since
  FROM intake.rejected_row r JOIN intake.delivery d USING (delivery_id) WHERE r.state = 'QUARANTINED'
"""


def listed(conn: Connection) -> list[dict[str, Any]]:
    """Held deliveries and rejected rows nobody has decided on, oldest first: id, what, feed, partner, codes, since."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(f"{_HELD} UNION ALL {_ROWS} ORDER BY since, id").fetchall()


def shown(conn: Connection, identifier: str) -> dict[str, Any]:
    """One of them with its faults: codes, lines and columns; of a row also `sealed`, its sealed bytes.

    Raises WrongInput if there is none.
    """
    with conn.cursor(row_factory=dict_row) as cursor:
        if _is_uuid(identifier):
            cursor.execute(
                "SELECT delivery_id::text AS id, feed, partner, file_name, verdict, state, receipt->'faults' AS faults,"
                " decided_by, decided_at, reason FROM intake.delivery WHERE delivery_id = %s::uuid",
                (identifier,),
            )
        elif identifier.isascii() and identifier.isdigit():
            cursor.execute(
                "SELECT r.id, d.delivery_id::text, d.feed, d.partner, d.file_name, r.line, r.faults, r.contract,"
                " r.state, r.decided_by, r.decided_at, r.reason, r.sealed"
                " FROM intake.rejected_row r JOIN intake.delivery d USING (delivery_id)"
                " WHERE r.id = %s",
                (int(identifier),),
            )
        else:
            raise WrongInput("ID must be a delivery id or the number of a row: see `branchespor quarantine list`")
        found = cursor.fetchone()
    if found is None:
        raise WrongInput("nothing has this id: see `branchespor quarantine list`")
    return found


def discard_row(conn: Connection, identifier: int, by: str, reason: str) -> None:
    """Mark a rejected row as discarded: who and why. Raises WrongInput if it is not there or decided already."""
    changed = conn.execute(
        "UPDATE intake.rejected_row SET state = 'DISCARDED', decided_at = now(), decided_by = %s, reason = %s"
        " WHERE id = %s AND state = 'QUARANTINED'",
        (by, reason, identifier),
    ).rowcount
    if changed != 1:
        raise WrongInput(f"row {identifier} is not in quarantine: see `branchespor quarantine list`")


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
