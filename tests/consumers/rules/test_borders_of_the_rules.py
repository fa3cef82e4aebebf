"""Borders that random histories meet too seldom, each in the smallest history that turns on it."""

from dataclasses import replace
from datetime import date

import pytest

from branchespor.simulation import play
from consumers.policy_file import load
from consumers.rules import Policies, Told, detect, evaluate
from consumers.rules.detection import timeline_of
from consumers.rules.journal import Announced, differences
from tests.stories.citizen import a_citizen, eligible, not_eligible


def ordinal(text):
    return date.fromisoformat(text).toordinal()


def test_insured_days_between_two_placements_begin_no_period_of_their_own_however_long_the_gap():
    citizen = (
        a_citizen()
        .placed("2019-03-01")
        .placed("2022-01-01")
        .in_group("INSURED", "2019-03-01", "2019-03-31")
        .in_group("INSURED", "2020-05-01")
    )
    # 184 days from 1 March 2019, 31 of them counted in that March: 153 are missing on 1 May 2020
    assert citizen.on("2020-09-30") == not_eligible("2020-10-01")
    assert citizen.on("2020-10-01") == eligible("R1a", "2020-10-01")


def test_insured_days_before_the_first_placement_begin_a_period_that_ends_with_it():
    citizen = a_citizen().placed("2020-05-01").placed("2020-08-01").in_group("INSURED", "2020-03-01")
    assert citizen.on("2020-08-01") == not_eligible("2021-02-01")


def test_a_placed_period_is_one_however_often_it_is_left_and_its_own_days_are_no_earlier_unemployment():
    citizen = (
        a_citizen()
        .placed("2019-01-01")
        .in_group("INSURED", "2019-01-01", "2019-09-30")
        .in_group("INSURED", "2020-11-01", "2020-12-01")
        .in_group("INSURED", "2022-01-01")
    )
    assert citizen.on("2020-11-15") == eligible("R1a", "2020-11-01")
    assert citizen.on("2022-01-01") == eligible("R1a", "2022-01-01")


def test_a_placement_without_a_day_in_the_group_hides_no_later_one():
    citizen = a_citizen().placed("2019-01-01").placed("2020-02-01").in_group("INSURED", "2020-02-01")
    assert citizen.on("2020-03-01") == not_eligible("2020-08-01")


@pytest.mark.parametrize("group", ["INSURED", "CASH_JOB_READY"])
def test_a_gap_at_work_within_the_group_is_bridged_in_the_earlier_run(group):
    citizen = (
        a_citizen()
        .in_group(group, "2018-06-01", "2018-12-31")
        .takes_a_job("2018-10-01", "2018-10-30")
        .in_group("CASH_JOB_READY", "2020-03-01")
    )
    assert citizen.on("2020-03-01") == eligible("R2b", "2020-03-01")
    other_group = a_citizen()
    other_group.facts = list(citizen.facts)
    other_group.in_group("SICKNESS", "2018-10-15", "2018-10-15")
    assert other_group.on("2020-03-01") == not_eligible("2020-06-01")


def test_earlier_unemployment_that_a_new_policy_finds_too_short_ends_the_course_with_a_reset_clock():
    first, *_ = load().versions
    before = replace(first, version="a", valid_to=date(2020, 6, 30))
    after = replace(first, version="b", valid_from=date(2020, 7, 1), valid_to=None, prior_threshold_months=12)
    citizen = a_citizen().in_group("INSURED", "2018-01-01", "2018-09-30").placed("2020-03-01")
    citizen.in_group("INSURED", "2020-03-01")
    answer = evaluate(citizen.facts, date(2020, 7, 1), None, Policies([before, after]))
    assert (answer.state, answer.expected_from) == ("NOT_ELIGIBLE", "2020-09-01")
    assert [(each["rule"], each["last_day"], each["end_reason"]) for each in answer.periods] == [
        ("R1b", "2020-06-30", "CLOCK_RESET"),
        ("R1a", None, None),
    ]


def test_one_covered_by_earlier_unemployment_who_leaves_the_group_has_left_it():
    citizen = (
        a_citizen().in_group("INSURED", "2018-01-01", "2018-09-30").in_group("INSURED", "2020-03-01", "2020-04-30")
    )
    assert citizen.ended("2020-05-01") == ["LEFT_GROUP"]


@pytest.mark.parametrize(
    ("rule", "earlier"),
    [
        pytest.param("R3", ("SICKNESS", "2019-11-01", "2020-01-31"), id="transition"),
        pytest.param("R2b", ("CASH_JOB_READY", "2017-02-01", "2017-10-31"), id="earlier-run-that-leaves-the-look-back"),
    ],
)
def test_a_pause_too_long_to_be_bridged_ends_the_course_with_a_reset_clock(rule, earlier):
    citizen = a_citizen().in_group(*earlier).in_group("CASH_JOB_READY", "2020-02-01")
    citizen.is_away_unpaid("2020-03-01", "2020-06-15", heard="2020-03-01")
    assert citizen.on("2020-02-29")[:2] == ("ELIGIBLE", rule)
    told = play(citizen.facts, date(2020, 2, 1), date(2020, 7, 1), load())
    lost = [each for each in told if each.type == "ELIGIBILITY_LOST"]
    assert [(each.effective_day, each.reason, each.rule) for each in lost] == [("2020-03-01", "CLOCK_RESET", rule)]


