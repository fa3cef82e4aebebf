"""kill -9 of the real status process, twenty times in the middle of its batches: nothing lost, nothing twice."""

import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from datetime import date, timedelta

import psycopg
import pytest
from kafka import KafkaProducer

from branchespor.benches.facts import Named, facts_of_citizens
from branchespor.registration import registry
from branchespor.settings import Settings
from branchespor.stack import board
from branchespor.verifying import verify_everybody
from schemas import catalogue
from schemas.codec import Codec
from schemas.ids import day_began_id
from schemas.wire import PRODUCER

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]

# A group of its own for each process: a killed one keeps its partitions for the ten seconds of its session.
PROGRAM = """
import sys
from branchespor.processes import run_status
from branchespor.settings import load
run_status(load(), group=sys.argv[1])
"""
SPOTS = (
    "polled", "placed", "claimed", "facts_inserted", "persons_locked", "evaluated", "status_written", "outbox_written",
    "before_commit", "after_commit", "offsets_shown", "due_claimed", "due_before_commit", "day_moved",
)  # fmt: skip
RANDOM_KILLS = 6
APPLIED = "SELECT sum(next_offset) FROM core.consumer_offset WHERE consumer = 'status'"
SEED = 20


class Status:
    """The status consumer as a process of its own."""

    def __init__(self, settings: Settings, failpoint: str = "") -> None:
        environment = os.environ | {
            "BRANCHESPOR_HOME": str(settings.home),
            "BRANCHESPOR_PORT_OFFSET": str(settings.port_offset),
            "BRANCHESPOR_FAILPOINTS": failpoint,
        }
        command = [sys.executable, "-c", PROGRAM, f"branchespor.status.{uuid.uuid4().hex[:8]}"]
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)

    def ends_within(self, seconds: float) -> bool:
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return False
        return True

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def published(services: Settings) -> Callable[[list[Named]], None]:
    """Puts facts, or days, on their topics."""

    def publish(records: list[Named]) -> None:
        codec = Codec(registry(services))
        producer = KafkaProducer(**PRODUCER, **services.kafka("intake"))
        futures = []
        for name, record in records:
            topic = catalogue.CLOCK if name == "DayBegan" else catalogue.fact_topic(name)
            key = record.get("person", catalogue.CLOCK_KEY)
            futures.append(producer.send(topic, key=key.encode(), value=codec.encode(name, record)))
        producer.flush()
        for future in futures:
            future.get(timeout=30)
        producer.close()

    return publish


@pytest.fixture
def rows(services: Settings) -> Callable[[str], list[tuple]]:
    def ask(query: str) -> list[tuple]:
        with psycopg.connect(services.dsn("postgres")) as conn:
            return conn.execute(query).fetchall()

    return ask


def wait_until(holds: Callable[[], bool], within_s: float = 120) -> None:
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.1)


def a_day(day: date) -> Named:
    return "DayBegan", {"event_id": day_began_id(day), "day": day.isoformat()}


def test_killed_twenty_times_it_loses_nothing_and_does_nothing_twice(services, published, rows):
    facts = facts_of_citizens(persons=1200, facts_each=5, seed=SEED)
    drawn = random.Random(SEED)
    shares = [facts[start :: len(SPOTS) + RANDOM_KILLS] for start in range(len(SPOTS) + RANDOM_KILLS)]
    # Other tests may have begun days in this database; none ever begins again.
    begun = [day for (day,) in rows("SELECT begun_until FROM core.business_day") if day is not None]
    first_day = max([date(2020, 3, 1), *begun])
    published([a_day(first_day)])
    kills = 0

    for number, (spot, share) in enumerate(zip(SPOTS, shares, strict=False), start=1):
        # The odd fact twice, as a publisher may send it; and new days, so that there is work without facts too.
        published([*share, *drawn.sample(share, 20), a_day(first_day + timedelta(days=9 * number))])
        status = Status(services, f"status.{spot}=kill9")
        assert status.ends_within(90), f"{spot} was not reached"
        assert status.process.returncode == -9, spot
        kills += 1
    for share in shares[len(SPOTS) :]:
        published(share)
        before = rows(APPLIED)
        status = Status(services)
        wait_until(lambda before=before: rows(APPLIED) != before)
        time.sleep(drawn.uniform(0, 0.5))  # where in its work it is hit is the dice's choice
        status.kill()
        kills += 1
    assert kills == 20

    last_day = first_day + timedelta(days=200)
    published([a_day(last_day)])
    status = Status(services)
    ours = ",".join(f"'{fact['fact_id']}'" for _, fact in facts)
    try:
        wait_until(lambda: rows("SELECT day FROM core.business_day") == [(last_day,)])
        wait_until(lambda: rows(f"SELECT count(*) FROM core.fact WHERE fact_id IN ({ours})") == [(len(facts),)])
        wait_until(lambda: rows(f"SELECT count(*) FROM core.due WHERE day <= '{last_day}'") == [(0,)])
    finally:
        status.process.terminate()
        assert status.process.wait(timeout=60) == 0

    assert rows("SELECT count(*) - count(DISTINCT fact_id) FROM core.fact") == [(0,)]
    assert (
        rows(
            "SELECT person, type, effective_day, document ->> 'course', document -> 'details' ->> 'enrolment' "
            "FROM core.milestone WHERE type IN ('ELIGIBLE', 'JOB_STARTED', 'TRAINING_ENROLLED', 'TRAINING_COMPLETED') "
            "GROUP BY 1, 2, 3, 4, 5 HAVING count(*) > 1"
        )
        == []
    )
    assert rows("SELECT person FROM core.milestone GROUP BY person HAVING max(position) <> count(*)") == []
    assert rows("SELECT count(*) - count(DISTINCT event_id) FROM core.outbox") == [(0,)]
    assert rows("SELECT milestone_id FROM core.milestone EXCEPT SELECT event_id FROM core.outbox") == []
    assert rows("SELECT reason FROM core.poison") == []
    verified = verify_everybody(services, "test", workers=1)
    assert verified.persons >= 1200
    assert verified.differences == []


def test_the_broker_killed_under_load_is_waited_for(services, published, rows):
    facts = facts_of_citizens(persons=300, facts_each=5, seed=SEED + 1)
    ours = ",".join(f"'{fact['fact_id']}'" for _, fact in facts)
    published(facts[:900])
    status = Status(services)
    try:
        wait_until(lambda: rows(f"SELECT count(*) FROM core.fact WHERE fact_id IN ({ours})") == [(900,)])
        broker = board.read(services).parts["kafka"]
        os.kill(broker.pid, signal.SIGKILL)
        wait_until(lambda: is_another(board.read(services).parts["kafka"], broker))
        published(facts[900:])

        wait_until(lambda: rows(f"SELECT count(*) FROM core.fact WHERE fact_id IN ({ours})") == [(len(facts),)])
        assert status.process.poll() is None
    finally:
        status.process.terminate()
        assert status.process.wait(timeout=60) == 0


def is_another(now: board.Seen, before: board.Seen) -> bool:
    return now.is_up and now.pid != before.pid
