"""Intake's way to Kafka: the facts of a delivery visible together, each with its own deterministic id."""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import partial
from importlib.util import find_spec
from types import TracebackType
from typing import Any, NoReturn, Self

from kafka import KafkaProducer
from kafka.errors import (
    AuthorizationError,
    InvalidProducerEpochError,
    KafkaError,
    OutOfOrderSequenceNumberError,
    ProducerFencedError,
    SaslAuthenticationFailedError,
)

from producers.deadline import within
from producers.delivery import IdentityChange
from producers.fact_spill import FactsByLine, Record
from producers.side_by_side import PROCESSES, parts, shares, side_by_side
from producers.spill import Spill
from schemas import catalogue, ids
from schemas.catalogue import MESSAGE_LIMIT
from schemas.codec import Codec
from schemas.errors import Fenced, Unavailable, UnknownOutcome, WrongInput, WrongSetting
from schemas.facts import KINDS, KINDS_OF_NO_PERSON, Fact, moment_text, to_json
from schemas.wire import PRODUCER, Headers, ask_whether_up, headers, size_of

SOURCE = "branchespor/intake"
TRANSACTIONS = "branchespor.intake."
TRANSACTION_LIMIT = 5_000  # records; a delivery above it becomes visible in parts
COMMIT_TIMEOUT_S = 60.0  # of ours: the client waits for a commit without any
_TRANSACTION_MS = 120_000


_Record = tuple[str, str, bytes, Headers]  # topic, key, value, headers


def make_producer(kafka: Mapping[str, Any], name: str) -> KafkaProducer:
    """The only way intake makes a producer; `kafka` holds address and login. Raises Unavailable."""
    if find_spec("crc32c") is None:
        raise WrongSetting("package crc32c is missing: without it every checksum is reckoned in pure Python")
    identity = {"client_id": TRANSACTIONS + name, "transactional_id": TRANSACTIONS + name}
    ask_whether_up(kafka)
    try:
        return KafkaProducer(**PRODUCER, **kafka, **identity, transaction_timeout_ms=_TRANSACTION_MS)
    except KafkaError as error:
        where = kafka.get("bootstrap_servers")
        raise Unavailable(f"Kafka at {where}: {type(error).__name__}: check address, user and password") from error


