"""The business days whose DayBegan was published."""

from datetime import date

import psycopg
from psycopg.rows import TupleRow

Connection = psycopg.Connection[TupleRow]


def newest_day_begun(conn: Connection, until: date) -> date | None:
    """The newest business day published so far, up to `until`; None before the first."""
    row = conn.execute("SELECT max(day) FROM intake.day_begun WHERE day <= %s", (until,)).fetchone()
    return None if row is None else row[0]


def day_begun(conn: Connection, day: date) -> None:
    """DayBegan of this day was acknowledged."""
    conn.execute("INSERT INTO intake.day_begun (day) VALUES (%s) ON CONFLICT DO NOTHING", (day,))
