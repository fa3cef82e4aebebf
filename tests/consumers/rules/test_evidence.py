"""The facts that rules and milestones name: all that they rest on, and nothing else."""

from dataclasses import replace
from datetime import date

import pytest

from consumers.policy_file import load
from consumers.rules import Policies, Told, detect, playback
from consumers.rules.detection import timeline_of
from consumers.rules.evidence import facts_of_loss, facts_of_reading, facts_of_rule
from tests.stories.citizen import a_citizen


def facts_of(citizen, day, rule):
    return facts_of_rule(timeline_of(citizen.facts, load()), date.fromisoformat(day).toordinal(), rule)


def milestones(citizen, day, policies=None):
    return detect(Told(), citizen.facts, date.fromisoformat(day), policies or load()).milestones


def test_r1a_rests_on_the_placement_the_spells_and_what_paused_it_but_not_on_what_came_before():
    citizen = (
        a_citizen()
        .in_group("INSURED", "2019-10-01", "2019-11-30")
        .placed("2020-02-01")
        .in_group("INSURED", "2020-02-01")
        .takes_a_job("2020-03-01", "2020-03-15", weekly_hours=37)
        .takes_a_job("2020-04-01", "2020-04-15", weekly_hours=36)
        .is_away_unpaid("2020-05-01", "2020-05-03")
        .lives_in("0707", "2010-01-01")
        .takes_a_job("2020-09-02", weekly_hours=37)
    )
    assert facts_of(citizen, "2020-09-01", "R1a") == ["f002", "f003", "f004", "f006", "f007"]


def test_a_wage_subsidy_that_makes_days_count_is_named_and_another_is_not():
    citizen = (
        a_citizen()
        .in_group("INSURED", "2020-02-01")
        .takes_a_job("2020-03-01", "2020-03-31", weekly_hours=37)
        .says("EmploymentSpell", employment="WAGE_SUBSIDY", first_day="2020-03-31", last_day="2020-04-30")
        .says("EmploymentSpell", employment="WAGE_SUBSIDY", first_day="2020-04-01", last_day="2020-04-30")
        .takes_a_job("2020-04-05", "2020-04-05", weekly_hours=20)
    )
    assert facts_of(citizen, "2020-08-31", "R1a") == ["f001", "f002", "f003"]


def test_r1b_rests_on_the_earlier_unemployment_and_the_subsidies_in_it():
    citizen = (
        a_citizen()
        .in_group("CASH_JOB_READY", "2018-01-01", "2018-09-30")
        .takes_a_job("2018-02-01", "2018-02-28")
        .says("EmploymentSpell", employment="WAGE_SUBSIDY", first_day="2018-02-01", last_day="2018-02-28")
        .in_group("INSURED", "2020-02-01")
    )
    assert citizen.on("2020-02-01")[1] == "R1b"
    assert facts_of(citizen, "2020-02-01", "R1b") == ["f001", "f003", "f004"]


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        pytest.param("R2a", ["f003", "f005"], id="effort"),
        pytest.param("R2b", ["f001", "f003", "f005", "f006"], id="earlier-run"),
        pytest.param("R3", ["f002", "f003", "f005"], id="transition"),
    ],
)
def test_the_rules_of_cash_rest_on_the_run_and_each_on_its_own_reason(rule, facts):
    citizen = (
        a_citizen()
        .in_group("INSURED", "2018-03-01", "2018-12-31")
        .in_group("SICKNESS", "2019-11-01", "2020-01-31")
        .in_group("CASH_JOB_READY", "2020-02-01")
        .takes_a_job("2018-05-10", "2018-07-20")
        .says("EmploymentSpell", employment="WAGE_SUBSIDY", first_day="2018-07-01", last_day="2020-02-10")
        .says("EmploymentSpell", employment="WAGE_SUBSIDY", first_day="2018-05-10", last_day="2018-06-30")
        .takes_a_job("2020-02-10", "2020-02-10")
    )
    assert facts_of(citizen, "2020-06-01", rule) == facts


