"""The loop on a real broker: poison, circuits, databases and processes that go away, and the settings it insists on."""

import os
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaProducer, TopicPartition

from branchespor.benches.facts import facts_of_citizens
from consumers import failpoints, loop
from consumers.batch import POISON_IN_A_ROW
from consumers.stores.database import connect
from schemas.errors import UnknownOutcome
from schemas.wire import PRODUCER

pytestmark = pytest.mark.integration


def wait_until(holds: Callable[[], bool], within_s: float = 60) -> None:
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.1)


class Broker:
    """Topics of this test alone, and records on them."""

    def __init__(self, settings: Any) -> None:
        self.login = settings.kafka("admin")
        self.admin = KafkaAdminClient(**self.login, bootstrap_timeout_ms=5000)
        self.producer = KafkaProducer(**PRODUCER, **self.login)
        self.topics: list[str] = []

    def topic(self, partitions: int = 3) -> str:
        name = f"test.{uuid.uuid4().hex[:12]}"
        self.admin.create_topics(
            {name: {"num_partitions": partitions, "replication_factor": 1}}, wait_for_metadata=True
        )
        self.topics.append(name)
        return name

    def send(self, topic: str, values: Sequence[bytes | None]) -> None:
        futures = [self.producer.send(topic, key=uuid.uuid4().bytes, value=value) for value in values]
        self.producer.flush()
        for future in futures:
            future.get(timeout=120)


@pytest.fixture
def broker(services) -> Iterator[Broker]:
    made = Broker(services)
    yield made
    made.admin.delete_topics(made.topics)
    made.admin.close()
    made.producer.close()


@pytest.fixture
def consuming(database, broker, codec, status_handler) -> Iterator[Callable[..., threading.Thread]]:
    """Starts the loop in a thread; all are stopped at the end. What it raised is in `.raised` of the thread."""
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def start(*topics: str, group: str | None = None) -> threading.Thread:
        group = group or f"test-{uuid.uuid4().hex[:12]}"

        def run() -> None:
            try:
                loop.run(
                    "status", group, topics, broker.login, lambda: connect(database.dsn("status"), "status"),
                    codec.decode, status_handler, stop,
                )  # fmt: skip
            except BaseException as error:
                thread.raised = error

        thread = threading.Thread(target=run)
        thread.raised = None
        threads.append(thread)
        thread.start()
        return thread

    yield start
    stop.set()
    for thread in threads:
        thread.join(30)


@pytest.fixture
def encoded(codec) -> Callable[[int, int], list[bytes]]:
    return lambda persons, each: [codec.encode(kind, fact) for kind, fact in facts_of_citizens(persons, each, seed=3)]


@pytest.fixture
def facts_stored(database) -> Callable[[], int]:
    return lambda: database.value("SELECT count(*) FROM core.fact")


def test_every_client_has_the_safe_settings():
    settings = loop.settings_of_client("status", "group")
    assert settings["enable_auto_commit"] is False
    assert settings["auto_offset_reset"] == "none"
    assert settings["isolation_level"] == "read_committed"
    assert settings["allow_auto_create_topics"] is False
    assert settings["check_crcs"] is True
    assert (settings["max_poll_records"], settings["max_poll_interval_ms"]) == (2000, 300_000)
    assert (settings["session_timeout_ms"], settings["heartbeat_interval_ms"]) == (10_000, 3_000)
    assert [each.__name__ for each in settings["partition_assignment_strategy"]] == ["CooperativeStickyAssignor"]


def test_poison_goes_aside_and_the_next_records_flow(database, broker, consuming, encoded, facts_stored):
    topic, facts = broker.topic(partitions=1), encoded(4, 5)
    poison = [None, b"", b"\x01nonsense", b"\x00\x00\x00\x00\x63abc", facts[0][:-3], facts[0] + b"x", b"\x00" * 20]
    broker.send(topic, [*facts[:10], *poison, *facts[10:]])

    consuming(topic)

    wait_until(lambda: facts_stored() == len(facts))
    wait_until(lambda: database.value("SELECT sum(next_offset) FROM core.consumer_offset") == len(facts) + len(poison))
    aside = database.rows("SELECT record_offset, reason FROM core.poison ORDER BY 1")
    assert [offset for offset, _ in aside] == list(range(10, 10 + len(poison)))
    assert [reason.split()[0] for _, reason in aside] == [
        "NULL_VALUE", "TOO_SHORT", "WRONG_MAGIC", "UNKNOWN_ID", "UNREADABLE", "BYTES_LEFT", aside[-1][1].split()[0],
    ]  # fmt: skip


