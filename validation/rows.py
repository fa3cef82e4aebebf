"""The expectations run row by row in plain Python: quick to start, for the offline check; the gate must agree."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence

from schemas.faults import Fault
from validation.expectation import Blank, Expectation, Filled, Header, Holds, Matches, OneOf, RowLike, Suite, Values

Passes = Callable[[Values, Header], bool]


def check_rows(suite: Suite, rows: Sequence[RowLike], header: Header) -> Mapping[int, Sequence[Fault]]:
    """The row faults by line, each row's in column order; rows without fault are not in it."""
    checks = [compiled(expectation) for expectation in suite.expectations]
    faults: dict[int, Sequence[Fault]] = {}
    for row in rows:
        failed = [number for number, passed in enumerate(checks) if not passed(row.values, header)]
        if failed:
            faults[row.line] = judged(suite, row, failed)
    return faults


def judged(suite: Suite, row: RowLike, failed: Collection[int]) -> Sequence[Fault]:
    """The faults of a row from the numbers of the rules that failed, looked at each for itself (both engines).

    One fault a column, the first in the suite's order; a rule whose needed columns have a fault says nothing.
    """
    found: dict[str, Fault] = {}
    for number in sorted(failed):
        expectation = suite.expectations[number]
        if expectation.column in found or any(column in found for column in expectation.needs):
            continue
        if expectation.alone:
            return [expectation.fault(row.line)]
        found[expectation.column] = expectation.fault(row.line)
    return [found[column] for column in sorted(found, key=lambda column: _position(suite, column, row.values))]


def _position(suite: Suite, column: str, values: Values) -> int:
    if suite.position is not None:
        return suite.position(column, values)
    return suite.columns.index(column) if column in suite.columns else -1


def compiled(expectation: Expectation) -> Passes:
    """A rule as one function of (values, header); a row the rule does not apply to passes."""
    passed, when = _test(expectation), expectation.when
    if when is None:
        return passed
    return lambda values, header: not when(values) or passed(values, header)


def _test(expectation: Expectation) -> Passes:
    column = expectation.column
    match expectation.test:
        case Filled():
            return lambda values, header: values.get(column) is not None
        case Blank():
            return lambda values, header: values.get(column) is None
        case OneOf(codes):
            return lambda values, header: (text := values.get(column)) is None or text in codes
        case Matches(pattern):
            form = re.compile(pattern)
            return lambda values, header: (text := values.get(column)) is None or form.fullmatch(text) is not None
        case Holds(check):
            return lambda values, header: values.get(column) is None or check(values, header)