def test_where_nothing_is_bridged_a_group_that_follows_at_once_is_still_a_transition():
    first, *_ = load().versions
    strict = Policies([replace(first, bridge_gap_months=0)])
    citizen = a_citizen().in_group("SICKNESS", "2019-11-01", "2020-02-29").in_group("CASH_JOB_READY", "2020-03-01")
    assert evaluate(citizen.facts, date(2020, 3, 1), None, strict).rule == "R3"
    later = a_citizen().in_group("SICKNESS", "2019-11-01", "2020-02-28").in_group("CASH_JOB_READY", "2020-03-01")
    assert evaluate(later.facts, date(2020, 3, 1), None, strict).rule is None


@pytest.mark.parametrize("days", [("2020-06-01", "2020-07-01"), ("2020-07-01", "2020-06-01")])
def test_of_two_days_of_death_the_earlier_counts_in_whatever_order_they_were_heard(days):
    citizen = a_citizen().in_group("CASH_JOB_READY", "2020-01-01")
    for day in days:
        citizen.says("PersonStatus", status="DEAD", day=day)
    assert citizen.on("2020-05-31") == eligible("R2a", "2020-04-01")
    assert citizen.on("2020-06-01") == not_eligible()
    assert citizen.ended("2020-06-01") == ["DIED"]


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_versions_a_microsecond_apart_the_later_holds(turn):
    citizen = a_citizen()
    citizen.in_group("CASH_JOB_READY", "2020-01-01", record_key="k").in_group("SICKNESS", "2020-01-01", record_key="k")
    earlier, later = citizen.facts
    earlier |= {"recorded_at": "2020-01-01T05:00:00.000001Z", "fact_id": "z"}
    later |= {"recorded_at": "2020-01-01T05:00:00.000002Z", "fact_id": "a"}
    citizen.facts = citizen.facts[::turn]
    assert citizen.answer("2020-02-01").target_groups == ["SICKNESS"]


def test_a_suspended_course_continues_one_announced_within_its_pause():
    citizen = a_citizen().in_group("CASH_JOB_READY", "2020-01-01").is_away_unpaid("2020-06-01", "2020-08-31")
    told = Told(courses=[Announced(1, ordinal("2020-06-10"), "R2a", "OPEN")], groups=(("CASH_JOB_READY",), None))
    found = detect(told, citizen.facts, date(2020, 6, 20), load()).milestones
    assert [(each.type, each.course, each.effective_day) for each in found] == [
        ("ELIGIBILITY_REVISED", 1, "2020-04-01"),
        ("ELIGIBILITY_SUSPENDED", 1, "2020-06-01"),
    ]


def test_a_lost_course_is_another_than_one_announced_after_its_end():
    citizen = a_citizen().in_group("CASH_JOB_READY", "2020-01-01", "2020-05-31")
    told = Told(courses=[Announced(1, ordinal("2020-06-01"), "R2a", "OPEN")])
    found = detect(told, citizen.facts, date(2020, 6, 20), load()).milestones
    types = [(each.type, each.course) for each in found if each.course is not None]
    assert types == [("ELIGIBILITY_WITHDRAWN", 1), ("ELIGIBLE", 2), ("ELIGIBILITY_LOST", 2)]


LOST = Announced(1, ordinal("2020-04-01"), "R2a", "LOST", ordinal("2020-05-31"), "LEFT_GROUP")


@pytest.mark.parametrize(
    "announced",
    [
        pytest.param([], id="not-announced"),
        pytest.param([Announced(1, LOST.first + 1, LOST.rule, LOST.status, LOST.last, LOST.reason)], id="first-day"),
        pytest.param([Announced(1, LOST.first, "R2b", LOST.status, LOST.last, LOST.reason)], id="rule"),
        pytest.param([Announced(1, LOST.first, LOST.rule, "SUSPENDED", LOST.last, LOST.reason)], id="status"),
        pytest.param([Announced(1, LOST.first, LOST.rule, LOST.status, LOST.first, LOST.reason)], id="last-day"),
        pytest.param([Announced(1, LOST.first, LOST.rule, LOST.status, LOST.last, "JOB")], id="reason"),
        pytest.param([LOST, Announced(2, LOST.first - 99, "R2a", "LOST", LOST.first - 9, "JOB")], id="one-too-many"),
    ],
)
def test_every_field_of_a_course_is_compared_with_what_was_announced(announced):
    timeline = timeline_of(a_citizen().in_group("CASH_JOB_READY", "2020-01-01", "2020-05-31").facts, load())
    day = ordinal("2020-07-01")
    assert differences([LOST], timeline, day) == []
    assert differences([LOST, Announced(2, 1, "R1a", "WITHDRAWN")], timeline, day) == []
    found = differences(announced, timeline, day)
    assert found
    assert all(line.startswith(("announced, not evaluated: ", "evaluated, not announced: ")) for line in found)
