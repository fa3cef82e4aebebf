"""Answer the senders: the receipt into their folder or to their endpoint, then the file out of the way."""

import json
from collections.abc import Mapping
from typing import Any

import structlog

from branchespor import clock
from branchespor.hub import wiring
from branchespor.hub.arrivals import found_of
from branchespor.settings import Settings, load
from producers.feeds import FEED_BY_NAME, Feed
from producers.stores import answers, ledger
from producers.transports import rest, sftp

log = structlog.get_logger()


def answer(feed_name: str, partner: str, settings: Settings | None = None) -> int:
    """Hand over every receipt that waits for it; gives how many. Safe to repeat: the same receipt is written again.

    Raises Unavailable if the sender's server is away; the receipts wait in the ledger.
    """
    settings = settings or load()
    feed = FEED_BY_NAME[feed_name]
    with wiring.database(settings, "intake") as conn, ledger.lease(conn, feed.name, partner) as mine:
        if not mine:
            return 0
        work = answers.unanswered(conn, feed.name, partner)
        if not work:
            return 0
        if feed.transport == "rest":
            return _post(settings, conn, feed, partner, work)
        return _put(settings, conn, feed, partner, work)


def receipt_bytes(receipt: Mapping[str, Any]) -> bytes:
    """The receipt as its sender gets it: UTF-8 JSON, readable."""
    return (json.dumps(receipt, ensure_ascii=False, indent=1) + "\n").encode()


def _put(settings: Settings, conn: ledger.Connection, feed: Feed, partner: str, work: list[dict[str, Any]]) -> int:
    from validation.receipt import danish_text

    sent = 0
    with wiring.reaching(feed, partner), sftp.connect(wiring.sftp_server(settings), feed.folder(partner)) as folder:
        for each in work:
            if each["receipt_sent_at"] is None:
                folder.answer(each["file_name"], receipt_bytes(each["receipt"]), danish_text(each["receipt"]).encode())
                answers.mark_answered(conn, each["delivery_id"], clock.now())
                sent += 1
            if each["origin"] is not None and not folder.move(found_of(each["origin"]), each["delivery_id"]):
                log.warning("the sender put another file in its place", delivery=each["delivery_id"])
            answers.mark_moved(conn, each["delivery_id"], clock.now())
    return sent


def _post(settings: Settings, conn: ledger.Connection, feed: Feed, partner: str, work: list[dict[str, Any]]) -> int:
    sent = 0
    with wiring.reaching(feed, partner), rest.connect(wiring.endpoint(settings, feed.name), now=clock.now) as line:
        for each in work:
            line.post_receipt(receipt_bytes(each["receipt"]), str(each["receipt"]["receipt_id"]))
            answers.mark_answered(conn, each["delivery_id"], clock.now())
            answers.mark_moved(conn, each["delivery_id"], clock.now())
            sent += 1
    return sent
