"""The rules and the journal against a slow reading, day by day, on seeded random histories."""

import random
from datetime import date, datetime, timedelta

import pytest

from branchespor.clock import danish_day
from branchespor.simulation import play
from consumers.rules import evaluate
from tests.consumers.rules.histories import RECORDS, a_history
from tests.consumers.rules.reference import DAY, LAST, Reference, slow_journal

NAMES = list(RECORDS)
MIDSUMMER = datetime.fromisoformat("2020-06-24T00:00:00+02:00")


@pytest.mark.parametrize("block", range(10))
def test_the_answer_is_that_of_the_walk_over_all_days(block):
    for seed in range(block * 30, block * 30 + 30):
        chance = random.Random(seed)
        facts = a_history(seed, arrivals=seed % 4 == 0)
        policies = RECORDS[NAMES[seed % len(NAMES)]]
        known_at = chance.choice([None, None, MIDSUMMER])
        reference = Reference(facts, policies.versions, known_at)
        days = [date(2016, 1, 1) + timedelta(days=chance.randint(0, 2500)) for _ in range(4)]
        for period in reference.periods:
            days += [period["first"] - DAY, period["first"], min(period["last"] + DAY, LAST)]
        for day in days:
            answer = evaluate(facts, day, known_at, policies, explained=False).to_json()
            assert answer | {"explanation": None} == reference.answer(day) | {"explanation": None}, (seed, day)


@pytest.mark.parametrize("block", range(4))
def test_the_journal_is_that_of_playing_every_day(block):
    for seed in range(block * 10, block * 10 + 10):
        chance = random.Random(seed)
        facts = a_history(seed, arrivals=True)
        policies = RECORDS[NAMES[seed % len(NAMES)]]
        first = date(2019, 12, 1) + timedelta(days=chance.randint(0, 200))
        last = first + timedelta(days=chance.randint(30, 300))
        expected, _ = slow_journal(facts, first, last, policies.versions, danish_day)
        told = [each.to_json() for each in play(facts, first, last, policies) if each.course is not None]
        found = [
            {key: value for key, value in each.items() if key not in ("policy", "facts", "details")}
            | {"number": number}
            for number, each in enumerate(told, start=1)
        ]
        assert found == expected, (seed, first, last)
