"""The watch over the senders: what each one last sent, whether it is overdue, and what is still to be told of it."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from producers.stores.ledger import Connection

# A refused delivery and one that was had before are no news from the sender.
_READ = """
SELECT s.feed, s.partner, s.watched_since, s.overdue_due, s.found_at,
       greatest(s.answered_at, (SELECT max(d.received_at) FROM intake.delivery d WHERE d.feed = s.feed
           AND d.partner = s.partner AND coalesce(d.verdict, '') NOT IN ('refused', 'duplicate'))) AS came_at
  FROM intake.source s
"""
_BEGIN = """
INSERT INTO intake.source (feed, partner, watched_since) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
"""
_ANSWERED = """
INSERT INTO intake.source (feed, partner, watched_since, answered_at) VALUES (%(feed)s, %(partner)s, %(at)s, %(at)s)
    ON CONFLICT (feed, partner) DO UPDATE SET answered_at = excluded.answered_at
"""
_CHANGED = """
UPDATE intake.source SET overdue_due = %s, found_at = %s, told = false WHERE feed = %s AND partner = %s
"""
_UNTOLD = "SELECT feed, partner, overdue_due IS NOT NULL, found_at FROM intake.source WHERE NOT told ORDER BY 1, 2"
_TOLD = "UPDATE intake.source SET told = true WHERE feed = %s AND partner = %s AND found_at = %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One sender of one feed. `came_at`: the newest delivery that was not refused, or answer; None: none yet.

    `overdue_due`: what is overdue, as last found, was due then; None: nothing. `found_at`: when that was found.
    """

    feed: str
    partner: str
    watched_since: datetime
    overdue_due: datetime | None
    found_at: datetime | None
    came_at: datetime | None


def begin(conn: Connection, feed: str, partner: str, now: datetime) -> None:
    """Watch this sender from now on, if it is not watched."""
    conn.execute(_BEGIN, (feed, partner, now))


def answered(conn: Connection, feed: str, partner: str, at: datetime) -> None:
    """The sender's server has answered a pull."""
    conn.execute(_ANSWERED, {"feed": feed, "partner": partner, "at": at})


def sources(conn: Connection) -> list[Source]:
    """All that are watched, by feed and partner."""
    with conn.cursor(row_factory=class_row(Source)) as cursor:
        return cursor.execute(_READ + " ORDER BY 1, 2").fetchall()


def changed(conn: Connection, source: Source, overdue_due: datetime | None, now: datetime) -> None:
    """Note what was found now; it is to be told."""
    conn.execute(_CHANGED, (overdue_due, now, source.feed, source.partner))


def untold(conn: Connection) -> list[tuple[str, str, bool, datetime]]:
    """What is to be told: feed, partner, whether it is overdue (else it has recovered), when that was found."""
    return conn.execute(_UNTOLD).fetchall()


def told(conn: Connection, feed: str, partner: str, found_at: datetime) -> None:
    """What was found then is published."""
    conn.execute(_TOLD, (feed, partner, found_at))
