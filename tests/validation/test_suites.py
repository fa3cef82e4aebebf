"""Every feed's suite is well-formed data, and both engines judge a row by the same few rules."""

import pytest

from producers.delivery import Row
from producers.feeds import FEEDS
from validation.codes import CODES
from validation.expectation import Expectation, Filled, OneOf, Suite, Values
from validation.expectations import suite
from validation.rows import check_rows


@pytest.mark.parametrize("module", [feed.module for feed in FEEDS])
def test_rules_have_ids_of_their_own_known_codes_and_need_only_columns_judged_before(module: str) -> None:
    found = suite(module)
    rules = [expectation.rule for expectation in found.expectations]
    judged: set[str] = set()

    assert len(set(rules)) == len(rules)
    for expectation in found.expectations:
        assert expectation.code in CODES
        assert expectation.rule.startswith(f"{found.feed}.")
        assert set(expectation.needs) <= judged | set(found.columns)
        judged.add(expectation.column)


def one(column: str, code: str, *, needs: tuple[str, ...] = (), alone: bool = False, named: bool = True) -> Expectation:
    """A rule that only the text `good` passes."""
    return Expectation(
        rule=f"t.{column}.{code}",
        code=code,
        column=column,
        test=OneOf(frozenset({"good"})),
        needs=needs,
        alone=alone,
        named=named,
    )


def codes(*expectations: Expectation, **more: object) -> list[tuple[str, str | None]]:
    """The faults of a row in which every column is bad."""
    checked = Suite(feed="t", columns=("a", "b"), expectations=expectations, **more)  # type: ignore[arg-type]
    found = check_rows(checked, [Row(line=1, values={"a": "bad", "b": "bad"}, raw="")], {})
    return [(fault.code, fault.column) for fault in found.get(1, ())]


def test_a_column_has_the_fault_of_its_first_rule_and_columns_stand_in_the_contracts_order() -> None:
    assert codes(one("b", "R10"), one("a", "R08"), one("b", "R09")) == [("R08", "a"), ("R10", "b")]


def test_a_rule_that_needs_a_faulty_column_says_nothing() -> None:
    assert codes(one("a", "R06"), one("b", "R07", needs=("a",))) == [("R06", "a")]


def test_a_rule_that_stands_alone_is_the_rows_only_fault_unless_what_it_needs_is_faulty() -> None:
    assert codes(one("b", "R16", alone=True), one("a", "R06")) == [("R16", "b")]
    assert codes(one("a", "R06"), one("b", "R16", alone=True, needs=("a",))) == [("R06", "a")]


def test_a_rule_may_leave_its_column_unnamed() -> None:
    assert codes(one("a", "R10", named=False)) == [("R10", None)]


def test_the_order_of_columns_may_differ_by_record() -> None:
    def last_first(column: str, values: Values) -> int:
        return -("ab".index(column))

    assert codes(one("a", "R08"), one("b", "R09"), position=last_first) == [("R09", "b"), ("R08", "a")]


def test_a_column_that_is_not_there_is_blank() -> None:
    rule = Expectation(rule="t.c.required", code="R02", column="c", test=Filled())

    assert codes(rule, one("c", "R09")) == [("R02", "c")]
