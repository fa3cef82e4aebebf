"""Publishing: safe settings, a delivery visible together, repeats with the same ids and bytes."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from threading import Event
from typing import Any
from uuid import NAMESPACE_DNS, uuid4, uuid5

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaTimeoutError, ProducerFencedError, TopicAuthorizationFailedError

from branchespor.registration import registry
from branchespor.settings import Settings
from producers import publisher
from producers.delivery import IdentityChange
from producers.fact_spill import FactsByLine
from producers.publisher import Publisher, make_producer
from schemas import catalogue, facts, ids
from schemas.codec import Codec, FileIds
from schemas.errors import Fenced, Unavailable, UnknownOutcome, WrongInput, WrongSetting
from schemas.guard import Refused
from schemas.wire import PRODUCER

TOPIC = catalogue.fact_topic("DagpengePeriod")
AT = datetime(2020, 2, 3, 6, 15, tzinfo=UTC)


def a_person(number: int) -> str:
    return str(uuid5(NAMESPACE_DNS, f"person {number}"))


def a_period(number: int, run: str = "", person: str | None = None) -> facts.DagpengePeriod:
    return facts.DagpengePeriod(
        fact_id=str(uuid5(NAMESPACE_DNS, f"{run} fact {number}")),
        person=person or a_person(number),
        source="akasse-ledighed/901",
        record_key=f"{run} {number}",
        recorded_at=AT,
        received_at=AT,
        placed_on=date(2020, 2, 1),
    )


class Recorded:
    """What a future gives: an acknowledgement, or the failure that the test wants."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error

    def get(self, timeout: float) -> None:
        if self.error is not None:
            raise self.error


class Wire:
    """Stands where the client stands and fails where it is told; says what was called."""

    def __init__(self, **failures: Exception | Callable[[], None]) -> None:
        self.failures, self.calls, self.sent = failures, [], []  # type: ignore[var-annotated]

    def _call(self, name: str) -> None:
        self.calls.append(name)
        failure = self.failures.get(name)
        if isinstance(failure, Exception):
            raise failure
        if failure is not None:
            failure()

    def init_transactions(self) -> None:
        self._call("init")

    def begin_transaction(self) -> None:
        self._call("begin")

    def send(self, topic: str, *, value: bytes, key: bytes, headers: Any) -> Recorded:
        self.sent.append((topic, key, value, headers))
        error = self.failures.get("record")
        return Recorded(error if isinstance(error, Exception) else None)

    def flush(self, timeout: float) -> None:
        self._call("flush")

    def commit_transaction(self) -> None:
        self._call("commit")

    def abort_transaction(self) -> None:
        self._call("abort")

    def close(self, timeout: float) -> None:
        self._call("close")


@pytest.fixture
def wires(monkeypatch: pytest.MonkeyPatch) -> list[Wire]:
    """The clients that will be made, in order; a failing network cannot be started for real in a unit test."""
    waiting: list[Wire] = []
    monkeypatch.setattr(publisher, "make_producer", lambda kafka, name: waiting.pop(0))
    return waiting


def a_publisher() -> Publisher:
    return Publisher({}, Codec(FileIds()), "test.1")


def test_every_producer_has_the_safe_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[str, Any] = {}
    monkeypatch.setattr(publisher, "ask_whether_up", lambda kafka: None)
    monkeypatch.setattr(publisher, "KafkaProducer", lambda **settings: made.update(settings))
    make_producer({"security_protocol": "SASL_PLAINTEXT"}, "amu.907001")
    assert made == {
        "acks": "all",
        "enable_idempotence": True,
        "max_in_flight_requests_per_connection": 5,
        "delivery_timeout_ms": 120_000,
        "request_timeout_ms": 30_000,
        "max_block_ms": 30_000,
        "linger_ms": 20,
        "batch_size": 262_144,
        "compression_type": "lz4",
        "max_request_size": 1_048_576,
        "allow_auto_create_topics": False,
        "ssl_check_hostname": True,
        "security_protocol": "SASL_PLAINTEXT",
        "bootstrap_timeout_ms": 5_000,
        "client_id": "branchespor.intake.amu.907001",
        "transactional_id": "branchespor.intake.amu.907001",
        "transaction_timeout_ms": 120_000,
    }


