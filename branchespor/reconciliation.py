"""The loop closed: sender's rows, facts in the ledger, facts on the topics, facts applied; what is missing is named."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from branchespor import clock
from branchespor.hub import wiring
from branchespor.settings import Settings, load
from schemas import catalogue
from schemas.errors import BranchesporError, Unavailable
from schemas.facts import KINDS_OF_NO_PERSON

_FACT_TOPICS = "branchespor.facts."
# A record may be gone from its topic a little before the full retention; the fact table is the lasting log.
_ON_TOPIC_FOR = timedelta(days=29)
_EVENT_ID = "ce_id"

KINDS_NOT_APPLIED = frozenset(KINDS_OF_NO_PERSON) - {"ShortageArea"}
"""What is published and read by nobody of ours, so that no table holds it."""

_LEDGER = """
SELECT d.delivery_id::text, d.feed, d.partner, d.file_name, d.verdict, d.checked_at, d.rows, d.accepted, d.unchanged,
       d.duplicate, d.rejected, d.waiting, d.facts,
       coalesce(array_agg(p.fact_id::text ORDER BY p.line, p.fact_id) FILTER (WHERE p.fact_id IS NOT NULL), '{}'),
       coalesce(array_agg(p.fact_id::text) FILTER (WHERE p.kind = ANY(%(not_applied)s::text[])), '{}')
  FROM intake.delivery d LEFT JOIN intake.published_fact p USING (delivery_id)
 WHERE d.state = 'FINAL' AND (%(delivery)s::uuid IS NULL OR d.delivery_id = %(delivery)s::uuid)
 GROUP BY d.delivery_id ORDER BY d.checked_at, d.delivery_id
"""

_ERASED = "SELECT fact_id::text FROM core.erased_fact WHERE fact_id = ANY(%s::uuid[])"
_APPLIED = """
SELECT fact_id::text FROM core.fact WHERE fact_id = ANY(%(facts)s::uuid[])
UNION ALL
SELECT fact_id::text FROM core.shortage_area WHERE fact_id = ANY(%(facts)s::uuid[])
"""


class NotWhole(BranchesporError):
    """Something between a sender's rows and the fact table is missing, or not applied yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """One delivery's figures, and the fact ids that are missing somewhere. `erased`: facts of citizens erased since."""

    delivery: str
    feed: str
    partner: str
    file_name: str
    verdict: str
    rows: int
    counted: int
    facts: int
    on_topic: int
    applied: int
    erased: int
    missing_in_ledger: int
    missing_on_topic: tuple[str, ...]
    missing_applied: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Rows add up, and every fact is where it should be."""
        rows_add_up = self.rows == self.counted and self.missing_in_ledger == 0
        return rows_add_up and not self.missing_on_topic and not self.missing_applied


def reconcile(settings: Settings, delivery: str | None, now: datetime) -> list[Reconciled]:
    """Every final delivery (or one), compared with what lies on the topics and in the tables of facts at this moment.

    Raises Unavailable if broker or database are away.
    """
    with wiring.database(settings, "intake") as conn:
        rows = conn.execute(_LEDGER, {"delivery": delivery, "not_applied": list(KINDS_NOT_APPLIED)}).fetchall()
        wanted = {fact for row in rows for fact in row[13]}
        found = conn.execute(_APPLIED, {"facts": list(wanted)})
        applied = {row[0] for row in found.fetchall()}
        erased = {row[0] for row in conn.execute(_ERASED, (list(wanted),))}
    on_topic = event_ids(settings) & wanted
    return [_compared(row, on_topic, applied, erased, now) for row in rows]


def close_the_loop(settings: Settings | None = None) -> int:
    """Reconcile everything; gives the number of facts. Raises NotWhole, that names the deliveries."""
    found = reconcile(settings or load(), None, clock.now())
    broken = [each.delivery for each in found if not each.whole]
    if broken:
        raise NotWhole(
            f"{len(broken)} of {len(found)} deliveries are not whole: {', '.join(broken[:20])};"
            " `branchespor reconcile` names what is missing"
        )
    return sum(each.facts for each in found)


def _compared(
    row: tuple[Any, ...], on_topic: Collection[str], applied: Collection[str], erased: Collection[str], now: datetime
) -> Reconciled:
    facts: list[str] = row[13]
    not_applied = frozenset(row[14]).union(erased)
    still_kept = now - row[5] < _ON_TOPIC_FOR
    return Reconciled(
        delivery=row[0],
        feed=row[1],
        partner=row[2],
        file_name=row[3],
        verdict=row[4],
        rows=row[6],
        counted=sum(row[7:12]),
        facts=row[12],
        on_topic=sum(fact in on_topic for fact in facts),
        applied=sum(fact in applied for fact in facts),
        erased=sum(fact in erased for fact in facts),
        missing_in_ledger=row[12] - len(facts),
        missing_on_topic=tuple(fact for fact in facts if still_kept and fact not in on_topic),
        missing_applied=tuple(fact for fact in facts if fact not in applied and fact not in not_applied),
    )


def event_ids(settings: Settings) -> set[str]:
    """The ids of all committed events on the topics of facts, read from the first record kept to the last one now."""
    try:
        consumer = KafkaConsumer(
            **settings.kafka("intake"),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            allow_auto_create_topics=False,
            bootstrap_timeout_ms=5000,
        )
    except KafkaError as error:
        raise Unavailable(f"Kafka at {settings.host}:{settings.port('kafka')}: {type(error).__name__}") from None
    try:
        return {event for event in _event_ids(consumer) if event is not None}
    except KafkaError as error:
        raise Unavailable(f"Kafka at {settings.host}:{settings.port('kafka')}: {type(error).__name__}") from None
    finally:
        consumer.close()


def _event_ids(consumer: KafkaConsumer) -> Iterator[str | None]:
    places = [
        TopicPartition(topic.name, partition)
        for topic in catalogue.load().topics.values()
        if topic.name.startswith(_FACT_TOPICS) and consumer.partitions_for_topic(topic.name)
        for partition in range(topic.partitions)
    ]
    consumer.assign(places)
    ends: Mapping[TopicPartition, int] = consumer.end_offsets(places)
    consumer.seek_to_beginning(*places)
    left = {place for place in places if consumer.position(place) < ends[place]}
    while left:
        for records in consumer.poll(timeout_ms=1000, max_records=5000).values():
            for record in records:
                yield next((value.decode() for name, value in record.headers if name == _EVENT_ID), None)
        left = {place for place in left if consumer.position(place) < ends[place]}
