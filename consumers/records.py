"""What passes between the loop and its handlers: places on a topic, records read from there, the handler's shape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from consumers.stores.database import Connection


class Place(NamedTuple):
    """A partition of a topic."""

    topic: str
    partition: int


class Hold(NamedTuple):
    """How we hold a partition: the epoch we raised, and the offset of the next record to apply."""

    epoch: int
    next_offset: int


@dataclass(frozen=True, slots=True)
class Record:
    """One record that could be read: where it lies, the name of its schema, its value in JSON form (schemas.codec)."""

    place: Place
    offset: int
    name: str
    value: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Poison:
    """One record that cannot be read: where it lies, and a reason code without any of its content."""

    place: Place
    offset: int
    reason: str


class Handler(Protocol):
    """What a consumer does with its records. It calls no Kafka and no HTTP and never commits by itself."""

    def apply(self, conn: Connection, records: Sequence[Record]) -> Mapping[str, int]:
        """Apply `records` inside the open transaction of their batch; gives counts for the log."""

    def rest(self, conn: Connection) -> bool:
        """One piece of work that no record asks for, in a transaction of its own; True if there may be more."""
