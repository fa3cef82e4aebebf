"""Progress of the consumers: the next offset of each partition, moved by compare-and-set (architecture.md 2)."""

from collections.abc import Iterable, Mapping, Sequence

from consumers.records import Hold, Place, Poison
from consumers.stores.arrays import columns
from consumers.stores.database import Connection, transaction
from schemas.errors import Fenced

_TAKE_OVER = """
INSERT INTO core.consumer_offset AS o (consumer, topic, partition, epoch)
SELECT %s, b.topic, b.partition, 1 FROM unnest(%s::text[], %s::int[]) AS b (topic, partition)
    ON CONFLICT (consumer, topic, partition) DO UPDATE SET epoch = o.epoch + 1
RETURNING topic, partition, epoch, next_offset
"""

_CLAIM = """
UPDATE core.consumer_offset o SET next_offset = b.next
  FROM unnest(%s::text[], %s::int[], %s::bigint[], %s::bigint[], %s::bigint[])
       AS b (topic, partition, epoch, first, next)
 WHERE o.consumer = %s AND o.topic = b.topic AND o.partition = b.partition
   AND o.epoch = b.epoch AND o.next_offset = b.first
"""

_POISON = """
INSERT INTO core.poison (consumer, topic, partition, record_offset, reason)
SELECT %s, b.* FROM unnest(%s::text[], %s::int[], %s::bigint[], %s::text[]) AS b
    ON CONFLICT DO NOTHING
"""


def take_over(conn: Connection, consumer: str, places: Iterable[Place]) -> dict[Place, Hold]:
    """Raise the epoch of `places` and give where to go on; whoever held them before is fenced from now on."""
    with transaction(conn):
        rows = conn.execute(_TAKE_OVER, (consumer, *columns(sorted(places)))).fetchall()
    return {Place(topic, partition): Hold(epoch, next_offset) for topic, partition, epoch, next_offset in rows}


def claim(conn: Connection, consumer: str, holds: Mapping[Place, Hold], nexts: Mapping[Place, int]) -> None:
    """Move the stored offsets of a batch to `nexts`, as the first statement of the batch's transaction.

    Raises Fenced if any partition has another epoch or another next offset: someone else has it. The caller then rolls
    back and drops the batch. Source: architecture.md section 2.
    """
    rows = [(p.topic, p.partition, holds[p].epoch, holds[p].next_offset, after) for p, after in sorted(nexts.items())]
    moved = conn.execute(_CLAIM, (*columns(rows), consumer)).rowcount
    if moved != len(rows):
        raise Fenced(f"{consumer}: only {moved} of {len(rows)} partitions of this batch are still ours")


def put_aside(conn: Connection, consumer: str, poisons: Sequence[Poison]) -> None:
    """Note records that cannot be read, in the transaction that moves past them."""
    if poisons:
        rows = [(p.place.topic, p.place.partition, p.offset, p.reason) for p in poisons]
        conn.execute(_POISON, (consumer, *columns(rows)))
