"""A citizen's timeline as a picture: everything that holds is on it, and it is the same picture every time."""

from datetime import date

from defusedxml import ElementTree as Xml

from branchespor.picture.drawing import _LOOK
from branchespor.picture.lanes import MILESTONES, lanes_of, marks_of
from branchespor.picture.timeline import picture
from branchespor.simulation import play
from consumers.policy_file import load
from consumers.rules.detection import timeline_of
from consumers.rules.steps import SUBJECTS
from tests.stories.citizen import a_citizen

PERSON = "3e683ae6-4ca2-4548-803e-525945e6c44b"


def a_life():
    citizen = a_citizen().in_group("INSURED", "2020-02-03", until="2021-01-31", heard="2020-02-04").placed("2020-02-03")
    citizen.is_away_unpaid("2020-06-01", "2020-06-20")
    citizen.takes_a_job("2020-10-01", "2020-12-31", heard="2020-10-05")
    return citizen.in_group("CASH_JOB_READY", "2021-02-01", heard="2021-02-03")


def drawn(citizen, on="2021-06-15", known_at=None):
    day = date.fromisoformat(on)
    journal = [each.to_json() for each in play(citizen.facts, date(2020, 1, 1), date(2022, 1, 1), load())]
    return picture(PERSON, citizen.facts, journal, day, known_at, load())


def words(svg):
    return [text for element in Xml.fromstring(svg).iter() if (text := (element.text or "").strip())]


def test_it_shows_groups_work_absence_clocks_coverage_and_milestones_in_danish():
    found = words(drawn(a_life()))
    for label in ("Dagpengemodtager", "Jobparat kontanthjælpsmodtager", "Arbejde", "Fravær uden ydelse",
                  "Optjening (ure)", "Omfattet", "Milepæle", "15. jun 2021"):  # fmt: skip
        assert label in found, label
    assert any("omfattet af et branchespor den 15. juni 2021" in each for each in found)
    assert any("Begyndt i job  (fundet 2020-10-05)" in each for each in found)
    assert "R1a" in found


def test_the_days_of_the_lanes_are_those_of_the_rules():
    timeline = timeline_of(a_life().facts, load())
    lanes = {
        lane.label: [
            (date.fromordinal(bar.first).isoformat(), date.fromordinal(bar.stop).isoformat()) for bar in lane.bars
        ]
        for lane in lanes_of(timeline, date(2020, 1, 1).toordinal(), date(2021, 10, 1).toordinal())
    }
    assert lanes["Arbejde"] == [("2020-10-01", "2021-01-01")]
    assert lanes["Omfattet"] == [("2020-08-23", "2020-10-01"), ("2021-01-01", "2021-10-01")]
    assert lanes["Optjening (ure)"][0] == ("2020-02-03", "2020-08-23")


def test_the_same_citizen_gives_the_same_bytes():
    assert drawn(a_life()) == drawn(a_life())


def test_what_was_found_later_is_not_on_an_earlier_days_picture():
    assert not any("Ikke længere omfattet" in each for each in words(drawn(a_life(), on="2020-10-02")))


def test_no_two_styles_differ_by_colour_alone():
    def grey(colour):
        red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
        return (2 * red + 5 * green + blue) / 8

    looks = [(hatch, round(grey(colour) / 40)) for colour, hatch in _LOOK.values()]
    assert len(looks) == len(set(looks))


def test_every_milestone_has_a_danish_name():
    assert set(SUBJECTS) <= set(MILESTONES)
    played = list(play(a_life().facts, date(2020, 1, 1), date(2022, 1, 1), load()))
    assert [mark.text for mark in marks_of([each.to_json() for each in played]) if mark.text.isupper()] == []


def test_a_citizen_of_whom_little_is_known_has_a_picture_too():
    assert "Milepæle" in words(drawn(a_citizen().in_group("FLEX_JOB", "2021-06-01")))
    assert words(drawn(a_citizen().says("DeclaredReady", day="2021-01-01")))
