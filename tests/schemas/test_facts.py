"""Facts of a person and of no person: which kinds must name somebody, and which cannot."""

from datetime import UTC, datetime

import pytest

from branchespor.processes import status_topics
from producers.statement import version
from schemas.catalogue import fact_topic
from schemas.facts import KINDS, KINDS_OF_NO_PERSON, KINDS_OF_PERSON, from_json, to_json

AT = datetime(2020, 2, 12, 10, 0, tzinfo=UTC)
PERSON = "fdd1234f-c522-5f63-ae9d-59512991a5aa"
SHORTAGE = {
    "area": "RAR Østjylland",
    "disco": "721210",
    "title": None,
    "category": "SHORTAGE",
    "half_year": "2020H1",
    "valid_from": "2020-01-01",
    "valid_to": "2020-06-30",
}


def stated(kind, person, content):
    return version(kind, person=person, source="s:1", record_key="k", recorded_at=AT, received_at=None, content=content)


def test_only_reference_data_and_openings_are_of_no_person():
    assert set(KINDS_OF_NO_PERSON) == {"ShortageArea", "JobOrder"}
    assert set(KINDS) == set(KINDS_OF_PERSON) | set(KINDS_OF_NO_PERSON)


def test_a_fact_of_no_person_has_no_person_in_any_form():
    fact = stated("ShortageArea", None, SHORTAGE)

    assert not hasattr(fact, "person")
    assert "person" not in to_json(fact)
    assert from_json(to_json(fact)) == fact


def test_a_fact_of_no_person_cannot_name_one_and_one_of_a_person_must():
    with pytest.raises(TypeError):
        stated("ShortageArea", PERSON, SHORTAGE)
    with pytest.raises(TypeError):
        stated("CaseOpened", None, {"day": "2020-02-12"})
    assert stated("CaseOpened", PERSON, {"day": "2020-02-12"}).fact_id


def test_the_status_consumer_reads_every_kind_about_a_citizen_the_balance_and_no_other():
    topics = set(status_topics())

    assert {fact_topic(kind) for kind in (*KINDS_OF_PERSON, "ShortageArea", "IdentityChange")} < topics
    assert not {fact_topic(kind) for kind in KINDS_OF_NO_PERSON if kind != "ShortageArea"} & topics
