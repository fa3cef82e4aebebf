"""The gate: a feed's expectations run by Great Expectations; only line numbers and codes leave this module.

Importing takes seconds: import it inside the task alone. Two passes (engineering/great-expectations.md): whether and
how often a rule fails, then which rows. An expectation costs 10 to 20 ms however few rows it sees, so rules with the
same built-in test share one: their cells stand below each other in one column; the place of a cell tells row and rule.
"""

import os
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, TypeVar

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

with warnings.catch_warnings():
    # Great Expectations imports modules that Python has deprecated: nothing that we or a sender could change.
    warnings.simplefilter("ignore", DeprecationWarning)
    import great_expectations as gx
    import pandas as pd
    from great_expectations import expectations as gxe
    from great_expectations.data_context.types.base import ProgressBarsConfig

from schemas.errors import BranchesporError
from schemas.faults import Fault
from validation.expectation import Blank, Filled, Header, Holds, Matches, OneOf, RowLike, Suite, Test
from validation.rows import judged

ROWS_AT_ONCE: Final = 20_000
MOST_FAILURES_AT_ONCE: Final = 20_000
_CELL = "cell"
_YES_OR_NO = ("no", "yes")
_WHETHER: Final = {"result_format": "BOOLEAN_ONLY"}
_HOW_OFTEN: Final = {"result_format": "SUMMARY", "partial_unexpected_count": 0}
_WHICH: Final = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": [_CELL],
    "return_unexpected_index_query": False,
}
Cell = tuple[int, int, str | None]
T = TypeVar("T")


class GateFailed(BranchesporError):
    """Our own check could not run: the delivery is held (H06), nobody's rows are blamed."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Rules with one built-in test: its id, the numbers of the rules in the suite, the expectation."""

    id: str
    rules: Sequence[int]
    expectation: Any


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A feed's suite as Great Expectations wants it; built once a process, in an ephemeral context."""

    suite: Suite
    batches: Any
    groups: Sequence[_Group]


_PREPARED: dict[str, _Prepared] = {}


def check_rows(suite: Suite, rows: Sequence[RowLike], header: Header) -> Mapping[int, Sequence[Fault]]:
    """The row faults by line, each row's in column order: what validation.rows.check_rows gives.

    Raises GateFailed, without a value of the rows, if a rule could not be run.
    """
    faults: dict[int, Sequence[Fault]] = {}
    if not rows:
        return faults
    prepared = _guarded(lambda: _prepared(suite))
    for start in range(0, len(rows), ROWS_AT_ONCE):
        chunk = rows[start : start + ROWS_AT_ONCE]
        failed = _failed_in(prepared, chunk, header)
        for row in chunk:
            if row.line in failed:
                faults[row.line] = judged(suite, row, failed[row.line])
    return faults


def _failed_in(prepared: _Prepared, rows: Sequence[RowLike], header: Header) -> Mapping[int, list[int]]:
    """Numbers of the rules that fail, by line."""
    cells = _guarded(lambda: _cells(prepared, rows, header))
    most = max(map(len, cells.values()), default=0)
    # Where a rule cannot fail often, knowing whether is cheaper than knowing how often.
    counted = most * len(cells) > MOST_FAILURES_AT_ONCE
    failing = _guarded(lambda: _first_pass(prepared, cells, _HOW_OFTEN if counted else _WHETHER))
    failed: dict[int, list[int]] = defaultdict(list)
    for part in _affordable(cells, failing):
        for line, rule in _guarded(lambda part=part: _second_pass(prepared, part)):  # type: ignore[misc]
            failed[line].append(rule)
    return failed


def _prepared(suite: Suite) -> _Prepared:
    known = _PREPARED.get(suite.feed)
    if known is None or known.suite is not suite:
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        asset = context.data_sources.add_pandas(suite.feed).add_dataframe_asset(suite.feed)
        batches = asset.add_batch_definition_whole_dataframe(suite.feed)
        known = _PREPARED[suite.feed] = _Prepared(suite, batches, _grouped(suite))
    return known


def _grouped(suite: Suite) -> list[_Group]:
    numbers = sorted(range(len(suite.expectations)), key=lambda number: _kind(suite.expectations[number].test))
    groups: list[_Group] = []
    for kind, members in groupby(numbers, key=lambda number: _kind(suite.expectations[number].test)):
        rules = list(members)
        identifier = f"{suite.feed}.{len(groups)}"
        meta = {"rule_id": identifier, "kind": kind[0], "rules": [suite.expectations[number].rule for number in rules]}
        expectation = _built_in(suite.expectations[rules[0]].test, identifier, meta)
        groups.append(_Group(identifier, rules, expectation))
    return groups


def _kind(test: Test) -> tuple[str, ...]:
    match test:
        case Matches(pattern):
            return "matches", pattern
        case OneOf(codes):
            return "one-of", *sorted(codes)
        case _:
            return (type(test).__name__.lower(),)


def _built_in(test: Test, column: str, meta: Mapping[str, Any]) -> Any:
    match test:
        case Filled():
            return gxe.ExpectColumnValuesToNotBeNull(column=column, meta=meta)
        case Blank():
            return gxe.ExpectColumnValuesToBeNull(column=column, meta=meta)
        case Matches(pattern):
            return gxe.ExpectColumnValuesToMatchRegex(column=column, regex=rf"\A(?:{pattern})\Z", meta=meta)
        case OneOf(codes):
            return gxe.ExpectColumnValuesToBeInSet(column=column, value_set=sorted(codes), meta=meta)
        case Holds():
            return gxe.ExpectColumnValuesToBeInSet(column=column, value_set=["yes"], meta=meta)


