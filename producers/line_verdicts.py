"""The verdicts of rows by line, a byte each."""

from collections.abc import Iterator, MutableMapping
from typing import Final, get_args

from producers.delivery import Verdict

_NONE: Final = 0
_VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)
_NUMBER: Final = {verdict: number for number, verdict in enumerate(_VERDICTS, start=1)}


class LineVerdicts(MutableMapping[int, Verdict]):
    """Verdict by line; lines are physical ones, so there are no more than a file has."""

    def __init__(self) -> None:
        self._of = bytearray()

    def join(self, others: "LineVerdicts") -> None:
        """Take those of other lines."""
        size = max(len(self._of), len(others._of))
        one, other = (int.from_bytes(each._of, "little") for each in (self, others))
        self._of = bytearray((one | other).to_bytes(size, "little"))

    def __getitem__(self, line: int) -> Verdict:
        number = self._of[line] if 0 <= line < len(self._of) else _NONE
        if number == _NONE:
            raise KeyError(line)
        return _VERDICTS[number - 1]

    def __setitem__(self, line: int, verdict: Verdict) -> None:
        if line >= len(self._of):
            self._of.extend(bytes(max(line + 1 - len(self._of), len(self._of))))
        self._of[line] = _NUMBER[verdict]

    def __delitem__(self, line: int) -> None:
        self._of[line] = _NONE

    def __iter__(self) -> Iterator[int]:
        return (line for line, number in enumerate(self._of) if number != _NONE)

    def __len__(self) -> int:
        return len(self._of) - self._of.count(_NONE)
