"""What operators' monitoring reads: counts and moments, of senders, deliveries and consumers; nothing of a person."""

from collections.abc import Iterable
from datetime import UTC, datetime, time
from typing import Final

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from branchespor.hub import freshness, wiring
from branchespor.hub.rows import overdue
from branchespor.settings import Settings
from producers.stores.ledger import Connection

_ROWS: Final = ("accepted", "unchanged", "duplicate", "rejected", "waiting")
_BY_VERDICT = "SELECT feed, partner, lower(coalesce(verdict, state)), count(*) FROM intake.delivery GROUP BY 1, 2, 3"
_BY_ROWS = (
    "SELECT feed, partner, sum(accepted), sum(unchanged), sum(duplicate), sum(rejected), sum(waiting)"
    "  FROM intake.delivery GROUP BY 1, 2"
)
_CONSUMERS: Final = ("status", "partners")
_OUTBOX = "SELECT events FROM core.events_unsent"
_HELD = "SELECT persons FROM core.persons_held"
_ASIDE = "SELECT consumer, count(*) FROM core.poison GROUP BY 1"


def exposition(settings: Settings, now: datetime) -> bytes:
    """All measures at `now` in the text format of Prometheus (version 0.0.4), for a scrape or a textfile collector.

    Raises Unavailable if the database is away.
    """
    registry = CollectorRegistry()
    with wiring.database(settings, "intake") as conn:
        _senders(registry, conn, now)
    _quarantine(registry, settings, now)
    with wiring.database(settings, "web_read") as conn:
        _deliveries(registry, conn)
        _consumers(registry, conn)
    return generate_latest(registry)


def _senders(registry: CollectorRegistry, conn: Connection, now: datetime) -> None:
    late = _gauge(registry, "source_overdue", "1: what this sender promised is overdue", "feed", "partner")
    came = _gauge(
        registry, "source_came_timestamp_seconds", "When this sender's newest delivery came", "feed", "partner"
    )
    for row in freshness.seen(conn, now):
        late.labels(row["feed"], row["partner"]).set(row["state"] == "OVERDUE")
        if row["came_at"] is not None:
            came.labels(row["feed"], row["partner"]).set(row["came_at"].timestamp())


def _quarantine(registry: CollectorRegistry, settings: Settings, now: datetime) -> None:
    names = ("what", "feed", "partner")
    past = _gauge(registry, "quarantine_past_retention", "Held or rejected, and undecided for too long", *names)
    oldest = _gauge(registry, "quarantine_oldest_timestamp_seconds", "Since when the oldest one waits", *names)
    rows = _gauge(registry, "rows_quarantined", "Rejected rows nobody has decided on", "feed", "partner")
    for each in overdue(settings, now):
        labels = (each["what"], each["feed"], each["partner"])
        if each["what"] == "row":
            rows.labels(each["feed"], each["partner"]).set(each["waiting"])
        past.labels(*labels).set(each["past"])
        oldest.labels(*labels).set(each["oldest"].timestamp())


def _deliveries(registry: CollectorRegistry, conn: Connection) -> None:
    verdicts = _gauge(registry, "deliveries", "Deliveries by verdict, or by state", "feed", "partner", "verdict")
    for *labels, number in conn.execute(_BY_VERDICT):
        verdicts.labels(*labels).set(number)
    rows = _gauge(registry, "rows", "Rows of all deliveries by what became of them", "feed", "partner", "outcome")
    for feed, partner, *sums in conn.execute(_BY_ROWS):
        for outcome, number in zip(_ROWS, sums, strict=True):
            rows.labels(feed, partner, outcome).set(number or 0)


def _consumers(registry: CollectorRegistry, conn: Connection) -> None:
    aside = _gauge(registry, "records_aside", "Records that could not be read and were put aside", "consumer")
    found: dict[str, int] = dict(conn.execute(_ASIDE).fetchall())
    for consumer in _CONSUMERS:
        aside.labels(consumer).set(found.get(consumer, 0))
    unsent, held = conn.execute(_OUTBOX), conn.execute(_HELD)
    _single(registry, "outbox_unsent", "Events on their way to Kafka", unsent)
    _single(registry, "persons_held", "Persons whose evaluation failed", held)
    row = conn.execute("SELECT day, begun_until - day FROM core.business_day_now").fetchone()
    if row is not None and row[0] is not None:
        day = datetime.combine(row[0], time(), UTC).timestamp()
        _single(registry, "business_day_timestamp_seconds", "The day on which everything is evaluated", [(day,)])
        _single(registry, "business_days_to_work_off", "Days that have begun and are not evaluated yet", [(row[1],)])


def _single(registry: CollectorRegistry, name: str, meaning: str, rows: Iterable[tuple[float, ...]]) -> None:
    for (value,) in rows:
        _gauge(registry, name, meaning).set(value)


def _gauge(registry: CollectorRegistry, name: str, meaning: str, *labels: str) -> Gauge:
    return Gauge(f"branchespor_{name}", meaning, labels, registry=registry)