def _cells(prepared: _Prepared, rows: Sequence[RowLike], header: Header) -> dict[str, list[Cell]]:
    """By group the cells (line, rule, text) that its rules look at; groups without a cell are left out."""
    found: dict[str, list[Cell]] = {}
    for group in prepared.groups:
        cells = [cell for number in group.rules for cell in _cells_of(prepared.suite, number, rows, header)]
        if cells:
            found[group.id] = cells
    return found


def _cells_of(suite: Suite, number: int, rows: Sequence[RowLike], header: Header) -> Iterator[Cell]:
    expectation = suite.expectations[number]
    column, when, test = expectation.column, expectation.when, expectation.test
    for row in rows:
        if when is not None and not when(row.values):
            continue
        text = row.values.get(column)
        if isinstance(test, Filled | Blank):
            yield row.line, number, None if text is None else "filled"
        elif text is not None:
            shown = _YES_OR_NO[test.check(row.values, header)] if isinstance(test, Holds) else _storable(text)
            yield row.line, number, shown


def _storable(text: str) -> str:
    """Half a surrogate pair cannot be stored in a column; what replaces it is no letter of any code either."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _frame(cells: Mapping[str, Sequence[Cell]], groups: Mapping[str, _Group]) -> pd.DataFrame:
    most = max(map(len, cells.values()))
    columns: dict[str, Any] = {_CELL: range(most)}
    for identifier, members in cells.items():
        filler = "filled" if isinstance(groups[identifier].expectation, gxe.ExpectColumnValuesToNotBeNull) else None
        texts = [text for _, _, text in members] + [filler] * (most - len(members))
        columns[identifier] = pd.Series(texts, dtype=object)
    return pd.DataFrame(columns)


def _validated(
    prepared: _Prepared, cells: Mapping[str, Sequence[Cell]], result_format: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    """Each group's result. Results come in any order: they are named by the rule id in `meta`."""
    by_id = {group.id: group for group in prepared.groups}
    batch = prepared.batches.get_batch(batch_parameters={"dataframe": _frame(cells, by_id)})
    expectations = [by_id[identifier].expectation for identifier in cells]
    suite = gx.ExpectationSuite(name=prepared.suite.feed, expectations=expectations)
    with warnings.catch_warnings():
        # pandas warns of groups in a form; a warning could become an exception, and that our fault.
        warnings.simplefilter("ignore")
        results = batch.validate(suite, result_format=result_format).results
    if len(results) != len(cells):
        raise GateFailed(f"{prepared.suite.feed}: {len(cells) - len(results)} expectations gave no result")
    for result in results:
        identifier = result.expectation_config.meta["rule_id"]
        if _raised(result.exception_info):
            raise GateFailed(f"{identifier} could not be run")
        yield identifier, result


def _raised(info: Any) -> bool:
    """Flat when nothing raised, keyed by metric when something did."""
    if not info:
        return False
    if "raised_exception" in info:
        return bool(info["raised_exception"])
    return any(each.get("raised_exception") for each in info.values())


def _first_pass(
    prepared: _Prepared, cells: Mapping[str, Sequence[Cell]], result_format: Mapping[str, Any]
) -> dict[str, int]:
    """The groups that fail, each with how often; without counts, with as often as it can."""
    return {
        identifier: int((result.result or {}).get("unexpected_count", len(cells[identifier])))
        for identifier, result in _validated(prepared, cells, result_format)
        if not result.success
    }


def _affordable(cells: Mapping[str, Sequence[Cell]], failing: Mapping[str, int]) -> Iterator[dict[str, Sequence[Cell]]]:
    """The failing groups in parts whose failures stay within the budget; a group over it is cut."""
    part: dict[str, Sequence[Cell]] = {}
    left = MOST_FAILURES_AT_ONCE
    for identifier, failures in failing.items():
        if failures > MOST_FAILURES_AT_ONCE:
            members = cells[identifier]
            for start in range(0, len(members), MOST_FAILURES_AT_ONCE):
                yield {identifier: members[start : start + MOST_FAILURES_AT_ONCE]}
            continue
        if failures > left:
            yield part
            part, left = {}, MOST_FAILURES_AT_ONCE
        part[identifier] = cells[identifier]
        left -= failures
    if part:
        yield part


def _second_pass(prepared: _Prepared, cells: Mapping[str, Sequence[Cell]]) -> list[tuple[int, int]]:
    """Line and rule of each failing cell."""
    found: list[tuple[int, int]] = []
    for identifier, result in _validated(prepared, cells, _WHICH):
        for unexpected in result.result.get("unexpected_index_list") or ():
            line, rule, _ = cells[identifier][int(unexpected[_CELL])]
            found.append((line, rule))
    return found


def _guarded(run: Callable[[], T]) -> T:
    """What `run` gives; any exception becomes GateFailed by type alone: its message could hold values."""
    try:
        return run()
    except GateFailed:
        raise
    except Exception as error:
        raise GateFailed(f"Great Expectations failed: {type(error).__name__}") from None
