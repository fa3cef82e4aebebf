"""The loop of every consumer: poll, apply in one transaction, show the offsets (architecture.md section 2)."""

import importlib.util
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from threading import Event, RLock
from typing import Any

import structlog
from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.errors import (
    AuthorizationError,
    KafkaError,
    LogTruncationError,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
    SaslAuthenticationFailedError,
)
from kafka.structs import OffsetAndMetadata

from consumers import batch as batches
from consumers.batch import Batch, Decode, Reader
from consumers.failpoints import failpoint
from consumers.records import Handler, Hold, Place
from consumers.stores import offsets
from consumers.stores.database import Connection, Contended
from schemas.errors import Fenced, Unavailable, UnknownOutcome, WrongSetting

log = structlog.get_logger()

MAX_RECORDS = 2000  # a batch is a transaction; beyond this little is won and a retry costs more (postgresql.md 2)
_POLL_MS = 500
_LONGEST_WAIT_S = 10.0
_TRIES_WHEN_CONTENDED = 5

Commit = Callable[[Connection, str, Mapping[Place, Hold], Batch, Handler], Mapping[str, int]]
_Polled = Mapping[TopicPartition, Sequence[Any]]


def settings_of_client(name: str, group: str) -> dict[str, Any]:
    """Safe settings of every consumer (kafka.md section 1); address and login come on top."""
    return {
        "client_id": f"branchespor-{name}",
        "group_id": group,
        "enable_auto_commit": False,
        "auto_offset_reset": "none",
        "isolation_level": "read_committed",
        "allow_auto_create_topics": False,
        "check_crcs": True,
        "max_poll_records": MAX_RECORDS,
        "max_poll_interval_ms": 300_000,
        "session_timeout_ms": 10_000,
        "heartbeat_interval_ms": 3_000,
        "partition_assignment_strategy": (CooperativeStickyAssignor,),
        "bootstrap_timeout_ms": 5_000,
        "fetch_max_bytes": 16_777_216,
    }


def run(
    name: str,
    group: str,
    topics: Collection[str],
    broker: Mapping[str, Any],
    connect: Callable[[], Connection],
    decode: Decode,
    handler: Handler,
    stop: Event,
    commit: Commit = batches.commit,
) -> None:
    """Consume until `stop` is set. Broker, database or registry away: wait with back-off, go on, lose nothing.

    Raises UnknownOutcome if the broker no longer has the records we need, WrongSetting if it refuses our user: waiting
    would not help, and skipping is never right.
    """
    wait_s = 0.1
    while not stop.is_set():
        try:
            _consume(_Consumer(name, group, topics, broker, decode, handler, commit), connect, stop)
        except KafkaError as error:
            raise_if_final(name, error)
            log.warning("broker away, waiting", consumer=name, error=type(error).__name__, wait_s=wait_s)
            stop.wait(wait_s)
            wait_s = min(2 * wait_s, _LONGEST_WAIT_S)


def raise_if_final(name: str, error: KafkaError) -> None:
    """Turn an error that waiting does not cure into one of ours."""
    if isinstance(error, OffsetOutOfRangeError | LogTruncationError | NoOffsetForPartitionError):
        raise UnknownOutcome(
            f"{name}: the topic no longer has the records after our stored offset; refill it from the fact table"
        ) from None
    if isinstance(error, AuthorizationError | SaslAuthenticationFailedError):
        raise WrongSetting(
            f"{name}: the broker refuses this user ({type(error).__name__}): look at user and ACLs"
        ) from None


def _consume(consumer: "_Consumer", connect: Callable[[], Connection], stop: Event) -> None:
    conn: Connection | None = None
    wait_s = 0.1
    try:
        while not stop.is_set():
            try:
                if conn is None or conn.closed:
                    conn = connect()
                consumer.turn(conn)
                wait_s = 0.1
            except (Unavailable, UnknownOutcome, Fenced) as error:
                # Whatever became of the batch: the stored offset knows. Take over anew and go on from there.
                log.warning("batch dropped, taking over anew", consumer=consumer.name, reason=str(error), wait_s=wait_s)
                consumer.let_go()
                stop.wait(wait_s)
                wait_s = min(2 * wait_s, _LONGEST_WAIT_S)
    finally:
        if conn is not None:
            conn.close()
        consumer.close()


