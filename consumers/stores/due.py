"""The business day and the due index: whom the passing of time concerns, and when (postgresql.md section 5)."""

from collections.abc import Iterable, Mapping
from datetime import date

from consumers.stores.arrays import array, columns
from consumers.stores.database import Connection

_NOW = "SELECT day, begun_until FROM core.business_day FOR SHARE"
_BEGIN = """
UPDATE core.business_day SET day = coalesce(day, %(day)s), begun_until = %(day)s
 WHERE begun_until IS NULL OR begun_until < %(day)s
"""
_NOW_ALONE = "SELECT day, begun_until FROM core.business_day FOR UPDATE"
_MOVE_ON = """
UPDATE core.business_day SET day = least(begun_until, (SELECT min(d.day) FROM core.due d))
 WHERE day < begun_until AND NOT EXISTS (SELECT FROM core.due d WHERE d.day <= business_day.day)
"""
# Skipping what others have locked: a locked person is being evaluated on this very business day.
_TAKE = """
SELECT p.id::text FROM core.due d JOIN core.person p ON p.id = d.person
 WHERE d.day <= %s ORDER BY d.day, d.person LIMIT %s FOR UPDATE OF p SKIP LOCKED
"""
_STILL_DUE = "SELECT person::text FROM core.due WHERE day <= %s AND person = ANY (%s::uuid[]) ORDER BY person"
_WRITE = """
INSERT INTO core.due (person, day) SELECT * FROM unnest(%s::uuid[], %s::date[])
    ON CONFLICT (person) DO UPDATE SET day = excluded.day WHERE due.day <> excluded.day
"""
_OF_PERSONS = "SELECT person::text, day FROM core.due WHERE person = ANY (%s::uuid[])"
_CLEAR = "DELETE FROM core.due WHERE person = ANY (%s::uuid[])"


def business_day(conn: Connection, alone: bool = False) -> tuple[date | None, date | None]:
    """The day on which everything is evaluated, and the latest day begun; None: no day has begun yet.

    The row is shared until the end of the transaction, so that the day does not move on under an evaluation. Who means
    to `begin` a day takes it `alone`, before any person is locked: shared first and alone later would be a deadlock.
    """
    row = conn.execute(_NOW_ALONE if alone else _NOW).fetchone()
    assert row is not None  # noqa: S101 - the migration puts the one row there
    return row[0], row[1]


def begin(conn: Connection, day: date) -> bool:
    """Note that `day` has begun; False if it or a later day had begun before: then nothing changes."""
    return conn.execute(_BEGIN, {"day": day}).rowcount == 1


def move_on(conn: Connection) -> bool:
    """Go to the next day begun on which anybody is due, if nobody is due on the present one any longer."""
    conn.execute(_NOW_ALONE)
    return conn.execute(_MOVE_ON).rowcount == 1


def take(conn: Connection, day: date, limit: int) -> list[str]:
    """Lock at most `limit` persons due on `day` or before and give them; each is either evaluated or still due."""
    locked = [person for (person,) in conn.execute(_TAKE, (day, limit))]
    return [person for (person,) in conn.execute(_STILL_DUE, (day, array(locked)))] if locked else []


def write(conn: Connection, next_days: Mapping[str, date | None]) -> None:
    """Set the next day of each person; None: nothing changes any more by time alone."""
    rows = [(person, day) for person, day in next_days.items() if day is not None]
    if rows:
        conn.execute(_WRITE, columns(rows))
    done = [person for person, day in next_days.items() if day is None]
    if done:
        conn.execute(_CLEAR, (array(done),))


def of_persons(conn: Connection, persons: Iterable[str]) -> dict[str, date]:
    """The next day of each of `persons` that has one."""
    return dict(conn.execute(_OF_PERSONS, (array(persons),)).fetchall())