def test_the_client_knows_every_setting_of_ours() -> None:
    assert set(PRODUCER) <= set(KafkaProducer.DEFAULT_CONFIG)


def test_without_the_package_for_checksums_nothing_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "find_spec", lambda name: None)
    with pytest.raises(WrongSetting, match="crc32c"):
        make_producer({}, "x")


def test_a_delivery_is_one_transaction_in_order(wires: list[Wire]) -> None:
    wires.append(wire := Wire())
    change = IdentityChange(person=a_person(1), day=date(2020, 4, 1), recorded_at=AT, delivery="f", line=3)
    with a_publisher() as publish:
        assert publish.facts([a_period(n) for n in range(3)], [change], AT) == 4
    assert wire.calls == ["init", "begin", "flush", "commit", "close"]
    assert [key for _, key, _, _ in wire.sent] == [a_person(n).encode() for n in (0, 1, 2, 1)]
    assert wire.sent[3][0] == catalogue.fact_topic("IdentityChange")


def test_the_key_of_a_fact_of_no_person_is_its_record_key(wires: list[Wire]) -> None:
    wires.append(wire := Wire())
    shortage = facts.ShortageArea(
        fact_id=str(uuid5(NAMESPACE_DNS, "shortage")),
        source="arbejdsmarkedsbalance:star",
        record_key="RAR Østjylland/721210/2020H1",
        recorded_at=AT,
        received_at=AT,
        area="RAR Østjylland",
        disco="721210",
        title="Svejser",
        category=facts.ShortageCategory.SHORTAGE,
        half_year="2020H1",
        valid_from=date(2020, 1, 1),
        valid_to=date(2020, 6, 30),
    )
    a_publisher().facts([shortage])
    assert [sent[:2] for sent in wire.sent] == [
        (catalogue.fact_topic("ShortageArea"), "RAR Østjylland/721210/2020H1".encode())
    ]


def test_headers_are_cloudevents_and_nothing_more(wires: list[Wire]) -> None:
    wires.append(wire := Wire())
    a_publisher().facts([a_period(1)])
    assert wire.sent[0][3] == [
        ("ce_specversion", b"1.0"),
        ("ce_id", a_period(1).fact_id.encode()),
        ("ce_type", b"branchespor.DagpengePeriod"),
        ("ce_source", b"branchespor/intake"),
        ("ce_time", b"2020-02-03T06:15:00.000Z"),
        ("content-type", b"application/avro"),
    ]


def test_a_fact_that_the_contract_refuses_stops_the_delivery_before_anything_is_sent(wires: list[Wire]) -> None:
    with pytest.raises(Refused, match=r"^DagpengePeriod\.person: "):
        a_publisher().facts([a_period(1), a_period(2, person="0101609999")])
    with pytest.raises(WrongInput, match="received_at"):
        a_publisher().facts(
            [], [IdentityChange(person=a_person(1), day=date(2020, 4, 1), recorded_at=AT, delivery="f", line=3)]
        )


