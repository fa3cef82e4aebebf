"""The row faults of a delivery by line, in little room: a delivery may be a million rows of the same few faults."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from schemas.faults import Fault


class RowFaults(Mapping[int, Sequence[Fault]]):
    """Faults by line. Those that differ in nothing but the line are kept once, and made anew when looked at."""

    def __init__(self) -> None:
        self._of: dict[int, tuple[Fault, ...]] = {}
        self._kept: dict[tuple[object, ...], tuple[Fault, ...]] = {}

    def put(self, line: int, faults: Sequence[Fault]) -> None:
        """What there is of this line from now on; each of `faults` names it."""
        if any(fault.other_line is not None for fault in faults):
            self._of[line] = tuple(faults)
            return
        key = tuple((each.rule, each.code, each.column, each.byte, *each.detail.items()) for each in faults)
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = tuple(replace(fault, line=None) for fault in faults)
        self._of[line] = kept

    def add(self, line: int, fault: Fault) -> None:
        """One more fault of this line."""
        self.put(line, [*self.get(line, ()), fault])

    def take(self, others: "RowFaults") -> None:
        """The faults of other lines too."""
        self._of |= others._of

    def drop(self, line: int) -> None:
        """Nothing is said of this line any more."""
        self._of.pop(line, None)

    def codes(self) -> set[str]:
        """Every code that a row of the delivery has."""
        return {fault.code for faults in self._of.values() for fault in faults}

    def is_row(self, line: int) -> bool:
        """Whether one of the faults of this line sets its row aside."""
        return any(fault.severity == "row" for fault in self._of.get(line, ()))

    def copy(self) -> "RowFaults":
        """The same faults, to be added to."""
        copied = RowFaults()
        copied._of, copied._kept = dict(self._of), self._kept
        return copied

    def __getitem__(self, line: int) -> Sequence[Fault]:
        return [fault if fault.line is not None else replace(fault, line=line) for fault in self._of[line]]

    def __contains__(self, line: object) -> bool:
        return line in self._of

    def __iter__(self) -> Iterator[int]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)
