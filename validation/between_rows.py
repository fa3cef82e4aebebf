"""What many feeds look for in several rows together: repeats and conflicts of a key, cleaned person numbers."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import pairwise

from schemas import person_numbers
from schemas.faults import Fault
from validation.expectation import RowLike


class Alike:
    """Which rows have an equal key, by the hash of it: 16 bytes a row, however long the keys are.

    Different keys may have one hash: whoever looks at a group compares the keys themselves.
    """

    def __init__(self) -> None:
        self._places, self._hashes = array("q"), array("q")

    def add(self, place: int, key: Hashable) -> None:
        """The row at this place has this key."""
        self._places.append(place)
        self._hashes.append(hash(key))

    def join(self, later: "Alike") -> None:
        """Rows of later places, hashed in a process forked from this one."""
        self._places.extend(later._places)
        self._hashes.extend(later._hashes)

    def groups(self) -> Iterator[list[int]]:
        """The places of rows with one hash, where there are several, each group in order."""
        again = {one for one, next_one in pairwise(sorted(self._hashes)) if one == next_one}
        places: dict[int, list[int]] = defaultdict(list)
        for place, hashed in zip(self._places, self._hashes, strict=True):
            if hashed in again:
                places[hashed].append(place)
        return iter(places.values())


def repeats_and_conflicts(
    rows: Iterable[RowLike],
    column: str,
    key: Callable[[RowLike], Hashable],
    content: Callable[[RowLike], Hashable],
) -> list[Fault]:
    """N01 for the later rows of a key where all its rows say the same, R11 for all of them where they do not."""
    groups: dict[Hashable, list[RowLike]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return [fault for group in groups.values() if len(group) > 1 for fault in _of_one_key(group, column, content)]


def _of_one_key(group: Sequence[RowLike], column: str, content: Callable[[RowLike], Hashable]) -> list[Fault]:
    said = [content(row) for row in group]
    first = group[0].line
    other = next((row.line for row, each in zip(group, said, strict=True) if each != said[0]), None)
    if other is None:
        return [Fault(code="N01", line=row.line, column=column, other_line=first) for row in group[1:]]
    return [
        Fault(code="R11", line=row.line, column=column, other_line=other if each == said[0] else first)
        for row, each in zip(group, said, strict=True)
    ]


def cleaned_numbers(rows: Iterable[RowLike], column: str) -> list[Fault]:
    """N02 for each person number that had to be cleaned."""
    return [
        Fault(code="N02", line=row.line, column=column)
        for row in rows
        if cleaned_number(row, column) != (row.values.get(column) or "")
    ]


def cleaned_number(row: RowLike, column: str) -> str:
    """The person number of a row, cleaned; empty if it has none."""
    return person_numbers.cleaned(row.values.get(column) or "")
