"""An insured citizen: the clock, unpaid leave, a move to the neighbour and back, the end of the dagpenge."""

from tests.stories.citizen import a_citizen, eligible, not_eligible, suspended


def test_an_insured_citizen_through_a_year():
    citizen = a_citizen().placed("2020-01-01").in_group("INSURED", since="2020-01-15", until="2021-03-31")
    assert citizen.on("2020-07-14") == not_eligible(expected_from="2020-07-15")
    assert citizen.on("2020-07-15") == eligible(rule="R1a", since="2020-07-15")

    citizen.is_away_unpaid("2020-08-10", until="2020-08-23")
    assert citizen.on("2020-08-09") == eligible(rule="R1a", since="2020-07-15")
    assert citizen.on("2020-08-10") == suspended(rule="R1a", since="2020-07-15", expected_from="2020-08-24")
    assert citizen.on("2020-08-24") == eligible(rule="R1a", since="2020-07-15")

    citizen.lives_in("0707", since="2010-01-01", until="2020-10-14")
    citizen.lives_in("0706", since="2020-10-15", until="2020-11-30")
    citizen.lives_in("0707", since="2020-12-01")
    assert citizen.on("2020-10-15") == not_eligible(expected_from="2020-12-01")
    assert "MOVED" in citizen.codes("2020-10-15")
    assert citizen.on("2020-12-01") == eligible(rule="R1a", since="2020-12-01")

    citizen.in_group("CASH_JOB_READY", since="2021-04-01")
    assert citizen.on("2021-04-01") == eligible(rule="R1a", since="2020-12-01")
    assert "RULE_TODAY" in citizen.codes("2021-04-01")
    assert citizen.ended("2021-04-01") == ["ABSENCE", "MOVED", None]


def test_leave_that_runs_into_a_job_is_lost_for_the_job_from_the_first_day_of_the_leave():
    citizen = a_citizen().placed("2020-01-01").in_group("INSURED", since="2020-01-15")
    citizen.is_away_unpaid("2020-08-10", until="2020-08-23", heard="2020-07-20")
    citizen.takes_a_job("2020-08-24", heard="2020-08-14")
    assert [each for each in citizen.told("2020-06-01", "2020-10-01") if each[0].startswith("ELIG")] == [
        ("ELIGIBLE", "2020-07-15", "2020-07-15"),
        ("ELIGIBILITY_SUSPENDED", "2020-08-10", "2020-08-10"),
        ("ELIGIBILITY_LOST", "2020-08-10", "2020-08-24"),
    ]
