"""The watch over the senders: whoever is overdue, or has recovered, becomes an event on branchespor.sources.v1."""

from datetime import datetime
from typing import Any

import structlog

from branchespor import clock
from branchespor.connections import is_off
from branchespor.hub import wiring
from branchespor.hub.handling import publisher
from branchespor.settings import Settings, load
from producers.feeds import FEED_BY_NAME, FEEDS
from producers.freshness import PROMISES, missed, next_due
from producers.stores import ledger, sources

log = structlog.get_logger()


def watch(settings: Settings | None = None, now: datetime | None = None) -> int:
    """Compare what came with what was promised; gives how many events were published.

    A finding is written down before it is published, and published until it is acknowledged: a crash in between
    repeats the same event id. Each due time that is missed is told once. Raises Unavailable.
    """
    settings = settings or load()
    now = now or clock.now_ms()
    with wiring.database(settings, "intake") as conn, ledger.lease(conn, "clock", "sources") as mine:
        if not mine:
            return 0
        for feed in FEEDS:
            for partner in feed.partners:
                sources.begin(conn, feed.name, partner, now)
        for source in sources.sources(conn):
            if _is_expected(settings, source):
                _look_at(conn, source, now)
        untold = sources.untold(conn)
        if untold:
            with publisher(settings, "clock.sources") as publish:
                for feed_name, partner, is_overdue, found_at in untold:
                    kind = "SOURCE_OVERDUE" if is_overdue else "SOURCE_RECOVERED"
                    publish.source(kind, feed_name, partner, found_at)
                    sources.told(conn, feed_name, partner, found_at)
        return len(untold)


def _is_expected(settings: Settings, source: sources.Source) -> bool:
    """Nothing is expected from a sender that is none any more, or is off."""
    feed = FEED_BY_NAME.get(source.feed)
    return feed is not None and source.partner in feed.partners and not is_off(settings, feed, source.partner)


def _look_at(conn: ledger.Connection, source: sources.Source, now: datetime) -> None:
    found = missed(PROMISES[source.feed], now, source.came_at, source.watched_since)
    due = None if found is None else found.due
    if due == source.overdue_due:
        return
    sources.changed(conn, source, due, now)
    if found is None:
        log.info("source recovered", feed=source.feed, partner=source.partner)
    else:
        log.error("source overdue", feed=source.feed, partner=source.partner, due=found.due.isoformat())


def seen(conn: ledger.Connection, now: datetime | None = None) -> list[dict[str, Any]]:
    """What people look at: each sender with state (FRESH, OVERDUE), newest arrival and due times, at this moment.

    Computed anew, so that it is true between two runs of the watch; senders are shown from their first one on.
    """
    now = now or clock.now_ms()
    rows = []
    for source in sources.sources(conn):
        promise = PROMISES[source.feed]
        late = missed(promise, now, source.came_at, source.watched_since)
        rows.append(
            {
                "feed": source.feed,
                "partner": source.partner,
                "state": "FRESH" if late is None else "OVERDUE",
                "came_at": source.came_at,
                "due": next_due(promise, now, source.came_at) if late is None else late.due,
                "overdue_since": None if late is None else late.overdue,
            }
        )
    return rows
