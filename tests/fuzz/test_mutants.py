"""2,000 mutants of good files; `branchespor bench fuzz` judges 100,000."""

import resource

import pytest

from tests.fuzz.judging import wrong_in
from tests.fuzz.mutants import GOOD, mutant

MUTANTS, BLOCK = 2000, 250
MOST_KIB = 600_000


def test_there_is_a_good_file_of_each_feed_and_a_mutant_is_the_same_for_the_same_seed():
    assert len({path.parts[-3] for path in GOOD}) == 12
    assert [mutant(seed) for seed in range(50)] == [mutant(seed) for seed in range(50)]


@pytest.mark.parametrize("first", range(0, MUTANTS, BLOCK))
def test_every_mutant_has_one_verdict_counts_that_add_up_and_no_number_in_its_receipt(first, caplog, capfd):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert wrong_in(range(first, first + BLOCK)) == []
    assert caplog.text == ""
    assert capfd.readouterr() == ("", "")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_KIB


def test_a_day_at_the_end_of_the_calendar_is_a_row_fault_and_no_failure_of_ours():
    assert wrong_in(range(62792, 62793)) == []  # integration: six years after 9995 there is no day
