"""The gate: a feed's expectations run by Great Expectations; only line numbers and codes leave this module.

Importing takes seconds: import it inside the task alone. Two passes (engineering/great-expectations.md): whether and
how often a test fails, then for which texts. An expectation costs about 10 ms however few cells it sees, so rules with
the same built-in test share one; and what it says of a text holds in every row, so each text is asked once.
"""

import os
import warnings
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
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
    from great_expectations.expectations.expectation import Expectation as AnyExpectation

from schemas.errors import BranchesporError
from schemas.faults import Fault
from validation.cells import NO_CELL, CellOf, Text, cell_of, cells, kind_of
from validation.expectation import Blank, Filled, Header, Holds, Matches, OneOf, RowLike, Suite, Test
from validation.rows import judged

ROWS_AT_ONCE: Final = 20_000
MOST_FAILURES_AT_ONCE: Final = 20_000
MOST_REMEMBERED: Final = 1_000
_CELL = "cell"
_WHETHER: Final = {"result_format": "BOOLEAN_ONLY"}
_HOW_OFTEN: Final = {"result_format": "SUMMARY", "partial_unexpected_count": 0}
_WHICH: Final = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": [_CELL],
    "return_unexpected_index_query": False,
}
T = TypeVar("T")


class GateFailed(BranchesporError):
    """Our own check could not run: the delivery is held (H06), nobody's rows are blamed."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Rules with one built-in test: its id, the numbers of the rules in the suite, the expectation.

    `verdicts`: what it said of texts before, in this process. None for a form: those texts are many, and may be names.
    """

    id: str
    rules: Sequence[int]
    expectation: Any
    blank_fails: bool
    verdicts: dict[Text, bool] | None


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A feed's suite as Great Expectations wants it; built once a process, in an ephemeral context.

    `cells` by rule: what its test looks at in a row, NO_CELL where the rule does not apply.
    """

    suite: Suite
    batches: Any
    groups: Sequence[_Group]
    cells: Sequence[CellOf]


_PREPARED: dict[str, _Prepared] = {}


def _answering_once(expectation: Any) -> Any:
    """A built-in expectation that keeps what it answers when asked for its `configuration`.

    The metric graph asks each expectation some eighty times, and each time the answer is put together anew: four tenths
    of a small delivery. Before the graph changes one (`batch_id`), it makes a new object of it, so it is never stale.
    """

    def configuration(self: Any) -> Any:
        kept = self.__dict__.get("_kept")
        if kept is None:
            kept = self.__dict__["_kept"] = AnyExpectation.configuration.fget(self)
        return kept

    name = f"{expectation.__name__}AnsweringOnce"
    members = {"__module__": __name__, "configuration": property(configuration)}
    return type(expectation)(name, (expectation,), members)


_FILLED = _answering_once(gxe.ExpectColumnValuesToNotBeNull)
_BLANK = _answering_once(gxe.ExpectColumnValuesToBeNull)
_MATCHES = _answering_once(gxe.ExpectColumnValuesToMatchRegex)
_ONE_OF = _answering_once(gxe.ExpectColumnValuesToBeInSet)


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
    shown = _guarded(lambda: cells(prepared.cells, rows, header))
    failed: dict[int, list[int]] = defaultdict(list)
    failing = _failing_texts(prepared, shown)
    for group in prepared.groups:
        wrong = failing.get(group.id)
        for number in group.rules if wrong else ():
            for row, text in zip(rows, shown[number], strict=True):
                if text in wrong:  # type: ignore[operator]
                    failed[row.line].append(number)
    return failed


def _failing_texts(prepared: _Prepared, shown: Sequence[Sequence[Any]]) -> Mapping[str, Collection[Text]]:
    """By group the texts that fail its test, asked for those that nothing is known of."""
    failing: dict[str, set[Text]] = {}
    asked: dict[str, list[Text]] = {}
    for group in prepared.groups:
        texts = set().union(*(shown[number] for number in group.rules))
        texts.discard(NO_CELL)
        known = group.verdicts or {}
        failing[group.id] = {text for text in texts if known.get(text) is False}
        new = [text for text in texts if text not in known]
        if new:
            asked[group.id] = new
    for identifier, text in _asked(prepared, asked):
        failing[identifier].add(text)
    for group in prepared.groups:
        if group.verdicts is not None and len(group.verdicts) < MOST_REMEMBERED:
            group.verdicts.update((text, text not in failing[group.id]) for text in asked.get(group.id, ()))
    return failing


def _asked(prepared: _Prepared, asked: Mapping[str, Sequence[Text]]) -> Iterator[tuple[str, Text]]:
    """Group and text of each text that fails."""
    if not asked:
        return
    # Where a test cannot fail often, knowing whether is cheaper than knowing how often.
    counted = sum(map(len, asked.values())) > MOST_FAILURES_AT_ONCE
    failing = _guarded(lambda: _first_pass(prepared, asked, _HOW_OFTEN if counted else _WHETHER))
    for part in _affordable(asked, failing):
        yield from _guarded(lambda part=part: _second_pass(prepared, part))  # type: ignore[misc]


def _prepared(suite: Suite) -> _Prepared:
    known = _PREPARED.get(suite.feed)
    if known is None or known.suite is not suite:
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        asset = context.data_sources.add_pandas(suite.feed).add_dataframe_asset(suite.feed)
        batches = asset.add_batch_definition_whole_dataframe(suite.feed)
        of_rules = [cell_of(expectation) for expectation in suite.expectations]
        known = _PREPARED[suite.feed] = _Prepared(suite, batches, _grouped(suite), of_rules)
    return known


def _grouped(suite: Suite) -> list[_Group]:
    numbers = sorted(range(len(suite.expectations)), key=lambda number: kind_of(suite.expectations[number].test))
    groups: list[_Group] = []
    for kind, members in groupby(numbers, key=lambda number: kind_of(suite.expectations[number].test)):
        rules = list(members)
        test = suite.expectations[rules[0]].test
        identifier = f"{suite.feed}.{len(groups)}"
        meta = {"rule_id": identifier, "kind": kind[0], "rules": [suite.expectations[number].rule for number in rules]}
        expectation = _expectation_of(test, identifier, meta)
        verdicts: dict[Text, bool] | None = None if isinstance(test, Matches) else {}
        groups.append(_Group(identifier, rules, expectation, isinstance(test, Filled), verdicts))
    return groups


def _expectation_of(test: Test, column: str, meta: Mapping[str, Any]) -> Any:
    match test:
        case Filled():
            return _FILLED(column=column, meta=meta)
        case Blank():
            return _BLANK(column=column, meta=meta)
        case Matches(pattern):
            return _MATCHES(column=column, regex=rf"\A(?:{pattern})\Z", meta=meta)
        case OneOf(codes):
            return _ONE_OF(column=column, value_set=sorted(codes), meta=meta)
        case Holds():
            return _ONE_OF(column=column, value_set=["yes"], meta=meta)


def _frame(texts: Mapping[str, Sequence[Text]], groups: Mapping[str, _Group]) -> pd.DataFrame:
    most = max(map(len, texts.values()))
    columns: dict[str, Any] = {_CELL: range(most)}
    for identifier, each in texts.items():
        filler = "filled" if groups[identifier].blank_fails else None
        columns[identifier] = pd.Series([*each, *[filler] * (most - len(each))], dtype=object)
    return pd.DataFrame(columns)


def _validated(
    prepared: _Prepared, texts: Mapping[str, Sequence[Text]], result_format: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    """Each group's result. Results come in any order: they are named by the rule id in `meta`."""
    by_id = {group.id: group for group in prepared.groups}
    batch = prepared.batches.get_batch(batch_parameters={"dataframe": _frame(texts, by_id)})
    expectations = [by_id[identifier].expectation for identifier in texts]
    suite = gx.ExpectationSuite(name=prepared.suite.feed, expectations=expectations)
    with warnings.catch_warnings():
        # pandas warns of groups in a form; a warning could become an exception, and that our fault.
        warnings.simplefilter("ignore")
        results = batch.validate(suite, result_format=result_format).results
    if len(results) != len(texts):
        raise GateFailed(f"{prepared.suite.feed}: {len(texts) - len(results)} expectations gave no result")
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
    prepared: _Prepared, texts: Mapping[str, Sequence[Text]], result_format: Mapping[str, Any]
) -> dict[str, int]:
    """The groups that fail, each with how often; without counts, with as often as it can."""
    return {
        identifier: int((result.result or {}).get("unexpected_count", len(texts[identifier])))
        for identifier, result in _validated(prepared, texts, result_format)
        if not result.success
    }