def test_a_record_over_the_brokers_limit_is_refused_before_sending(
    wires: list[Wire], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "MESSAGE_LIMIT", 600)
    with pytest.raises(WrongInput, match="DagpengePeriod: over 600 bytes"):
        a_publisher().facts([a_period(1)])


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        ({"init": KafkaTimeoutError()}, Unavailable),
        ({"flush": KafkaTimeoutError()}, Unavailable),
        ({"record": KafkaTimeoutError()}, Unavailable),
        ({"begin": ProducerFencedError()}, Fenced),
        ({"record": TopicAuthorizationFailedError()}, WrongSetting),
        ({"commit": KafkaTimeoutError()}, UnknownOutcome),
        ({"commit": ProducerFencedError()}, UnknownOutcome),
    ],
)
def test_what_went_wrong_says_whether_it_may_have_happened(
    wires: list[Wire], failure: dict[str, Exception], error: type[Exception]
) -> None:
    wires.append(wire := Wire(**failure))
    with pytest.raises(error):
        a_publisher().facts([a_period(1)])
    assert "abort" not in wire.calls
    assert wire.calls[-1] == "close"
    assert ("commit" in wire.calls) == (error is UnknownOutcome)


def test_a_commit_that_is_never_answered_is_left_after_its_deadline(
    wires: list[Wire], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "COMMIT_TIMEOUT_S", 0.05)
    released = Event()
    wires.append(wire := Wire(commit=lambda: released.wait(30) and None))
    with pytest.raises(UnknownOutcome, match="repeat with the same ids"):
        a_publisher().facts([a_period(1)])
    released.set()
    assert "abort" not in wire.calls


def test_a_repeat_after_an_unknown_outcome_has_a_new_client_and_the_same_bytes(wires: list[Wire]) -> None:
    first, second = Wire(commit=KafkaTimeoutError()), Wire()
    wires += [first, second]
    publish = a_publisher()
    with pytest.raises(UnknownOutcome):
        publish.facts([a_period(1), a_period(2)])
    publish.facts([a_period(1), a_period(2)])
    assert second.sent == first.sent
    assert second.calls == ["init", "begin", "flush", "commit"]


def test_a_very_large_delivery_becomes_visible_in_parts(wires: list[Wire], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "TRANSACTION_LIMIT", 2)
    wires.append(wire := Wire())
    a_publisher().facts([a_period(n) for n in range(5)])
    assert wire.calls.count("commit") == 3


def test_a_day_published_twice_has_the_same_id_and_bytes(wires: list[Wire]) -> None:
    wires.append(wire := Wire())
    publish = a_publisher()
    publish.day(date(2020, 2, 29))
    publish.day(date(2020, 2, 29))
    assert wire.sent[0] == wire.sent[1]
    topic, key, value, _ = wire.sent[0]
    assert (topic, key) == ("branchespor.clock.v1", b"clock")
    assert Codec(FileIds()).decode(value)[1] == {"event_id": ids.day_began_id(date(2020, 2, 29)), "day": "2020-02-29"}


def test_what_happens_to_a_source_is_keyed_by_its_feed(wires: list[Wire]) -> None:
    wires.append(wire := Wire())
    a_publisher().source("SOURCE_HELD", "amu", "907001", AT, code="H01")
    topic, key, value, _ = wire.sent[0]
    assert (topic, key) == ("branchespor.sources.v1", b"amu")
    assert Codec(FileIds()).decode(value)[1]["code"] == "H01"


def read_all(services: Settings, topic: str) -> list[Any]:
    """Every committed record of a topic."""
    consumer = KafkaConsumer(
        **services.kafka("status"),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
    )
    try:
        partitions = [TopicPartition(topic, n) for n in range(catalogue.load().topics[topic].partitions)]
        ends = consumer.end_offsets(partitions)
        consumer.assign(partitions)
        records = []
        while any(consumer.position(each) < ends[each] for each in partitions):
            for batch in consumer.poll(timeout_ms=500).values():
                records += batch
        return records
    finally:
        consumer.close()


