"""Scratch layers over memory and vault: what a delivery changes, until it is known to be taken in."""

import copy
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import date

from producers.documents import Changed, Documents
from producers.memory import Document, Memory
from producers.vault import Link, Vault

FRAME = "frame"
FRAME_REFERENCES = f"{FRAME}/"


class Overlay:
    """A memory whose changes stay here until `commit`; a decoder sees nothing of the frame's own documents."""

    def __init__(self, below: Memory) -> None:
        self._below = below
        self._changed = Documents()
        self._taken: list[Changed] = []
        self._state: Document = copy.deepcopy({name: kept for name, kept in below.state.items() if name != FRAME})

    def load(self, references: Iterable[str]) -> None:
        """Fetch these documents in one go."""
        self._below.load(references)

    def load_all(self) -> None:
        """Fetch every document."""
        self._below.load_all()

    def get(self, reference: str) -> Document | None:
        """The document, with changes."""
        for layer in (self._changed, *self._taken):
            changed = layer.get(reference)
            if changed is not None:
                return changed
        return self._below.get(reference)

    def put(self, reference: str, document: Document) -> None:
        """Store a document in this layer."""
        self._changed.put(reference, document)

    def take(self, changed: Changed) -> None:
        """Store documents in this layer, none of which was stored in it before; they stay where they are."""
        self._taken.append(changed)

    @property
    def changed(self) -> Documents:
        """What was put in this layer."""
        return self._changed

    def elsewhere(self) -> "AbstractContextManager[Memory] | None":
        """An empty layer over the memory below, in a process forked from this one."""
        below = self._below.elsewhere()
        return None if below is None else _over(below)

    def all(self) -> Mapping[str, Document]:
        """Every document by reference, with changes, without the frame's own."""
        merged = dict(self._below.all())
        for layer in (*self._taken, self._changed):
            merged |= layer.items()
        return {name: document for name, document in merged.items() if not name.startswith(FRAME_REFERENCES)}

    @property
    def state(self) -> Document:
        """The decoder's state document."""
        return self._state

    def commit(self) -> None:
        """Hand the changes to the memory below."""
        for layer in (*self._taken, self._changed):
            self._below.take(layer)
        self._below.state.update(self._state)


@contextmanager
def _over(below: AbstractContextManager[Memory]) -> Iterator[Overlay]:
    with below as memory:
        yield Overlay(memory)


class Onlooker:
    """A vault for looking at what a held delivery would do: it knows who is who, and joins nobody."""

    def __init__(self, below: Vault) -> None:
        self._below = below

    def identify(self, numbers: Iterable[str]) -> Mapping[str, str]:
        """Person id by number, as the vault below says."""
        return self._below.identify(numbers)

    def link(self, old: str, new: str, day: date, told_by: str = "") -> Link | None:
        """The person of the new number; nothing is joined."""
        return Link(self._below.identify([new])[new], None)

    def elsewhere(self) -> None:
        """It looks from here alone."""

    def merged(self) -> Mapping[str, str]:
        """Every person that became another one, as the vault below says."""
        return self._below.merged()
