"""The memory of one feed and partner on PostgreSQL; saved in the transaction that finishes the delivery."""

from collections.abc import Iterable, Mapping

import psycopg
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from producers.memory import Document

_LOAD = "SELECT reference, document FROM intake.memory WHERE feed = %s AND partner = %s AND reference = ANY(%s)"
_LOAD_ALL = "SELECT reference, document FROM intake.memory WHERE feed = %s AND partner = %s"
_STATE = "SELECT document FROM intake.memory_state WHERE feed = %s AND partner = %s"
_SAVE = """
INSERT INTO intake.memory (feed, partner, reference, document)
SELECT %s, %s, n.reference, n.document FROM unnest(%s::text[], %s::jsonb[]) AS n(reference, document)
    ON CONFLICT (feed, partner, reference) DO UPDATE SET document = excluded.document
"""
_SAVE_STATE = """
INSERT INTO intake.memory_state (feed, partner, document) VALUES (%s, %s, %s)
    ON CONFLICT (feed, partner) DO UPDATE SET document = excluded.document
"""


class StoredMemory:
    """producers.memory.Memory over a connection of the role `intake`. Nothing is written before `save`."""

    def __init__(self, conn: psycopg.Connection[TupleRow], feed: str, partner: str) -> None:
        self._conn, self._of = conn, (feed, partner)
        self._documents: dict[str, Document | None] = {}
        self._changed: set[str] = set()
        self._complete = False
        row = conn.execute(_STATE, self._of).fetchone()
        self._state: Document = dict(row[0]) if row else {}

    def load(self, references: Iterable[str]) -> None:
        """Fetch these documents in one statement."""
        wanted = [each for each in set(references) if each not in self._documents]
        if not wanted or self._complete:
            return
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
        self.load([reference])
        return self._documents.get(reference)

    def put(self, reference: str, document: Document) -> None:
        """Store a document anew; written by `save`."""
        self._documents[reference] = document
        self._changed.add(reference)

    def all(self) -> Mapping[str, Document]:
        """Every document by reference; `load_all` first."""
        return {reference: document for reference, document in self._documents.items() if document is not None}

    @property
    def state(self) -> Document:
        """The feed's state, mutable in place; written by `save`."""
        return self._state

    def save(self) -> None:
        """Write what was changed, in the caller's transaction."""
        changed = sorted(self._changed)
        documents = [Jsonb(self._documents[each]) for each in changed]
        if changed:
            self._conn.execute(_SAVE, (*self._of, changed, documents))
        self._conn.execute(_SAVE_STATE, (*self._of, Jsonb(self._state)))
        self._changed.clear()
