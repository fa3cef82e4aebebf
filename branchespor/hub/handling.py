"""Handle a partner's waiting deliveries in order: check, publish, and finish each in one transaction."""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import datetime
from typing import Any, Protocol

import structlog

from branchespor import clock
from branchespor.hub import wiring
from branchespor.hub.pulls import land_pull
from branchespor.intake.pipeline import discard, handle
from branchespor.registration import registry
from branchespor.settings import Settings, load
from producers import landing
from producers.delivery import Delivery, Outcome
from producers.fact_spill import FactsByLine, records
from producers.feeds import FEED_BY_NAME, Feed
from producers.publisher import Publisher
from producers.side_by_side import MANY, processes_for
from producers.stores import ledger
from producers.stores.memory import StoredMemory
from schemas.codec import Codec
from schemas.errors import Unavailable, WrongInput
from schemas.facts import moment_text

# A server that tells the same without end is left to the next run.
PULLS_AT_ONCE = 100

# Of a large delivery the transaction stands open while its last facts are published. A limit that is too low would be
# too low each time the delivery is handled again.
_LONG_WAIT = "SET LOCAL idle_in_transaction_session_timeout = '30min'"

log = structlog.get_logger()


def process(feed_name: str, partner: str, settings: Settings | None = None) -> dict[str, int]:
    """Handle what waits, in order of sequence; gives the number of deliveries by verdict.

    Raises Unavailable if broker, registry or database are away: what was finished stays, the rest waits in the ledger.
    """
    settings = settings or load()
    feed = FEED_BY_NAME[feed_name]
    verdicts: Counter[str] = Counter()
    with wiring.database(settings, "intake") as conn, ledger.lease(conn, feed.name, partner) as mine:
        if not mine:
            log.info("another process handles this partner's deliveries", feed=feed.name, partner=partner)
            return {}
        work = _work(conn, feed, partner)
        if not work:
            return {}
        with wiring.vault(settings) as vault, publisher(settings, f"{feed.name}.{partner}") as publish:
            from validation.gate import check_rows

            for _ in range(PULLS_AT_ONCE):
                for each in work:
                    memory = StoredMemory(conn, feed.name, partner)
                    delivery = as_landed(settings, feed.name, partner, each)
                    if len(delivery.data) >= MANY:
                        publish.close()  # with so many rows a process may be forked, which must find no client
                    outcome = handle(delivery, memory, vault, check_rows, synthetic=settings.synthetic_identities)
                    _finish(settings, conn, memory, each.delivery_id, delivery, outcome, publish)
                    verdicts[str(outcome.receipt["verdict"])] += 1
                # What a pull left behind comes with the next one, begun at once (partners/rest.md).
                if feed.transport != "rest" or not land_pull(settings, conn, feed, partner):
                    break
                work = _work(conn, feed, partner)
    return dict(verdicts)


def _work(conn: ledger.Connection, feed: Feed, partner: str) -> list[ledger.Waiting]:
    landed = [each for each in ledger.waiting(conn, feed.name, partner) if each.state == "LANDED"]
    return sorted(landed, key=lambda each: (feed.order_of(each.file_name), each.received_at))


def settle(
    identifier: str, *, release: bool, by: str, reason: str, settings: Settings | None = None
) -> Mapping[str, Any]:
    """A person's decision on a held delivery: release it through the same checks, or discard it; gives the receipt.

    `by` and `reason` are kept in the ledger.

    Raises WrongInput if there is no such held delivery, Unavailable while another process handles the partner's.
    """
    settings = settings or load()
    with wiring.database(settings, "intake") as conn:
        held = ledger.held(conn, identifier)
        if held is None:
            raise WrongInput(f"delivery {identifier} is not held: see `branchespor deliveries`")
        feed, partner, waiting = FEED_BY_NAME[held[0]], held[1], held[2]
        with ledger.lease(conn, feed.name, partner) as mine:
            if not mine:
                raise Unavailable(f"deliveries of {feed.name}/{partner} are being handled now: try again in a minute")
            # Written before it is carried out: a crash in between must not lose who decided.
            ledger.decided(conn, identifier, by, reason)
            memory = StoredMemory(conn, feed.name, partner)
            delivery = as_landed(settings, feed.name, partner, waiting)
            with wiring.vault(settings) as vault, publisher(settings, f"{feed.name}.{partner}") as publish:
                if release:
                    from validation.gate import check_rows

                    checker, synthetic = check_rows, settings.synthetic_identities
                    outcome = handle(delivery, memory, vault, checker, synthetic=synthetic, release=True)
                else:
                    outcome = discard(delivery, memory)
                done = _finish(settings, conn, memory, identifier, delivery, outcome, publish)
                if done["verdict"] != "held":
                    publish.source("SOURCE_RECOVERED", feed.name, partner, clock.now_ms(), identifier)
    return done