class Publisher:
    """Publishes for one feed and partner (`name`): a second one of the same name fences the first.

    Make it in the process that uses it (after a fork a client is dead) and close it, best by `with`. After any error
    the next call starts with a new client and the same name; repeats carry the same ids. `topic_of` a kind of fact: the
    catalogue's, unless a benchmark must not be heard.
    """

    def __init__(
        self,
        kafka: Mapping[str, Any],
        codec: Codec,
        name: str,
        topic_of: Callable[[str], str] = catalogue.fact_topic,
    ) -> None:
        self._kafka, self._codec, self._name, self._topic_of = kafka, codec, name, topic_of
        self._producer: KafkaProducer | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the client; nothing of ours is under way outside the other calls."""
        producer, self._producer = self._producer, None
        if producer is not None:
            try:
                within(COMMIT_TIMEOUT_S, lambda: producer.close(timeout=5))
            except (KafkaError, TimeoutError):
                return  # it was left with something under way; that is told where it happened

    def facts(
        self,
        facts: Iterable[Fact | Record],
        changes: Iterable[IdentityChange] = (),
        received_at: datetime | None = None,
    ) -> int:
        """Publish the facts and identity changes of one delivery, visible together, in order; gives their number.

        A fact may come in its JSON form. `received_at` is wanted with changes. Raises WrongInput (naming record and
        field) before anything is sent, Unavailable if nothing has become visible, UnknownOutcome if it may have,
        Fenced: in the last three cases the caller repeats the same call later; ids and bytes are the same.
        """
        # All are encoded before the first is sent, so that none is sent of a delivery with one that cannot be.
        records = Spill[_Record]()
        for fact in facts:
            records.append(self._of_fact(fact))
        for change in changes:
            records.append(self._of_change(change, received_at))
        for first in range(0, len(records), TRANSACTION_LIMIT):
            self._together(records[first : first + TRANSACTION_LIMIT])
        return len(records)

    def many_facts(self, facts: FactsByLine, meanwhile: Callable[[], None]) -> None:
        """Publish the facts of a large delivery by two processes, while this one first does `meanwhile`.

        As `facts`, but for the order of the transactions among each other. The other process has a name of its own that
        is always the same, so that what is left of an earlier try is fenced. What `meanwhile` raises is raised.
        """
        self._codec.learn(KINDS)
        self.close()  # a client is of no use in a process that is forked
        facts.order  # noqa: B018 - made once, before there are two processes
        halves = shares(len(facts), PROCESSES)
        encoded = [Spill[_Record](on_disk=True) for _ in halves]
        works = [partial(self._encoded, facts, half, into) for half, into in zip(halves, encoded, strict=True)]
        for into, ends in zip(encoded, side_by_side(works), strict=True):
            into.filled(ends)
        transactions = [(into, first) for into in encoded for first in range(0, len(into), TRANSACTION_LIMIT)]
        with parts(len(transactions)) as left:

            def publish(publisher: Publisher) -> None:
                for into, first in (transactions[number] for number in left):
                    publisher._together(into[first : first + TRANSACTION_LIMIT])

            def here() -> None:
                meanwhile()
                publish(self)

            def there() -> None:
                with Publisher(self._kafka, self._codec, f"{self._name}-beside", self._topic_of) as other:
                    publish(other)

            side_by_side([here, there])

    def _encoded(self, facts: FactsByLine, places: range, into: Spill[_Record]) -> "array[int]":
        for _, record in facts.records(places):
            into.append(self._of_fact(record))
        return into.ends

    def day(self, day: date) -> None:
        """Publish that a business day began; the same day has the same id. Errors as `facts`."""
        event_id = ids.day_began_id(day)
        record = {"event_id": event_id, "day": day.isoformat()}
        at = datetime.combine(day, time(), UTC)  # of the day, not of the run: a repeat has the same bytes
        self._together([self._record("DayBegan", catalogue.CLOCK, catalogue.CLOCK_KEY, record, event_id, at)])

    def source(
        self,
        type_: str,
        feed: str,
        partner: str,
        happened_at: datetime,
        delivery: str | None = None,
        code: str | None = None,
    ) -> None:
        """Publish SOURCE_OVERDUE, SOURCE_HELD or SOURCE_RECOVERED of a feed and partner. Errors as `facts`."""
        event_id = ids.source_event_id(type_, feed, partner, happened_at)
        record = {
            "event_id": event_id,
            "type": type_,
            "feed": feed,
            "partner": partner,
            "happened_at": moment_text(happened_at),
            "delivery": delivery,
            "code": code,
        }
        self._together([self._record("SourceEvent", catalogue.SOURCES, feed, record, event_id, happened_at)])

    def _of_fact(self, fact: Fact | Record) -> _Record:
        record = dict(fact if isinstance(fact, Mapping) else to_json(fact))
        kind = str(record.pop("kind"))
        key = record["record_key" if kind in KINDS_OF_NO_PERSON else "person"]
        topic, at = self._topic_of(kind), str(record["received_at"])
        return self._record(kind, topic, str(key), record, str(record["fact_id"]), at)

    def _of_change(self, change: IdentityChange, received_at: datetime | None) -> _Record:
        if received_at is None:
            raise WrongInput("IdentityChange.received_at: must be given with identity changes")
        event_id = ids.identity_change_id(change.person, change.merged_person, change.day, change.recorded_at)
        record = {
            "event_id": event_id,
            "person": change.person,
            "merged_person": change.merged_person,
            "day": change.day.isoformat(),
            "recorded_at": moment_text(change.recorded_at),
            "received_at": moment_text(received_at),
        }
        topic = self._topic_of("IdentityChange")
        return self._record("IdentityChange", topic, change.person, record, event_id, received_at)

    def _record(
        self, name: str, topic: str, key: str, record: Mapping[str, Any], event_id: str, at: datetime | str
    ) -> _Record:
        value = self._codec.encode(name, record)
        named = headers(event_id=event_id, type_=f"branchespor.{name}", source=SOURCE, at=at)
        if size_of(key, value, named) > MESSAGE_LIMIT:
            raise WrongInput(f"{name}: over {MESSAGE_LIMIT} bytes with its headers")
        return topic, key, value, named

    def _together(self, records: Sequence[_Record]) -> None:
        try:
            producer = self._producer or self._start()
            producer.begin_transaction()
            _send(producer, records)
        except KafkaError as error:
            # Not asked to commit: nothing of it will ever be visible. The next start of this name aborts the rest.
            self.close()
            _raise_not_published(error)
        try:
            within(COMMIT_TIMEOUT_S, producer.commit_transaction)
        except (KafkaError, TimeoutError) as error:
            # Never abort here: a late abort could hit the next transaction (kafka.md section 3).
            self.close()
            raise UnknownOutcome(
                f"Kafka: a commit was asked for and not answered ({type(error).__name__}): repeat with the same ids"
            ) from error

    def _start(self) -> KafkaProducer:
        producer = make_producer(self._kafka, self._name)
        self._producer = producer
        producer.init_transactions()
        return producer


def _send(producer: KafkaProducer, records: Sequence[_Record]) -> None:
    futures = [
        producer.send(topic, value=value, key=key.encode(), headers=list(named)) for topic, key, value, named in records
    ]
    producer.flush(timeout=PRODUCER["delivery_timeout_ms"] / 1000 + 10)  # type: ignore[operator]
    for future in futures:  # flush raises nothing for a failed record
        future.get(timeout=0.1)


def _raise_not_published(error: KafkaError) -> NoReturn:
    name = type(error).__name__
    if isinstance(error, ProducerFencedError | InvalidProducerEpochError | OutOfOrderSequenceNumberError):
        raise Fenced(f"Kafka: another publisher of this name is at work ({name})") from error
    if isinstance(error, AuthorizationError | SaslAuthenticationFailedError):
        raise WrongSetting(f"Kafka refuses user intake ({name}): see `branchespor topics diff`") from error
    raise Unavailable(f"Kafka: nothing was published ({name}): is it up?") from error
