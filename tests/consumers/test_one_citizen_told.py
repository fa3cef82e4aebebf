"""What partners hear of a citizen who was two persons: nothing twice, and corrections of what was told of either."""

from dataclasses import dataclass
from typing import Any

import pytest

from consumers.partners import PartnerHandler
from consumers.records import Place, Record
from schemas import catalogue

pytestmark = pytest.mark.integration

KEPT, OLD = (f"00000000-0000-4000-8000-{number:012d}" for number in (1, 2))
TOPICS = {each: catalogue.partner_topic(each) for each in catalogue.load().partners}
CHANGE = Record(
    Place(catalogue.fact_topic("IdentityChange"), 0),
    0,
    "IdentityChange",
    {
        "event_id": "00000000-0000-4000-8000-0000000000aa",
        "person": KEPT,
        "merged_person": OLD,
        "day": "2020-05-20",
        "recorded_at": "2020-05-20T00:00:00.000Z",
        "received_at": "2020-05-20T06:00:00.000Z",
    },
)


@dataclass
class Town:
    database: Any
    status: Any
    partners: Any

    def take(self, *records: Record) -> None:
        self.status.take(*records)
        self.look(KEPT, OLD)

    def look(self, *persons: str) -> None:
        place = Place(catalogue.MILESTONES, 0)
        self.partners.take(*(Record(place, 0, "Milestone", {"person": person}) for person in persons))

    def told(self, partner: str = "akasse-901") -> list[tuple[str, str, str]]:
        return self.database.rows(
            "SELECT type, document ->> 'reference', document ->> 'effective_day' FROM core.told "
            f"WHERE partner = '{partner}' ORDER BY number"
        )

    def corrections(self) -> list[tuple[str, str]]:
        """Type of each event that refers to another, with the type of that one."""
        return self.database.rows(
            "SELECT n.type, o.type || ' ' || (o.document ->> 'effective_day') FROM core.told n "
            "JOIN core.told o ON o.event_id::text = n.document ->> 'correction_of' ORDER BY n.number"
        )


@pytest.fixture
def town(database, a_writer, codec, day_began) -> Town:
    made = Town(database, a_writer(), a_writer(PartnerHandler(TOPICS, codec.encode), "partners"))
    made.status.take(day_began("2020-06-08"))
    return made


@pytest.fixture
def member(a_fact):
    def build(person=KEPT, number="00000101", **changed):
        key = f"{number}/2015-01-01/{person}"
        return a_fact("MembershipSpell", person=person, source="akasse-bestand:901", record_key=key, **changed)

    return build


def test_what_was_told_under_the_old_id_is_not_told_again(town, a_fact, member):
    town.take(member(OLD), a_fact(person=OLD), a_fact("EmploymentSpell", person=OLD))
    before = town.told()
    assert [row[0] for row in before] == ["JOB_STARTED"]

    town.take(CHANGE)
    town.partners.rest()

    assert town.told() == before


def test_a_milestone_of_one_is_told_by_the_relation_of_the_other(town, a_fact, member):
    town.take(member(OLD), a_fact(), a_fact("EmploymentSpell"))
    assert town.told() == []

    town.status.take(CHANGE)
    town.partners.rest()

    assert town.told() == [("JOB_STARTED", "00000101", "2020-06-02")]


def test_a_step_told_under_the_old_id_is_corrected_under_the_new_one(town, a_fact, member):
    job = {"source": "akasse-ledighed:901", "record_key": f"00000009/{OLD}"}
    town.take(member(OLD), a_fact(person=OLD), a_fact("EmploymentSpell", person=OLD, **job))
    town.take(CHANGE)
    moved = a_fact("EmploymentSpell", person=OLD, **job, first_day="2020-06-05", recorded_at="2020-06-06T09:00:00.000Z")
    town.take(moved)

    assert [(row[0], row[2]) for row in town.told()] == [("JOB_STARTED", "2020-06-02"), ("JOB_STARTED", "2020-06-05")]
    assert town.corrections() == [("JOB_STARTED", "JOB_STARTED 2020-06-02")]
    announced = town.database.rows("SELECT person::text FROM core.milestone WHERE type = 'JOB_STARTED' ORDER BY 1")
    assert announced == [(KEPT,), (OLD,)]


def test_what_was_told_of_both_is_corrected_once_and_taken_back_once(town, a_fact, member):
    """One joint meeting, known to both; then it turns out to have been another day."""
    for person in (KEPT, OLD):
        town.take(member(person, number=f"0000010{person[-1]}"))
    meeting = {"source": "jobcenter-forloeb:70700"}
    for person in (KEPT, OLD):
        town.take(a_fact("Meeting", person=person, record_key=f"M1/{person}", **meeting))
    assert [row[0] for row in town.told()] == ["FIRST_MEETING_HELD"] * 2

    town.take(CHANGE)
    assert len(town.told()) == 2

    later = {"held_on": "2020-02-14", "recorded_at": "2020-02-20T09:00:00.000Z", **meeting}
    town.take(*(a_fact("Meeting", person=person, record_key=f"M1/{person}", **later) for person in (KEPT, OLD)))

    assert sorted(row[0] for row in town.told()[2:]) == ["FIRST_MEETING_HELD", "WITHDRAWN"]
    corrected = town.database.rows("SELECT document ->> 'correction_of' FROM core.told ORDER BY number")[2:]
    assert len({row[0] for row in corrected}) == 2
    before = town.told()
    town.take()
    town.partners.rest()
    assert town.told() == before


def test_a_step_that_the_facts_of_both_do_not_bear_is_taken_back(town, a_fact, member):
    """Each had a first meeting; the citizen has one."""
    town.take(member(OLD), a_fact("Meeting", person=OLD, held_on="2020-03-12", booked_for="2020-03-12"))
    town.take(a_fact("Meeting", held_on="2020-02-12", booked_for="2020-02-12"))
    town.take(CHANGE)

    assert [(row[0], row[2]) for row in town.told()] == [
        ("FIRST_MEETING_HELD", "2020-03-12"),
        ("WITHDRAWN", "2020-03-12"),
        ("FIRST_MEETING_HELD", "2020-02-12"),
    ]
    assert town.database.differences() == []


def test_a_look_at_the_old_id_is_a_look_at_the_citizen(town, a_fact, member):
    town.status.take(member(OLD), a_fact(), a_fact("EmploymentSpell"), CHANGE)
    town.look(OLD)
    assert town.told() == [("JOB_STARTED", "00000101", "2020-06-02")]


def test_all_ids_of_a_citizen_are_locked(town, a_fact, member):
    town.status.take(member(OLD), a_fact(), CHANGE)
    town.look(KEPT)
    assert town.database.rows("SELECT person::text FROM core.told_person ORDER BY 1") == [(KEPT,), (OLD,)]


def test_the_partners_role_sees_who_is_one_citizen_and_not_why(database):
    import psycopg

    conn = database.connect("partners")
    conn.execute("SELECT person, leads_to FROM core.merged")
    for columns in ("both_running", "event_id"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(f"SELECT {columns} FROM core.merged")
