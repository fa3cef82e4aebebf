"""What a large delivery makes, kept on disk until it is known to be taken in; a small one never touches the disk.

The file has no name and is gone with the process; no person number is ever in it.
"""

import marshal
import os
import tempfile
import weakref
from array import array
from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar, overload

from producers.made import numbers

IN_MEMORY = 10_000
_AT_ONCE = 1 << 20
T = TypeVar("T")


class Spill(Sequence[T], Generic[T]):
    """Plain values (texts, bytes, numbers, lists, tuples, dicts) in the order of their coming, the first in memory.

    `on_disk`: none in memory, and the file is there at once: a process forked from this one can fill it, and its `ends`
    given to `filled` show here what it wrote.
    """

    def __init__(self, *, on_disk: bool = False) -> None:
        self._first: list[T] = []
        self._in_memory = 0 if on_disk else IN_MEMORY
        self._ends = numbers([0])
        self._buffer = bytearray()
        self._file: int | None = self._opened() if on_disk else None

    def append(self, member: T) -> None:
        """One more."""
        if len(self._first) < self._in_memory:
            self._first.append(member)
            return
        said = marshal.dumps(member)  # type: ignore[arg-type]
        self._buffer += said
        self._ends.append(self._ends[-1] + len(said))
        if len(self._buffer) > _AT_ONCE:
            self._write()

    @property
    def ends(self) -> "array[int]":
        """Where each member on disk ends, all of them written."""
        self._write()
        return self._ends

    def filled(self, ends: "array[int]") -> None:
        """Another process has filled the file: its `ends`."""
        self._ends = ends

    def _opened(self) -> int:
        file, name = tempfile.mkstemp(prefix="branchespor-")
        os.unlink(name)
        weakref.finalize(self, os.close, file)
        return file

    def _write(self) -> int:
        file = self._file = self._opened() if self._file is None else self._file
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
        if at < len(self._first):
            return self._first[at]
        place = at - len(self._first)
        file = self._file if self._file is not None and not self._buffer else self._write()
        start, end = self._ends[place], self._ends[place + 1]
        return marshal.loads(os.pread(file, end - start, start))  # type: ignore[no-any-return] # noqa: S302 - our own

    def __iter__(self) -> Iterator[T]:
        return map(self.__getitem__, range(len(self)))
