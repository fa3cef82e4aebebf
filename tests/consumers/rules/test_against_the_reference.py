"""The rules and the journal against a slow reading, day by day, on seeded random histories."""

import multiprocessing
import random
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta

import pytest

from branchespor.clock import danish_day
from branchespor.simulation import play
from tests.consumers.rules.comparing import NAMES, differing_in
from tests.consumers.rules.histories import RECORDS, a_history
from tests.consumers.rules.reference import slow_journal

HISTORIES = 5000  # of the 100,000 that `branchespor bench reference` compares
PROCESSES = 2


@pytest.mark.timeout(900)
def test_the_answer_is_that_of_the_walk_over_all_days():
    blocks = [range(first, min(first + 100, HISTORIES)) for first in range(0, HISTORIES, 100)]
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn")) as pool:
        assert [each for found in pool.map(differing_in, blocks) for each in found] == []


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
