"""The rules and the journal against a slow reading, day by day, on seeded random histories."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pytest

from tests.consumers.rules.comparing import differing_in

HISTORIES = 5000  # of the 100,000 that `branchespor bench reference` compares
PROCESSES = 2


@pytest.mark.timeout(900)
def test_answers_and_journal_are_those_of_the_walk_over_all_days():
    blocks = [range(first, min(first + 100, HISTORIES)) for first in range(0, HISTORIES, 100)]
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn")) as pool:
        assert [each for found in pool.map(differing_in, blocks) for each in found] == []
