"""A citizen erased in every table, under every id, for good; nobody else is touched (docs/decisions/0015)."""

import json
import re
import threading
import time
import uuid
from datetime import date

import psycopg
import pytest

from consumers import batch, failpoints, policy_file, rebuilding, verification
from consumers.partners import PartnerHandler
from consumers.records import Place, Record
from consumers.stores import erasure
from consumers.stores.database import Contended, connect, transaction
from schemas import catalogue

pytestmark = pytest.mark.integration

PERSON, OLD, OTHER = (f"00000000-0000-4000-8000-{number:012d}" for number in (1, 2, 3))
TOPICS = {each: catalogue.partner_topic(each) for each in catalogue.load().partners}
IDENTITY = Place(catalogue.fact_topic("IdentityChange"), 0)
WITHOUT_PERSONS = {
    # counts, days, places, codes, receipts of deliveries, bytes sealed by delivery and line (searched by their text)
    *("core.business_day", "core.consumer_offset", "core.poison", "core.shortage_area"),
    *("intake.day_begun", "intake.delivery", "intake.look", "intake.published_fact", "intake.rejected_row"),
    *("intake.rule_count", "intake.settled_row", "intake.source"),
}
NAMES_A_PERSON = re.compile(r"person|merged|leads_to|citizen")


@pytest.fixture
def change():
    value = {
        "event_id": str(uuid.UUID(int=0xAA)),
        "person": PERSON,
        "merged_person": OLD,
        "day": "2020-05-20",
        "recorded_at": "2020-05-20T00:00:00.000Z",
        "received_at": "2020-05-20T06:00:00.000Z",
    }
    return Record(IDENTITY, 0, "IdentityChange", value)


@pytest.fixture
def town(database, a_writer, day_began, a_fact):
    """A citizen, the other id it had, and somebody else, all members of one a-kasse, on 8 June 2020."""
    writer = a_writer()
    writer.take(day_began("2020-06-08"))
    for person in (PERSON, OLD, OTHER):
        key = f"0000{person[-4:]}/2015-01-01/{person}"
        writer.take(
            a_fact(person=person, target_group="INSURED", first_day="2019-10-01"),
            a_fact("MembershipSpell", person=person, source="akasse-bestand:901", record_key=key),
        )
    return writer


@pytest.fixture
def partners(a_writer, codec):
    return a_writer(PartnerHandler(TOPICS, codec.encode), "partners")


def look(partners, *persons):
    place = Place(catalogue.MILESTONES, 0)
    return partners.take(*(Record(place, 0, "Milestone", {"person": person}) for person in persons))


def erase(database, person=PERSON, wait_s=20):
    with connect(database.dsn("erasure"), "test") as conn, transaction(conn):
        conn.execute(f"SET LOCAL lock_timeout = '{wait_s}s'")
        return erasure.erase(conn, person, "tester", "the citizen asks for it", catalogue.STATUS)


