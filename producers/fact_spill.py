"""The facts of a delivery, however many: made in one order, told in order of line."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, overload

from producers.delivery import FactOfLine
from producers.made import numbers
from producers.spill import Spill
from schemas.facts import JsonValue, from_json, to_json

Record = Mapping[str, JsonValue]


class FactsByLine(Sequence[FactOfLine]):
    """Takes facts in any order, gives them in order of line; those of one line stay as they came."""

    def __init__(self) -> None:
        self._facts = Spill[FactOfLine](_dump, _load)
        self._lines, self._order = numbers(), numbers()

    def append(self, fact: FactOfLine) -> None:
        """One more fact."""
        self._facts.append(fact)
        self._lines.append(fact.line)

    def _place(self, index: int) -> int:
        if len(self._order) != len(self._lines):
            self._order = numbers(sorted(range(len(self._lines)), key=self._lines.__getitem__))
        return self._order[index]

    def records(self) -> Iterator[tuple[int, Record]]:
        """Line and fact in JSON form, without making the fact again."""
        for index in range(len(self)):
            _, line, record = self._facts.said(self._place(index))
            yield line, record

    def __len__(self) -> int:
        return len(self._facts)

    @overload
    def __getitem__(self, index: int) -> FactOfLine: ...
    @overload
    def __getitem__(self, index: slice) -> list[FactOfLine]: ...
    def __getitem__(self, index: int | slice) -> FactOfLine | list[FactOfLine]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        return self._facts[self._place(index)]


def records(facts: Sequence[FactOfLine]) -> Iterator[tuple[int, Record]]:
    """Line and JSON form (schemas.facts.to_json) of each fact."""
    if isinstance(facts, FactsByLine):
        return facts.records()
    return ((each.line, to_json(each.fact)) for each in facts)


def _dump(fact: FactOfLine) -> Any:
    return fact.delivery, fact.line, to_json(fact.fact)


def _load(said: Any) -> FactOfLine:
    delivery, line, record = said
    return FactOfLine(fact=from_json(record), delivery=delivery, line=line)
