"""Each line of rules.md section 6 as a property of random histories."""

import random
from datetime import UTC, date, datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from consumers.rules import evaluate
from tests.consumers.rules.histories import RECORDS, a_history

SEEDS = st.integers(0, 10**9)
DAYS = st.dates(date(2017, 1, 1), date(2022, 12, 31))
MOMENTS = st.datetimes(datetime(2019, 12, 1), datetime(2020, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
POLICIES = st.sampled_from(list(RECORDS.values()))
some = settings(max_examples=120, deadline=None)


def answer(facts, on, policies, known_at=None):
    return evaluate(facts, on, known_at, policies, explained=False)


def a_fact(kind, key, **own):
    return {
        "kind": kind, "fact_id": f"x-{key}", "person": "x", "source": "x", "record_key": key,
        "recorded_at": "2019-01-01T00:00:00Z", "received_at": "2019-01-01T00:00:00Z", **own,
    }  # fmt: skip


@some
@given(SEEDS, DAYS, st.none() | MOMENTS, POLICIES, st.randoms(use_true_random=False))
def test_order_and_repeats_of_arrival_change_nothing(seed, on, known_at, policies, chance):
    facts = a_history(seed, arrivals=True)
    again = facts + chance.choices(facts, k=len(facts))
    chance.shuffle(again)
    assert evaluate(again, on, known_at, policies) == evaluate(facts, on, known_at, policies)


@some
@given(SEEDS, DAYS, POLICIES, st.integers(0, 400))
def test_splitting_a_spell_in_two_adjoining_ones_changes_nothing(seed, on, policies, after):
    facts = a_history(seed)
    random.Random(seed).shuffle(facts)
    whole = next((fact for fact in facts if "first_day" in fact and not fact["withdrawn"]), None)
    assume(whole is not None and sum(fact["record_key"] == whole["record_key"] for fact in facts) == 1)
    border = date.fromisoformat(whole["first_day"]) + timedelta(days=after)
    assume(whole["last_day"] is None or border < date.fromisoformat(whole["last_day"]))
    parts = [
        whole | {"last_day": border.isoformat()},
        whole
        | {
            "first_day": (border + timedelta(days=1)).isoformat(),
            "record_key": "second part",
            "fact_id": whole["fact_id"] + "-2",
        },
    ]
    rest = [fact for fact in facts if fact is not whole]
    assert answer(rest + parts, on, policies) == answer(facts, on, policies)


@some
@given(SEEDS, DAYS, POLICIES)
def test_an_irrelevant_fact_changes_nothing(seed, on, policies):
    facts = a_history(seed)
    irrelevant = [
        a_fact("AbsenceSpell", "paid", absence="SICKNESS", benefit_paid=True, first_day="2019-01-01", last_day=None),
        a_fact("PersonStatus", "emigrated", status="EMIGRATED", day="2020-01-01"),
        a_fact("MembershipSpell", "member", akasse="901", insurance="FULL_TIME", first_day="2019-01-01"),
        a_fact("CaseOpened", "case", day="2020-02-01"),
    ]
    assert answer(facts + irrelevant, on, policies) == answer(facts, on, policies)


@some
@given(SEEDS, DAYS, POLICIES)
def test_a_correction_and_its_exact_reversal_give_back_the_first_answer(seed, on, policies):
    facts = a_history(seed)
    newest = max(facts, key=lambda fact: (datetime.fromisoformat(fact["recorded_at"]), fact["fact_id"]))
    correction = newest | {"withdrawn": not newest["withdrawn"], "fact_id": "c1", "recorded_at": "2020-01-01T00:00:00Z"}
    reversal = newest | {"fact_id": "c2", "recorded_at": "2020-01-02T00:00:00Z"}
    assert answer([*facts, correction, reversal], on, policies) == answer(facts, on, policies)


@some
@given(SEEDS, DAYS, MOMENTS, POLICIES)
def test_an_answer_as_known_in_the_past_never_changes(seed, on, known_at, policies):
    facts = a_history(seed, arrivals=True)
    by_then = [fact for fact in facts if datetime.fromisoformat(fact["received_at"]) <= known_at]
    assert evaluate(facts, on, known_at, policies) == evaluate(by_then, on, known_at, policies)


@some
@given(DAYS, st.integers(1, 40), st.integers(1, 400))
def test_insured_effort_is_monotone_in_the_first_unemployed_day(first, later, length):
    """In one dagpenge period, if every day between the two first days is a UI day."""

    def reached(start):
        facts = [
            a_fact("DagpengePeriod", "d", placed_on="2016-01-01"),
            a_fact("TargetGroupSpell", "g", target_group="INSURED", first_day=start.isoformat(), last_day=None),
            a_fact(
                "AbsenceSpell", "u", absence="OTHER", benefit_paid=False,
                first_day=(first + timedelta(days=later + 1)).isoformat(),
                last_day=(first + timedelta(days=later + length)).isoformat(),
            ),
        ]  # fmt: skip
        periods = answer(facts, first, RECORDS["today"]).periods
        return periods[0]["first_day"] if periods else "9999"

    assert reached(first) <= reached(first + timedelta(days=later))


@some
@given(SEEDS, POLICIES)
def test_unemployment_inside_a_dagpenge_period_never_makes_r1b_true_in_it(seed, policies):
    facts = [fact for fact in a_history(seed) if fact["kind"] in ("EmploymentSpell", "AbsenceSpell", "DagpengePeriod")]
    inside = [
        a_fact("DagpengePeriod", "only", placed_on="2016-01-01"),
        a_fact("TargetGroupSpell", "g", target_group="INSURED", first_day="2018-01-01", last_day=None),
    ]
    alone = [fact for fact in facts if fact["kind"] != "DagpengePeriod"] + inside
    assert all(period["rule"] != "R1b" for period in answer(alone, date(2020, 6, 1), policies).periods)


@some
@given(SEEDS, DAYS, POLICIES)
def test_facts_of_1900_and_2199_are_as_quick_and_say_the_same(seed, on, policies):
    facts = a_history(seed)
    far = [
        a_fact("TargetGroupSpell", "far", target_group="UNDER_18", first_day="1900-01-01", last_day="1900-01-02"),
        a_fact("EmploymentSpell", "late", employment="ORDINARY", first_day="2199-12-30", last_day="2199-12-31"),
    ]
    near, wide = answer(facts, on, policies), answer(facts + far, on, policies)
    assert (near.state, near.rule, near.eligible_from) == (wide.state, wide.rule, wide.eligible_from)
