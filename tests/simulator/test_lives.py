"""The citizens: numbers that can belong to nobody, and a life of every kind in the smallest sample."""

import json
from datetime import date
from pathlib import Path
from random import Random

import pytest

from simulator.citizen import Citizen, Window
from simulator.lives import citizens
from simulator.numbers import Numbers, satisfies_modulus_11

WINDOW = Window(first_day=date(2020, 1, 6), last_day=date(2022, 1, 6))


@pytest.fixture(scope="module")
def people() -> list[Citizen]:
    return citizens(300, 4, WINDOW)


def birth_date(number: str) -> date:
    """The century table of domain/codes.md, read on its own here."""
    day, month, year, seventh = int(number[:2]) - 60, int(number[2:4]), int(number[4:6]), int(number[6])
    if seventh <= 3:
        century = 1900
    elif seventh in (4, 9):
        century = 2000 if year <= 36 else 1900
    else:
        century = 2000 if year <= 57 else 1800
    return date(century + year, month, day)


def test_every_number_has_day_plus_60_and_the_date_of_birth(people: list[Citizen]) -> None:
    for citizen in people:
        for number in citizen.numbers:
            assert len(number) == 10
            assert 61 <= int(number[:2]) <= 91
            assert birth_date(number) == citizen.born


def test_no_number_is_given_twice(people: list[Citizen]) -> None:
    numbers = [number for citizen in people for number in citizen.numbers]

    assert len(numbers) == len(set(numbers))


def test_numbers_come_with_and_without_modulus_11(people: list[Citizen]) -> None:
    issued = [f"{int(citizen.numbers[0][:2]) - 60:02d}{citizen.numbers[0][2:]}" for citizen in people]
    share = sum(map(satisfies_modulus_11, issued)) / len(issued)

    assert 0.35 < share < 0.65


def test_the_last_digit_tells_the_sex(people: list[Citizen]) -> None:
    assert all((int(citizen.numbers[0][-1]) % 2 == 0) == citizen.woman for citizen in people)


@pytest.mark.parametrize("year", [1936, 1937, 1999, 2000, 2007])
def test_the_century_table_gives_back_the_year(year: int) -> None:
    numbers = Numbers()

    assert all(birth_date(numbers.new(Random(each), date(year, 2, 28), woman=True)).year == year for each in range(40))


def test_ten_citizens_are_enough_for_every_kind_of_event() -> None:
    few = citizens(10, 1, WINDOW)

    assert any(citizen.number_changed_day for citizen in few)
    assert any({each.akasse for each in citizen.memberships} == {"901", "902"} for citizen in few)
    assert {citizen.left[0] for citizen in few if citizen.left} >= {"90", "80"}
    assert any(citizen.addresses[-1].municipality != "0707" for citizen in few)
    assert any(citizen.protected_day for citizen in few)


def test_three_hundred_lives_hold_what_the_rules_are_about(people: list[Citizen]) -> None:
    groups = {spell.group for citizen in people for spell in citizen.groups}
    works = [work for citizen in people for work in citizen.work]
    moved_on = [
        (earlier.group, later.group)
        for citizen in people
        for earlier, later in zip(citizen.groups, citizen.groups[1:], strict=False)
        if earlier.last_day is not None and (later.first_day - earlier.last_day).days == 1
    ]

    assert {"INSURED", "CASH_JOB_READY", "CASH_ACTIVITY_READY", "EDUCATION_READY", "SICKNESS"} <= groups
    assert {work.weekly_hours is None for work in works} == {True, False}
    assert ("CASH_ACTIVITY_READY", "CASH_JOB_READY") in moved_on
    assert any(
        not absence.benefit_paid and absence.kind == "FERIE" for citizen in people for absence in citizen.absences
    )


def test_nobody_is_in_a_group_after_death(people: list[Citizen]) -> None:
    dead = [citizen for citizen in people if citizen.left is not None and citizen.left[0] == "90"]

    assert dead
    for citizen in dead:
        assert citizen.left is not None
        assert all(spell.last_day is not None and spell.last_day < citizen.left[1] for spell in citizen.groups)


def test_the_truth_is_written_one_citizen_a_line(sample: Path) -> None:
    lines = (sample / "citizens.jsonl").read_text(encoding="utf-8").splitlines()

    assert len(lines) == 100
    assert all({"numbers", "groups", "addresses"} <= set(json.loads(line)) for line in lines)
