"""The journal: what is announced once, what a correction changes, and what can be rebuilt from it."""

import random
from datetime import date, timedelta

import pytest

from branchespor.simulation import arrivals, play
from consumers.policy_file import load
from consumers.rules import Milestone, Told, detect, differences, playback
from consumers.rules.detection import milestones_on, timeline_of
from tests.consumers.rules.further_facts import some_steps
from tests.consumers.rules.histories import RECORDS, a_history
from tests.stories.citizen import a_citizen

DAY = timedelta(days=1)


def every_day(facts, first, last, policies):
    """`simulate` without passing over any day."""
    told, held, found = Told(), [], []
    waiting = arrivals(facts)
    day = first
    while day <= last:
        while waiting and waiting[0][0] < day:
            held += waiting.pop(0)[1]
        batches = [[]]
        while waiting and waiting[0][0] == day:
            batches.append(waiting.pop(0)[1])
        for batch in batches:
            held += batch
            if held:
                new = milestones_on(told, timeline_of(held, policies), day)
                told = playback(new, told)
                found += new
        day += DAY
    return found


@pytest.mark.parametrize("block", range(4))
def test_passing_over_days_on_which_nothing_can_change_changes_nothing(block):
    for seed in range(block * 8, block * 8 + 8):
        chance = random.Random(seed)
        facts = [*a_history(seed, arrivals=True), *some_trainings(chance), *some_steps(chance)]
        policies = list(RECORDS.values())[seed % len(RECORDS)]
        first = date(2019, 12, 20) + timedelta(days=chance.randint(0, 90))
        last = first + timedelta(days=120)
        assert list(play(facts, first, last, policies)) == every_day(facts, first, last, policies), seed


def some_trainings(chance):
    for number in range(chance.randint(0, 3)):
        first = date(2020, 1, 10) + timedelta(days=chance.randint(0, 100))
        for version in range(chance.randint(1, 3)):
            at = f"{first + timedelta(days=chance.randint(-30, 30))}T05:00:00Z"
            yield {
                "kind": "Training", "fact_id": f"t{number}-{version}", "person": "p", "source": "school",
                "record_key": f"t{number}", "recorded_at": at, "received_at": at, "enrolment": f"E{number}",
                "track": None, "institution": "907001", "course": "47136", "first_day": first.isoformat(),
                "last_day": (first + timedelta(days=chance.randint(0, 20))).isoformat(),
                "outcome": chance.choice([None, "ONGOING", "COMPLETED", "NOT_COMPLETED", "CANCELLED"]),
            }  # fmt: skip


@pytest.mark.parametrize("seed", range(120))
def test_the_journal_played_back_is_the_courses_of_the_present_evaluation(seed):
    facts = [*a_history(seed, arrivals=True), *some_steps(random.Random(seed))]
    policies = list(RECORDS.values())[seed % len(RECORDS)]
    first, last = date(2020, 1, 21), date(2020, 12, 31)
    stored = [each.to_json() for each in play(facts, first, last, policies)]
    received = [fact for day, batch in arrivals(facts) if day <= last for fact in batch]
    told = playback(stored)
    assert differences(told, received, last, policies) == []
    assert detect(told, received, last, policies).milestones == []


@pytest.mark.parametrize("seed", range(60))
def test_what_stands_announced_says_each_thing_once_and_what_is_taken_back_had_been_said(seed):
    facts = [*a_history(seed, arrivals=True), *some_steps(random.Random(seed))]
    told = Told()
    for each in play(facts, date(2019, 12, 1), date(2020, 12, 31), list(RECORDS.values())[seed % len(RECORDS)]):
        assert each.effective_day <= each.detected_day
        if each.type == "MILESTONE_WITHDRAWN":
            before = [(said.type, said.effective_day) for said in told.steps]
            assert (each.details["withdraws"], each.details["corrects"]) in before
        told = playback([each], told)
        standing = [(said.type, said.subject, said.effective_day) for said in told.steps]
        assert len(standing) == len(set(standing))


def test_a_planted_error_in_the_journal_is_found_with_both_courses():
    citizen = a_citizen().in_group("CASH_JOB_READY", "2020-02-03")
    stored = [each.to_json() for each in play(citizen.facts, date(2020, 5, 1), date(2020, 6, 1), load())]
    assert stored[-1]["milestone"] == "ELIGIBLE"
    stored[-1]["effective_day"] = "2020-05-04"
    assert differences(playback(stored), citizen.facts, date(2020, 6, 1), load()) == [
        "announced, not evaluated: course from 2020-05-04 by R2a, OPEN",
        "evaluated, not announced: course from 2020-05-03 by R2a, OPEN",
    ]


def test_a_milestone_survives_its_json_form():
    citizen = a_citizen().in_group("CASH_JOB_READY", "2020-02-03").takes_a_job("2020-06-01")
    for each in play(citizen.facts, date(2020, 5, 1), date(2020, 6, 30), load()):
        assert Milestone.from_json(each.to_json()) == each