@pytest.mark.integration
def test_the_facts_of_a_delivery_are_on_the_broker_and_a_repeat_is_the_same(services: Settings) -> None:
    codec = Codec(registry(services))
    run = str(uuid4())
    delivery = [a_period(n, run) for n in range(700)]
    for _ in range(2):
        with Publisher(services.kafka("intake"), codec, "test.whole") as publish:
            publish.facts(delivery)
    wanted = {fact.fact_id: facts.to_json(fact) for fact in delivery}
    values: dict[str, set[bytes]] = {}
    count = 0
    for record in read_all(services, TOPIC):
        fact_id = dict(record.headers)["ce_id"].decode()
        if fact_id in wanted:
            count += 1
            values.setdefault(fact_id, set()).add(record.value)
            name, read = codec.decode(record.value)
            assert {"kind": name, **read} == wanted[fact_id]
            assert record.key == read["person"].encode()
    assert count == 1400
    assert [len(each) for each in values.values()] == [1] * 700


@pytest.mark.integration
def test_two_processes_publish_every_fact_of_a_large_delivery_once_while_something_else_is_done(
    services: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "TRANSACTION_LIMIT", 50)
    run, delivery, done = str(uuid4()), FactsByLine(), []
    for number in range(520):
        delivery.say("a file", number, facts.to_json(a_period(number, run)))
    with Publisher(services.kafka("intake"), Codec(registry(services)), "test.many") as publish:
        publish.many_facts(delivery, lambda: done.append("kept"))
    wanted = [each.fact.fact_id for each in delivery]
    seen = [dict(each.headers)["ce_id"].decode() for each in read_all(services, TOPIC)]
    assert sorted(each for each in seen if each in set(wanted)) == sorted(wanted)
    assert done == ["kept"]


@pytest.mark.integration
def test_what_cannot_be_done_meanwhile_ends_the_publishing(services: Settings) -> None:
    run, delivery = str(uuid4()), FactsByLine()
    for number in range(10):
        delivery.say("a file", number, facts.to_json(a_period(number, run)))

    def fail() -> None:
        raise ConnectionAbortedError

    with (
        Publisher(services.kafka("intake"), Codec(registry(services)), "test.many") as publish,
        pytest.raises(ConnectionAbortedError),
    ):
        publish.many_facts(delivery, fail)


@pytest.mark.integration
def test_what_was_sent_and_not_committed_is_never_visible_and_the_next_start_goes_on(services: Settings) -> None:
    codec = Codec(registry(services))
    left = make_producer(services.kafka("intake"), "test.left")
    left.init_transactions()
    left.begin_transaction()
    half = a_period(1, "half")
    with Publisher(services.kafka("intake"), codec, "test.encode") as other:
        topic, key, value, headers = other._of_fact(half)
    left.send(topic, value=value, key=key.encode(), headers=headers).get(timeout=30)
    with Publisher(services.kafka("intake"), codec, "test.left") as publish:  # as after kill -9 of the first
        publish.facts([a_period(2, "half")])
    left.close(timeout=0)
    seen = {dict(each.headers)["ce_id"].decode() for each in read_all(services, TOPIC)}
    assert half.fact_id not in seen
    assert a_period(2, "half").fact_id in seen


@pytest.mark.integration
def test_a_second_publisher_of_the_same_name_fences_the_first(services: Settings) -> None:
    codec = Codec(registry(services))
    with Publisher(services.kafka("intake"), codec, "test.two") as first:
        first.facts([a_period(1, "two")])
        with Publisher(services.kafka("intake"), codec, "test.two") as second:
            second.facts([a_period(2, "two")])
            with pytest.raises((Fenced, UnknownOutcome)):
                first.facts([a_period(3, "two")])
    assert a_period(3, "two").fact_id not in {
        dict(each.headers)["ce_id"].decode() for each in read_all(services, TOPIC)
    }


@pytest.mark.integration
def test_a_broker_that_is_away_is_unavailable(services: Settings) -> None:
    elsewhere = {**services.kafka("intake"), "bootstrap_servers": f"127.0.0.1:{services.port('kafka') + 400}"}
    with pytest.raises(Unavailable, match="nobody listens"):
        Publisher(elsewhere, Codec(FileIds()), "test.away").facts([a_period(1)])