def _affordable(texts: Mapping[str, Sequence[Text]], failing: Mapping[str, int]) -> Iterator[dict[str, Sequence[Text]]]:
    """The failing groups in parts whose failures stay within the budget; a group over it is cut."""
    part: dict[str, Sequence[Text]] = {}
    left = MOST_FAILURES_AT_ONCE
    for identifier, failures in failing.items():
        if failures > MOST_FAILURES_AT_ONCE:
            members = texts[identifier]
            for start in range(0, len(members), MOST_FAILURES_AT_ONCE):
                yield {identifier: members[start : start + MOST_FAILURES_AT_ONCE]}
            continue
        if failures > left:
            yield part
            part, left = {}, MOST_FAILURES_AT_ONCE
        part[identifier] = texts[identifier]
        left -= failures
    if part:
        yield part


def _second_pass(prepared: _Prepared, texts: Mapping[str, Sequence[Text]]) -> list[tuple[str, Text]]:
    """Group and text of each failing cell."""
    return [
        (identifier, texts[identifier][int(unexpected[_CELL])])
        for identifier, result in _validated(prepared, texts, _WHICH)
        for unexpected in result.result.get("unexpected_index_list") or ()
    ]


def _guarded(run: Callable[[], T]) -> T:
    """What `run` gives; any exception becomes GateFailed by type alone: its message could hold values."""
    try:
        return run()
    except GateFailed:
        raise
    except Exception as error:
        raise GateFailed(f"Great Expectations failed: {type(error).__name__}") from None
