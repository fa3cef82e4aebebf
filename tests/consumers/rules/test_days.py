"""The arithmetic of days: months from an anchor, and sets of days as spans."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from consumers.rules.days import FOREVER, both, iso, less, merged, months_from, number, runs

SPANS = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 12)).map(lambda pair: (pair[0], pair[0] + pair[1])))


@pytest.mark.parametrize(
    ("anchor", "months", "expected"),
    [
        pytest.param("2019-08-31", 6, "2020-02-29", id="no-31st-in-a-leap-february"),
        pytest.param("2020-08-31", 6, "2021-02-28", id="no-31st-in-an-ordinary-february"),
        pytest.param("2020-02-29", 12, "2021-02-28", id="leap-day-a-year-later"),
        pytest.param("2020-02-29", 48, "2024-02-29", id="leap-day-to-leap-day"),
        pytest.param("2020-01-31", 2, "2020-03-31", id="not-stepwise-through-february"),
        pytest.param("2019-12-31", 3, "2020-03-31", id="over-new-year-and-the-night-of-29-march"),
        pytest.param("2020-03-31", -1, "2020-02-29", id="back-into-february"),
        pytest.param("2023-03-01", -36, "2020-03-01", id="look-back-of-three-years"),
        pytest.param("2000-02-29", -12 * 100, "1900-02-28", id="1900-was-no-leap-year"),
        pytest.param("2020-05-05", 0, "2020-05-05", id="no-months-no-change"),
    ],
)
def test_a_month_keeps_its_day_or_ends_with_the_month(anchor, months, expected):
    assert iso(months_from(date.fromisoformat(anchor).toordinal(), months)) == expected


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.integers(-1200, 1200))
def test_months_from_an_anchor_agree_with_dateutil(anchor, months):
    assert months_from(anchor.toordinal(), months) == (anchor + relativedelta(months=months)).toordinal()


def test_months_beyond_the_calendar_never_come():
    assert months_from(date(2199, 12, 31).toordinal(), 12 * 9000) == FOREVER
    assert months_from(FOREVER, -1) == FOREVER
    assert months_from(date(1900, 1, 1).toordinal(), -12 * 9000) < date.min.toordinal()


def as_set(spans):
    return {day for first, stop in spans for day in range(first, stop)}


@given(SPANS, SPANS)
def test_spans_behave_as_the_sets_of_days_they_stand_for(some, others):
    left, right = merged(some), merged(others)
    assert as_set(left) == as_set(some)
    assert as_set(both(left, right)) == as_set(some) & as_set(others)
    assert as_set(less(left, right)) == as_set(some) - as_set(others)
    assert number(left) == len(as_set(some))
    for days in (left, both(left, right), less(left, right)):
        assert all(first < stop for first, stop in days)
        assert all(before[1] < after[0] for before, after in pairwise(days))


def spell(first, last):
    return date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal() + 1


@pytest.mark.parametrize(
    ("gap_first", "gap_last", "bridged"),
    [
        pytest.param("2020-03-01", "2020-03-31", False, id="a-whole-month-breaks"),
        pytest.param("2020-03-02", "2020-03-31", True, id="a-day-less-is-bridged"),
        pytest.param("2020-02-01", "2020-02-29", False, id="a-whole-leap-february-breaks"),
        pytest.param("2020-02-15", "2020-03-14", False, id="from-the-15th-to-the-14th-is-a-month"),
        pytest.param("2020-01-31", "2020-02-28", False, id="from-the-31st-the-month-ends-with-february"),
        pytest.param("2020-01-31", "2020-02-27", True, id="a-day-less-from-the-31st"),
        pytest.param("2020-10-25", "2020-10-25", True, id="the-night-of-25-hours-is-one-day"),
    ],
)
def test_a_gap_breaks_a_run_from_a_whole_month_on(gap_first, gap_last, bridged):
    gap = spell(gap_first, gap_last)
    days = [(gap[0] - 40, gap[0]), (gap[1], gap[1] + 40)]
    assert (len(runs(days, [], 1)) == 1) == bridged
    assert len(runs(days, [[(gap[0], gap[0] + 1)]], 1)) == 2
    assert len(runs(days, [[(gap[1] - 1, gap[1])]], 1)) == 2
    outside = [[(gap[0] - 1, gap[0]), (gap[1], gap[1] + 1)]]
    assert (len(runs(days, outside, 1)) == 1) == bridged


def test_nothing_is_bridged_with_a_bridge_of_no_months():
    day = date(2020, 1, 1).toordinal()
    assert len(runs([(day, day + 5), (day + 6, day + 9)], [], 0)) == 2


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 24))
def test_stepping_by_days_finds_the_same_month(anchor, months):
    """The month reached is the anchor's plus `months`, the day the anchor's or the month's last."""
    reached = date.fromordinal(months_from(anchor.toordinal(), months))
    assert (reached.year * 12 + reached.month) == (anchor.year * 12 + anchor.month + months)
    assert reached.day == anchor.day or (reached.day < anchor.day and (reached + timedelta(days=1)).day == 1)
