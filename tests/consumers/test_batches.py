"""One transaction per batch, on real PostgreSQL: all of it or nothing, once, in whatever order facts arrive."""

import random
import threading

import pytest

from branchespor.benches.facts import facts_of_citizens
from consumers import failpoints
from consumers.records import Place, Poison, Record
from consumers.stores.database import Contended
from schemas import catalogue
from schemas.errors import Fenced, Unavailable

pytestmark = pytest.mark.integration

TABLES = ("fact", "person", "status", "milestone", "due", "outbox", "poison")


def everything(database) -> dict[str, list[tuple]]:
    """All rows of the tables, without what tells the moment they were written."""
    return {table: database.rows(f"SELECT * FROM core.{table} ORDER BY 1, 2") for table in TABLES}


def outcome(database) -> list[tuple]:
    return database.rows("SELECT person, document::text FROM core.status ORDER BY person")


def some_facts(persons: int, each: int, seed: int = 7) -> list[Record]:
    return [
        Record(Place(catalogue.fact_topic(kind), 0), 0, kind, fact)
        for kind, fact in facts_of_citizens(persons, each, seed)
    ]


def test_a_fenced_process_changes_nothing(database, a_writer, a_fact, day_began):
    zombie, heir = a_writer(), a_writer()
    zombie.take(day_began("2020-06-01"), a_fact())
    late = zombie.batch([a_fact(), a_fact(person="00000000-0000-4000-8000-000000000002")])
    heir.batch([a_fact()])  # takes the partition over
    before = everything(database)

    with pytest.raises(Fenced):
        zombie.commit(late)

    assert everything(database) == before


def test_a_batch_is_applied_once_even_in_the_same_epoch(database, a_writer, a_fact):
    writer = a_writer()
    whole = writer.batch([a_fact()])
    copy = dict(writer.holds)
    writer.commit(whole)
    writer.holds = copy

    with pytest.raises(Fenced):
        writer.commit(whole)

    assert database.value("SELECT count(*) FROM core.fact") == 1


def test_one_lost_partition_is_enough_to_drop_the_batch(database, a_writer, a_fact):
    writer, other = a_writer(), a_writer()
    whole = writer.batch([a_fact(), a_fact("MembershipSpell")])
    other.batch([a_fact("MembershipSpell")])

    with pytest.raises(Fenced):
        writer.commit(whole)

    assert database.rows("SELECT next_offset FROM core.consumer_offset") == [(0,), (0,)]


def test_a_repeated_record_counts_as_already_seen_and_has_no_effect(database, a_writer, a_fact, day_began):
    writer, fact = a_writer(), a_fact()
    writer.take(day_began("2020-06-01"), fact)
    before = everything(database)

    counts = writer.take(fact, fact)

    assert (counts["facts"], counts["already_seen"]) == (0, 2)
    assert everything(database) == before


@pytest.mark.parametrize(
    "spot",
    ["claimed", "facts_inserted", "persons_locked", "evaluated", "status_written", "outbox_written", "before_commit"],
)
def test_what_stops_before_the_commit_leaves_nothing(database, a_writer, a_fact, day_began, spot):
    writer = a_writer()
    writer.take(day_began("2020-06-01"))
    whole = writer.batch([a_fact(), a_fact("Training")])
    before = everything(database)
    failpoints.arm(f"status.{spot}=raise:Unavailable")

    with pytest.raises(Unavailable):
        writer.commit(whole)

    assert everything(database) == before
    failpoints.arm("")
    assert writer.commit(whole)["facts"] == 2
    assert database.differences() == []


def test_poison_is_put_aside_with_place_and_reason_and_the_rest_flows(database, a_writer, a_fact):
    place = Place(catalogue.fact_topic("TargetGroupSpell"), 0)

    counts = a_writer().take(a_fact(), poisons=[Poison(place, 0, "WRONG_MAGIC")])

    assert counts["facts"] == 1
    assert database.rows("SELECT consumer, topic, partition, record_offset, reason FROM core.poison") == [
        ("status", place.topic, 0, 1, "WRONG_MAGIC")
    ]
    assert database.value("SELECT max(next_offset) FROM core.consumer_offset") == 2


@pytest.mark.parametrize("seed", range(4))
def test_order_repeats_and_split_of_arrival_do_not_matter(database, a_writer, day_began, seed):
    facts = some_facts(persons=30, each=5)
    drawn = random.Random(seed)
    arriving = facts + drawn.choices(facts, k=40)
    drawn.shuffle(arriving)
    writer = a_writer()
    writer.take(day_began("2020-06-01"))

    while arriving:
        size = drawn.randrange(1, 60)
        writer.take(*arriving[:size])
        arriving = arriving[size:]

    assert database.differences() == []
    assert database.value("SELECT count(*) FROM core.fact") == len(facts)
    in_one_go = a_writer()
    assert in_one_go.take(*facts)["facts"] == 0


def test_two_processes_on_the_same_persons_lose_nothing(database, a_writer, day_began):
    """Facts of one person lie on topics of different processes; the row lock keeps the journal whole."""
    facts = some_facts(persons=25, each=8)
    a_writer().take(day_began("2020-06-01"))
    halves = [[each for each in facts if (each.name == "TargetGroupSpell") is wanted] for wanted in (True, False)]
    failures: list[BaseException] = []

    def consume(writer, records: list[Record]) -> None:
        try:
            while records:
                try:
                    writer.take(*records[:10])
                except Contended:
                    continue
                records = records[10:]
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=consume, args=(a_writer(), half)) for half in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert failures == []
    assert database.value("SELECT count(*) FROM core.fact") == len(facts)
    assert database.differences() == []


def test_every_milestone_and_status_leaves_through_the_outbox_once(database, a_writer, a_fact, day_began):
    writer = a_writer()
    writer.take(day_began("2020-06-01"), a_fact())
    writer.take(a_fact("Training", source="amu:907001"))

    assert database.rows("SELECT event_id FROM core.outbox WHERE topic = 'branchespor.milestones.v1' ORDER BY 1") == (
        database.rows("SELECT milestone_id FROM core.milestone ORDER BY 1")
    )
    assert database.value("SELECT count(*) FROM core.outbox WHERE topic = 'branchespor.status.v1'") == 1
    assert database.value("SELECT count(DISTINCT event_id) = count(*) FROM core.outbox")


def test_the_status_role_cannot_change_facts_or_the_journal(database, a_writer, a_fact, day_began):
    import psycopg

    writer = a_writer()
    writer.take(day_began("2020-06-01"), a_fact())
    for statement in (
        "UPDATE core.fact SET kind = kind",
        "DELETE FROM core.milestone",
        "UPDATE core.milestone SET type = type",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            writer.conn.execute(statement)
