"""A citizen's timeline as a picture: everything that holds is on it, and it is the same picture every time."""

from datetime import date

import pytest
from defusedxml import ElementTree as Xml

from branchespor.demo.timeline import SIGNS, draw
from branchespor.picture.drawing import _LOOK
from branchespor.picture.lanes import lanes_of, marks_of
from branchespor.picture.timeline import picture
from branchespor.picture.words import MILESTONES, mark_text
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
    assert "Begyndt i job (fundet 5. okt 2020)" in found
    assert "Ikke længere omfattet: fuldtidsarbejde (fundet 5. okt 2020)" in found
    assert "Målgruppe: dagpengemodtager (fundet 4. feb 2020)" in found
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


def test_days_in_another_municipality_and_hours_of_work_are_shown():
    citizen = a_citizen().in_group("CASH_JOB_READY", "2020-02-03").lives_in("0706", "2010-01-01", "2020-06-30")
    citizen.lives_in("0707", "2020-07-01").takes_a_job("2020-08-01", "2020-12-31", weekly_hours=20.5)
    citizen.says("EmploymentSpell", employment="WAGE_SUBSIDY", first_day="2021-01-04", last_day="2021-03-31")
    first, stop = date(2020, 2, 1).toordinal(), date(2021, 7, 1).toordinal()
    lanes = {lane.label: lane.bars for lane in lanes_of(timeline_of(citizen.facts, load()), first, stop)}
    [away] = lanes["Bor i en anden kommune"]
    assert (away.first, away.stop) == (first, date(2020, 7, 1).toordinal())
    assert [(bar.style, bar.text) for bar in lanes["Arbejde"]] == [("part", "20,5 timer")]
    assert [bar.text for bar in lanes["Praktik, løntilskud"]] == ["løntilskud"]


def test_of_a_no_the_picture_says_what_stands_in_the_way():
    found = " ".join(words(drawn(a_life(), on="2020-10-15")))
    assert "fordi du fra den dag er i fuldtidsarbejde" in found


def test_milestones_beyond_those_listed_are_counted():
    journal = [
        {"milestone": "CASEWORK_STARTED", "effective_day": f"2021-05-{day:02}", "detected_day": f"2021-05-{day:02}"}
        for day in range(1, 31)
    ]
    found = words(picture(PERSON, a_life().facts, journal, date(2021, 6, 15), None, load()))
    assert any("Tidligere milepæle, som ikke er vist: 6." in each for each in found)


@pytest.mark.parametrize(
    ("milestone", "text"),
    [
        ({"milestone": "PARALLEL_SUPPORT_ACTIVE", "details": {"active": False}}, "Parallel indsats slut"),
        ({"milestone": "LASTING_ATTACHMENT", "details": {"weeks": 26}}, "Varig tilknytning (26 uger)"),
        ({"milestone": "MILESTONE_WITHDRAWN", "details": {"withdraws": "ENROLLED"}},
         "Trukket tilbage: Optaget på uddannelse"),
        ({"milestone": "TARGET_GROUP_CHANGED", "details": {"new_groups": []}}, "Ikke længere i en målgruppe"),
    ],
)  # fmt: skip
def test_a_milestone_says_what_is_special_about_it(milestone, text):
    assert mark_text(milestone) == text


def test_the_lines_of_text_show_the_same_lanes():
    citizen = a_life()
    first, stop = date(2020, 1, 1).toordinal(), date(2021, 7, 1).toordinal()
    lanes = lanes_of(timeline_of(citizen.facts, load()), first, stop)
    lines = draw(lanes, marks_of([]), first, stop, width=stop - first)
    assert [line.split("  ")[0] for line in lines[2:-1]] == [lane.label for lane in lanes]
    covered = next(line for line in lines if line.startswith("Omfattet"))[-(stop - first) :]
    assert covered.index("█") == date(2020, 8, 23).toordinal() - first
    assert covered.count("█") == (date(2020, 10, 1) - date(2020, 8, 23)).days + stop - date(2021, 1, 1).toordinal()


def test_every_style_has_a_sign_of_its_own():
    assert set(SIGNS) == set(_LOOK)
    assert len(set(SIGNS.values())) == len(SIGNS)


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
