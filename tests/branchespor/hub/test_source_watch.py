"""The watch on real stores and a real broker: each missed due time is told once, and so is the recovery."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from kafka import KafkaConsumer, TopicPartition

from branchespor.hub import freshness, wiring
from branchespor.settings import Settings
from producers.feeds import FEEDS
from producers.stores import sources

pytestmark = pytest.mark.integration

SENDERS = sum(len(feed.partners) for feed in FEEDS)
# Beyond every other delivery of this run, so that nothing of it counts; a Wednesday, after which all is due.
BEGAN = datetime(2050, 1, 5, 11, tzinfo=UTC)
LATER = BEGAN + timedelta(days=400)


@pytest.fixture
def unwatched(services: Settings) -> Iterator[Settings]:
    def forget() -> None:
        with wiring.database(services, "owner") as conn:
            conn.execute("DELETE FROM intake.source")

    forget()
    yield services
    forget()


def told(settings: Settings) -> int:
    consumer = KafkaConsumer(**settings.kafka("admin"), group_id=None)
    try:
        place = TopicPartition("branchespor.sources.v1", 0)
        return int(consumer.end_offsets([place])[place])
    finally:
        consumer.close()


def states(settings: Settings, now: datetime) -> dict[tuple[str, str], str]:
    with wiring.database(settings, "intake") as conn:
        return {(row["feed"], row["partner"]): row["state"] for row in freshness.seen(conn, now)}


def test_nobody_is_overdue_when_the_watch_begins(unwatched: Settings) -> None:
    assert freshness.watch(unwatched, BEGAN) == 0
    assert set(states(unwatched, BEGAN).values()) == {"FRESH"}
    assert len(states(unwatched, BEGAN)) == SENDERS


def test_a_missed_due_time_is_told_once_and_the_recovery_too(unwatched: Settings) -> None:
    freshness.watch(unwatched, BEGAN)
    before = told(unwatched)
    assert freshness.watch(unwatched, LATER) == SENDERS
    assert freshness.watch(unwatched, LATER) == 0
    assert told(unwatched) > before
    assert set(states(unwatched, LATER).values()) == {"OVERDUE"}

    with wiring.database(unwatched, "intake") as conn:
        sources.answered(conn, "visitation", "70700", LATER)
    between = told(unwatched)
    assert states(unwatched, LATER)["visitation", "70700"] == "FRESH"
    assert freshness.watch(unwatched, LATER) == 1
    assert told(unwatched) > between
    assert freshness.watch(unwatched, LATER) == 0


def test_what_was_found_and_not_told_is_told_by_the_next_run(unwatched: Settings) -> None:
    freshness.watch(unwatched, BEGAN)
    with wiring.database(unwatched, "intake") as conn:
        [source] = [each for each in sources.sources(conn) if each.feed == "visitation"]
        sources.changed(conn, source, BEGAN, BEGAN)  # and here the process died
        assert sources.untold(conn) == [("visitation", "70700", True, BEGAN)]
    assert freshness.watch(unwatched, BEGAN) == 1
    with wiring.database(unwatched, "intake") as conn:
        assert sources.untold(conn) == []