def test_a_topic_of_nothing_but_poison_is_stopped_and_others_flow(database, broker, consuming, encoded, facts_stored):
    sick, well, facts = broker.topic(), broker.topic(), encoded(10, 5)
    broker.send(sick, [b"\x01nonsense"] * (3 * POISON_IN_A_ROW))
    broker.send(well, facts)

    consuming(sick, well)

    wait_until(lambda: facts_stored() == len(facts))
    assert database.value("SELECT count(*) FROM core.poison") < 3 * POISON_IN_A_ROW
    assert (
        database.value(f"SELECT sum(next_offset) FROM core.consumer_offset WHERE topic = '{sick}'")
        < 3 * POISON_IN_A_ROW
    )


def test_another_group_goes_on_where_the_database_says(database, broker, consuming, encoded, facts_stored):
    """Group offsets lost or elsewhere: progress lies in PostgreSQL."""
    topic, facts = broker.topic(), encoded(10, 5)
    broker.send(topic, facts)
    consuming(topic)
    wait_until(lambda: facts_stored() == len(facts))

    consuming(topic)  # another group: it takes the partitions over, and the first one is fenced
    broker.send(topic, facts)

    wait_until(lambda: database.value("SELECT sum(next_offset) FROM core.consumer_offset") == 2 * len(facts))
    assert facts_stored() == len(facts)


def test_two_copies_share_the_partitions(database, broker, consuming, encoded, facts_stored):
    topic, facts = broker.topic(partitions=4), encoded(40, 5)
    group = f"test-{uuid.uuid4().hex[:12]}"
    consuming(topic, group=group)
    broker.send(topic, facts[:100])
    wait_until(lambda: facts_stored() == 100)
    consuming(topic, group=group)
    for first in range(100, len(facts), 10):
        broker.send(topic, facts[first : first + 10])

    wait_until(lambda: facts_stored() == len(facts))
    wait_until(lambda: database.value("SELECT max(epoch) FROM core.consumer_offset") >= 2)
    assert database.value("SELECT sum(next_offset) FROM core.consumer_offset") == len(facts)


def test_records_gone_before_they_were_read_stop_it(database, broker, consuming, encoded):
    topic = broker.topic(partitions=1)
    broker.send(topic, encoded(4, 5))
    broker.admin.delete_records({TopicPartition(topic, 0): 10})

    thread = consuming(topic)
    thread.join(60)

    assert isinstance(thread.raised, UnknownOutcome)
    assert database.value("SELECT count(*) FROM core.fact") == 0


def test_a_commit_whose_answer_is_lost_is_looked_up_not_repeated(database, broker, consuming, encoded, facts_stored):
    topic, facts = broker.topic(), encoded(20, 5)
    failpoints.arm("status.after_commit=raise:UnknownOutcome@1/2", seed=5)
    consuming(topic)
    for first in range(0, len(facts), 10):
        broker.send(topic, facts[first : first + 10])

    wait_until(lambda: facts_stored() == len(facts))
    failpoints.arm("")
    wait_until(lambda: database.value("SELECT sum(next_offset) FROM core.consumer_offset") == len(facts))


def test_the_database_killed_under_load_loses_nothing(services, database, broker, consuming, encoded, facts_stored):
    from branchespor.stack.database import data_folder

    topic, facts = broker.topic(), encoded(150, 6)
    consuming(topic)
    broker.send(topic, facts[:300])
    wait_until(lambda: facts_stored() > 0)
    postmaster = int((Path(data_folder(services)) / "postmaster.pid").read_text().split()[0])

    os.kill(postmaster, signal.SIGKILL)
    broker.send(topic, facts[300:])

    wait_until(lambda: answers(database), within_s=90)
    wait_until(lambda: facts_stored() == len(facts), within_s=90)
    assert database.value("SELECT sum(next_offset) FROM core.consumer_offset") == len(facts)


def answers(database: Any) -> bool:
    import psycopg

    try:
        return bool(database.value("SELECT 1") == 1)
    except psycopg.OperationalError:
        return False


def test_persons_who_are_one_citizen_are_joined_from_records_of_the_contract(
    database, broker, codec, consuming, facts_stored
):
    """Facts and the change on topics of their own, so in no order: encoded, polled, decoded, applied."""
    (kind, fact), *_ = facts_of_citizens(1, 1, seed=3)
    kept = str(uuid.uuid4())
    change = {
        "event_id": str(uuid.uuid4()),
        "person": kept,
        "merged_person": fact["person"],
        "day": "2020-05-20",
        "recorded_at": "2020-05-20T00:00:00.000Z",
        "received_at": "2020-05-20T06:00:00.000Z",
    }
    facts, changes = broker.topic(), broker.topic(1)
    broker.send(changes, [codec.encode("IdentityChange", change), codec.encode("IdentityChange", change)])
    broker.send(facts, [codec.encode(kind, fact)])
    consuming(facts, changes)

    wait_until(lambda: facts_stored() == 1 and database.value("SELECT count(*) FROM core.merged") == 1)
    assert database.rows("SELECT person::text FROM core.fact") == [(kept,)]
    assert database.rows("SELECT person::text, leads_to::text FROM core.merged") == [(fact["person"], kept)]
