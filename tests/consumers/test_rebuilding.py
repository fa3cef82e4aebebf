"""Status built anew: what was wrong is put right, what was right stays, and nobody is told anything."""

from dataclasses import replace
from datetime import date

import pytest

from consumers import policy_file, rebuilding
from consumers.records import Place, Record
from consumers.stores.database import connect
from schemas.errors import Unavailable

pytestmark = pytest.mark.integration

DAY = date(2020, 6, 1)
OTHER = "00000000-0000-4000-8000-000000000002"


@pytest.fixture
def town(database, a_writer, a_fact, day_began):
    """Two persons evaluated on 1 June 2020."""
    writer = a_writer()
    writer.take(day_began("2020-06-01"), a_fact(), a_fact(person=OTHER, target_group="INSURED"))
    return writer


@pytest.fixture
def one_citizen():
    """The change that makes the other person the first one."""
    value = {
        "event_id": "00000000-0000-4000-8000-0000000000aa",
        "person": "00000000-0000-4000-8000-000000000001",
        "merged_person": OTHER,
        "day": "2020-05-20",
        "recorded_at": "2020-05-20T00:00:00.000Z",
        "received_at": "2020-05-20T06:00:00.000Z",
    }
    return Record(Place("branchespor.facts.identity-change.v1", 0), 0, "IdentityChange", value)


def rebuilt(database):
    with connect(database.dsn("status"), "test") as conn:
        persons = rebuilding.build(conn, DAY, policy_file.load())
        return persons, rebuilding.switch(conn, DAY, policy_file.load())


def everything(database):
    return [
        database.rows(f"SELECT * FROM {table} ORDER BY 1, 2")
        for table in ("core.status", "core.due", "core.milestone", "core.outbox")
    ]


def test_what_is_right_stays_to_the_byte(database, town):
    before = everything(database)
    assert rebuilt(database) == (2, [])
    assert everything(database) == before


def test_a_planted_wrong_row_is_found_put_right_and_announced_to_nobody(database, town):
    before = everything(database)
    database.rows(
        "UPDATE core.status SET document = jsonb_set(document, '{state}', '\"NOT_ELIGIBLE\"') "
        f"WHERE person <> '{OTHER}' RETURNING 1"
    )
    assert [each.field for each in database.differences()] == ["status.state"]
    _, differences = rebuilt(database)
    assert [(each.person == OTHER, each.field) for each in differences] == [(False, "status.state")]
    assert database.differences() == []
    assert everything(database) == before


def test_a_missing_row_and_a_lost_due_day_are_put_back(database, town):
    before = everything(database)
    database.rows(f"DELETE FROM core.status WHERE person = '{OTHER}' RETURNING 1")
    database.rows(f"DELETE FROM core.due WHERE person = '{OTHER}' RETURNING 1")
    assert [each.field for each in rebuilt(database)[1]] == ["status: missing", "due day"]
    assert everything(database) == before


def test_facts_that_come_while_it_builds_are_in_it(database, town, a_fact):
    with connect(database.dsn("status"), "test") as conn:
        rebuilding.build(conn, DAY, policy_file.load())
        town.take(a_fact("EmploymentSpell", first_day="2020-05-20"))
        assert rebuilding.switch(conn, DAY, policy_file.load()) == []
    assert database.differences() == []


def test_a_day_that_begins_meanwhile_stops_it_and_nothing_is_changed(database, town, day_began):
    with connect(database.dsn("status"), "test") as conn:
        rebuilding.build(conn, DAY, policy_file.load())
        town.take(day_began("2020-06-02"))
        before = everything(database)
        with pytest.raises(Unavailable, match="another business day"):
            rebuilding.switch(conn, DAY, policy_file.load())
    assert everything(database) == before


def test_who_became_another_person_is_rebuilt_as_such(database, town, one_citizen):
    town.take(one_citizen)
    before = everything(database)
    assert rebuilt(database) == (2, [])
    database.rows(f"UPDATE core.status SET document = '{{}}' WHERE person = '{OTHER}' RETURNING 1")
    assert [(each.person, each.field) for each in rebuilt(database)[1]] == [(OTHER, "status.merged_into")]
    assert everything(database) == before


def test_who_becomes_another_person_while_it_builds_stays_so(database, town, one_citizen):
    with connect(database.dsn("status"), "test") as conn:
        rebuilding.build(conn, DAY, policy_file.load())
        town.take(one_citizen)
        before = everything(database)
        assert rebuilding.switch(conn, DAY, policy_file.load()) == []
    assert everything(database) == before
    assert database.differences() == []


def test_who_had_no_facts_becomes_another_person_while_it_builds_and_stays_so(database, town, one_citizen):
    nobody = "00000000-0000-4000-8000-000000000003"
    database.rows(f"INSERT INTO core.person (id) VALUES ('{nobody}') RETURNING 1")
    with connect(database.dsn("status"), "test") as conn:
        rebuilding.build(conn, DAY, policy_file.load())
        town.take(replace(one_citizen, value={**one_citizen.value, "merged_person": nobody}))
        assert rebuilding.switch(conn, DAY, policy_file.load()) == []
    assert database.differences() == []
