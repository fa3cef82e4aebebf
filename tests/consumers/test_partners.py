"""What each partner is told: by relation on the effective day, by allow list, under its own reference, once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from consumers.allowances import ALLOWED, PARTNER_EVENT_FIELDS, Allowance, allowed_part
from consumers.partners import PartnerHandler
from consumers.records import Place, Record
from schemas import catalogue
from schemas.codec import Codec

pytestmark = pytest.mark.integration

PERSON = "00000000-0000-4000-8000-000000000001"
TOPICS = {each: catalogue.partner_topic(each) for each in catalogue.load().partners}


@dataclass
class Partners:
    """The status consumer and the partner consumer on one database, and what the partners were told."""

    database: Any
    status: Any
    partners: Any

    def take(self, *records: Record) -> None:
        self.status.take(*records)
        persons = {row[0] for row in self.database.rows("SELECT person::text FROM core.milestone")}
        place = Place(catalogue.MILESTONES, 0)
        self.partners.take(*(Record(place, 0, "Milestone", {"person": person}) for person in sorted(persons)))

    def told(self, partner: str) -> list[tuple[str, str, str]]:
        return self.database.rows(
            "SELECT type, document ->> 'reference', document ->> 'effective_day' FROM core.told "
            f"WHERE partner = '{partner}' ORDER BY number"
        )


@pytest.fixture
def partners(database, a_writer, codec: Codec) -> Partners:
    return Partners(database, a_writer(), a_writer(PartnerHandler(TOPICS, codec.encode), "partners"))


@pytest.fixture
def insured(a_fact) -> Callable[..., Record]:
    return lambda **changed: a_fact(**{"target_group": "INSURED", "first_day": "2020-02-03", **changed})


@pytest.fixture
def member(a_fact) -> Callable[..., Record]:
    def build(**changed: Any) -> Record:
        akasse = changed.get("akasse", "901")
        key = changed.pop("record_key", f"00000101/2015-01-01/{PERSON}")
        return a_fact("MembershipSpell", source=f"akasse-bestand:{akasse}", record_key=key, **changed)

    return build


def test_the_own_akasse_hears_of_dagpenge_by_its_member_number(partners, insured, member, day_began):
    partners.take(day_began("2020-02-04"), insured(last_day="2020-03-31"), member())
    partners.take(day_began("2020-04-01"))

    assert partners.told("akasse-901") == [
        ("DAGPENGE_STARTED", "00000101", "2020-02-03"),
        ("DAGPENGE_STOPPED", "00000101", "2020-04-01"),
    ]
    assert partners.told("akasse-902") == []


def test_no_partner_hears_of_eligibility_or_of_cash_assistance(partners, a_fact, member, day_began):
    partners.take(day_began("2020-06-01"), a_fact(), member())

    assert partners.database.value("SELECT count(*) FROM core.milestone WHERE type = 'ELIGIBLE'") == 1
    assert partners.database.value("SELECT count(*) FROM core.told") == 0


@pytest.mark.parametrize(
    ("last_day", "told"),
    [
        pytest.param("2019-10-06", True, id="the-120th-day-after-the-membership"),
        pytest.param("2019-10-05", False, id="the-121st-day-after-the-membership"),
    ],
)
def test_an_akasse_is_told_up_to_120_days_after_a_membership(partners, insured, member, day_began, last_day, told):
    partners.take(day_began("2020-02-04"), insured(), member(last_day=last_day))
    assert bool(partners.told("akasse-901")) is told


@pytest.mark.parametrize(
    ("first_day", "told"),
    [
        pytest.param("2020-06-02", True, id="the-120th-day-before-the-membership"),
        pytest.param("2020-06-03", False, id="the-121st-day-before-the-membership"),
    ],
)
def test_an_akasse_is_told_from_120_days_before_a_membership(partners, insured, member, day_began, first_day, told):
    partners.take(day_began("2020-02-04"), insured(), member(first_day=first_day))
    assert bool(partners.told("akasse-901")) is told


def test_a_milestone_whose_relation_arrives_later_is_told_then_and_once(partners, insured, member, day_began):
    partners.take(day_began("2020-02-04"), insured())
    assert partners.told("akasse-901") == []

    partners.status.take(member())
    partners.partners.rest()
    told = partners.told("akasse-901")
    assert told == [("DAGPENGE_STARTED", "00000101", "2020-02-03")]

    partners.take()
    assert partners.told("akasse-901") == told


def test_told_of_somebody_elses_member_it_is_told_that_this_was_wrong(partners, insured, member, day_began):
    partners.take(day_began("2020-02-04"), insured(), member())
    [(wrong,)] = partners.database.rows("SELECT event_id::text FROM core.told")

    partners.status.take(
        member(withdrawn=True, recorded_at="2020-02-10T09:00:00.000Z"),
        member(akasse="902", record_key=f"00000777/2015-01-01/{PERSON}"),
    )
    partners.partners.rest()

    assert partners.told("akasse-901")[1:] == [("WITHDRAWN", "00000101", "2020-02-03")]
    assert partners.database.rows("SELECT document ->> 'correction_of' FROM core.told WHERE type = 'WITHDRAWN'") == [
        (wrong,)
    ]
    assert partners.told("akasse-902") == [("DAGPENGE_STARTED", "00000777", "2020-02-03")]


def test_a_relation_that_ends_takes_nothing_back(partners, a_fact, insured, member, day_began):
    partners.take(day_began("2020-02-04"), insured(), member())
    partners.take(member(last_day="2019-06-30", recorded_at="2020-02-10T09:00:00.000Z"))
    partners.partners.rest()

    assert [row[0] for row in partners.told("akasse-901")] == ["DAGPENGE_STARTED"]


def test_a_course_is_told_to_the_akasse_of_an_insured_member_and_only_its_dates_and_number(
    partners, a_fact, member, day_began
):
    partners.take(day_began("2020-05-05"), member(), a_fact("Training", source="amu:907001"))

    assert [row[0] for row in partners.told("akasse-901")] == ["TRAINING_ENROLLED", "TRAINING_STARTED"]
    [(document,)] = partners.database.rows("SELECT document FROM core.told WHERE type = 'TRAINING_STARTED'")
    told = {name for name in PARTNER_EVENT_FIELDS if document[name] is not None}
    assert told == {"course", "first_day", "last_day"}
    assert partners.told("amu-907001") == []


def test_of_a_member_without_insurance_no_course_is_told(partners, a_fact, member, day_began):
    partners.take(day_began("2020-05-05"), member(insurance="NONE"), a_fact("Training", source="amu:907001"))
    assert partners.told("akasse-901") == []


def test_a_course_that_was_withdrawn_is_taken_back(partners, a_fact, member, day_began):
    course = {"source": "amu:907001", "record_key": f"H0000001/{PERSON}"}
    partners.take(day_began("2020-04-01"), member(), a_fact("Training", **course))
    assert [row[0] for row in partners.told("akasse-901")] == ["TRAINING_ENROLLED"]

    partners.take(a_fact("Training", **course, withdrawn=True, recorded_at="2020-04-02T09:00:00.000Z"))

    assert [row[0] for row in partners.told("akasse-901")] == ["TRAINING_ENROLLED", "WITHDRAWN"]


def test_a_course_that_moves_is_told_as_a_correction(partners, a_fact, member, day_began):
    course = {"source": "amu:907001", "record_key": f"H0000001/{PERSON}"}
    partners.take(day_began("2020-04-01"), member(), a_fact("Training", **course))
    days = {"first_day": "2020-06-08", "last_day": "2020-06-12"}
    partners.take(a_fact("Training", **course, **days, recorded_at="2020-04-02T09:00:00.000Z"))

    events = partners.database.rows(
        "SELECT event_id::text, type, document ->> 'first_day', document ->> 'correction_of' "
        "FROM core.told ORDER BY number"
    )
    assert [event[1:3] for event in events] == [
        ("TRAINING_ENROLLED", "2020-05-04"),
        ("TRAINING_ENROLLED", "2020-06-08"),
    ]
    assert events[1][3] == events[0][0]


def test_a_job_that_was_never_begun_is_taken_back_from_all_who_were_told(partners, a_fact, member, day_began):
    job = {"source": "akasse-ledighed:901", "record_key": f"00000009/{PERSON}"}
    facts = (a_fact(), member(), a_fact("Training", source="amu:907001"), a_fact("EmploymentSpell", **job))
    partners.take(day_began("2020-06-02"), *facts)
    partners.take(a_fact("EmploymentSpell", **job, withdrawn=True, recorded_at="2020-06-09T09:00:00.000Z"))

    assert [row[0] for row in partners.told("amu-907001")] == ["STOPPED", "WITHDRAWN"]
    assert [row[0] for row in partners.told("akasse-901")][-2:] == ["JOB_STARTED", "WITHDRAWN"]


def test_a_job_tells_the_school_only_that_the_student_stops(partners, a_fact, member, day_began):
    facts = (a_fact(), member(), a_fact("Training", source="amu:907001"), a_fact("EmploymentSpell"))
    partners.take(day_began("2020-06-02"), *facts)

    assert partners.told("amu-907001") == [("STOPPED", "H0000001", "2020-06-02")]
    assert partners.told("akasse-901")[-1] == ("JOB_STARTED", "00000101", "2020-06-02")
    [(document,)] = partners.database.rows("SELECT document FROM core.told WHERE type = 'STOPPED'")
    assert all(document[name] is None for name in PARTNER_EVENT_FIELDS)


def test_a_job_start_that_moves_is_told_as_a_correction(partners, a_fact, member, day_began):
    job = {"source": "akasse-ledighed:901", "record_key": f"00000009/{PERSON}"}
    partners.take(day_began("2020-06-10"), a_fact(), member(), a_fact("EmploymentSpell", **job))
    moved = a_fact("EmploymentSpell", **job, first_day="2020-06-05", recorded_at="2020-06-09T09:00:00.000Z")
    partners.take(moved)

    assert [(row[0], row[2]) for row in partners.told("akasse-901")] == [
        ("JOB_STARTED", "2020-06-02"),
        ("JOB_STARTED", "2020-06-05"),
    ]
    events = partners.database.rows(
        "SELECT event_id::text, document ->> 'correction_of' FROM core.told ORDER BY number"
    )
    assert events[1][1] == events[0][0]


def test_partners_cannot_join_what_they_hold(partners, insured, member, day_began):
    other = member(akasse="902", record_key=f"00000777/2015-01-01/{PERSON}")
    partners.take(day_began("2020-02-04"), insured(), member(), other)

    values = [
        {document["event_id"], document["reference"], key}
        for document, key in partners.database.rows(
            "SELECT t.document, o.key FROM core.told t JOIN core.outbox o USING (event_id)"
        )
    ]
    assert len(values) == 2
    assert not values[0] & values[1]
    assert PERSON not in str(values)


def test_reading_the_milestones_again_tells_nothing_again(partners, insured, member, day_began):
    partners.take(day_began("2020-02-04"), insured(), member())
    before = partners.database.rows("SELECT * FROM core.told"), partners.database.rows("SELECT * FROM core.outbox")
    partners.take()
    assert (
        partners.database.rows("SELECT * FROM core.told"),
        partners.database.rows("SELECT * FROM core.outbox"),
    ) == before


def test_a_new_internal_field_stays_inside():
    named = {name for allowance in ALLOWED.values() for name in allowance.fields.values()}
    details = dict.fromkeys((*PARTNER_EVENT_FIELDS, *named, "a_new_field"), "something")
    for allowance in (*ALLOWED.values(), None, Allowance("TRAINING_STARTED")):
        told = allowed_part(allowance, details)
        assert told.keys() == set(PARTNER_EVENT_FIELDS)
        allowed = {} if allowance is None else allowance.fields
        assert {name for name, value in told.items() if value is not None} == set(allowed)


def test_the_partners_role_reads_neither_eligibility_nor_other_facts(database):
    import psycopg

    conn = database.connect("partners")
    for table in ("core.milestone", "core.fact", "core.status"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(f"SELECT * FROM {table}")
