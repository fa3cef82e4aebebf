"""From the outbox to Kafka: at least once, the same id and bytes each time, the events of a key in their order."""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from threading import Event
from time import monotonic
from typing import Any

import structlog
from kafka import KafkaProducer
from kafka.errors import AuthorizationError, KafkaError, KafkaTimeoutError, UnknownTopicOrPartitionError

from consumers.failpoints import failpoint
from consumers.stores import outbox
from consumers.stores.database import Connection, connect, transaction
from consumers.stores.outbox import Outgoing
from schemas import catalogue
from schemas.errors import Unavailable, UnknownOutcome, WrongSetting
from schemas.wire import PRODUCER, Headers, ask_whether_up, headers, size_of

log = structlog.get_logger()

BATCH = 500
IDLE_S = 0.2
HOLD_S = 30.0  # how long a topic that refuses us is left alone while the others flow
PAUSE_S = 2.0  # how long after an event was not acknowledged, so that what follows it is not repeated without end
LONGEST_WAIT_S = 10.0
_FLUSH_S = 130.0  # a little above delivery_timeout_ms: afterwards the outcome is unknown, and the row stays unsent


def make_producer(kafka: Mapping[str, Any]) -> KafkaProducer:
    """The only way the relay makes a producer; `kafka` holds address and login. Raises Unavailable.

    No transactions: a topic that refuses us must not hold the others.
    """
    if find_spec("crc32c") is None:
        raise WrongSetting("package crc32c is missing: without it every checksum is reckoned in pure Python")
    ask_whether_up(kafka)
    try:
        return KafkaProducer(**PRODUCER, **kafka, client_id="branchespor.relay")
    except KafkaError as error:
        where = kafka.get("bootstrap_servers")
        raise Unavailable(f"Kafka at {where}: {type(error).__name__}: check address, user and password") from error


def run(dsn: str, kafka: Mapping[str, Any], stop: Event) -> None:
    """Send what is in the outbox until `stop` is set; broker or database away: wait with back-off and go on."""
    wait_s = 0.2
    while not stop.is_set():
        began = monotonic()
        try:
            _relay(dsn, kafka, stop)
        except (Unavailable, UnknownOutcome, KafkaError) as error:
            wait_s = 0.2 if monotonic() - began > 2 * LONGEST_WAIT_S else min(wait_s * 2, LONGEST_WAIT_S)
            log.warning("relay waits", error=type(error).__name__, reason=str(error), wait_s=wait_s)
            stop.wait(wait_s)


def _relay(dsn: str, kafka: Mapping[str, Any], stop: Event) -> None:
    conn = connect(dsn, "relay")
    producer = None
    try:
        while not outbox.be_the_relay(conn):
            if stop.wait(1.0):
                return
        producer = make_producer(kafka)
        held = _Held()
        log.info("relay works")
        while not stop.is_set():
            if not turn(conn, producer, held):
                stop.wait(IDLE_S)
    finally:
        conn.close()
        if producer is not None:
            _let_go(producer)


class _Held:
    """Topics that refused us, each with the moment from which it is tried again, and events that can never be sent."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._left: set[str] = set()

    def hold(self, topic: str, reason: str, seconds: float = HOLD_S) -> None:
        self._until[topic] = monotonic() + seconds
        log.error("topic refuses the relay, its events wait", topic=topic, reason=reason, hold_s=seconds)

    def leave(self, event_id: str) -> None:
        if event_id not in self._left:
            log.error("event is over the size limit, it stays unsent", event_id=event_id)
        self._left.add(event_id)

    def topics(self) -> list[str]:
        return [topic for topic, until in self._until.items() if monotonic() < until]


def turn(conn: Connection, producer: KafkaProducer, held: _Held) -> int:
    """One batch: read, send, wait for every acknowledgement, mark; gives how many were acknowledged.

    No transaction is open while Kafka is called. A crash in between repeats the same ids and bytes.
    """
    with transaction(conn):
        rows = outbox.unsent(conn, BATCH, held.topics())
    if not rows:
        return 0
    failpoint("relay.after_read")
    sent = send(producer, rows, held)
    failpoint("relay.after_ack")
    with transaction(conn):
        outbox.mark(conn, sent)
    failpoint("relay.after_mark")
    return len(sent)


def send(producer: KafkaProducer, rows: Sequence[Outgoing], held: _Held) -> list[str]:
    """Send in order and give the event ids to be marked: acknowledged, and no earlier one of their key failed."""
    futures = []
    refused: set[str] = set()
    rows = [row for row in rows if _fits(row, held)]
    for row in rows:
        future = None
        if row.topic not in refused:
            future = _start(producer, row, held)
            if future is None:
                refused.add(row.topic)
        futures.append(future)
    failpoint("relay.after_send")
    producer.flush(timeout=_FLUSH_S)
    acknowledged, failed = [], set()
    for row, future in zip(rows, futures, strict=True):
        place = (row.topic, row.key)
        if future is None or future.failed():
            failed.add(place)
            if future is not None:
                _look_at(future.exception, row, held)
        elif place not in failed:  # what follows a failed one is sent again after it
            acknowledged.append(row.event_id)
    return acknowledged


def _fits(row: Outgoing, held: _Held) -> bool:
    fits = size_of(row.key, row.value, _headers(row)) <= catalogue.MESSAGE_LIMIT
    if not fits:
        held.leave(row.event_id)
    return fits


def _headers(row: Outgoing) -> Headers:
    return headers(event_id=row.event_id, type_=row.type, source=row.source, at=row.occurred_at)


def _start(producer: KafkaProducer, row: Outgoing, held: _Held) -> Any:
    if row.topic not in catalogue.load().topics:
        held.hold(row.topic, "not in the catalogue")
        return None
    try:
        return producer.send(row.topic, value=row.value, key=row.key.encode(), headers=_headers(row))
    except KafkaTimeoutError:
        # no metadata: the topic is missing, or the broker is away, which the next topic will tell
        held.hold(row.topic, "no such topic on the broker")
        return None


def _look_at(error: BaseException, row: Outgoing, held: _Held) -> None:
    if isinstance(error, AuthorizationError | UnknownTopicOrPartitionError):
        held.hold(row.topic, type(error).__name__)
    else:
        held.hold(row.topic, type(error).__name__, PAUSE_S)


def _let_go(producer: KafkaProducer) -> None:
    try:
        producer.close(timeout=2)
    except KafkaError as error:
        log.warning("producer closed with something under way", error=type(error).__name__)
