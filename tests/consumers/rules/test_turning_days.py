"""A table of the days on which a rule turns; each row names its trap. The text of rules.md decides."""

from datetime import date

import pytest

from consumers.policy_file import load
from consumers.rules import Policies, evaluate
from tests.consumers.rules.histories import policy_of
from tests.stories.citizen import a_citizen, eligible, not_eligible, suspended


def periods(citizen, policies=None):
    answer = evaluate(citizen.facts, date(2020, 6, 1), None, policies or load())
    return [(each["first_day"], each["last_day"], each["rule"], each["end_reason"]) for each in answer.periods]


@pytest.mark.parametrize(
    ("citizen", "expected"),
    [
        pytest.param(
            a_citizen()
            .in_group("INTEGRATION_PROGRAMME", "2020-03-01", "2020-03-31")
            .takes_a_job("2020-03-10", "2020-03-12"),
            [("2020-03-01", "2020-03-09", "R4", "JOB"), ("2020-03-13", "2020-03-31", "R4", "LEFT_GROUP")],
            id="the-group-alone-is-int-and-work-is-never-covered",
        ),
        pytest.param(
            a_citizen()
            .in_group("CASH_JOB_READY", "2020-02-03", "2020-03-10")
            .says("IntegrationPeriod", first_day="2020-03-12", last_day="2020-03-13")
            .in_group("CASH_JOB_READY", "2020-03-16"),
            [("2020-03-12", "2020-03-13", "R4", "LEFT_GROUP"), ("2020-03-16", None, "R3", None)],
            id="an-integration-period-blocks-the-bridge-and-is-a-transition",
        ),
        pytest.param(
            a_citizen()
            .in_group("CASH_JOB_READY", "2020-02-03")
            .in_group("SELF_SUPPORTING", "2020-03-05", "2020-03-05")
            .takes_a_job("2020-03-04", "2020-03-06"),
            [("2020-06-07", None, "R2a", None)],
            id="a-group-that-is-no-transition-blocks-a-gap-made-by-work",
        ),
        pytest.param(
            a_citizen()
            .in_group("CASH_JOB_READY", "2020-02-03")
            .takes_a_job("2020-03-04", "2020-03-06")
            .says("EmploymentSpell", employment="WAGE_SUBSIDY", first_day="2020-03-05", last_day="2020-03-05"),
            [("2020-05-03", None, "R2a", None)],
            id="a-day-of-wage-subsidy-inside-a-job-is-unemployed",
        ),
        pytest.param(
            a_citizen()
            .in_group("CASH_ACTIVITY_READY", "2019-01-01", "2020-01-31")
            .in_group("CASH_JOB_READY", "2020-02-29"),
            [("2020-02-29", None, "R3", None)],
            id="a-day-less-than-leap-february-is-a-transition",
        ),
        pytest.param(
            a_citizen()
            .in_group("CASH_ACTIVITY_READY", "2019-01-01", "2020-01-31")
            .in_group("CASH_JOB_READY", "2020-03-01"),
            [("2020-06-01", None, "R2a", None)],
            id="all-of-leap-february-is-none",
        ),
        pytest.param(
            a_citizen()
            .in_group("SICKNESS", "2019-01-01", "2020-02-02")
            .in_group("CASH_JOB_READY", "2020-02-03")
            .is_away_unpaid("2020-02-03", "2020-02-05"),
            [("2020-02-06", None, "R3", None)],
            id="the-run-begins-after-unpaid-days-and-the-transition-reaches-over-them",
        ),
        pytest.param(
            a_citizen().placed("2020-01-01").in_group("INSURED", "2020-01-15").placed("2020-07-15"),
            [("2021-01-15", None, "R1a", None)],
            id="placed-anew-on-the-very-day-exactly-six-months-are-not-over",
        ),
        pytest.param(
            a_citizen().placed("2020-01-01").in_group("INSURED", "2020-01-15").placed("2020-07-16"),
            [("2020-07-15", None, "R1a", None)],
            id="placed-anew-a-day-later-is-covered-by-the-earlier-unemployment",
        ),
        pytest.param(
            a_citizen()
            .in_group("INSURED", "2020-01-15", "2020-08-01")
            .says("PersonStatus", status="DEAD", day="2020-07-15"),
            [],
            id="dead-on-the-day-it-is-reached",
        ),
        pytest.param(
            a_citizen()
            .in_group("EDUCATION_READY", "2020-01-01", "2020-02-10")
            .in_group("EDUCATION_READY", "2020-02-12")
            .says("DeclaredReady", day="2020-02-01"),
            [("2020-02-01", "2020-02-10", "R5", "LEFT_GROUP")],
            id="one-day-outside-the-education-groups-ends-the-declaration",
        ),
        pytest.param(
            a_citizen()
            .in_group("CASH_JOB_READY", "2021-10-01", "2021-12-31")
            .in_group("CASH_ACTIVITY_READY", "2022-01-01"),
            [],
            id="three-months-end-the-day-before",
        ),
        pytest.param(
            a_citizen()
            .in_group("CASH_ACTIVITY_READY", "2019-10-01", "2019-12-31")
            .in_group("CASH_JOB_READY", "2020-01-01"),
            [("2020-01-21", None, "R3", None)],
            id="a-transition-before-the-policy-is-covered-from-its-first-day",
        ),
    ],
)
def test_the_periods_of_a_history(citizen, expected):
    assert periods(citizen) == expected


