"""Time is an event: what DayBegan does, once, in order, for whom it concerns."""

from datetime import date

import pytest

from consumers import failpoints
from consumers.evaluation import Evaluation
from schemas.errors import Unavailable

pytestmark = pytest.mark.integration

JOURNAL = "SELECT type, effective_day::text, detected_day::text FROM core.milestone ORDER BY person, position"


def test_a_milestone_that_falls_due_by_time_is_found_on_its_day(database, a_writer, a_fact, day_began):
    writer = a_writer()
    writer.take(day_began("2020-02-04"), a_fact(target_group="CASH_JOB_READY", first_day="2020-02-03"))
    assert database.value("SELECT day FROM core.due") == date(2020, 5, 3)

    writer.take(day_began("2020-05-02"))
    assert [row[0] for row in database.rows(JOURNAL)] == ["TARGET_GROUP_CHANGED"]

    writer.take(day_began("2020-05-03"))
    assert database.rows(JOURNAL)[1:] == [("ELIGIBLE", "2020-05-03", "2020-05-03")]


def test_missed_days_are_worked_off_in_order_each_milestone_on_its_own_day(database, a_writer, a_fact, day_began):
    writer = a_writer()
    writer.take(day_began("2020-02-04"), a_fact(), a_fact("EmploymentSpell", first_day="2020-06-02"))

    writer.take(day_began("2020-05-20"), day_began("2020-05-21"), day_began("2020-07-01"))

    assert database.rows(JOURNAL)[1:] == [
        ("ELIGIBLE", "2020-05-03", "2020-05-03"),
        ("ELIGIBILITY_LOST", "2020-06-02", "2020-06-02"),
        ("JOB_STARTED", "2020-06-02", "2020-06-02"),
    ]
    assert database.rows("SELECT day, begun_until FROM core.business_day") == [(date(2020, 7, 1), date(2020, 7, 1))]


def test_a_day_begins_once(database, a_writer, a_fact, day_began):
    writer = a_writer()
    writer.take(day_began("2020-06-01"), a_fact())
    before = database.rows("SELECT * FROM core.milestone"), database.rows("SELECT * FROM core.business_day")

    writer.take(day_began("2020-06-01"), day_began("2020-05-01"))

    assert (database.rows("SELECT * FROM core.milestone"), database.rows("SELECT * FROM core.business_day")) == before


def test_facts_before_the_first_day_wait_for_it(database, a_writer, a_fact, day_began):
    writer = a_writer()

    assert writer.take(a_fact())["facts"] == 1
    assert database.value("SELECT count(*) FROM core.status") == 0

    writer.take(day_began("2020-06-01"))
    assert database.differences() == []
    assert database.rows(JOURNAL)[1] == ("ELIGIBLE", "2020-05-03", "2020-06-01")


def test_a_crash_while_a_day_is_worked_off_repeats_and_loses_nothing(
    database, a_writer, a_fact, day_began, monkeypatch
):
    monkeypatch.setattr("consumers.status.DUE_AT_ONCE", 3)
    writer = a_writer()
    people = [f"00000000-0000-4000-8000-{number:012d}" for number in range(1, 11)]
    writer.take(day_began("2020-02-04"), *(a_fact(person=person) for person in people))
    writer.commit(writer.batch([day_began("2020-06-01")]))
    failpoints.arm("status.due_before_commit=raise:Unavailable@1/2", seed=3)

    crashes = 0
    for _ in range(100):
        try:
            if not writer.handler.rest(writer.conn):
                break
        except Unavailable:
            crashes += 1

    assert crashes > 0
    assert database.rows("SELECT type, count(*), count(DISTINCT person) FROM core.milestone GROUP BY 1 ORDER BY 1") == [
        ("ELIGIBLE", 10, 10),
        ("TARGET_GROUP_CHANGED", 10, 10),
    ]
    assert database.differences() == []


def test_the_day_does_not_move_on_while_somebody_is_due(database, a_writer, a_fact, day_began):
    slow, quick = a_writer(), a_writer()
    slow.take(day_began("2020-02-04"), a_fact())
    slow.commit(slow.batch([day_began("2020-05-03"), day_began("2020-05-04")]))
    quick.rest()
    assert database.value("SELECT day FROM core.business_day") == date(2020, 5, 4)

    slow.take(a_fact(person="00000000-0000-4000-8000-000000000002"))
    with slow.conn.transaction():
        slow.conn.execute("SELECT FROM core.person FOR UPDATE")
        quick.commit(quick.batch([day_began("2020-06-01"), day_began("2020-09-01")]))
        quick.rest()
        assert quick.handler.rest(quick.conn) is False
    quick.rest()
    assert database.value("SELECT day FROM core.business_day") == date(2020, 9, 1)
    assert database.differences() == []


def test_a_person_whose_evaluation_fails_is_held_and_nobody_waits(
    database, a_writer, a_fact, day_began, codec, monkeypatch
):
    unlucky, lucky = (f"00000000-0000-4000-8000-{number:012d}" for number in (1, 2))
    evaluate_one = Evaluation._evaluate_one

    def with_a_fault(self, person, *rest):
        if person == unlucky:
            raise ValueError("a fault of the rules")
        return evaluate_one(self, person, *rest)

    writer = a_writer()
    with monkeypatch.context() as patched:
        patched.setattr(Evaluation, "_evaluate_one", with_a_fault)
        writer.take(day_began("2020-06-01"), a_fact(person=unlucky), a_fact(person=lucky))
    assert database.rows("SELECT person::text, reason FROM core.held_person") == [(unlucky, "ValueError")]
    assert database.rows("SELECT person::text FROM core.status") == [(lucky,)]
    assert database.value("SELECT count(*) FROM core.fact") == 2

    writer.take(day_began("2020-06-02"))

    assert database.rows("SELECT * FROM core.held_person") == []
    assert database.differences() == []


def test_infinity_is_no_day(database):
    import psycopg

    with psycopg.connect(database.dsn("owner")) as conn, pytest.raises(psycopg.errors.CheckViolation):
        conn.execute("UPDATE core.business_day SET begun_until = 'infinity'")
