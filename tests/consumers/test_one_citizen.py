"""Persons who turn out to be one citizen: facts, status, journal, whatever the order in which they arrive."""

import itertools
import threading
import uuid

import pytest

from consumers import failpoints
from consumers.records import Place, Record
from consumers.stores.database import Contended
from schemas import catalogue
from schemas.errors import Unavailable

pytestmark = pytest.mark.integration

KEPT, OLD, THIRD = (f"00000000-0000-4000-8000-{number:012d}" for number in (1, 2, 3))
IDENTITY = Place(catalogue.fact_topic("IdentityChange"), 0)


@pytest.fixture
def change():
    """An identity change as the register's delivery gives it: `merged` is from now on `person`."""

    def build(person=KEPT, merged=OLD, day="2020-05-20"):
        value = {
            "event_id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{person}{merged}{day}")),
            "person": person,
            "merged_person": merged,
            "day": day,
            "recorded_at": f"{day}T00:00:00.000Z",
            "received_at": f"{day}T06:00:00.000Z",
        }
        return Record(IDENTITY, 0, "IdentityChange", value)

    return build


def status(database, person=KEPT):
    return next(
        iter(row[0] for row in database.rows(f"SELECT document FROM core.status WHERE person = '{person}'")), None
    )


def journal(database, person=KEPT, since=0):
    return database.rows(
        f"SELECT type, effective_day::text FROM core.milestone WHERE person = '{person}' AND position > {since} "
        "ORDER BY position"
    )


def merges(database):
    return database.rows("SELECT person::text, into_person::text, leads_to::text FROM core.merged ORDER BY number")


@pytest.fixture
def town(database, a_writer, day_began):
    writer = a_writer()
    writer.take(day_began("2020-06-01"))
    return writer


def test_facts_of_both_are_evaluated_as_one_and_nothing_is_told_twice(database, town, a_fact, change):
    town.take(a_fact(last_day="2020-03-31"), a_fact(person=OLD, first_day="2020-04-01"))
    before = journal(database)

    assert town.take(change())["merged"] == 1

    # three months were full on 3 May: no half of the history told
    assert (status(database)["state"], status(database)["eligible_from"]) == ("ELIGIBLE", "2020-05-03")
    assert database.value("SELECT count(DISTINCT person) FROM core.fact") == 1
    assert journal(database, since=len(before)) == [("ELIGIBLE", "2020-05-03")]
    assert database.differences() == []


def test_what_was_said_stays_as_it_came(database, town, a_fact, change):
    fact = a_fact(person=OLD)
    town.take(fact, change())

    [(fact_id, person, record)] = database.rows("SELECT fact_id::text, person::text, record FROM core.fact")
    assert (fact_id, person, record["person"]) == (fact.value["fact_id"], KEPT, OLD)


def test_the_old_id_gets_a_last_status_that_names_the_new_one_and_no_due_day(database, town, a_fact, change, codec):
    town.take(a_fact(), a_fact(person=OLD))
    town.take(change())

    assert status(database, OLD) == {"merged_into": KEPT}
    assert database.rows("SELECT person::text FROM core.due") == [(KEPT,)]
    values = database.rows(f"SELECT value FROM core.outbox WHERE key = '{OLD}' AND topic LIKE '%status%' ORDER BY seq")
    records = [codec.decode(value)[1] for (value,) in values]
    assert [each["merged_into"] for each in records] == [None, KEPT]
    assert (records[-1]["target_groups"], records[-1]["state"]) == ([], "NOT_ELIGIBLE")
    assert database.value("SELECT sum(citizens) FROM core.citizens_by_state") == 1


def test_two_running_courses_become_the_first_one_and_the_other_is_taken_back_under_the_new_id(
    database, town, a_fact, change
):
    town.take(a_fact(), a_fact(person=OLD, first_day="2020-02-10"))
    old, kept = journal(database, OLD), journal(database)
    assert [row[0] for row in old] == [row[0] for row in kept] == ["TARGET_GROUP_CHANGED", "ELIGIBLE"]

    town.take(change())

    assert journal(database, OLD) == old
    assert journal(database, since=len(kept)) == [("ELIGIBILITY_WITHDRAWN", "2020-05-10")]
    [(course, reason)] = database.rows(
        "SELECT (document ->> 'course')::int, document ->> 'reason' FROM core.milestone "
        f"WHERE person = '{KEPT}' AND type = 'ELIGIBILITY_WITHDRAWN'"
    )
    assert (course, reason) == (2, "CORRECTION")  # courses count on
    places = database.rows(f"SELECT position FROM core.milestone WHERE person = '{KEPT}' ORDER BY 1")
    assert places == [(1,), (2,), (3,)]  # of its own journal
    assert database.value("SELECT both_running FROM core.merged")
    assert database.differences() == []


