"""Overlaps and residence spells against a day-by-day reading."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from schemas.cpr_stays import Stay, conflicts, spells_of
from schemas.overlaps import Interval, overlaps

START = date(2020, 1, 1)


def day(number: int) -> date:
    return START + timedelta(days=number)


@st.composite
def intervals(draw: st.DrawFn) -> list[Interval]:
    found = []
    for line in range(1, draw(st.integers(0, 8)) + 1):
        start = draw(st.integers(0, 12))
        end = day(start + draw(st.integers(1, 8))) if draw(st.booleans()) else date.max
        found.append(Interval(line, draw(st.sampled_from("abc")), day(start), end))
    return found


def have_a_day_in_common(one: Interval, other: Interval) -> bool:
    return max(one.start, other.start) < min(one.end, other.end)


@given(intervals())
def test_exactly_the_lines_that_share_a_day_with_another_owner_are_found(given_intervals: list[Interval]) -> None:
    found = overlaps(given_intervals)
    by_line = {each.line: each for each in given_intervals}
    expected = {
        each.line
        for each in given_intervals
        for other in given_intervals
        if each.owner != other.owner and have_a_day_in_common(each, other)
    }

    assert set(found) == expected
    assert all(
        by_line[line].owner != by_line[other].owner and have_a_day_in_common(by_line[line], by_line[other])
        for line, other in found.items()
    )


@given(intervals())
def test_spells_cover_exactly_the_days_of_the_records_and_never_touch(given_intervals: list[Interval]) -> None:
    stays = [
        Stay(
            line=each.line,
            municipality=f"070{'abc'.index(each.owner)}",
            start=each.start,
            end=None if each.end == date.max else each.end,
            moved_in=each.start.isoformat(),
        )
        for each in given_intervals
    ]
    far = day(60)
    spells = spells_of(stays)
    covered = [
        (spell.municipality, spell.first_day + timedelta(days=number))
        for spell in spells
        for number in range(((spell.last_day or far) - spell.first_day).days + 1)
    ]
    expected = {
        (stay.municipality, stay.start + timedelta(days=number))
        for stay in stays
        for number in range(((stay.end or far + timedelta(days=1)) - stay.start).days)
    }

    assert len(covered) == len(set(covered))
    assert set(covered) == expected
    assert not {(municipality, on) for municipality, on in covered if (municipality, on) not in expected}
    assert all(
        one.last_day is None or one.last_day + timedelta(days=1) != other.first_day
        for one in spells
        for other in spells
        if one.municipality == other.municipality
    )
    assert bool(conflicts(stays)) == (len({on for _, on in covered}) < len(covered))
