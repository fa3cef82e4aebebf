"""The memory of one feed and partner on PostgreSQL; saved in the transaction that finishes the delivery."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice

import psycopg
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from producers.documents import Changed, Document, Documents
from producers.memory import Memory
from producers.stores.reopened import reopened

MOST_FETCHED = 10_000
_AT_ONCE = 5_000
_LOAD = "SELECT reference, document FROM intake.memory WHERE feed = %s AND partner = %s AND reference = ANY(%s)"
_LOAD_ALL = "SELECT reference, document FROM intake.memory WHERE feed = %s AND partner = %s"
_STATE = "SELECT document FROM intake.memory_state WHERE feed = %s AND partner = %s"
# In binary: as text, psycopg looks at every quote of every document.
_SAVE = """
INSERT INTO intake.memory (feed, partner, reference, document)
SELECT %s, %s, n.reference, n.document::jsonb FROM unnest(%b::text[], %b::text[]) AS n(reference, document)
    ON CONFLICT (feed, partner, reference) DO UPDATE SET document = excluded.document
"""
_SAVE_STATE = """
INSERT INTO intake.memory_state (feed, partner, document) VALUES (%s, %s, %s)
    ON CONFLICT (feed, partner) DO UPDATE SET document = excluded.document
"""


class StoredMemory:
    """producers.memory.Memory over a connection of the role `intake`. Nothing is written before `save`.

    What was fetched and not changed is forgotten when it becomes much, and fetched again if it is asked for.
    """

    def __init__(self, conn: psycopg.Connection[TupleRow], feed: str, partner: str) -> None:
        self._conn, self._of = conn, (feed, partner)
        self._documents: dict[str, Document | None] = {}
        self._changed: set[str] = set()
        self._complete = False
        self._taken: list[Changed] = []
        row = conn.execute(_STATE, self._of).fetchone()
        self._state: Document = dict(row[0]) if row else {}

    def load(self, references: Iterable[str]) -> None:
        """Fetch these documents in one statement."""
        wanted = [each for each in set(references) if each not in self._documents]
        if not wanted or self._complete:
            return
        if len(self._documents) > MOST_FETCHED:
            self._documents = {each: self._documents[each] for each in self._changed}
        self._documents |= dict.fromkeys(wanted)
        for reference, document in self._conn.execute(_LOAD, (*self._of, wanted)):
            self._documents[str(reference)] = document

    def load_all(self) -> None:
        """Fetch every document, but keep what was changed here."""
        if self._complete:
            return
        for reference, document in self._conn.execute(_LOAD_ALL, self._of):
            if reference not in self._changed:
                self._documents[str(reference)] = document
        self._complete = True

    def get(self, reference: str) -> Document | None:
        """The document, fetched alone if it was not loaded before."""
        for taken in reversed(self._taken):
            document = taken.get(reference)
            if document is not None and reference not in self._changed:
                return document
        self.load([reference])
        return self._documents.get(reference)

    def put(self, reference: str, document: Document) -> None:
        """Store a document anew; written by `save`."""
        self._documents[reference] = document
        self._changed.add(reference)

    def take(self, changed: Changed) -> None:
        """Store all these documents anew; written by `save`."""
        self._taken.append(changed)

    @property
    def changed(self) -> Documents:
        """The documents that were put here."""
        changed = Documents()
        for reference in self._changed:
            changed.put(reference, self._documents[reference] or {})
        return changed

    def all(self) -> Mapping[str, Document]:
        """Every document by reference; `load_all` first."""
        found = {reference: document for reference, document in self._documents.items() if document is not None}
        for taken in self._taken:
            found |= {name: document for name, document in taken.items() if name not in self._changed}
        return found

    @property
    def state(self) -> Document:
        """The feed's state, mutable in place; written by `save`."""
        return self._state

    @contextmanager
    def elsewhere(self) -> Iterator[Memory]:
        """This memory as it is stored, over a connection of its own."""
        with reopened(self._conn) as conn:
            yield StoredMemory(conn, *self._of)

    def save(self) -> None:
        """Write what was changed, in the caller's transaction."""
        for taken in self._taken:
            self._write(taken.texts())
        self._write((each, json.dumps(self._documents[each])) for each in sorted(self._changed))
        self._conn.execute(_SAVE_STATE, (*self._of, Jsonb(self._state)))
        self._changed.clear()

    def _write(self, texts: Iterable[tuple[str, str]]) -> None:
        rest = iter(texts)
        while some := list(islice(rest, _AT_ONCE)):
            self._conn.execute(_SAVE, (*self._of, [name for name, _ in some], [text for _, text in some]))