def test_only_the_old_one_was_known_and_nothing_is_told_again(database, town, a_fact, change, day_began):
    town.take(a_fact(person=OLD))
    town.take(change())

    assert journal(database) == []
    assert status(database)["eligible_from"] == "2020-05-03"
    assert not database.value("SELECT both_running FROM core.merged")

    # what happens next goes on from there, under the new id, with the number of the course that was announced
    town.take(a_fact("EmploymentSpell", first_day="2020-06-02"))
    town.take(day_began("2020-06-02"))
    assert [row for row in journal(database) if row[0].startswith("ELIG")] == [("ELIGIBILITY_LOST", "2020-06-02")]
    assert database.differences() == []


def test_a_fact_that_comes_late_under_the_old_id_is_the_new_ones(database, town, a_fact, change):
    town.take(a_fact(), change())
    town.take(a_fact("EmploymentSpell", person=OLD, first_day="2020-05-20"))

    assert status(database)["state"] == "NOT_ELIGIBLE"
    assert database.rows("SELECT DISTINCT person::text FROM core.fact") == [(KEPT,)]
    assert database.rows(f"SELECT * FROM core.milestone WHERE person = '{OLD}'") == []
    assert database.differences() == []


def test_a_merge_before_any_fact_waits_for_them(database, town, a_fact, change):
    town.take(change())
    assert status(database, OLD) == {"merged_into": KEPT}
    town.take(a_fact(person=OLD))

    assert status(database)["state"] == "ELIGIBLE"
    assert status(database, OLD) == {"merged_into": KEPT}
    assert database.differences() == []


def test_a_merge_that_is_told_again_changes_nothing(database, town, a_fact, change):
    town.take(a_fact(), a_fact(person=OLD), change())
    before = [
        database.rows(f"SELECT * FROM core.{each} ORDER BY 1, 2")
        for each in ("merged", "status", "milestone", "outbox")
    ]
    assert town.take(change(), change())["merged"] == 0
    assert [
        database.rows(f"SELECT * FROM core.{each} ORDER BY 1, 2")
        for each in ("merged", "status", "milestone", "outbox")
    ] == before


def test_a_changed_number_of_one_person_changes_nothing(database, town, a_fact, change):
    town.take(a_fact())
    before = database.rows("SELECT * FROM core.outbox ORDER BY seq")
    assert town.take(change(merged=None))["merged"] == 0
    assert database.rows("SELECT * FROM core.outbox ORDER BY seq") == before


def test_before_the_first_business_day_a_merge_is_evaluated_when_it_begins(
    database, a_writer, a_fact, change, day_began
):
    writer = a_writer()
    writer.take(a_fact(person=OLD), change())
    assert status(database) is None
    writer.take(day_began("2020-06-01"))

    assert status(database)["state"] == "ELIGIBLE"
    assert status(database, OLD) == {"merged_into": KEPT}
    assert database.differences() == []


def test_the_passing_of_time_goes_on_for_the_citizen_alone(database, town, a_fact, change, day_began):
    town.take(a_fact(person=OLD, first_day="2020-04-01"), change())
    town.take(day_began("2020-07-02"))

    assert status(database)["state"] == "ELIGIBLE"
    assert [row for row in journal(database) if row[0].startswith("ELIG")] == [("ELIGIBLE", "2020-07-01")]
    assert database.differences() == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("at_once", [True, False])
def test_a_chain_of_merges_ends_with_the_last_one_in_either_order(database, town, a_fact, change, order, at_once):
    facts = [
        a_fact(person=OLD, last_day="2020-03-31"),
        a_fact(person=KEPT, first_day="2020-04-01"),
        a_fact(person=THIRD),
    ]
    town.take(*facts)
    changes = [change(KEPT, OLD), change(THIRD, KEPT)]
    arriving = [changes[each] for each in order]
    if at_once:
        town.take(*arriving)
    else:
        for each in arriving:
            town.take(each)

    assert {row[0]: row[2] for row in merges(database)} == {OLD: THIRD, KEPT: THIRD}
    assert status(database, OLD) == status(database, KEPT) == {"merged_into": THIRD}
    assert database.rows("SELECT DISTINCT person::text FROM core.fact") == [(THIRD,)]
    assert database.differences() == []

    town.take(a_fact("EmploymentSpell", person=OLD, first_day="2020-05-25"))
    assert [row for row in journal(database, THIRD) if row[0] == "ELIGIBILITY_LOST"] == [
        ("ELIGIBILITY_LOST", "2020-05-25")
    ]
    assert database.differences() == []


