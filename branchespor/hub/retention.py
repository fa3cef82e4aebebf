"""Landed bytes live for the days of their contract (30, or fewer) after the final receipt (privacy.md G22)."""

from datetime import datetime, timedelta

import structlog

from branchespor import clock
from branchespor.hub import wiring
from branchespor.settings import Settings, load
from producers import landing
from producers.feeds import FEEDS
from producers.stores import landed_bytes

log = structlog.get_logger()


def delete_landed(settings: Settings | None = None, now: datetime | None = None) -> int:
    """Delete the bytes of deliveries that were answered long enough ago; gives how many.

    What is held or not answered keeps its bytes. The file goes first: a crash in between is mended by the next run.
    """
    settings, now = settings or load(), now or clock.now()
    folder, number = wiring.landing(settings), 0
    with wiring.database(settings, "intake") as conn:
        for feed in FEEDS:
            days = feed.agreed.own.delivery.landed_days
            for identifier in landed_bytes.outlived(conn, feed.name, now - timedelta(days=days)):
                landing.remove(folder, identifier)
                landed_bytes.deleted(conn, identifier, now)
                number += 1
    log.info("landed bytes deleted", deliveries=number)
    return number
