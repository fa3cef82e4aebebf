"""All persons, in chunks: what a check over everybody reads."""

from collections.abc import Iterator, Sequence
from datetime import date

from consumers.stores.arrays import array
from consumers.stores.database import Connection

_NEXT = "SELECT id::text FROM core.person WHERE id > %s ORDER BY id LIMIT %s"
_STILL_THERE = "SELECT id::text FROM core.person WHERE id = ANY (%s::uuid[]) ORDER BY id"
_BEFORE_ALL = "00000000-0000-0000-0000-000000000000"


def chunks(conn: Connection, size: int) -> Iterator[list[str]]:
    """The ids of all persons in order, at most `size` at a time."""
    last = _BEFORE_ALL
    while found := [person for (person,) in conn.execute(_NEXT, (last, size))]:
        yield found
        last = found[-1]


def still_there(conn: Connection, persons: Sequence[str]) -> list[str]:
    """Those of `persons` who were not erased since they were listed, in order."""
    return [person for (person,) in conn.execute(_STILL_THERE, (array(persons),))]


def business_day(conn: Connection) -> date | None:
    """The day on which everything is evaluated, without a lock; None: none has begun yet."""
    row = conn.execute("SELECT day FROM core.business_day").fetchone()
    return None if row is None else row[0]


def held(conn: Connection) -> dict[str, str]:
    """Persons whose evaluation failed, and how."""
    return dict(conn.execute("SELECT person::text, reason FROM core.held_person ORDER BY person").fetchall())


def log_check(conn: Connection, who: str, purpose: str) -> None:
    """A line in the access log for a check over everybody that shows ids and fields only."""
    conn.execute("SELECT core.log_access(%s, NULL, %s, '{facts,status,journal}')", (who, purpose))