def test_every_order_of_arrival_gives_the_same_status_and_a_journal_that_says_it(
    database, a_writer, a_fact, change, day_began
):
    """Two facts of two persons and a chain of three persons, on the business day, one delivery at a time."""
    deliveries = [
        a_fact(last_day="2020-03-31"),
        a_fact(person=OLD, first_day="2020-04-01"),
        change(KEPT, OLD),
        change(THIRD, KEPT),
    ]
    writer = a_writer()
    writer.take(day_began("2020-06-01"))
    found = []
    for order in itertools.permutations(deliveries):
        for each in order:
            writer.take(each)
        assert database.differences() == []
        standing = database.rows("SELECT person::text, document FROM core.status ORDER BY 1")
        if standing not in found:
            found.append(standing)
        for table in ("due", "relation_changed", "outbox", "told", "milestone", "status", "merged", "fact", "person"):
            database.rows(f"WITH gone AS (DELETE FROM core.{table}) SELECT")
    [standing] = found
    assert {person: document.get("merged_into") for person, document in standing} == {
        KEPT: THIRD,
        OLD: THIRD,
        THIRD: None,
    }
    assert dict(standing)[THIRD]["eligible_from"] == "2020-05-03"


def test_a_merge_that_stops_before_the_commit_leaves_nothing(database, town, a_fact, change):
    town.take(a_fact(), a_fact(person=OLD))
    before = [database.rows(f"SELECT * FROM core.{each} ORDER BY 1, 2") for each in ("fact", "status", "outbox")]
    whole = town.batch([change()])
    failpoints.arm("status.merged=raise:Unavailable")
    with pytest.raises(Unavailable):
        town.commit(whole)
    assert [
        database.rows(f"SELECT * FROM core.{each} ORDER BY 1, 2") for each in ("fact", "status", "outbox")
    ] == before
    assert merges(database) == []

    failpoints.arm("")
    assert town.commit(whole)["merged"] == 1
    assert database.differences() == []


def test_a_change_that_contradicts_an_earlier_one_is_noted_and_joins_nothing(database, town, a_fact, change):
    town.take(a_fact(), a_fact(person=OLD), a_fact(person=THIRD), change(KEPT, OLD))
    before = [database.rows(f"SELECT * FROM core.{each} ORDER BY 1, 2") for each in ("merged", "status", "milestone")]

    contradicting = change(THIRD, OLD)
    assert town.take(contradicting)["merged"] == 0
    town.take(contradicting)

    assert [
        database.rows(f"SELECT * FROM core.{each} ORDER BY 1, 2") for each in ("merged", "status", "milestone")
    ] == before
    assert database.rows("SELECT person::text, merged_person::text FROM core.identity_conflict") == [(THIRD, OLD)]
    assert database.differences() == []


def test_two_processes_one_with_facts_and_one_with_merges_lose_nothing(database, a_writer, a_fact, change, day_began):
    """The changes of 12 citizens and their facts lie on partitions of different processes."""
    a_writer().take(day_began("2020-06-01"))
    ids = [(str(uuid.UUID(int=2 * n + 100)), str(uuid.UUID(int=2 * n + 101))) for n in range(12)]
    facts = [a_fact(person=each, first_day="2020-02-03") for pair in ids for each in pair for _ in range(4)]
    changes = [change(*pair) for pair in ids]
    failures: list[BaseException] = []

    def consume(writer, records: list[Record], size: int) -> None:
        try:
            while records:
                try:
                    writer.take(*records[:size])
                except Contended:
                    continue
                records = records[size:]
        except BaseException as failure:
            failures.append(failure)

    shares = [(facts[::2], 5), (facts[1::2], 7), (changes, 1)]
    # facts of both halves come by one topic: two places, so that two processes hold them
    moved = [Record(Place(each.place.topic, 1), 0, each.name, each.value) for each in shares[1][0]]
    shares[1] = (moved, 7)
    threads = [threading.Thread(target=consume, args=(a_writer(), *share)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)

    assert failures == []
    assert database.value("SELECT count(*) FROM core.fact") == len(facts)
    assert database.rows("SELECT DISTINCT person::text FROM core.fact ORDER BY 1") == [(kept,) for kept, _ in ids]
    assert database.differences() == []


def test_verify_names_a_fact_left_behind_and_a_status_that_does_not_lead_on(database, town, a_fact, change):
    town.take(a_fact(), a_fact(person=OLD), change())
    database.rows(f"UPDATE core.fact SET person = '{OLD}' WHERE record ->> 'person' = '{OLD}' RETURNING 1")
    database.rows(f"UPDATE core.status SET document = '{{\"merged_into\": \"x\"}}' WHERE person = '{OLD}' RETURNING 1")

    assert [(each.person == OLD, each.field) for each in database.differences()] == [
        (True, "status.merged_into"),
        (True, "facts: not with the person it was merged into"),
    ]
