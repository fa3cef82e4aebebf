"""The steps of a track in the store: announced once, held while they wait, told to those in the track alone."""

import json
import uuid
from datetime import date
from typing import Any

import psycopg
import pytest

from consumers import policy_file
from consumers.partners import PartnerHandler
from consumers.records import Place, Record
from schemas import catalogue

pytestmark = pytest.mark.integration

PERSON = "00000000-0000-4000-8000-000000000001"
TOPICS = {each: catalogue.partner_topic(each) for each in catalogue.load().partners}


@pytest.fixture
def town(database, a_writer, codec):
    """Both consumers on one database: `take` applies facts and tells partners, `told` is what a partner was given."""

    class Town:
        def __init__(self) -> None:
            self.database = database
            self.status = a_writer()
            self.partners = a_writer(PartnerHandler(TOPICS, codec.encode), "partners")

        def take(self, *records: Record) -> None:
            self.status.take(*records)
            self.partners.take(Record(Place(catalogue.MILESTONES, 0), 0, "Milestone", {"person": PERSON}))

        def told(self, partner: str) -> list[tuple[Any, ...]]:
            names = ("type", "effective_day", "offer", "first_day", "last_day")
            columns = ", ".join(f"document ->> '{name}'" for name in names)
            return self.database.rows(f"SELECT {columns} FROM core.told WHERE partner = '{partner}' ORDER BY number")

        def journal(self) -> list[str]:
            return [row[0] for row in self.database.rows("SELECT type FROM core.milestone ORDER BY position")]

    return Town()


@pytest.fixture
def member(a_fact):
    def build(**changed):
        return a_fact(
            "MembershipSpell", source="akasse-bestand:901", record_key=f"00000101/2015-01-01/{PERSON}", **changed
        )

    return build


@pytest.fixture
def decided(a_fact):
    def build(decision="OFFERED", **changed):
        return a_fact("TrackDecision", **{"decision": decision, "record_key": f"{decision}/{PERSON}"} | changed)

    return build


OFFERED = ("TRACK_OFFERED", "2020-02-10", "IND", "2020-03-02", "2020-06-26")


def test_the_own_akasse_of_an_insured_member_hears_of_offer_and_period(town, member, decided, day_began):
    town.take(day_began("2020-02-12"), member(), decided(), decided("ACCEPTED", day="2020-02-11"))
    assert town.told("akasse-901") == [OFFERED, ("TRACK_ACCEPTED", "2020-02-11", None, None, None)]
    assert town.told("akasse-902") == town.told("amu-907001") == []


def test_the_akasse_of_a_member_without_insurance_hears_of_no_offer(town, member, decided, day_began):
    town.take(day_began("2020-02-12"), member(insurance="NONE"), decided())
    assert town.journal() == ["TRACK_OFFERED"]
    assert town.told("akasse-901") == []


def test_an_offer_put_right_is_told_as_a_correction_and_one_withdrawn_is_taken_back(town, member, decided, day_began):
    town.take(day_began("2020-02-12"), member(), decided())
    town.take(decided(day="2020-02-11", recorded_at="2020-02-13T09:00:00.000Z"))
    town.take(decided(day="2020-02-11", recorded_at="2020-02-14T09:00:00.000Z", withdrawn=True))
    assert [each[:2] for each in town.told("akasse-901")] == [
        ("TRACK_OFFERED", "2020-02-10"),
        ("TRACK_OFFERED", "2020-02-11"),
        ("WITHDRAWN", "2020-02-11"),
    ]
    rows = town.database.rows(
        "SELECT document ->> 'event_id', document ->> 'correction_of' FROM core.told ORDER BY number"
    )
    assert [row[1] for row in rows] == [None, rows[0][0], rows[1][0]]


def test_only_a_joint_meeting_is_told_to_the_akasse(town, member, a_fact, day_began):
    town.take(day_began("2020-02-13"), member(), a_fact("Meeting", record_key=f"M/{PERSON}"))
    assert [each[0] for each in town.told("akasse-901")] == ["FIRST_MEETING_HELD"]
    town.take(
        a_fact("Meeting", record_key=f"M/{PERSON}", joint=False, held_on="2020-02-11", booked_for="2020-02-11",
               recorded_at="2020-02-14T09:00:00.000Z")
    )  # fmt: skip
    assert [each[0] for each in town.told("akasse-901")] == ["FIRST_MEETING_HELD", "WITHDRAWN"]


def test_a_school_hears_of_the_placements_period_in_its_own_track_and_of_nothing_else(town, decided, a_fact, day_began):
    course = {"first_day": "2020-05-04", "last_day": "2020-06-26"}
    town.take(
        day_began("2020-05-12"),
        decided(),
        decided("ACCEPTED", day="2020-02-11"),
        a_fact("Training", source="amu:907001", track="T1", **course),
        a_fact("Training", source="amu:907002", institution="907002", track=None, **course),
        a_fact("Placement"),
    )
    period = (None, "2020-05-11", "2020-05-29")
    assert town.told("amu-907001") == [
        ("PLACEMENT_AGREED", "2020-02-04", *period),
        ("PLACEMENT_STARTED", "2020-05-11", *period),
    ]
    assert town.told("amu-907002") == []