def test_detecting_twice_announces_once_and_names_the_next_day():
    citizen = a_citizen().in_group("CASH_JOB_READY", "2020-02-03", until="2020-06-30")
    before = detect(Told(), citizen.facts, date(2020, 5, 2), load())
    assert [each.type for each in before.milestones] == ["TARGET_GROUP_CHANGED"]
    assert before.answer.expected_from == "2020-05-03"
    assert before.next_day == date(2020, 5, 3)

    told = playback(before.milestones)
    due = detect(told, citizen.facts, date(2020, 5, 3), load())
    (eligible,) = due.milestones
    assert (eligible.type, eligible.course, eligible.rule) == ("ELIGIBLE", 1, "R2a")
    assert (eligible.policy, eligible.facts) == ("norddjurs-2020", ["f001"])
    assert due.next_day == date(2020, 7, 1)
    assert detect(playback(due.milestones, told), citizen.facts, date(2020, 5, 3), load()).milestones == []


def test_a_citizen_without_anything_to_come_has_no_next_day_after_the_last_policy_border():
    citizen = a_citizen().in_group("CASH_JOB_READY", "2020-02-03")
    assert detect(Told(), citizen.facts, date(2023, 1, 1), load()).next_day is None
    assert detect(Told(), [], date(2023, 1, 1), load()).milestones == []


def journal(citizen, first="2020-03-01", last="2020-12-31"):
    return [each for each in citizen.told(first, last) if each[0].startswith("ELIG")]


def test_leave_that_outlasts_the_group_stays_suspended_until_it_ends():
    """Unpaid absence is read before the groups, so the loss waits for the last day of the leave."""
    citizen = a_citizen().in_group(
        "CASH_JOB_READY", "2020-02-03", until="2020-05-31", record_key="s", heard="2020-02-04"
    )
    citizen.is_away_unpaid("2020-05-10", "2020-09-30", heard="2020-05-20")
    assert journal(citizen) == [
        ("ELIGIBLE", "2020-05-03", "2020-05-03"),
        ("ELIGIBILITY_SUSPENDED", "2020-05-10", "2020-05-20"),
        ("ELIGIBILITY_LOST", "2020-05-10", "2020-10-01"),
    ]


def test_a_lost_course_comes_back_suspended_by_two_milestones():
    citizen = a_citizen().in_group("CASH_JOB_READY", "2020-02-03", heard="2020-02-04")
    citizen.takes_a_job("2020-06-01", record_key="j", heard="2020-06-02")
    citizen.takes_a_job("2020-06-01", record_key="j", withdrawn=True, heard="2020-06-20")
    citizen.is_away_unpaid("2020-06-15", "2020-06-25", heard="2020-06-20")
    assert journal(citizen) == [
        ("ELIGIBLE", "2020-05-03", "2020-05-03"),
        ("ELIGIBILITY_LOST", "2020-06-01", "2020-06-02"),
        ("ELIGIBILITY_REINSTATED", "2020-06-01", "2020-06-20"),
        ("ELIGIBILITY_SUSPENDED", "2020-06-15", "2020-06-20"),
        ("ELIGIBILITY_RESUMED", "2020-06-26", "2020-06-26"),
    ]


def test_the_night_of_25_hours_and_the_night_of_23_are_one_day_each():
    citizen = a_citizen().in_group("CASH_JOB_READY", "2019-12-29", heard="2020-01-25")
    citizen.takes_a_job("2020-10-25", "2020-10-25", heard="2020-10-20")
    assert journal(citizen, "2020-03-01") == [
        ("ELIGIBLE", "2020-03-29", "2020-03-29"),
        ("ELIGIBILITY_LOST", "2020-10-25", "2020-10-25"),
        ("ELIGIBLE", "2020-10-26", "2020-10-26"),
    ]


@pytest.mark.parametrize(
    ("received_at", "detected"),
    [
        pytest.param("2020-03-28T22:59:59Z", "2020-03-28", id="a-second-before-midnight-in-winter-time"),
        pytest.param("2020-03-28T23:00:00Z", "2020-03-29", id="midnight-before-the-short-night"),
        pytest.param("2020-03-29T21:59:59Z", "2020-03-29", id="a-second-before-midnight-in-summer-time"),
        pytest.param("2020-03-29T22:00:00Z", "2020-03-30", id="midnight-after-the-short-night"),
        pytest.param("2020-10-25T22:59:59Z", "2020-10-25", id="the-long-day-ends-in-winter-time"),
    ],
)
def test_a_fact_counts_on_the_danish_day_on_which_it_came(received_at, detected):
    citizen = a_citizen().in_group("CASH_JOB_READY", "2019-01-01")
    citizen.facts[0]["received_at"] = received_at
    assert [each[2] for each in citizen.told("2020-03-01", "2020-12-31")] == [detected, detected]
