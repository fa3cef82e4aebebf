"""What a rule's test looks at in a row: one cell per rule and row, the same text for the same thing to be judged."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from validation.expectation import Blank, Expectation, Filled, Header, Holds, Matches, OneOf, RowLike, Test, Values

NO_CELL: Final = object()  # of a row that the rule does not apply to
_YES_OR_NO = ("no", "yes")
Text = str | None
CellOf = Callable[[Values, Header], Any]


def kind_of(test: Test) -> tuple[str, ...]:
    """Rules of one kind are the same built-in test."""
    match test:
        case Matches(pattern):
            return "matches", pattern
        case OneOf(codes):
            return "one-of", *sorted(codes)
        case _:
            return (type(test).__name__.lower(),)


def cells(of_rules: Sequence[CellOf], rows: Iterable[RowLike], header: Header) -> list[list[Any]]:
    """By rule its cells, one a row; row by row, so that what was read of a row is still at hand for its other rules."""
    columns: list[list[Any]] = [[] for _ in of_rules]
    steps = [(column.append, of_rule) for column, of_rule in zip(columns, of_rules, strict=True)]
    for row in rows:
        values = row.values
        for append, of_rule in steps:
            append(of_rule(values, header))
    return columns


def cell_of(expectation: Expectation) -> CellOf:
    """The rule's cell as a function of a row: NO_CELL, None for a blank one, or a text.

    Of Filled and Blank the text is `filled`, of Holds `yes` or `no`.
    """
    when, shown = expectation.when, _shown(expectation)
    if when is None:
        return shown
    return lambda values, header: shown(values, header) if when(values) else NO_CELL


def _shown(expectation: Expectation) -> CellOf:
    column = expectation.column
    match expectation.test:
        case Filled() | Blank():
            return lambda values, header: None if values.get(column) is None else "filled"
        case Holds(check):
            return lambda values, header: NO_CELL if values.get(column) is None else _YES_OR_NO[check(values, header)]
        case _:
            return lambda values, header: NO_CELL if (text := values.get(column)) is None else _storable(text)


def _storable(text: str) -> str:
    """Half a surrogate pair cannot be stored in a column; what replaces it is no letter of any code either."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
