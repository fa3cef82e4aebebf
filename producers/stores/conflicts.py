"""Persons of ours who turned out to be one citizen: the vault's queue for a person to look at, and its settling."""

from typing import Any

import psycopg
from psycopg.rows import TupleRow, dict_row

from schemas.errors import WrongInput

Connection = psycopg.Connection[TupleRow]

_QUEUE = """
SELECT c.id, 'merged' AS what, c.person::text, c.merged_person::text, c.day, c.noticed_at, m.both_running, c.settled_at,
       c.settled_by, c.reason
  FROM identity.conflict c LEFT JOIN core.merge_queue m ON m.person = c.merged_person
 WHERE %(settled)s OR c.settled_at IS NULL
 UNION ALL
SELECT NULL, 'contradiction', person::text, merged_person::text, day, noticed_at, NULL, NULL, NULL, NULL
  FROM core.identity_contradiction
 ORDER BY noticed_at, id
"""
_SETTLE = """
UPDATE identity.conflict SET settled_at = now(), settled_by = %s, reason = %s
 WHERE id = %s AND settled_at IS NULL RETURNING merged_person
"""


def listed(conn: Connection, settled: bool = False) -> list[dict[str, Any]]:
    """What waits for a person, oldest first; with `settled` also what was settled. Ids and days, no number.

    `both_running`: both had a running course when they were joined; None: they are not joined yet.
    """
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_QUEUE, {"settled": settled}).fetchall()


def settle(conn: Connection, identifier: int, by: str, reason: str) -> None:
    """Note who looked at a pair and what came of it. Raises WrongInput if it is not in the queue."""
    with conn.transaction():
        row = conn.execute(_SETTLE, (by, reason, identifier)).fetchone()
        if row is None:
            raise WrongInput(f"pair {identifier} is not in the queue: see `branchespor person conflicts`")
        conn.execute("SELECT core.settle_merge(%s)", (row[0],))