def await_sleep(database, working):
    """Until the consumer of that thread lies at its failpoint, in the middle of its transaction."""
    asleep = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                   AND state = 'idle in transaction' AND clock_timestamp() - state_change > '1 second'"""
    while not database.value(asleep):
        assert working.is_alive()
        time.sleep(0.1)


def left(database, person=PERSON):
    """Rows that must not be there, by store."""
    with connect(database.dsn("erasure"), "test") as conn:
        return {each.store: each.rows for each in erasure.left(conn, person) if each.rows and each.why is None}


def stores(database):
    rows = database.rows("SELECT store, condition, action FROM core.stores_of_a_person()")
    return {store: (condition, action) for store, condition, action in rows}


def of_others(database):
    """Everything but what is kept for good, as text, without rows that name the citizen by id or member number."""
    found, names = {}, (PERSON, OLD, ",00000001,", ",00000002,")
    for store, (_, action) in stores(database).items():
        if action != "keep":
            rows = [row for (row,) in database.rows(f"SELECT t::text FROM {store} AS t ORDER BY 1")]
            found[store] = [row for row in rows if not any(name in row for name in names)]
    return found


def fill(database, person, merged=None):
    """Rows of `person` in the tables that the consumers do not write in these tests."""
    key = person.encode().hex()
    for statement in (
        f"INSERT INTO identity.person VALUES ('{person}')",
        f"INSERT INTO identity.identifier VALUES ('CPR', '\\x{key}', '\\x00', '{person}')",
        f"INSERT INTO core.relation_changed VALUES ('{person}')",
        f"INSERT INTO core.held_person VALUES ('{person}', 'ValueError') ON CONFLICT DO NOTHING",
        f"INSERT INTO core.status_beside VALUES ('{person}', '{{}}', NULL, 1)",
        f"INSERT INTO core.due VALUES ('{person}', '2020-07-01') ON CONFLICT DO NOTHING",
        f"INSERT INTO core.identity_conflict VALUES (gen_random_uuid(), '{person}', gen_random_uuid(), '2020-01-01')",
        f"INSERT INTO intake.memory VALUES ('amu', '907001', 'of {person}', '{{}}')",
        f"INSERT INTO identity.link VALUES ('\\x{key}', '\\x01', '2020-05-20', '{person}')",
        f"INSERT INTO identity.lookup_log (operator, purpose, person) VALUES ('me', 'a meeting', '{person}')",
        f"INSERT INTO identity.conflict (person, merged_person, day) VALUES ('{person}', '{person}', '2020-05-20')",
    ):
        database.rows(f"{statement} RETURNING 1")
    if merged is not None:
        fill(database, merged)
        database.rows(f"UPDATE identity.person SET merged_into = '{person}' WHERE id = '{merged}' RETURNING 1")


def test_every_table_is_known_to_hold_persons_or_not_and_every_column_that_names_one_is_looked_at(database):
    tables = database.rows(
        "SELECT table_schema || '.' || table_name FROM information_schema.tables "
        "WHERE table_schema IN ('core', 'intake', 'identity') AND table_type = 'BASE TABLE'"
    )
    known = stores(database)
    assert {table for (table,) in tables} == known.keys() | WITHOUT_PERSONS
    assert not known.keys() & WITHOUT_PERSONS
    columns = database.rows(
        "SELECT table_schema || '.' || table_name, column_name FROM information_schema.columns JOIN "
        "information_schema.tables USING (table_schema, table_name) WHERE table_type = 'BASE TABLE' "
        "AND table_schema IN ('core', 'intake', 'identity') AND udt_name = 'uuid'"
    )
    missed = [
        f"{table}.{column}"
        for table, column in columns
        if NAMES_A_PERSON.search(column) and not re.search(rf"\b{column}\b", known.get(table, ("",))[0])
    ]
    assert missed == []


def test_a_citizen_is_erased_in_every_table_under_all_ids_and_nobody_else_is_touched(database, town, partners, change):
    town.take(change)
    look(partners, PERSON, OTHER)
    fill(database, PERSON, merged=OLD)
    fill(database, OTHER)
    before = of_others(database)

    found = erase(database, OLD)

    empty = [store for store, (held, _) in found.items() if held == 0 and stores(database)[store][1] == "delete"]
    assert empty == []  # each of them had something
    assert left(database, OLD) == left(database) == {}
    assert of_others(database) == before
    tombstones = database.rows("SELECT topic, key FROM core.outbox WHERE value IS NULL ORDER BY key")
    assert tombstones == [(catalogue.STATUS, PERSON), (catalogue.STATUS, OLD)]
    assert database.value("SELECT count(*) FROM core.outbox WHERE topic LIKE 'partner.%' AND key <> '00000003'") == 0
    assert database.differences() == []


def test_what_partners_were_told_is_named_and_they_are_told_nothing_more(database, town, partners):
    look(partners, PERSON)
    events = database.value(f"SELECT count(*) FROM core.told WHERE person = '{PERSON}'")
    assert events
    erase(database)
    with connect(database.dsn("erasure"), "test") as conn:
        made = erasure.erasure(conn, PERSON)
    assert made is not None
    assert dict(made.told) == {"akasse-901": events}
    assert look(partners, PERSON) == {"persons": 0, "told": 0, "erased": 1}
    assert left(database) == {}


def test_a_second_run_changes_nothing_but_the_access_log(database, town):
    erase(database)

    def everything():
        return [database.rows(f"SELECT t::text FROM {s} AS t ORDER BY 1") for s in stores(database) if "log" not in s]

    before = everything()
    again = erase(database)
    assert [store for store, (_, deleted) in again.items() if deleted] == []
    assert everything() == before
    assert (
        database.rows("SELECT purpose, fields FROM core.access_log WHERE person IS NOT NULL")
        == [("the citizen asks for it", ["erasure"])] * 2
    )


def test_a_run_that_was_killed_before_its_commit_has_done_nothing_and_the_next_one_does_it(database, town):
    before = of_others(database)
    with psycopg.connect(database.dsn("erasure")) as conn:
        conn.execute("SELECT core.erase(%s, 'tester', 'the citizen asks', %s)", (PERSON, catalogue.STATUS))
        pid = conn.info.backend_pid
        database.rows(f"SELECT pg_terminate_backend({pid})")
        with pytest.raises(psycopg.OperationalError):
            conn.execute("COMMIT")
    assert left(database)["core.fact"] == 2
    assert database.value("SELECT count(*) FROM core.erased") == 0
    erase(database)
    assert left(database) == {}
    assert of_others(database) == before


def test_a_late_fact_does_not_bring_the_person_back(database, town, a_fact, change):
    erase(database)
    late = a_fact("EmploymentSpell")
    counts = town.take(late, a_fact("EmploymentSpell", person=OTHER), change)
    assert (counts["facts"], counts["erased"]) == (1, 2)
    assert left(database) == {}
    assert database.rows("SELECT fact_id::text FROM core.erased_fact WHERE late") == [(late.value["fact_id"],)]
    assert database.differences() == []


def test_a_replay_of_everything_skips_the_erased_with_a_count(database, town, a_fact):
    facts = [a_fact(person=person, record_key="00000009/x") for person in (PERSON, OTHER)]
    town.take(*facts)
    erase(database)
    counts = town.take(*facts)
    assert (counts["erased"], counts["already_seen"], counts["facts"]) == (1, 1, 0)
    assert left(database) == {}


def test_an_erasure_between_the_facts_of_a_batch_and_its_locks_is_noticed(database, town, a_fact):
    whole = town.batch([a_fact("EmploymentSpell"), a_fact("EmploymentSpell", person=OTHER)])
    failpoints.arm("status.facts_inserted=sleep:4")
    raised = []

    def apply():
        try:
            batch.commit(town.conn, "status", town.holds, whole, town.handler)
        except Contended as error:
            raised.append(error)

    consuming = threading.Thread(target=apply)
    consuming.start()
    await_sleep(database, consuming)
    erase(database)
    consuming.join(30)
    failpoints.arm("")
    assert len(raised) == 1
    assert left(database) == {}
    assert town.commit(whole)["erased"] == 1
    assert left(database) == {}


def test_whose_first_fact_is_being_stored_is_waited_for_and_erased_with_it(database, town, a_fact):
    new = str(uuid.UUID(int=4))
    database.rows(f"INSERT INTO identity.person VALUES ('{new}') RETURNING 1")
    whole = town.batch([a_fact(person=new)])
    failpoints.arm("status.before_commit=sleep:4")
    storing = threading.Thread(target=town.commit, args=(whole,))
    storing.start()
    await_sleep(database, storing)
    found = erase(database, new)
    storing.join(30)
    failpoints.arm("")
    assert found["core.fact"] == (1, 1)
    assert left(database, new) == {}


def test_what_a_partner_is_being_told_is_named_too_and_leaves_nothing(database, town, partners):
    failpoints.arm("partners.evaluated=sleep:4")
    telling = threading.Thread(target=look, args=(partners, PERSON))
    telling.start()
    await_sleep(database, telling)
    erase(database)
    telling.join(30)
    failpoints.arm("")
    assert left(database) == {}
    [(told,)] = database.rows("SELECT told FROM core.erasure")
    assert told["akasse-901"] > 0
    assert database.value("SELECT count(*) FROM core.outbox WHERE topic LIKE 'partner.%' AND key = '00000001'") == 0


def test_nobody_is_erased_while_status_is_built_anew_and_what_was_read_is_not_written_afterwards(database, town):
    day, policies = date(2020, 6, 8), policy_file.load()
    with connect(database.dsn("status"), "test") as conn:
        rebuilding.build(conn, day, policies)
        with pytest.raises(Contended):
            erase(database, wait_s=1)
        assert rebuilding.switch(conn, day, policies) == []
    erase(database)
    assert left(database) == {}
    with connect(database.dsn("status"), "test") as conn:
        assert rebuilding.build(conn, day, policies) == 2
        assert rebuilding.switch(conn, day, policies) == []


def test_who_is_erased_while_everybody_is_verified_is_no_difference(database, town):
    with connect(database.dsn("status"), "test") as conn:
        erase(database)
        assert verification.of_persons(conn, [PERSON, OTHER], date(2020, 6, 8), policy_file.load()) == []


def test_what_is_remembered_of_others_under_the_same_reference_stays(database, town):
    remembered = {
        "by person": {PERSON: {"n": 1}, OTHER: {"n": 2}},
        "of one": {PERSON: {"n": 1}},
        "by day": {"2015-01-01": {PERSON: {}}, "2016-01-01": {OTHER: {}}},
        "by name": {"version": 2, "seal": "x", "statements": {f"Meeting/1/{PERSON}": {"person": PERSON}}},
        "newest": {"newest": {"person": PERSON}, "waiting": [{"person": OTHER}]},
        "no one": {"receipts": 1},
    }
    for reference, document in remembered.items():
        text = json.dumps(document)
        database.rows(f"INSERT INTO intake.memory VALUES ('amu', '907001', '{reference}', '{text}') RETURNING 1")
    state = {"last": 7, "waiting": {"1": {"person": PERSON, "said": [PERSON]}, "2": {"person": OTHER}}}
    database.rows(f"INSERT INTO intake.memory_state VALUES ('amu', '907001', '{json.dumps(state)}') RETURNING 1")

    found = erase(database)

    assert found["intake.memory"] == (5, 5)
    assert dict(database.rows("SELECT reference, document FROM intake.memory")) == {
        "by person": {OTHER: {"n": 2}},
        "by day": {"2015-01-01": {}, "2016-01-01": {OTHER: {}}},
        "no one": {"receipts": 1},
    }
    assert database.value("SELECT document FROM intake.memory_state") == {
        "last": 7,
        "waiting": {"2": {"person": OTHER}},
    }


def test_nobody_knows_an_id_that_never_was(database, town):
    assert erase(database, str(uuid.uuid4())) == {}
    assert database.value("SELECT count(*) FROM core.erasure") == 0


def test_only_the_role_of_erasure_erases_and_it_reads_no_table(database, town):
    for role in ("intake", "identity", "status", "relay", "partners", "web_read"):
        with (
            psycopg.connect(database.dsn(role), autocommit=True) as conn,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            conn.execute("SELECT core.erase(%s, 'me', 'curiosity', 'x')", (PERSON,))
    with psycopg.connect(database.dsn("erasure"), autocommit=True) as conn:
        for store in (*stores(database), *WITHOUT_PERSONS):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(f"SELECT 1 FROM {store}")
