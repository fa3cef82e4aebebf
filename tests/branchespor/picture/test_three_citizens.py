"""The pictures of three invented citizens in docs/pictures: what they show is what is drawn today."""

from datetime import date
from pathlib import Path

import pytest
from defusedxml import ElementTree as Xml

from branchespor.picture.timeline import picture
from branchespor.simulation import play
from consumers.policy_file import load
from tests.stories.citizen import a_citizen

PICTURES = Path(__file__).parents[3] / "docs" / "pictures"


def insured():
    """Six months with leave and a job in between; then dagpenge runs out."""
    citizen = a_citizen().in_group("INSURED", "2020-02-03", until="2021-01-31", heard="2020-02-04").placed("2020-02-03")
    citizen.takes_a_job("2020-04-01", "2020-05-15", weekly_hours=20, heard="2020-04-02")
    citizen.is_away_unpaid("2020-06-01", "2020-06-20", heard="2020-06-02")
    citizen.takes_a_job("2020-10-01", "2020-12-31", heard="2020-10-05")
    return citizen.in_group("CASH_JOB_READY", "2021-02-01", heard="2021-01-28"), "2021-06-15"


def cash():
    """From aktivitetsparat to job ready, a track with course and placement, a pause, and a job."""
    citizen = a_citizen().in_group("CASH_ACTIVITY_READY", "2019-03-01", "2020-02-02")
    citizen.in_group("CASH_JOB_READY", "2020-02-03", heard="2020-02-03")
    citizen.says("Meeting", heard="2020-02-20", meeting="m1", held_on="2020-02-20", joint=False)
    citizen.is_away_unpaid("2020-06-08", "2020-06-21", heard="2020-06-10")
    for decision, day in (("OFFERED", "2020-07-01"), ("ACCEPTED", "2020-07-08")):
        citizen.says(
            "TrackDecision", heard=day, track="T1", decision=decision, day=day, branchespor="IND", disco3="722",
            override=False, plan_first_day=None, plan_last_day=None,
        )  # fmt: skip
    citizen.says(
        "Training", heard="2020-07-20", enrolment="E1", track="T1", institution="907001", course="47136",
        outcome="COMPLETED", first_day="2020-08-10", last_day="2020-09-04",
    )  # fmt: skip
    citizen.says(
        "Placement", heard="2020-08-20", placement="P1", track="T1", placement_kind="PRAKTIK", cvr="10000009",
        p_number="1000000009", weekly_hours=37.0, first_day="2020-09-07", last_day="2020-10-02",
    )  # fmt: skip
    return citizen.takes_a_job("2020-11-02", heard="2020-11-10", weekly_hours=37), "2020-12-15"


def young():
    """Ready for education, moves to the municipality, is declared ready for work and turns job ready."""
    citizen = a_citizen().in_group("EDUCATION_READY", "2020-03-01", "2021-03-15", heard="2020-03-02")
    citizen.lives_in("0706", "2010-01-01", "2020-05-31").lives_in("0707", "2020-06-01", heard="2020-06-03")
    citizen.in_group("SICKNESS", "2020-09-01", "2020-11-15", heard="2020-09-02")
    citizen.says("DeclaredReady", day="2020-08-17", heard="2020-08-17")
    citizen.takes_a_job("2021-01-04", "2021-02-26", weekly_hours=15, heard="2021-01-04")
    return citizen.in_group("CASH_JOB_READY", "2021-03-16", heard="2021-03-12"), "2021-05-10"


CITIZENS = {
    "forsikret": (insured, "3e683ae6-4ca2-4548-803e-525945e6c44b"),
    "kontanthjaelp": (cash, "7f0c1c8e-2d55-4b7e-9a39-0d8f6a1c2b11"),
    "ung": (young, "c2a4f0d6-91b3-4f62-8a17-5e6d3b9c7a20"),
}


def drawn(name):
    life, person = CITIZENS[name]
    citizen, on = life()
    told = [each.to_json() for each in play(citizen.facts, date(2020, 1, 21), date.fromisoformat(on), load())]
    return picture(person, citizen.facts, told, date.fromisoformat(on), None, load())


def words(svg):
    return [text for element in Xml.fromstring(svg).iter() if (text := (element.text or "").strip())]


@pytest.mark.parametrize("name", CITIZENS)
def test_the_picture_in_the_documents_shows_what_is_drawn_today(name):
    """If the new pictures are right: python -m tests.branchespor.picture.test_three_citizens."""
    assert words((PICTURES / f"{name}.svg").read_bytes()) == words(drawn(name))


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for each in CITIZENS:
        (PICTURES / f"{each}.svg").write_bytes(drawn(each))
