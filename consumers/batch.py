"""A poll batch: from raw records to one transaction that applies them all, or nothing (postgresql.md section 1)."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from consumers.failpoints import failpoint
from consumers.records import Handler, Hold, Place, Poison, Record
from consumers.stores import offsets
from consumers.stores.database import Connection, transaction
from schemas.codec import Unreadable

POISON_IN_A_ROW = 200  # after so many without one good record between, the topic is broken, not the record

Decode = Callable[[bytes | None], tuple[str, Mapping[str, Any]]]


class Raw(Protocol):
    """What the broker gives."""

    offset: int
    value: bytes | None


@dataclass(slots=True)
class Batch:
    """Records to apply, records to put aside, and the offset after the last one of each partition."""

    records: list[Record] = field(default_factory=list)
    poisons: list[Poison] = field(default_factory=list)
    nexts: dict[Place, int] = field(default_factory=dict)


class Reader:
    """Decodes what was polled; opens the circuit of a topic that gives nothing but poison."""

    def __init__(self, decode: Decode) -> None:
        self._decode = decode
        self._poison_in_a_row: Counter[str] = Counter()
        self.open_circuits: set[str] = set()

    def read(self, polled: Iterable[tuple[Place, Sequence[Raw]]]) -> Batch:
        """Decode in order of offset. A topic whose circuit is open gives nothing and its offset stays.

        Raises Unavailable if the schema registry is needed and away: nothing may be dropped or skipped then.
        """
        batch = Batch()
        for place, raws in polled:
            records, poisons = self._read(place, raws)
            if place.topic in self.open_circuits:
                continue
            batch.records += records
            batch.poisons += poisons
            batch.nexts[place] = raws[-1].offset + 1
        return batch

    def close_circuit(self, topic: str) -> None:
        """Try this topic again."""
        self.open_circuits.discard(topic)
        self._poison_in_a_row[topic] = 0

    def _read(self, place: Place, raws: Sequence[Raw]) -> tuple[list[Record], list[Poison]]:
        records, poisons = [], []
        for raw in raws:
            try:
                name, value = self._decode(raw.value)
            except Unreadable as unreadable:
                poisons.append(Poison(place, raw.offset, str(unreadable)))
                self._poison_in_a_row[place.topic] += 1
                if self._poison_in_a_row[place.topic] >= POISON_IN_A_ROW:
                    self.open_circuits.add(place.topic)
                    break
            else:
                records.append(Record(place, raw.offset, name, value))
                self._poison_in_a_row[place.topic] = 0
        return records, poisons


def commit(
    conn: Connection, consumer: str, holds: Mapping[Place, Hold], batch: Batch, handler: Handler
) -> Mapping[str, int]:
    """Apply a batch in one transaction, the claim first; gives the handler's counts.

    Raises Fenced, and what `consumers.stores.database.transaction` raises; nothing of the batch is kept then, but after
    UnknownOutcome, when the stored offset tells.
    """
    with transaction(conn):
        offsets.claim(conn, consumer, holds, batch.nexts)
        failpoint(f"{consumer}.claimed")
        offsets.put_aside(conn, consumer, batch.poisons)
        counts = handler.apply(conn, batch.records) if batch.records else {}
        failpoint(f"{consumer}.before_commit")
    failpoint(f"{consumer}.after_commit")
    return counts
