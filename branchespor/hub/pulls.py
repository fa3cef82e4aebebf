"""Land what a REST feed has new: one pull, one delivery (partners/rest.md)."""

import structlog

from branchespor import clock
from branchespor.hub import wiring
from branchespor.settings import Settings
from producers import landing
from producers.feeds import Feed
from producers.stores import ledger, sources
from producers.stores.looks import earlier_etags, keep_etags
from producers.stores.memory import StoredMemory
from producers.transports import rest
from producers.transports.pulls import pull_of

log = structlog.get_logger()


def land_pull(settings: Settings, conn: ledger.Connection, feed: Feed, partner: str) -> list[str]:
    """Pull once and land the answer; nothing while a delivery of the feed waits or is held, or if nothing is new.

    The cursor moves in the transaction that finishes the delivery. An answer that was refused is not handed in again
    as long as it is the same bytes: an alarm stands in the log, and the sender has its receipt.
    """
    if ledger.waiting(conn, feed.name, partner):
        log.warning("not pulled: a delivery of this feed waits or is held", feed=feed.name, partner=partner)
        return []
    with wiring.reaching(feed, partner), rest.connect(wiring.endpoint(settings, feed.name), now=clock.now) as line:
        etags = earlier_etags(conn, feed.name, partner)
        pulled = pull_of(feed.name)(line, StoredMemory(conn, feed.name, partner), clock.now(), etags)
    sources.answered(conn, feed.name, partner, clock.now())
    if pulled is None:
        keep_etags(conn, feed.name, partner, etags)
        return []

    def name_of(sha256: str) -> str:
        arrival, _ = ledger.arrival_number(conn, feed.name, partner, sha256, pulled.file_name)
        return ledger.arrival_id(feed.name, partner, sha256, arrival)

    landed = landing.land(wiring.landing(settings), name_of, [pulled.data], wiring.quarantine_key(settings))
    if ledger.was_refused(conn, feed.name, partner, landed.sha256):
        landed.path.unlink(missing_ok=True)
        log.error("the same answer was refused before: the cursor stays", feed=feed.name, partner=partner)
        return []
    arrival, _ = ledger.arrival_number(conn, feed.name, partner, landed.sha256, pulled.file_name)
    ledger.land(
        conn,
        identifier=landed.delivery_id,
        feed=feed.name,
        partner=partner,
        file_name=pulled.file_name,
        sha256=landed.sha256,
        arrival=arrival,
        size=landed.size,
        received_at=clock.now_ms(),
        origin=None,
    )
    return [landed.delivery_id]
