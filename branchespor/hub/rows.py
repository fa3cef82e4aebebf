"""Rejected rows: shown without their values, released through the same checks, watched for how long they lie."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from cryptography.exceptions import InvalidTag

from branchespor import clock
from branchespor.hub import wiring
from branchespor.hub.handling import as_landed, publisher
from branchespor.intake.row_release import recheck
from branchespor.settings import Settings, load
from producers.feeds import FEED_BY_NAME
from producers.sealing import opened_row
from producers.stores import landed_bytes, ledger, quarantine, quarantined_rows
from producers.stores.memory import StoredMemory
from schemas.errors import Unavailable, WrongInput

SOON: Final = timedelta(days=7)
"""So long before its time is up a row is told about."""
_SHOWN = 400

log = structlog.get_logger()


def shown(identifier: str, settings: Settings | None = None) -> dict[str, Any]:
    """A held delivery or a rejected row with its faults; of a row its shape too: digits as 9, letters as x and X.

    Raises WrongInput if there is none.
    """
    settings = settings or load()
    with wiring.database(settings, "intake") as conn:
        found = quarantine.shown(conn, identifier)
        sealed = found.pop("sealed", None)
    if sealed is None:
        return found
    if not sealed:  # taken out after the retention
        return {**found, "shape": None}
    try:
        raw = opened_row(wiring.quarantine_key(settings), sealed, found["delivery_id"], found["line"])
    except InvalidTag:
        return {**found, "shape": None}
    return {**found, "shape": masked(raw, frozenset(FEED_BY_NAME[found["feed"]].agreed.columns)) or None}


def masked(raw: str, names: frozenset[str] = frozenset()) -> str:
    """The shape of a row: every digit 9, every letter x or X; names of columns stay, to see what stands where."""

    def word(found: re.Match[str]) -> str:
        text = found[0]
        if text.startswith("\\"):
            return "x"  # a letter as JSON spells it
        if text in names:
            return text
        return "".join("9" if sign.isnumeric() else "X" if sign.isupper() else "x" for sign in text)

    return re.sub(r"\\u[0-9a-f]{4}|\w+", word, raw)[:_SHOWN]


def release(identifier: int, by: str, reason: str, settings: Settings | None = None) -> Mapping[str, Any]:
    """Let a rejected row through the same checks again; gives `verdict`, `facts`, and the faults if it stays rejected.

    Its facts are published, its delivery's counts moved on; the first receipt is not written again. Raises WrongInput
    if it is not in quarantine or cannot be taken in any more, Unavailable if a service is away or the sender's
    deliveries are being handled.
    """
    settings = settings or load()
    with wiring.database(settings, "intake") as conn:
        row = _in_quarantine(conn, identifier)
        feed = FEED_BY_NAME[row.feed]
        with ledger.lease(conn, feed.name, row.partner) as mine:
            if not mine:
                raise Unavailable(f"deliveries of {feed.name}/{row.partner} are being handled now: try in a minute")
            row, now = _in_quarantine(conn, identifier), clock.now_ms()
            if landed_bytes.gone_since(conn, row.delivery_id) is not None:
                raise WrongInput("its delivery was deleted from landing after the days agreed: ask for it anew")
            memory = StoredMemory(conn, feed.name, row.partner)
            # What is taken in now is known from now on (partners/README.md, Facts).
            delivery = replace(as_landed(settings, row.feed, row.partner, row), received_at=now)
            with wiring.vault(settings) as vault:
                from validation.gate import check_rows

                found = recheck(
                    delivery,
                    row.line,
                    quarantined_rows.lines_aside(conn, row.delivery_id),
                    memory,
                    vault,
                    check_rows,
                    synthetic=settings.synthetic_identities,
                    newest=quarantined_rows.newest_accepted(conn, feed.name, row.partner) == row.delivery_id,
                )
            faults = [{"code": fault.code, "column": fault.column, "line": fault.line} for fault in found.faults]
            if found.verdict == "rejected":
                return {"verdict": found.verdict, "facts": 0, "faults": faults}
            facts, changes = found.applied.facts, found.applied.identity_changes
            if facts or changes:
                with publisher(settings, f"{feed.name}.{row.partner}") as publish:
                    publish.facts([each.fact for each in facts], changes, now)
            with conn.transaction():
                memory.save()
                quarantined_rows.release(conn, identifier, row, found.verdict, facts, found.applied.settled, by, reason)
    log.info("row released", row=identifier, feed=feed.name, verdict=found.verdict, facts=len(facts))
    return {"verdict": found.verdict, "facts": len(facts), "faults": faults}


def overdue(settings: Settings | None = None, now: datetime | None = None) -> list[dict[str, Any]]:
    """What waits for a decision, by kind, feed and sender: `waiting`, `past` the retention or `soon`, `oldest`."""
    settings = settings or load()
    past = (now or clock.now()) - timedelta(days=settings.quarantine_days)
    with wiring.database(settings, "intake") as conn:
        return quarantined_rows.ages(conn, past, past + SOON)


def watch(settings: Settings | None = None, now: datetime | None = None) -> int:
    """Tell what lies too long, and take the bytes out of what was decided on long ago; gives how many lie too long.

    Nothing that waits for a decision is ever deleted.
    """
    settings, now = settings or load(), now or clock.now()
    found = overdue(settings, now)
    for each in found:
        if each["past"] or each["soon"]:
            tell = log.error if each["past"] else log.warning
            tell("quarantine lies too long" if each["past"] else "quarantine will soon lie too long", **each)
    with wiring.database(settings, "intake") as conn:
        emptied = quarantined_rows.empty_decided(conn, now - timedelta(days=settings.quarantine_days))
    log.info("quarantine watched", waiting=sum(each["waiting"] for each in found), emptied=emptied)
    return sum(each["past"] for each in found)


def _in_quarantine(conn: ledger.Connection, identifier: int) -> quarantined_rows.QuarantinedRow:
    row = quarantined_rows.row(conn, identifier)
    if row is None or row.state != "QUARANTINED":
        raise WrongInput(f"row {identifier} is not in quarantine: see `branchespor quarantine list`")
    return row
