"""What intake remembers of one feed and partner: documents by the source's own reference, and one state document.

From it come `unchanged`, withdrawals, silence and waiting rows (architecture.md section 3). A reference is whatever the
source names its statements by (sagsnr, TILMNR, external_id, MEDLEMSNR) or, where it has nothing but the number, our
person id. Documents are JSON objects, shaped by their feed's decoder alone; no CPR number ever stands in one.
"""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from producers.documents import Changed, Document, Documents

__all__ = ["Document", "InMemory", "Memory"]


class Memory(Protocol):
    """One feed's and partner's memory while a delivery is handled; changes stay in it until the caller saves them."""

    def load(self, references: Iterable[str]) -> None:
        """Fetch these documents in one go; `get` of a reference not loaded before fetches it alone."""

    def load_all(self) -> None:
        """Fetch every document: for totals and windows, where silence speaks."""

    def get(self, reference: str) -> Document | None:
        """The document, or None if there is none. Change it by `put` only."""

    def put(self, reference: str, document: Document) -> None:
        """Store a document anew."""

    def take(self, changed: Changed) -> None:
        """Store all these documents anew, none of which was put here before; they belong to this memory from now on."""

    def elsewhere(self) -> "AbstractContextManager[Memory] | None":
        """This memory as it was before any change, in a process forked from this one; None if it cannot be had there.

        What is changed there is changed there alone, and `changed` has it.
        """

    @property
    def changed(self) -> Documents:
        """The documents that were put here."""

    def all(self) -> Mapping[str, Document]:
        """Every document by reference, after `load_all`, with changes."""

    @property
    def state(self) -> Document:
        """The feed's own state (last sequence, rows of the last accepted deliveries, waiting rows …), mutable in place.

        Keys that the frame keeps: see branchespor.intake. Keys of a decoder begin with its own word.
        """


class InMemory:
    """A memory that starts empty: offline `decode`, tests."""

    def __init__(self) -> None:
        self._newest = Documents()
        self._layers: list[Changed] = [self._newest]
        self._state: Document = {}

    def load(self, references: Iterable[str]) -> None:
        """Nothing to fetch."""

    def load_all(self) -> None:
        """Nothing to fetch."""

    def get(self, reference: str) -> Document | None:
        """The document, or None."""
        found = (layer.get(reference) for layer in reversed(self._layers))
        return next((document for document in found if document is not None), None)

    def put(self, reference: str, document: Document) -> None:
        """Store a document anew."""
        self._newest.put(reference, document)

    def take(self, changed: Changed) -> None:
        """Store documents anew; many stay where they are."""
        if changed.on_disk:
            self._newest = Documents()
            self._layers += [changed, self._newest]
            return
        for reference, document in changed.items():
            self.put(reference, document)

    def elsewhere(self) -> None:
        """Nobody else sees it."""

    @property
    def changed(self) -> Documents:
        """The documents that were put here, since others were taken."""
        return self._newest

    def all(self) -> Mapping[str, Document]:
        """Every document by reference."""
        return {reference: document for layer in self._layers for reference, document in layer.items()}

    @property
    def state(self) -> Document:
        """The feed's state document."""
        return self._state
