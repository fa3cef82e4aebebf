"""The relay: at least once with the same id and bytes, the order of each key, one topic's trouble its own."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event, Thread
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaTimeoutError, RequestTimedOutError, TopicAuthorizationFailedError

from branchespor.settings import Settings
from consumers import relay
from consumers.stores import outbox
from consumers.stores.database import Connection, connect, transaction
from consumers.stores.outbox import Outgoing
from schemas import catalogue

AT = datetime(2020, 2, 3, 6, 15, tzinfo=UTC)
TOPIC = catalogue.STATUS  # nobody of ours reads it, so these bytes disturb no other test


def an_event(key: str = "k", topic: str = TOPIC, value: bytes = b"\0some bytes") -> Outgoing:
    return Outgoing(
        event_id=str(uuid4()),
        topic=topic,
        key=key,
        type="branchespor.Status",
        source="test",
        value=value,
        occurred_at=AT,
    )


class Sent:
    def __init__(self, error: Exception | None) -> None:
        self.exception = error

    def failed(self) -> bool:
        return self.exception is not None


class Wire:
    """Stands where the client stands; `fails` says what becomes of an event."""

    def __init__(self, fails: Callable[[str, bytes], Exception | None]) -> None:
        self.fails, self.flushed = fails, 0
        self.sent: list[tuple[str, bytes | None]] = []

    def send(self, topic: str, *, value: bytes | None, key: bytes, headers: Any) -> Sent:
        error = self.fails(topic, value or b"")
        if isinstance(error, KafkaTimeoutError):
            raise error
        self.sent.append((topic, value))
        return Sent(error)

    def flush(self, timeout: float) -> None:
        self.flushed += 1


def test_every_producer_has_the_safe_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[str, Any] = {}
    monkeypatch.setattr(relay, "ask_whether_up", lambda kafka: None)
    monkeypatch.setattr(relay, "KafkaProducer", lambda **settings: made.update(settings))
    relay.make_producer({"security_protocol": "SASL_PLAINTEXT"})
    assert {name: made[name] for name in ("acks", "enable_idempotence", "compression_type", "linger_ms")} == {
        "acks": "all",
        "enable_idempotence": True,
        "compression_type": "lz4",
        "linger_ms": 20,
    }
    assert made["max_in_flight_requests_per_connection"] == 5
    assert made["allow_auto_create_topics"] is False
    assert "transactional_id" not in made
    assert set(made) <= set(KafkaProducer.DEFAULT_CONFIG)


def test_only_what_was_acknowledged_is_marked() -> None:
    rows = [an_event("a", value=b"1"), an_event("b", value=b"2"), an_event("c", value=b"3")]
    wire = Wire(lambda topic, value: RequestTimedOutError() if value == b"2" else None)
    assert relay.send(wire, rows, relay._Held()) == [rows[0].event_id, rows[2].event_id]  # type: ignore[arg-type]
    assert wire.flushed == 1


def test_what_follows_a_failed_event_of_its_key_is_sent_again_after_it() -> None:
    rows = [an_event("a", value=b"1"), an_event("b", value=b"2"), an_event("a", value=b"3")]
    wire = Wire(lambda topic, value: RequestTimedOutError() if value == b"1" else None)
    assert relay.send(wire, rows, relay._Held()) == [rows[1].event_id]  # type: ignore[arg-type]


@pytest.mark.parametrize("error", [TopicAuthorizationFailedError(), KafkaTimeoutError()])
def test_a_topic_that_refuses_is_held_and_the_others_flow(error: Exception) -> None:
    refused, fine = catalogue.partner_topic("akasse-901"), catalogue.partner_topic("akasse-902")
    rows = [
        an_event(topic=refused),
        an_event(topic=fine),
        an_event(topic=refused),
        an_event(topic="partner.x.events.v1"),
    ]
    held = relay._Held()
    wire = Wire(lambda topic, value: error if topic == refused else None)
    assert relay.send(wire, rows, held) == [rows[1].event_id]  # type: ignore[arg-type]
    assert set(held.topics()) == {refused, "partner.x.events.v1"}


def test_an_event_over_the_size_limit_is_left_before_it_is_sent_and_the_rest_goes_on() -> None:
    rows = [an_event(value=b"x" * catalogue.MESSAGE_LIMIT), an_event(value=b"2")]
    held = relay._Held()
    wire = Wire(lambda topic, value: None)
    assert relay.send(wire, rows, held) == [rows[1].event_id]  # type: ignore[arg-type]
    assert [value for _, value in wire.sent] == [b"2"]
    assert held.topics() == []


# From here on against a real broker and a real database.


@contextmanager
def a_connection(services: Settings, role: str = "status") -> Iterator[Connection]:
    conn = connect(services.dsn(role), f"test-{role}")
    try:
        yield conn
    finally:
        conn.close()


def put(services: Settings, rows: list[Outgoing]) -> None:
    with a_connection(services) as conn, transaction(conn):
        assert outbox.insert(conn, rows) == len(rows)


def unsent(services: Settings, rows: list[Outgoing]) -> set[str]:
    with a_connection(services, "relay") as conn:
        return {row.event_id for row in outbox.unsent(conn, 10_000)} & {row.event_id for row in rows}


def on_topic(services: Settings, rows: list[Outgoing], topic: str = TOPIC) -> list[tuple[str, bytes, bytes]]:
    """Id, key and value of these events as they lie on the topic, partition by partition."""
    consumer = KafkaConsumer(**services.kafka("admin"), enable_auto_commit=False, auto_offset_reset="earliest")
    ids = {row.event_id for row in rows}
    try:
        partitions = [TopicPartition(topic, n) for n in range(catalogue.load().topics[topic].partitions)]
        ends = consumer.end_offsets(partitions)
        consumer.assign(partitions)
        found = []
        while any(consumer.position(each) < ends[each] for each in partitions):
            for batch in consumer.poll(timeout_ms=500).values():
                found += [(dict(record.headers)["ce_id"].decode(), record.key, record.value) for record in batch]
        return [each for each in found if each[0] in ids]
    finally:
        consumer.close()


def wait_until(condition: Callable[[], bool], within_s: float = 60) -> None:
    deadline = monotonic() + within_s
    pause = Event()
    while not condition():
        assert monotonic() < deadline, "it did not happen in time"
        pause.wait(0.1)


@contextmanager
def a_relay(services: Settings) -> Iterator[Thread]:
    stop = Event()
    thread = Thread(target=relay.run, args=(services.dsn("relay"), services.kafka("relay"), stop))
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()


def serve(services: Settings, failpoints: str = "") -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "BRANCHESPOR_HOME": str(services.home),
        "BRANCHESPOR_PORT_OFFSET": str(services.port_offset),
        "BRANCHESPOR_FAILPOINTS": failpoints,
    }
    command = [sys.executable, "-m", "branchespor", "serve", "relay"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.mark.integration
def test_events_reach_their_topic_in_the_order_of_each_key_and_are_marked(services: Settings) -> None:
    keys = [str(uuid4()) for _ in range(5)]
    rows = [an_event(keys[n % 5], value=str(n).encode()) for n in range(1_200)]
    put(services, rows[:700])
    with a_relay(services):
        put(services, rows[700:])
        wait_until(lambda: not unsent(services, rows))
    found = on_topic(services, rows)
    assert Counter(each[0] for each in found) == Counter(row.event_id for row in rows)
    for key in keys:
        numbers = [int(value) for _, found_key, value in found if found_key == key.encode()]
        assert numbers == sorted(numbers)


@pytest.mark.integration
def test_an_event_written_twice_is_one_row(services: Settings) -> None:
    rows = [an_event(), an_event()]
    put(services, rows)
    with a_connection(services) as conn, transaction(conn):
        assert outbox.insert(conn, [*rows, an_event()]) == 1
    with a_relay(services):
        wait_until(lambda: not unsent(services, rows))


@pytest.mark.integration
def test_killed_between_acknowledgement_and_mark_it_sends_the_same_id_and_bytes_again(services: Settings) -> None:
    rows = [an_event(str(n), value=f"value {n}".encode()) for n in range(3)]
    put(services, rows)
    killed = serve(services, "relay.after_ack=kill9")
    assert killed.wait(60) == -9
    assert unsent(services, rows) == {row.event_id for row in rows}
    with a_relay(services):
        wait_until(lambda: not unsent(services, rows))
    found = on_topic(services, rows)
    assert Counter(each[0] for each in found) == {row.event_id: 2 for row in rows}
    assert {value for _, _, value in found} == {row.value for row in rows}
    assert len(set(found)) == 3


@pytest.mark.integration
def test_a_row_with_a_lower_number_that_commits_later_is_sent_too(services: Settings) -> None:
    late, early = an_event("one", value=b"late"), an_event("two", value=b"early")
    with a_relay(services), a_connection(services) as slow:
        with transaction(slow):
            outbox.insert(slow, [late])
            put(services, [early])
            wait_until(lambda: not unsent(services, [early]))
        wait_until(lambda: not unsent(services, [late]))
        wait_until(lambda: len(on_topic(services, [late, early])) == 2)


@pytest.mark.integration
def test_of_two_relays_one_waits_and_takes_over_when_the_other_ends(services: Settings) -> None:
    rows = [an_event(str(n)) for n in range(300)]
    first = serve(services)
    try:
        put(services, rows[:1])
        wait_until(lambda: not unsent(services, rows[:1]))
        with a_relay(services):
            put(services, rows[1:200])
            wait_until(lambda: not unsent(services, rows[:200]))
            first.kill()
            first.wait(10)
            put(services, rows[200:])
            wait_until(lambda: not unsent(services, rows[200:]))
    finally:
        first.kill()
        first.wait(10)
    found = Counter(each[0] for each in on_topic(services, rows))
    assert set(found) == {row.event_id for row in rows}
    assert all(found[row.event_id] == 1 for row in rows[200:])


@pytest.mark.integration
def test_without_a_broker_it_waits_keeps_the_rows_and_stops_when_told(services: Settings) -> None:
    rows = [an_event()]
    put(services, rows)
    elsewhere = {**services.kafka("relay"), "bootstrap_servers": f"127.0.0.1:{services.port('kafka') + 400}"}
    stop = Event()
    thread = Thread(target=relay.run, args=(services.dsn("relay"), elsewhere, stop))
    thread.start()
    stop.wait(1)
    stop.set()
    thread.join(30)
    assert not thread.is_alive()
    assert unsent(services, rows) == {rows[0].event_id}
    with a_relay(services):
        wait_until(lambda: not unsent(services, rows))


@pytest.mark.integration
def test_without_a_database_it_waits_and_stops_when_told(services: Settings) -> None:
    nowhere = f"host=127.0.0.1 port={services.port('postgres') + 400} dbname=branchespor user=relay connect_timeout=2"
    stop = Event()
    thread = Thread(target=relay.run, args=(nowhere, services.kafka("relay"), stop))
    thread.start()
    stop.wait(1)
    assert thread.is_alive()
    stop.set()
    thread.join(30)
    assert not thread.is_alive()


@pytest.mark.integration
def test_a_held_topic_does_not_starve_the_others(services: Settings) -> None:
    held, fine = [an_event(topic="partner.gone-1.events.v1") for _ in range(relay.BATCH + 1)], [an_event()]
    put(services, held)
    put(services, fine)
    with a_relay(services):
        wait_until(lambda: not unsent(services, fine))
    assert len(unsent(services, held)) == len(held)
    with a_connection(services, "relay") as conn, transaction(conn):
        outbox.mark(conn, [row.event_id for row in held])


@pytest.mark.integration
@pytest.mark.parametrize("role", ["status", "partners"])
def test_writers_can_neither_read_nor_change_the_outbox(services: Settings, role: str) -> None:
    with a_connection(services, role) as conn:
        for statement in ("SELECT value FROM core.outbox", "UPDATE core.outbox SET sent_at = now()"):
            with pytest.raises(Exception, match="permission denied"):
                conn.execute(statement)  # type: ignore[call-overload]
    with a_connection(services, "relay") as conn, pytest.raises(Exception, match="permission denied"):
        conn.execute("DELETE FROM core.outbox")
