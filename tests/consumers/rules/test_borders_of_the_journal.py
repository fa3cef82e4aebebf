"""Matching what is evaluated with what was announced, where random histories turn too seldom."""

from datetime import date

from consumers.policy_file import load
from consumers.rules import Told, detect, playback
from consumers.rules.detection import timeline_of
from consumers.rules.journal import Announced, differences
from tests.stories.citizen import a_citizen

GROUPS = (("CASH_JOB_READY",), None)


def ordinal(text):
    return date.fromisoformat(text).toordinal()


def of_courses(found):
    return [(each.type, each.course, each.effective_day) for each in found if each.course is not None]


def test_an_announced_course_is_continued_by_the_first_of_two_that_a_correction_makes_of_it():
    citizen = (
        a_citizen()
        .in_group("CASH_JOB_READY", "2020-01-01", "2020-05-31")
        .in_group("CASH_JOB_READY", "2020-08-01", "2020-12-31")
    )
    told = Told(courses=[Announced(1, ordinal("2020-04-01"), "R2a", "LOST", ordinal("2020-12-31"), "LEFT_GROUP")])
    found = detect(told, citizen.facts, date(2021, 1, 10), load()).milestones
    assert of_courses(found) == [
        ("ELIGIBILITY_LOSS_REVISED", 1, "2020-06-01"),
        ("ELIGIBLE", 2, "2020-11-01"),
        ("ELIGIBILITY_LOST", 2, "2021-01-01"),
    ]


def test_a_loss_that_was_a_pause_after_all_is_reinstated_and_suspended_and_names_its_facts():
    citizen = a_citizen().in_group("CASH_JOB_READY", "2020-01-01").is_away_unpaid("2020-06-01", "2020-06-20")
    told = Told(courses=[Announced(1, ordinal("2020-04-01"), "R2a", "LOST", ordinal("2020-05-31"), "JOB")])
    found = detect(told, citizen.facts, date(2020, 6, 10), load()).milestones
    assert of_courses(found) == [
        ("ELIGIBILITY_REINSTATED", 1, "2020-06-01"),
        ("ELIGIBILITY_SUSPENDED", 1, "2020-06-01"),
    ]
    by_type = {each.type: each.facts for each in found}
    assert by_type["ELIGIBILITY_REINSTATED"] == ["f001"]
    assert by_type["ELIGIBILITY_SUSPENDED"] == ["f002"]
    again = detect(playback(found, told), citizen.facts, date(2020, 6, 10), load()).milestones
    assert of_courses(again) == []


def test_a_loss_that_never_was_is_reinstated_on_the_day_after_the_last_covered_one():
    citizen = a_citizen().in_group("CASH_JOB_READY", "2020-01-01")
    told = Told(
        courses=[Announced(1, ordinal("2020-04-01"), "R2a", "LOST", ordinal("2020-05-31"), "JOB")], groups=GROUPS
    )
    found = detect(told, citizen.facts, date(2020, 6, 10), load()).milestones
    assert of_courses(found) == [("ELIGIBILITY_REINSTATED", 1, "2020-06-01")]
    assert found[0].facts == ["f001"]


def test_a_difference_says_what_was_announced_and_what_is_evaluated():
    timeline = timeline_of(a_citizen().in_group("CASH_JOB_READY", "2020-01-01").facts, load())
    open_course = Announced(1, ordinal("2020-04-01"), "R2a", "OPEN")
    lost = Announced(1, ordinal("2020-04-01"), "R2a", "LOST", ordinal("2020-05-31"), "JOB")
    assert differences([open_course], timeline, ordinal("2020-07-01")) == []
    assert differences([lost], timeline, ordinal("2020-07-01")) == [
        "announced, not evaluated: course from 2020-04-01 by R2a, LOST, last covered day 2020-05-31, JOB",
        "evaluated, not announced: course from 2020-04-01 by R2a, OPEN",
    ]
