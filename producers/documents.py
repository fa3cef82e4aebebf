"""Changed documents of a memory by reference: the newest in memory, those of a large delivery in a database on disk."""

import json
import weakref
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from producers.spill import Spill

if TYPE_CHECKING:
    import sqlite3

IN_MEMORY = 5_000
_PUT = "INSERT INTO document (reference, text) VALUES (?, ?) ON CONFLICT (reference) DO UPDATE SET text = excluded.text"
# json.dumps with other than its own settings makes an encoder anew each time.
_WRITTEN = json.JSONEncoder(check_circular=False).encode
_MARKS = 1 << 24  # bits
Document = dict[str, Any]


class Documents:
    """What a delivery changes in what is remembered. The file has no name and is gone with the process."""

    def __init__(self) -> None:
        self._recent: dict[str, Document] = {}
        self._older: sqlite3.Connection | None = None
        self._marks = bytearray()

    @property
    def on_disk(self) -> bool:
        """Whether they were too many for memory."""
        return self._older is not None

    def get(self, reference: str) -> Document | None:
        """The document, None if it was not put here."""
        recent = self._recent.get(reference)
        if recent is not None or self._older is None or not self._may_be_older(reference):
            return recent
        row = self._older.execute("SELECT text FROM document WHERE reference = ?", (reference,)).fetchone()
        return None if row is None else dict(json.loads(row[0]))

    def _may_be_older(self, reference: str) -> bool:
        """Quick to say no, which is what nearly all references of a delivery hear."""
        mark = hash(reference) % _MARKS
        return bool(self._marks[mark >> 3] >> (mark & 7) & 1)

    def put(self, reference: str, document: Document) -> None:
        """The document under this reference from now on; it must not be changed in place."""
        self._recent[reference] = document
        if len(self._recent) >= IN_MEMORY:
            self._spill()

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every reference with its document as JSON, in order of reference."""
        if self._older is None:
            yield from ((reference, _WRITTEN(self._recent[reference])) for reference in sorted(self._recent))
            return
        self._spill()
        yield from self._older.execute("SELECT reference, text FROM document ORDER BY reference")

    def items(self) -> Iterator[tuple[str, Document]]:
        """Every reference with its document."""
        if self._older is None:
            return iter(self._recent.items())
        # Looked at as a whole: a cursor must not stand open while documents are put.
        return iter([(reference, dict(json.loads(text))) for reference, text in self.texts()])

    def write(self, into: Spill[tuple[str, str]]) -> "array[int]":
        """All of them for the process this one was forked from; gives what Written needs there."""
        for each in self.texts():
            into.append(each)
        return into.ends

    def _spill(self) -> None:
        if self._older is None:
            # Only here: a Python without it can still check files of a usual size.
            import sqlite3

            # A name of no letters: a database in a file without name.
            self._older = sqlite3.connect("", isolation_level=None)
            weakref.finalize(self, self._older.close)
            self._older.execute("PRAGMA journal_mode = OFF")
            self._older.execute("PRAGMA cache_size = -8000")  # kilobytes
            self._marks = bytearray(_MARKS >> 3)
            self._older.execute("CREATE TABLE document (reference TEXT PRIMARY KEY, text TEXT) WITHOUT ROWID")
        for mark in (hash(reference) % _MARKS for reference in self._recent):
            self._marks[mark >> 3] |= 1 << (mark & 7)
        self._older.execute("BEGIN")
        self._older.executemany(_PUT, ((name, _WRITTEN(each)) for name, each in sorted(self._recent.items())))
        self._older.execute("COMMIT")
        self._recent.clear()


class Written:
    """Documents as another process wrote them, see Documents.write: in order of reference, to be looked at only."""

    on_disk = True

    def __init__(self, texts: Spill[tuple[str, str]], ends: "array[int]") -> None:
        texts.filled(ends)
        self._texts = texts

    def get(self, reference: str) -> Document | None:
        """The document, None if it was not written."""
        place = bisect_left(self._texts, reference, key=lambda each: each[0])
        if place == len(self._texts) or self._texts[place][0] != reference:
            return None
        return dict(json.loads(self._texts[place][1]))

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every reference with its document as JSON, in order of reference."""
        return iter(self._texts)

    def items(self) -> Iterator[tuple[str, Document]]:
        """Every reference with its document."""
        return ((reference, dict(json.loads(text))) for reference, text in self._texts)


Changed = Documents | Written
