"""The facts of a delivery, however many: made in one order, told in order of line."""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Self, overload

from producers.delivery import FactOfLine
from producers.made import numbers, order_of
from producers.spill import Spill
from schemas.facts import JsonValue, from_json, to_json

Record = Mapping[str, JsonValue]
_Said = tuple[str, int, dict[str, JsonValue]]


class FactsByLine(Sequence[FactOfLine]):
    """Takes facts in any order, gives them in order of line; those of one line stay as they came.

    `on_disk`: to be filled by a process forked from this one, see producers.spill.
    """

    def __init__(self, *, on_disk: bool = False) -> None:
        self._parts = [Spill[_Said](on_disk=on_disk)]
        self._begins = [0]
        self._lines, self._order = numbers(), numbers()

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """All the facts of these as one; nothing more is said of any."""
        if len(parts) == 1:
            return parts[0]
        joined = cls()
        joined._parts = [part for each in parts for part in each._parts]
        joined._begins = [0, *accumulate(map(len, joined._parts[:-1]))]
        for each in parts:
            joined._lines.extend(each._lines)
        return joined

    def say(self, delivery: str, line: int, record: dict[str, JsonValue]) -> None:
        """One more fact, in JSON form (schemas.facts.to_json), with the file name of its delivery and its line."""
        self._parts[0].append((delivery, line, record))
        self._lines.append(line)

    @property
    def written(self) -> "tuple[array[int], array[int]]":
        """For the process this one was forked from: what to give to `filled` there."""
        return self._lines, self._parts[0].ends

    def filled(self, written: "tuple[array[int], array[int]]") -> None:
        """Another process has said facts here: its `written`."""
        self._lines, ends = written
        self._parts[0].filled(ends)

    @property
    def order(self) -> "array[int]":
        """Where the facts stand among those said, in order of line; made when it is first wanted."""
        if len(self._order) != len(self._lines):
            self._order = order_of(self._lines)
        return self._order

    def _said(self, index: int) -> _Said:
        place = self.order[index]
        part = bisect_right(self._begins, place) - 1
        return self._parts[part][place - self._begins[part]]

    def records(self, places: range | None = None) -> Iterator[tuple[int, Record]]:
        """Line and fact in JSON form, without making the fact; of those in these places of the order, or of all."""
        for index in range(len(self)) if places is None else places:
            _, line, record = self._said(index)
            yield line, record

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, index: int) -> FactOfLine: ...
    @overload
    def __getitem__(self, index: slice) -> list[FactOfLine]: ...
    def __getitem__(self, index: int | slice) -> FactOfLine | list[FactOfLine]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        delivery, line, record = self._said(index)
        return FactOfLine(fact=from_json(record), delivery=delivery, line=line)


def records(facts: Sequence[FactOfLine]) -> Iterator[tuple[int, Record]]:
    """Line and JSON form (schemas.facts.to_json) of each fact."""
    if isinstance(facts, FactsByLine):
        return facts.records()
    return ((each.line, to_json(each.fact)) for each in facts)
