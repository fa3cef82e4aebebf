"""Days of other centuries: the same rules, and no more work, since work is bounded by the facts and not by the days."""

import sys
from dataclasses import replace
from datetime import date, timedelta

import pytest

from branchespor.simulation import play
from consumers.rules import Policies, evaluate
from tests.consumers.rules.histories import RECORDS, a_history
from tests.stories.citizen import a_citizen

DAY_FIELDS = ("first_day", "last_day", "placed_on", "day")


def years_later(day, years):
    """The day so many years on, a multiple of 28: between 1901 and 2099 the calendar is then the same."""
    return day.replace(year=day.year + years)


def moved(record, years):
    """A record with its days so many years on."""
    days = {name: record[name] for name in DAY_FIELDS if record.get(name) is not None}
    return record | {name: years_later(date.fromisoformat(day), years).isoformat() for name, day in days.items()}


def moved_policy(policy, years):
    until = None if policy.valid_to is None else years_later(policy.valid_to, years)
    return replace(policy, valid_from=years_later(policy.valid_from, years), valid_to=until)


@pytest.mark.parametrize("years", [-112, -28, 56])
@pytest.mark.parametrize("block", range(3))
def test_history_and_policy_moved_to_other_years_give_the_same_answer_there(years, block):
    for seed in range(block * 40, block * 40 + 40):
        facts, policies = a_history(seed), list(RECORDS.values())[seed % len(RECORDS)]
        elsewhere = Policies([moved_policy(policy, years) for policy in policies.versions])
        for months in range(0, 60, 7):
            day = date(2017, 1, 15) + timedelta(days=30 * months)
            here = evaluate(facts, day, None, policies, explained=False)
            periods = [moved(period, years) for period in here.periods]
            there = evaluate(
                [moved(fact, years) for fact in facts], years_later(day, years), None, elsewhere, explained=False
            )
            assert (there.state, there.rule, there.periods) == (here.state, here.rule, periods), seed


@pytest.mark.parametrize(
    ("start", "covered"),
    [
        pytest.param("2099-08-31", "2100-02-28", id="2100-is-no-leap-year"),
        pytest.param("2095-08-31", "2096-02-29", id="2096-is-one"),
    ],
)
def test_a_month_ends_as_the_calendar_of_its_century_says(start, covered):
    assert a_citizen().in_group("INSURED", start).on(start) == ("NOT_ELIGIBLE", None, None, covered)


def calls(work):
    """How many Python functions are called: a measure of work that no other program on the machine disturbs."""
    count = 0

    def seen(frame, event, argument):
        nonlocal count
        count += event == "call"

    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def a_life(first, last):
    """The same statements from `first` on, the last of them until `last`."""
    citizen = a_citizen().in_group("INSURED", first, last).placed(first).takes_a_job("2020-03-01", "2020-04-30")
    return citizen.is_away_unpaid("2020-06-01", "2020-06-20").in_group("CASH_JOB_READY", "2021-02-01", last).facts


NEAR, FAR = a_life("2019-02-01", "2021-12-31"), a_life("1900-01-01", "2199-12-31")


def test_a_fact_that_reaches_over_three_centuries_is_no_more_work():
    def work(facts):
        return calls(lambda: evaluate(facts, date(2020, 10, 1), None, RECORDS["today"]))

    work(NEAR)
    assert work(FAR) <= 1.5 * work(NEAR)


def test_three_centuries_of_business_days_are_played_as_fast_as_three_years():
    def work(facts, first, last):
        return calls(lambda: list(play(facts, first, last, RECORDS["today"])))

    near = work(NEAR, date(2019, 1, 1), date(2021, 12, 31))
    assert work(FAR, date(1900, 1, 1), date(2199, 12, 31)) <= 3 * near
