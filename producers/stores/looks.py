"""The last look at a partner: files of its folder (partners/README.md, SFTP), or an entity tag (rest.md)."""

from collections.abc import Mapping
from datetime import datetime

from psycopg.types.json import Jsonb

from producers.stores.ledger import Connection
from producers.transports.looking import Seen

_KEEP = """
INSERT INTO intake.look (feed, partner, document) VALUES (%s, %s, %s)
    ON CONFLICT (feed, partner) DO UPDATE SET document = excluded.document, looked_at = now()
"""


def earlier_look(conn: Connection, feed: str, partner: str) -> dict[str, Seen]:
    """What the last look saw, by name; empty before the first."""
    row = conn.execute("SELECT document FROM intake.look WHERE feed = %s AND partner = %s", (feed, partner)).fetchone()
    document: Mapping[str, list[object]] = row[0] if row else {}
    return {
        name: Seen(size=int(str(size)), changed_s=int(str(changed)), since=datetime.fromisoformat(str(since)))
        for name, (size, changed, since) in document.items()
    }


def keep_look(conn: Connection, feed: str, partner: str, seen: Mapping[str, Seen]) -> None:
    """Keep this look for the next one."""
    document = {name: [each.size, each.changed_s, each.since.isoformat()] for name, each in seen.items()}
    conn.execute(_KEEP, (feed, partner, Jsonb(document)))


def earlier_etags(conn: Connection, feed: str, partner: str) -> dict[str, str]:
    """The entity tag of the last answer that brought nothing, by its cursor; empty before the first."""
    row = conn.execute("SELECT document FROM intake.look WHERE feed = %s AND partner = %s", (feed, partner)).fetchone()
    return dict(row[0]) if row else {}


def keep_etags(conn: Connection, feed: str, partner: str, etags: Mapping[str, str]) -> None:
    """Keep it for the next pull; only of an answer without items, so that nothing can be lost by it."""
    conn.execute(_KEEP, (feed, partner, Jsonb(dict(etags))))
