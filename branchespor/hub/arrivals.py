"""Land what has come: complete files or a pull's answer, bytes first, then the row in the ledger."""

import base64
from collections.abc import Mapping
from typing import Any

import structlog

from branchespor import clock
from branchespor.connections import is_off
from branchespor.hub import wiring
from branchespor.hub.pulls import land_pull
from branchespor.settings import Settings, load
from producers.feeds import FEED_BY_NAME, Feed
from producers.stores import ledger
from producers.stores.looks import earlier_look, keep_look
from producers.transports import sftp
from producers.transports.looking import Found

# Above every contract's own limit (F08), so that a file that is too large is still answered.
BYTES_AT_MOST = 310_000_000
SECONDS_AT_MOST = 600.0

log = structlog.get_logger()


def land(feed_name: str, partner: str, settings: Settings | None = None) -> list[str]:
    """Land what is complete and new; gives the delivery ids. Nothing if another process is at it.

    Raises Unavailable if the sender's server is away, WrongSetting if it is not the one that was pinned.
    """
    settings = settings or load()
    feed = FEED_BY_NAME[feed_name]
    if is_off(settings, feed, partner):
        log.warning("not looked at: this partner is off", feed=feed.name, partner=partner)
        return []
    with wiring.database(settings, "intake") as conn, ledger.lease(conn, feed.name, partner) as mine:
        if not mine:
            log.info("another process lands this partner's deliveries", feed=feed.name, partner=partner)
            return []
        if feed.transport == "rest":
            return land_pull(settings, conn, feed, partner)
        return _land_files(settings, conn, feed, partner)


def _land_files(settings: Settings, conn: ledger.Connection, feed: Feed, partner: str) -> list[str]:
    identifiers = []
    with wiring.reaching(feed, partner), sftp.connect(wiring.sftp_server(settings), feed.folder(partner)) as folder:
        look = folder.look(earlier_look(conn, feed.name, partner), clock.now())
        keep_look(conn, feed.name, partner, look.seen)
        for refusal in look.refused:
            log.warning("not read", feed=feed.name, partner=partner, shown=refusal.shown, reason=refusal.reason)
        for found in look.complete:
            if feed.is_ours(found.name):
                identifier = _land_file(settings, conn, folder, feed, partner, found)
                identifiers += [identifier] if identifier else []
    return identifiers


def _land_file(
    settings: Settings, conn: ledger.Connection, folder: sftp.Folder, feed: Feed, partner: str, found: Found
) -> str | None:
    arrivals: dict[str, tuple[int, bool]] = {}

    def name_of(sha256: str) -> str:
        arrivals[sha256] = ledger.arrival_number(conn, feed.name, partner, sha256, found.name)
        return ledger.arrival_id(feed.name, partner, sha256, arrivals[sha256][0])

    fetched = folder.fetch(
        found,
        wiring.landing(settings),
        name_of,
        limit=BYTES_AT_MOST,
        seconds=SECONDS_AT_MOST,
        key=wiring.quarantine_key(settings),
    )
    landed = fetched.landed
    arrival, known = arrivals[landed.sha256]
    if known:
        return None
    if not fetched.settled:
        landed.path.unlink(missing_ok=True)
        log.warning("changed while it was read; looked at anew next time", feed=feed.name, partner=partner)
        return None
    ledger.land(
        conn,
        identifier=landed.delivery_id,
        feed=feed.name,
        partner=partner,
        file_name=found.name,
        sha256=landed.sha256,
        arrival=arrival,
        size=landed.size,
        received_at=clock.now_ms(),
        origin=_origin(found),
    )
    return landed.delivery_id


def _origin(found: Found) -> Mapping[str, Any]:
    """Where a file lies with its sender, as JSON."""
    return {
        "name": found.name,
        "remote": base64.b64encode(found.remote).decode(),
        "size": found.size,
        "changed_s": found.changed_s,
        "marker": None if found.marker is None else base64.b64encode(found.marker).decode(),
    }


def found_of(origin: Mapping[str, Any]) -> Found:
    """The file that an `origin` of the ledger speaks of."""
    marker = origin["marker"]
    return Found(
        name=origin["name"],
        remote=base64.b64decode(origin["remote"]),
        size=origin["size"],
        changed_s=origin["changed_s"],
        marker=None if marker is None else base64.b64decode(marker),
    )