def test_the_end_of_a_track_is_told_to_its_school_without_the_reason(town, decided, a_fact, day_began):
    town.take(
        day_began("2020-05-12"),
        decided(),
        a_fact("Training", source="amu:907001", track="T1", first_day="2020-03-02", last_day="2020-06-26"),
        decided("DECLINED", day="2020-05-12"),
    )
    assert [each[:2] for each in town.told("amu-907001")] == [("ENDED", "2020-05-12")]
    [(document,)] = town.database.rows("SELECT document::text FROM core.told WHERE partner = 'amu-907001'")
    assert "DECLINED" not in document


def test_a_step_that_waits_is_announced_when_what_it_waits_for_comes(town, decided, a_fact, day_began):
    town.take(day_began("2020-02-12"), decided("ACCEPTED", day="2020-02-11"))
    assert town.journal() == []
    town.take(decided())
    assert town.journal() == ["TRACK_OFFERED", "TRACK_ACCEPTED"]
    assert town.database.differences() == []


def test_26_weeks_in_work_are_found_on_their_day_by_the_passing_of_time(town, a_fact, day_began):
    town.take(day_began("2020-06-02"), a_fact(), a_fact("EmploymentSpell", first_day="2020-06-02"))
    town.take(day_began("2020-11-30"))
    assert "LASTING_ATTACHMENT" not in town.journal()
    town.take(day_began("2020-12-01"))
    assert town.journal()[-1] == "LASTING_ATTACHMENT"
    assert town.database.differences() == []


def judged(number, category):
    own = {
        "area": "Nordjylland", "disco": "722310", "title": "x", "category": category, "half_year": "2020H1",
        "valid_from": "2020-01-01", "valid_to": "2020-06-30",
    }  # fmt: skip
    value = {
        "fact_id": str(uuid.uuid5(uuid.NAMESPACE_URL, str(number))),
        "source": "arbejdsmarkedsbalance:rar", "record_key": f"722/{number}", "recorded_at": "2020-01-15T09:00:00.000Z",
        "received_at": "2020-01-15T10:00:00.000Z", "withdrawn": False, **own,
    }  # fmt: skip
    return Record(Place(catalogue.fact_topic("ShortageArea"), 0), 0, "ShortageArea", value)


def test_an_offer_carries_what_the_balance_says_and_a_new_balance_announces_nothing(town, decided, day_began):
    policy = policy_file.load().in_force(date(2020, 2, 10).toordinal())
    short = sorted(policy.shortage_categories)[0]
    record = judged(1, short)
    record.value["area"] = policy.labour_market_area
    town.take(record, record, day_began("2020-02-12"), decided())
    [(document,)] = town.database.rows("SELECT document::text FROM core.milestone")
    assert json.loads(document)["details"]["conformity"]["shortage"]["verdict"] == "true"
    assert town.database.value("SELECT count(*) FROM core.shortage_area") == 1
    other = judged(2, short)
    other.value["area"] = policy.labour_market_area
    town.take(other)
    assert town.journal() == ["TRACK_OFFERED"]


@pytest.mark.parametrize(
    ("plant", "named"),
    [
        pytest.param(
            "DELETE FROM core.milestone WHERE type = 'TRACK_ACCEPTED'", "TRACK_ACCEPTED not announced", id="missing"
        ),
        pytest.param(
            "UPDATE core.milestone SET document = jsonb_set(document, '{effective_day}', '\"2020-02-09\"'),"
            " effective_day = '2020-02-09' WHERE type = 'TRACK_OFFERED'",
            "TRACK_OFFERED not announced",
            id="on-another-day",
        ),
        pytest.param(
            "UPDATE core.milestone SET effective_day = '2020-02-09' WHERE type = 'TRACK_OFFERED'",
            "line 2 is not as it was written",
            id="torn",
        ),
        pytest.param(
            "INSERT INTO core.milestone (person, position, milestone_id, type, effective_day, detected_day, document)"
            " SELECT person, 9, gen_random_uuid(), 'TRACK_DECLINED', effective_day, detected_day,"
            " document || '{\"milestone\": \"TRACK_DECLINED\"}' FROM core.milestone WHERE type = 'TRACK_OFFERED'",
            "MILESTONE_WITHDRAWN not announced",
            id="too-many",
        ),
        pytest.param("DELETE FROM core.due", "due day: missing", id="no-next-day"),
        pytest.param("UPDATE core.due SET day = day + 1", "due day: too late", id="next-day-too-late"),
    ],
)
def test_a_wrong_row_is_found_with_the_person_and_what_differs(plant, named, town, decided, a_fact, day_began):
    town.take(day_began("2020-02-12"), a_fact(), decided(), decided("ACCEPTED", day="2020-02-11"))
    assert town.database.differences() == []
    with psycopg.connect(town.database.dsn("postgres")) as conn:
        assert conn.execute(plant.encode()).rowcount == 1
    found = town.database.differences()
    assert {each.person for each in found} == {PERSON}
    assert any(named in each.field for each in found), found
