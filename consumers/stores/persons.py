"""The person locks: nothing of a person is written without holding the person's row."""

from collections.abc import Iterable

from consumers.stores.arrays import array, columns
from consumers.stores.database import Connection

_ADD = "INSERT INTO core.person (id) SELECT unnest(%s::uuid[]) ON CONFLICT DO NOTHING"
_LOCK = "SELECT FROM core.person WHERE id = ANY (%s::uuid[]) ORDER BY id FOR UPDATE"
_HOLD = """
INSERT INTO core.held_person (person, reason) SELECT * FROM unnest(%s::uuid[], %s::text[])
    ON CONFLICT (person) DO UPDATE SET reason = excluded.reason
"""
_FREE = "DELETE FROM core.held_person WHERE person = ANY (%s::uuid[])"


def lock(conn: Connection, persons: Iterable[str]) -> list[str]:
    """Add those never seen and lock all, always in order of id: no deadlocks. Gives them in that order.

    What depends on the lock is read in a later statement: each has its own snapshot (postgresql.md section 1).
    """
    ordered = sorted(set(persons))
    if ordered:
        conn.execute(_ADD, (array(ordered),))
        conn.execute(_LOCK, (array(ordered),))
    return ordered


def hold(conn: Connection, reasons: dict[str, str]) -> None:
    """Note persons whose evaluation failed, each with the kind of failure."""
    if reasons:
        conn.execute(_HOLD, columns(reasons.items()))


def free(conn: Connection, persons: list[str]) -> None:
    """These persons could be evaluated: they are not held any longer."""
    conn.execute(_FREE, (array(persons),))
