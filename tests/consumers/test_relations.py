"""With whom a citizen has a relation: days, references, and which of several."""

from datetime import date

import pytest

from consumers.relations import relation_on, relations_of

PERSON = "00000000-0000-4000-8000-000000000001"


def fact(record) -> dict:
    return {"kind": record.name, **record.value}


@pytest.fixture
def membership(a_fact):
    def build(number: str, first_day: str, last_day: str | None = None, **more):
        key = f"{number}/{first_day}/{PERSON}"
        return fact(a_fact("MembershipSpell", record_key=key, first_day=first_day, last_day=last_day, **more))

    return build


@pytest.fixture
def course(a_fact):
    return lambda **changed: fact(
        a_fact("Training", **{"source": "amu:907001", "record_key": f"H0000001/{PERSON}", **changed})
    )


def test_the_newest_version_of_a_membership_counts(membership):
    old = membership("00000101", "2015-01-01")
    new = membership("00000101", "2015-01-01", "2019-12-31", recorded_at="2020-03-01T00:00:00.000Z")
    for facts in ([old, new], [new, old]):
        [relation] = relations_of(facts)
        assert (relation.first_day, relation.last_day) == (date(2014, 9, 3), date(2020, 4, 29))


def test_a_withdrawn_membership_is_none(membership):
    gone = membership("00000101", "2015-01-01", withdrawn=True, recorded_at="2020-03-01T00:00:00.000Z")
    assert relations_of([membership("00000101", "2015-01-01"), gone]) == []


def test_of_two_memberships_the_reference_is_the_one_begun_last(membership):
    relations = relations_of([membership("00000101", "2015-01-01", "2019-12-31"), membership("00000202", "2020-02-01")])
    references = {
        day: relation_on(relations, "akasse-901", date.fromisoformat(day)).reference
        for day in ("2019-12-31", "2020-01-15", "2020-02-01")
    }
    assert references == {"2019-12-31": "00000101", "2020-01-15": "00000101", "2020-02-01": "00000202"}
    assert relation_on(relations, "akasse-902", date(2020, 1, 1)) is None


def test_a_school_may_be_told_from_the_day_it_told_us_to_the_last_day_of_the_course(course):
    [relation] = relations_of([course(recorded_at="2020-04-09T22:30:00.000Z")])
    assert (relation.partner, relation.reference) == ("amu-907001", "H0000001")
    assert relation.first_day == date(2020, 4, 10)  # half past midnight in Denmark
    assert relation.last_day == date(2020, 6, 30)


def test_a_later_version_does_not_move_the_day_the_school_first_told_us(course):
    first = course(recorded_at="2020-04-09T10:00:00.000Z")
    later = course(recorded_at="2020-05-20T10:00:00.000Z", last_day="2020-05-15", outcome="NOT_COMPLETED")
    [relation] = relations_of([later, first])
    assert (relation.first_day, relation.last_day) == (date(2020, 4, 9), date(2020, 5, 15))


def test_a_cancelled_course_ends_the_relation_on_the_day_of_the_cancellation(course):
    first = course(recorded_at="2020-04-09T10:00:00.000Z")
    cancelled = course(recorded_at="2020-04-20T10:00:00.000Z", outcome="CANCELLED")
    [relation] = relations_of([first, cancelled])
    assert relation.last_day == date(2020, 4, 20)