class _Consumer:
    """One process's share of the partitions, and one turn of the loop over it."""

    def __init__(
        self,
        name: str,
        group: str,
        topics: Collection[str],
        broker: Mapping[str, Any],
        decode: Decode,
        handler: Handler,
        commit: Commit,
    ) -> None:
        if importlib.util.find_spec("crc32c") is None:
            raise WrongSetting("the package crc32c is missing: without it consuming is five times slower")
        self.name = name
        self._handler, self._commit = handler, commit
        self._reader = Reader(decode)
        self._holds: dict[Place, Hold] = {}
        self._lock = RLock()  # the listener runs on the client's IO thread
        self._more = False
        self._kafka = KafkaConsumer(**settings_of_client(name, group), **broker)
        self._kafka.subscribe(topics=sorted(topics), listener=_Listener(self._kafka, self._holds, self._lock))

    def turn(self, conn: Connection) -> None:
        """Poll once and apply what came, then do one piece of the handler's own work."""
        polled = self._kafka.poll(timeout_ms=0 if self._more else _POLL_MS)
        failpoint(f"{self.name}.polled")
        self._place(conn)
        holds = self._holds.copy()  # the listener may take partitions away meanwhile; the claim tells
        batch = self._reader.read(self._ours(polled, holds))
        self._stop_broken(polled, holds)
        if batch.nexts:
            self._apply(conn, batch, holds)
        self._more = self._handler.rest(conn) or bool(batch.nexts)

    def let_go(self) -> None:
        """Forget how we hold our partitions: each is taken over anew, where the database says."""
        with self._lock:
            self._holds.clear()
            _park(self._kafka, self._kafka.assignment())

    def close(self) -> None:
        """Leave the group; what was not committed to the database stays to be read."""
        self._kafka.close(autocommit=False, timeout_ms=5_000)

    def _place(self, conn: Connection) -> None:
        assigned = {Place(*each) for each in self._kafka.assignment()}
        new = assigned - self._holds.keys()
        if not new:
            return
        taken = offsets.take_over(conn, self.name, new)
        failpoint(f"{self.name}.placed")
        with self._lock:
            for each in self._kafka.assignment() & {TopicPartition(*place) for place in new}:
                self._holds[Place(*each)] = taken[Place(*each)]
                self._kafka.seek(each, taken[Place(*each)].next_offset)
                if each.topic not in self._reader.open_circuits:
                    self._kafka.resume(each)
        log.info("partitions taken over", consumer=self.name, partitions=len(new))

    def _ours(self, polled: _Polled, holds: Mapping[Place, Hold]) -> Iterator[tuple[Place, Sequence[Any]]]:
        for each, raws in polled.items():
            place = Place(*each)
            if place not in holds:
                continue
            if raws[0].offset < holds[place].next_offset:
                raise Fenced(f"{self.name}: records of {place.topic} start before the stored offset")
            yield place, raws

    def _apply(self, conn: Connection, batch: Batch, holds: Mapping[Place, Hold]) -> None:
        for tries_left in reversed(range(_TRIES_WHEN_CONTENDED)):
            try:
                counts = self._commit(conn, self.name, holds, batch, self._handler)
                break
            except Contended:
                if not tries_left:
                    raise
        with self._lock:
            for place, after in batch.nexts.items():
                if self._holds.get(place) is holds[place]:
                    self._holds[place] = Hold(holds[place].epoch, after)
        if batch.poisons:
            log.error("records put aside", consumer=self.name, records=len(batch.poisons))
        log.debug("batch applied", consumer=self.name, records=len(batch.records), **counts)
        # For displays of lag alone; nothing reads them back.
        self._kafka.commit_async(
            {TopicPartition(*place): OffsetAndMetadata(after, "", -1) for place, after in batch.nexts.items()}
        )
        failpoint(f"{self.name}.offsets_shown")

    def _stop_broken(self, polled: _Polled, holds: Mapping[Place, Hold]) -> None:
        for each in polled.keys() & self._kafka.assignment():
            if each.topic in self._reader.open_circuits and Place(*each) in holds:
                self._kafka.pause(each)
                self._kafka.seek(each, holds[Place(*each)].next_offset)
                log.critical("nothing but poison on a topic: stopped there", consumer=self.name, topic=each.topic)


def _park(kafka: KafkaConsumer, partitions: Collection[TopicPartition]) -> None:
    """Give partitions a position without reading them: with none `poll` raises, and the true one is not known yet."""
    for each in partitions:
        kafka.pause(each)
        kafka.seek(each, 0)


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc] # kafka-python asks for its own class
    """Runs on the client's IO thread, where neither waiting nor asking Kafka is allowed: it only parks and forgets."""

    def __init__(self, kafka: KafkaConsumer, holds: dict[Place, Hold], lock: RLock) -> None:
        self._kafka, self._holds, self._lock = kafka, holds, lock

    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        with self._lock:
            self._forget(assigned)
            _park(self._kafka, assigned)

    def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        self._forget(revoked)

    def on_partitions_lost(self, lost: Collection[TopicPartition]) -> None:
        self._forget(lost)

    def _forget(self, partitions: Collection[TopicPartition]) -> None:
        with self._lock:
            for each in partitions:
                self._holds.pop(Place(*each), None)
