"""The random histories hold every trap the rules could fall into, or comparing on them would prove little."""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import combinations, permutations

import pytest

from branchespor.clock import danish_day
from tests.consumers.rules.histories import RECORDS, a_history

HISTORIES = 1500
BORDERS = {border for policies in RECORDS.values() for border in policies.borders}


def received(fact):
    return datetime.fromisoformat(fact["received_at"])


def recorded(fact):
    return datetime.fromisoformat(fact["recorded_at"])


def spells_of(facts):
    return [(fact["first_day"], fact["last_day"] or "9999", fact) for fact in facts if "first_day" in fact]


def traps(facts):
    """The names of the traps that a history has."""
    for first, last, _ in spells_of(facts):
        for text in (first, last):
            if text != "9999":
                day = date.fromisoformat(text)
                yield from (name for name, is_so in DAYS.items() if is_so(day))
    for one, other in permutations(facts, 2):
        if received(one) == received(other):
            yield "received at the same instant"
        if (one["source"], one["kind"], one["record_key"]) == (other["source"], other["kind"], other["record_key"]):
            yield "corrected"
            if received(one) < received(other) and recorded(one) > recorded(other):
                yield "a correction that comes before what it corrects"
            if recorded(one) == recorded(other):
                yield "two versions registered at the same instant"
    for (first, last, one), (begins, ends, other) in combinations(spells_of(facts), 2):
        if (
            one["kind"] == other["kind"]
            and first <= ends
            and begins <= last
            and one["record_key"] != other["record_key"]
        ):
            yield "overlap"
    for fact in facts:
        if fact["withdrawn"]:
            yield "withdrawn"
        if (danish_day(received(fact)).month, danish_day(received(fact)).day) in ((3, 29), (10, 25)):
            yield "received on a day on which the clocks change"
        if danish_day(received(fact)) != received(fact).date():
            yield "received on another day than its own zone says"


DAYS = {
    "leap day": lambda day: (day.month, day.day) == (2, 29),
    "end of a month": lambda day: (day + timedelta(days=1)).day == 1,
    "end of February": lambda day: day.month == 2 and (day + timedelta(days=1)).day == 1,
    "New Year": lambda day: (day.month, day.day) in ((12, 31), (1, 1)),
    "border of a policy": lambda day: day.toordinal() in BORDERS or day.toordinal() + 1 in BORDERS,
}


@pytest.fixture(scope="module")
def seen():
    return Counter(name for seed in range(HISTORIES) for name in set(traps(a_history(seed, arrivals=seed % 2 == 0))))


@pytest.mark.parametrize(
    "trap",
    [
        *DAYS,
        "received at the same instant",
        "corrected",
        "a correction that comes before what it corrects",
        "two versions registered at the same instant",
        "overlap",
        "withdrawn",
        "received on a day on which the clocks change",
        "received on another day than its own zone says",
    ],
)
def test_one_history_in_a_hundred_at_least_has_the_trap(seen, trap):
    assert seen[trap] >= HISTORIES // 100
