"""A young citizen declared ready, then 30 and moved to kontanthjælp; a newcomer in the integration period."""

from tests.stories.citizen import a_citizen, eligible, not_eligible


def test_a_young_citizen_is_covered_from_the_declaration_and_stays_so_as_job_ready():
    citizen = a_citizen().in_group("OBVIOUSLY_EDUCATION_READY", since="2020-02-01", until="2020-03-31")
    citizen.in_group("EDUCATION_READY", since="2020-04-01", until="2020-09-14")
    assert citizen.on("2020-05-01") == not_eligible()
    assert "R5_MISSING" in citizen.codes("2020-05-01")

    citizen.says("DeclaredReady", day="2020-03-30")
    assert citizen.on("2020-03-29") == not_eligible(expected_from="2020-03-30")
    assert citizen.on("2020-05-01") == eligible(rule="R5", since="2020-03-30")
    assert citizen.ended("2020-05-01") == ["LEFT_GROUP"]

    citizen.in_group("CASH_JOB_READY", since="2020-09-15")
    assert citizen.on("2020-09-15") == eligible(rule="R5", since="2020-03-30")


def test_a_declaration_before_the_education_group_counts_for_nothing():
    citizen = a_citizen().says("DeclaredReady", day="2020-01-31").in_group("EDUCATION_READY", since="2020-02-01")
    assert citizen.on("2020-06-01") == not_eligible()


def test_a_newcomer_is_covered_from_the_first_day_of_the_integration_period():
    citizen = a_citizen().says("IntegrationPeriod", first_day="2020-03-17", last_day="2021-03-16", programme_start=None)
    assert citizen.on("2020-03-16") == not_eligible(expected_from="2020-03-17")
    assert citizen.on("2020-03-17") == eligible(rule="R4", since="2020-03-17")

    citizen.in_group("CASH_JOB_READY", since="2021-03-17")
    assert citizen.on("2021-04-01") == eligible(rule="R4", since="2020-03-17")
    assert citizen.answer("2021-04-01").target_groups == ["CASH_JOB_READY"]


def test_of_two_declarations_in_one_stay_the_first_counts():
    citizen = a_citizen().in_group("EDUCATION_READY", since="2020-02-01")
    citizen.says("DeclaredReady", day="2020-05-01").says("DeclaredReady", day="2020-04-01")
    assert citizen.on("2020-04-15") == eligible(rule="R5", since="2020-04-01")