@pytest.mark.parametrize(
    ("reading", "citizen", "facts"),
    [
        ("DIED", a_citizen().says("PersonStatus", status="DEAD", day="2020-06-01"), ["f001"]),
        ("MOVED", a_citizen().lives_in("0706", "2020-06-01"), ["f001"]),
        ("JOB", a_citizen().takes_a_job("2020-06-01").takes_a_job("2020-06-01", weekly_hours=30), ["f001"]),
        ("ABSENCE", a_citizen().is_away_unpaid("2020-06-01").is_away_unpaid("2020-06-02"), ["f001"]),
        ("LEFT_GROUP", a_citizen().in_group("CASH_JOB_READY", "2020-01-01", "2020-05-31"), ["f001"]),
        ("GROUP_CHANGED", a_citizen().in_group("SICKNESS", "2020-06-01"), ["f001"]),
    ],
)  # fmt: skip
def test_what_a_day_reads_rests_on_the_facts_of_that_day(reading, citizen, facts):
    timeline, day = timeline_of(citizen.facts, load()), date(2020, 6, 1).toordinal()
    assert timeline.reading(day, "R2a") == reading
    assert facts_of_reading(timeline, day, "R2a") == facts


def test_an_eligible_milestone_names_the_facts_and_the_policy_of_its_first_day_not_of_the_day_it_was_found():
    today = load()
    [first, *others] = today.versions
    policies = Policies(
        [replace(first, valid_to=date(2020, 5, 31)), replace(first, version="b", valid_from=date(2020, 6, 1)), *others]
    )
    citizen = (
        a_citizen().in_group("CASH_JOB_READY", "2020-01-01", "2020-05-31").in_group("CASH_JOB_READY", "2020-06-01")
    )
    found = next(each for each in milestones(citizen, "2020-07-01", policies) if each.type == "ELIGIBLE")
    assert (found.effective_day, found.policy, found.facts) == ("2020-04-01", first.version, ["f001"])


def test_what_ended_a_course_is_named_with_the_policy_of_the_day_after_it():
    citizen = a_citizen().in_group("CASH_JOB_READY", "2020-01-01").takes_a_job("2020-06-01")
    lost = next(each for each in milestones(citizen, "2020-07-01") if each.type == "ELIGIBILITY_LOST")
    assert (lost.effective_day, lost.reason, lost.facts, lost.policy) == (
        "2020-06-01",
        "JOB",
        ["f002"],
        "norddjurs-2020",
    )


def test_a_course_that_ends_behind_an_absence_names_both():
    citizen = (
        a_citizen()
        .in_group("CASH_JOB_READY", "2020-01-01", "2020-06-30")
        .is_away_unpaid("2020-06-01", "2020-06-30")
    )  # fmt: skip
    timeline = timeline_of(citizen.facts, load())
    assert facts_of_loss(timeline, date(2020, 6, 1).toordinal(), "R2a") == ["f001", "f002"]


def test_what_was_revised_suspended_and_resumed_names_its_facts():
    citizen = a_citizen().in_group("CASH_JOB_READY", "2020-01-01").is_away_unpaid("2020-05-01", "2020-05-10")
    told = playback(milestones(citizen, "2020-05-05"))
    suspended = next(each for each in milestones(citizen, "2020-05-05") if each.type == "ELIGIBILITY_SUSPENDED")
    assert (suspended.effective_day, suspended.facts) == ("2020-05-01", ["f002"])
    citizen.in_group("CASH_JOB_READY", "2019-12-01", "2019-12-31", heard="2020-05-12")
    found = {each.type: each for each in detect(told, citizen.facts, date(2020, 5, 12), load()).milestones}
    assert found["ELIGIBILITY_REVISED"].effective_day == "2020-03-01"
    assert found["ELIGIBILITY_REVISED"].facts == ["f001", "f003"]
    assert found["ELIGIBILITY_RESUMED"].facts == ["f001", "f003"]
    assert {each.policy for each in found.values()} == {"norddjurs-2020"}
