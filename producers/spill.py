"""What a large delivery makes, kept on disk until it is known to be taken in; a small one never touches the disk.

The file has no name and is gone with the process; no person number is ever in it.
"""

import marshal
import os
import tempfile
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar, overload

from producers.made import numbers

IN_MEMORY = 10_000
_AT_ONCE = 1 << 20
T = TypeVar("T")


class Spill(Sequence[T], Generic[T]):
    """Members in the order of their coming, the first ones as they are.

    `dump` gives what stands for a member on disk, of plain values alone (texts, bytes, numbers, lists, dicts), and
    `load` makes the member of it again.
    """

    def __init__(self, dump: Callable[[T], Any], load: Callable[[Any], T]) -> None:
        self._dump, self._load = dump, load
        self._first: list[T] = []
        self._ends = numbers([0])
        self._buffer = bytearray()
        self._file: int | None = None

    def append(self, member: T) -> None:
        """One more."""
        if len(self._first) < IN_MEMORY:
            self._first.append(member)
            return
        said = marshal.dumps(self._dump(member))
        self._buffer += said
        self._ends.append(self._ends[-1] + len(said))
        if len(self._buffer) > _AT_ONCE:
            self._write()

    def _write(self) -> int:
        file = self._file
        if file is None:
            file, name = tempfile.mkstemp(prefix="branchespor-")
            os.unlink(name)
            weakref.finalize(self, os.close, file)
            self._file = file
        written, end = 0, self._ends[-1] - len(self._buffer)
        while written < len(self._buffer):
            written += os.pwrite(file, memoryview(self._buffer)[written:], end + written)
        self._buffer = bytearray()
        return file

    def __len__(self) -> int:
        return len(self._first) + len(self._ends) - 1

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        at = range(len(self))[index]
        return self._first[at] if at < len(self._first) else self._load(self.said(at))

    def said(self, at: int) -> Any:
        """What `dump` said of the member in this place."""
        if at < len(self._first):
            return self._dump(self._first[at])
        place = at - len(self._first)
        file = self._file if self._file is not None and not self._buffer else self._write()
        start, end = self._ends[place], self._ends[place + 1]
        return marshal.loads(os.pread(file, end - start, start))  # noqa: S302 - our own bytes

    def __iter__(self) -> Iterator[T]:
        return map(self.__getitem__, range(len(self)))
