"""Sequences whose members are made when looked at: the bytes of a delivery are kept, its million rows are not."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from heapq import merge
from typing import TypeVar, overload

SORTED_AT_ONCE = 50_000
T = TypeVar("T")


class Made(Sequence[T]):
    """`size` members, each made by `make(index)` every time it is looked at; a slice is a list."""

    def __init__(self, size: int, make: Callable[[int], T]) -> None:
        self._size, self._make = size, make

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, slice):
            return [self._make(each) for each in range(*index.indices(self._size))]
        if not -self._size <= index < self._size:
            raise IndexError(index)
        return self._make(index % self._size)

    def __iter__(self) -> Iterator[T]:
        return map(self._make, range(self._size))


def chosen(members: Sequence[T], indices: Sequence[int]) -> Sequence[T]:
    """The members at these indices, in this order."""
    return Made(len(indices), lambda index: members[indices[index]])


def numbers(of: Iterator[int] | Sequence[int] = ()) -> "array[int]":
    """Whole numbers in eight bytes each."""
    return array("q", of)


def order_of(keys: Sequence[int]) -> "array[int]":
    """The places of these keys in order of key, equal ones as they stand; sorted in parts: they may be a million."""
    parts = (range(start, min(start + SORTED_AT_ONCE, len(keys))) for start in range(0, len(keys), SORTED_AT_ONCE))
    runs = [numbers(sorted(part, key=keys.__getitem__)) for part in parts]
    return runs[0] if len(runs) == 1 else numbers(merge(*runs, key=keys.__getitem__))