MID = Policies(
    [
        policy_of(version="a", valid_to=date(2020, 6, 30)),
        policy_of(version="b", valid_from=date(2020, 7, 1), valid_to=date(2020, 9, 30), cash_effort_months=6),
        policy_of(version="c", valid_from=date(2020, 10, 15), valid_to=None, full_time_weekly_hours=30),
    ]
)


@pytest.mark.parametrize(
    ("citizen", "expected"),
    [
        pytest.param(
            a_citizen().in_group("CASH_JOB_READY", "2020-03-15"),
            [
                ("2020-06-15", "2020-06-30", "R2a", "CLOCK_RESET"),
                ("2020-09-15", "2020-09-30", "R2a", "NO_POLICY"),
                ("2020-10-15", None, "R2a", None),
            ],
            id="each-day-by-the-figures-of-its-own-version",
        ),
        pytest.param(
            a_citizen()
            .in_group("CASH_JOB_READY", "2020-03-15")
            .takes_a_job("2020-03-20", "2020-08-20", weekly_hours=30),
            [
                ("2020-06-15", "2020-06-30", "R2a", "CLOCK_RESET"),
                ("2020-09-15", "2020-09-30", "R2a", "NO_POLICY"),
                ("2020-11-21", None, "R2a", None),
            ],
            id="what-is-full-time-is-what-the-version-of-the-day-asked-says-of-all-days",
        ),
    ],
)
def test_a_day_is_judged_by_the_policy_in_force_on_it(citizen, expected):
    assert periods(citizen, MID) == expected


def test_unpaid_leave_before_any_covered_day_suspends_nothing():
    citizen = a_citizen().in_group("CASH_JOB_READY", "2020-02-03").is_away_unpaid("2020-05-01", "2020-05-10")
    assert citizen.on("2020-05-05") == not_eligible(expected_from="2020-05-11")


def test_unpaid_leave_that_never_ends_suspends_without_an_end():
    citizen = a_citizen().in_group("CASH_JOB_READY", "2020-02-03").is_away_unpaid("2020-06-01")
    assert citizen.on("2030-01-01") == suspended(rule="R2a", since="2020-05-03")


def test_leave_in_another_municipality_reads_moved_and_ends_the_course():
    citizen = a_citizen().in_group("CASH_JOB_READY", "2020-02-03").is_away_unpaid("2020-06-01", "2020-06-20")
    citizen.lives_in("0707", "2010-01-01", "2020-06-09").lives_in("0706", "2020-06-10", "2020-06-12")
    citizen.lives_in("0707", "2020-06-13")
    assert citizen.on("2020-06-09") == suspended(rule="R2a", since="2020-05-03", expected_from="2020-06-21")
    assert citizen.on("2020-06-15") == not_eligible(expected_from="2020-06-21")
    assert citizen.on("2020-06-21") == eligible(rule="R2a", since="2020-06-21")


def test_of_two_versions_registered_at_the_same_instant_the_greater_id_stands():
    citizen = a_citizen().in_group("CASH_JOB_READY", "2020-02-03", record_key="s")
    citizen.in_group("CASH_JOB_READY", "2020-03-03", record_key="s")
    first, second = citizen.facts
    second["recorded_at"] = "2020-01-01T06:00:00+01:00"
    assert citizen.on("2020-05-03") == not_eligible(expected_from="2020-06-03")
    first["fact_id"], second["fact_id"] = "\U0001f600", "\uffff"
    assert citizen.on("2020-05-03") == eligible(rule="R2a", since="2020-05-03")


def test_the_same_key_of_another_source_or_kind_is_another_statement():
    citizen = a_citizen().in_group("CASH_JOB_READY", "2020-02-03", record_key="s")
    citizen.in_group("SICKNESS", "2020-02-03", record_key="s", withdrawn=True)
    citizen.facts[-1]["source"] = "another"
    citizen.is_away_unpaid("2019-01-01", "2019-01-02", record_key="s")
    assert citizen.on("2020-05-03") == eligible(rule="R2a", since="2020-05-03")
