"""All orders in which up to six deliveries can arrive: one answer, and the same stands announced, corrections too."""

from datetime import date
from math import factorial

import pytest

from consumers.policy_file import load
from consumers.rules import Told, differences, evaluate, playback
from consumers.rules.detection import milestones_on, timeline_of
from tests.consumers.rules.test_steps_of_a_course import accepted, offered, placed, trained
from tests.stories.citizen import a_citizen

DAY = date(2020, 12, 1)


def a_track_with_a_placement_cut_short():
    citizen = a_citizen().in_group("CASH_JOB_READY", "2020-02-03")
    offered(citizen, "2020-05-11", plan_last_day="2021-06-30")
    accepted(citizen, "2020-05-12")
    placed(citizen, "2020-06-01", "2020-06-26", "2020-05-20")
    placed(citizen, "2020-06-01", "2020-07-10", "2020-06-22")
    return placed(citizen, "2020-06-01", "2020-06-30", "2020-07-01")


def courses_moved_and_withdrawn():
    citizen = a_citizen().in_group("CASH_JOB_READY", "2020-02-03")
    citizen.says("Meeting", "m", heard="2020-02-10", meeting="m", held_on="2020-02-10", booked_for=None, joint=True)
    trained(citizen, "2020-06-01", "2020-06-05", "2020-05-20", track=None)
    trained(citizen, "2020-06-08", "2020-06-12", "2020-05-25", track=None)
    trained(citizen, "2020-06-22", "2020-06-26", "2020-05-25", track=None, enrolment="E2")
    trained(citizen, "2020-06-22", "2020-06-26", "2020-05-26", track=None, enrolment="E2", withdrawn=True)
    return citizen


def a_job_put_right_and_support_in_between():
    citizen = a_citizen().in_group("INSURED", "2019-06-03").placed("2019-06-03")
    citizen.takes_a_job("2020-03-02", record_key="job", heard="2020-03-03")
    citizen.takes_a_job("2020-03-09", record_key="job", heard="2020-03-10")
    citizen.says("IncomeMonth", "apr", heard="2020-05-10", month="2020-04", hours=160.0, public_support=True)
    return citizen.says("ParallelSupport", "s", heard="2020-02-01", first_day="2020-02-01", last_day="2020-03-31")


def standing(told):
    return {(each.type, each.subject, each.says) for each in told.steps}, told.groups


@pytest.mark.parametrize(
    "history",
    [a_track_with_a_placement_cut_short, courses_moved_and_withdrawn, a_job_put_right_and_support_in_between],
)
def test_every_order_of_arrival_gives_one_answer_and_one_standing(history):
    deliveries, policies = history().facts, load()
    wanted = evaluate(deliveries, DAY, None, policies)
    found, orders = [], 0
    waiting = [(Told(), [])]
    while waiting:
        told, taken = waiting.pop()
        if taken:
            told = playback(milestones_on(told, timeline_of(taken, policies), DAY), told)
        rest = [each for each in deliveries if each not in taken]
        waiting += [(told, [*taken, each]) for each in rest]
        if not rest:
            orders += 1
            assert evaluate(taken, DAY, None, policies) == wanted
            assert differences(told, taken, DAY, policies) == []
            if standing(told) not in found:
                found.append(standing(told))
    assert orders == factorial(len(deliveries))
    assert len(found) == 1


def test_a_day_that_lies_after_midnight_in_denmark_is_the_next_one():
    citizen = trained(a_citizen(), "2020-06-01", "2020-06-05", "2020-05-20", track=None)
    citizen.facts[0]["recorded_at"] = "2020-05-20T22:30:00Z"
    assert citizen.told("2020-05-21", "2020-05-22") == [("TRAINING_ENROLLED", "2020-05-21", "2020-05-21")]