def publisher(settings: Settings, name: str) -> Publisher:
    """The publisher of intake, made inside the process that uses it (kafka.md: after a fork a client is dead).

    One `name` per lease: a second publisher of the same name fences the first.
    """
    return Publisher(settings.kafka("intake"), Codec(registry(settings)), name)


class InLedger(Protocol):
    """What the ledger knows of a landed delivery."""

    @property
    def delivery_id(self) -> str: ...
    @property
    def file_name(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def received_at(self) -> datetime: ...


def as_landed(settings: Settings, feed: str, partner: str, known: InLedger) -> Delivery:
    """A delivery as it was landed. Raises Unavailable if its bytes are gone or changed."""
    key = wiring.quarantine_key(settings)
    return Delivery(
        feed=feed,
        partner=partner,
        file_name=known.file_name,
        data=landing.read(wiring.landing(settings), known.delivery_id, known.sha256, key),
        sha256=known.sha256,
        received_at=known.received_at,
    )


def publish_and_keep(
    conn: ledger.Connection,
    publish: Publisher,
    outcome: Outcome,
    received_at: datetime | None,
    keep: Callable[[], None],
) -> None:
    """Publish what came of a delivery, and `keep` it in a transaction of `conn`.

    Memory and ledger move on only after the last acknowledgement; a crash before repeats the same ids.
    """
    facts, changes = outcome.facts, outcome.identity_changes
    if isinstance(facts, FactsByLine) and not changes and processes_for(len(facts)) > 1:
        with ExitStack() as until_published:

            def begin() -> None:
                until_published.enter_context(conn.transaction())
                conn.execute(_LONG_WAIT)
                keep()

            publish.many_facts(facts, begin)
        return
    publish.facts((record for _, record in records(facts)), changes, received_at)
    with conn.transaction():
        keep()


def _finish(
    settings: Settings,
    conn: ledger.Connection,
    memory: StoredMemory,
    identifier: str,
    delivery: Delivery,
    outcome: Outcome,
    publish: Publisher,
) -> Mapping[str, Any]:
    if outcome.receipt["verdict"] == "held" and delivery.received_at is not None:
        faults = outcome.receipt["faults"]
        # Of the arrival, not of now: a repeat after a crash has the same event id.
        publish.source(
            "SOURCE_HELD", delivery.feed, delivery.partner, delivery.received_at, identifier, faults[0]["code"]
        )
    checked_at = clock.now()
    received_at = None if delivery.received_at is None else moment_text(delivery.received_at)
    receipt = {**outcome.receipt, "received_at": received_at, "checked_at": moment_text(checked_at)}

    def keep() -> None:
        memory.save()
        ledger.finish(conn, identifier, outcome, receipt, checked_at, wiring.quarantine_key(settings))

    publish_and_keep(conn, publish, outcome, delivery.received_at, keep)
    log.info(
        "delivery handled",
        delivery=identifier,
        feed=delivery.feed,
        partner=delivery.partner,
        verdict=receipt["verdict"],
        counts=receipt["counts"],
        facts=len(outcome.facts),
    )
    if outcome.trouble is not None:
        log.error("our own check failed: the delivery is held", delivery=identifier, trouble=outcome.trouble)
    if outcome.security_alarm:
        log.error("security alarm: meant for another receiver", delivery=identifier, feed=delivery.feed)
    return receipt
