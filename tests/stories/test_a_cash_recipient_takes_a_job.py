"""A job-ready recipient of kontanthjælp: three months, a short job that is bridged, a long one that is not."""

from tests.stories.citizen import a_citizen, eligible, not_eligible


def test_a_cash_recipient_is_covered_three_months_on_and_not_a_day_before():
    citizen = a_citizen().in_group("CASH_JOB_READY", since="2020-02-03")
    assert citizen.on("2020-05-02") == not_eligible(expected_from="2020-05-03")
    assert "R2a_MISSING" in citizen.codes("2020-05-02")
    assert citizen.on("2020-05-03") == eligible(rule="R2a", since="2020-05-03")

    citizen.takes_a_job("2020-06-01", until="2020-06-20")
    assert citizen.on("2020-06-01") == not_eligible(expected_from="2020-06-21")
    assert citizen.on("2020-06-21") == eligible(rule="R2a", since="2020-06-21")
    assert "GAPS_BRIDGED" in citizen.codes("2020-06-21")

    citizen.takes_a_job("2020-08-01", until="2020-08-31")
    assert citizen.on("2020-08-31") == not_eligible(expected_from="2020-12-01")
    assert citizen.ended("2020-09-30") == ["JOB", "JOB", None]
    assert citizen.on("2020-12-01") == eligible(rule="R2a", since="2020-12-01")


def test_what_is_announced_follows_what_was_heard_when():
    citizen = a_citizen().in_group("CASH_JOB_READY", since="2020-02-03", heard="2020-02-04")
    citizen.takes_a_job("2020-06-01", heard="2020-06-12")
    assert citizen.told("2020-02-01", "2020-07-01") == [
        ("TARGET_GROUP_CHANGED", "2020-02-03", "2020-02-04"),
        ("ELIGIBLE", "2020-05-03", "2020-05-03"),
        ("ELIGIBILITY_LOST", "2020-06-01", "2020-06-12"),
        ("JOB_STARTED", "2020-06-01", "2020-06-12"),
    ]
