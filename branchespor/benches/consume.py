"""`bench consume`: facts on a topic → everything committed, against the loop one would write first, in the same run."""

import json
import logging
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from multiprocessing.connection import Connection as Pipe
from typing import TYPE_CHECKING, Any

import click

from branchespor.benches import scratch
from branchespor.commands import options
from branchespor.settings import Settings

if TYPE_CHECKING:
    from consumers.batch import Batch
    from consumers.records import Hold, Place

# Topics and database of the benchmark alone; both are made for the run and removed after it.
DAY = "2021-06-01"


@click.command()
@click.option("--persons", type=click.IntRange(1), default=4000, show_default=True)
@click.option("--facts-each", type=click.IntRange(1), default=5, show_default=True)
@click.option("--naive", type=click.IntRange(1), default=1500, show_default=True, help="facts for the naive loop")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--profile", is_flag=True, help="also show where the time goes, on standard error")
@options.as_json
def consume(persons: int, facts_each: int, naive: int, seed: int, profile: bool, as_json: bool) -> None:
    """Facts per second of the status consumer, and how many times the naive loop's that is.

    Naive: one transaction per fact, with the same rules and tables. Needs Kafka and PostgreSQL of the local stack;
    works in a database and topics of its own.

    Example: branchespor bench consume --json
    """
    from branchespor.benches.facts import facts_of_citizens
    from branchespor.settings import load

    settings = load()
    facts = facts_of_citizens(persons, facts_each, seed)
    some = facts[:: max(1, len(facts) // naive)][:naive]
    # Half before and half after: what else the machine does meanwhile falls on both.
    before = _measure(settings, some[::2], one_by_one=True, profile=False)
    looped = _measure(settings, facts, one_by_one=False, profile=profile)
    after = _measure(settings, some[1::2] or some, one_by_one=True, profile=False)
    measured = {"loop": looped, "naive": _both(before, after)}
    ratio = measured["loop"]["facts_per_s"] / measured["naive"]["facts_per_s"]
    figures = {**measured, "ratio": round(ratio, 1), "persons": persons, "facts": len(facts), "seed": seed}
    if as_json:
        click.echo(json.dumps(figures))
        return
    for name, figure in measured.items():
        click.echo(
            f"{name:>6}: {figure['facts_per_s']:>8.0f} facts/s, {figure['facts']} facts in {figure['seconds']:.1f} s, "
            f"{figure['max_rss_mb']:.0f} MB"
        )
    click.echo(f" ratio: {ratio:.1f}")


def _both(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    facts, seconds = first["facts"] + second["facts"], first["seconds"] + second["seconds"]
    cpu_ms = sum(each["cpu_ms_a_fact"] * each["facts"] for each in (first, second))
    return {
        "facts": facts,
        "seconds": round(seconds, 3),
        "facts_per_s": round(facts / seconds, 1),
        "cpu_ms_a_fact": round(cpu_ms / facts, 3),
        "max_rss_mb": max(first["max_rss_mb"], second["max_rss_mb"]),
    }


def _measure(settings: Settings, facts: Sequence[tuple[str, Any]], one_by_one: bool, profile: bool) -> dict[str, Any]:
    topic = f"bench.consume.{uuid.uuid4().hex[:12]}"
    with scratch.database(settings) as database, scratch.topic(settings, topic):
        _produce(settings, topic, facts)
        return scratch.in_a_process(_consume, settings, database, topic, len(facts), one_by_one, profile)


def _consume(
    settings: Settings, database: str, topic: str, wanted: int, one_by_one: bool, profile: bool, answer: Pipe
) -> None:
    """The process that is measured: from the first record in hand to the last commit."""
    import cProfile
    import pstats
    import resource
    import sys
    from datetime import date
    from functools import partial
    from threading import Event

    from branchespor import processes
    from consumers import batch, loop, policy_file
    from consumers.batch import Batch
    from consumers.records import Handler, Hold, Place
    from consumers.status import StatusHandler
    from consumers.stores import due
    from consumers.stores.database import Connection, connect, transaction
    from schemas import catalogue
    from schemas.codec import Codec, FileIds

    stop, codec = Event(), Codec(FileIds())
    handler = StatusHandler(
        policy_file.load(settings.policy_file), codec.encode, catalogue.MILESTONES, catalogue.STATUS
    )
    profiler, done, began, began_cpu = cProfile.Profile(), [0], [0.0], [0.0]

    def commit(
        conn: Connection, consumer: str, holds: Mapping[Place, Hold], whole: Batch, handler: Handler
    ) -> Mapping[str, int]:
        if not done[0]:
            began[0], began_cpu[0] = time.monotonic(), time.process_time()
            if profile:
                profiler.enable()
        counts: Mapping[str, int] = {}
        for part, held in _singles(whole, holds) if one_by_one else [(whole, holds)]:
            counts = batch.commit(conn, consumer, held, part, handler)
        done[0] += len(whole.records)
        if done[0] >= wanted:
            stop.set()
        return counts

    dsn = settings.dsn("status", database)
    with connect(dsn, "bench") as conn, transaction(conn):
        due.begin(conn, date.fromisoformat(DAY))
    connecting = partial(connect, dsn, "bench")
    broker = settings.kafka("admin")
    processes.write_log_lines(logging.WARNING)
    loop.run("status", f"bench-{topic}", [topic], broker, connecting, codec.decode, handler, stop, commit)
    seconds, cpu = time.monotonic() - began[0], time.process_time() - began_cpu[0]
    profiler.disable()
    if profile:
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("cumulative").print_stats(60)
    answer.send(
        {
            "facts": done[0],
            "seconds": round(seconds, 3),
            "facts_per_s": round(done[0] / seconds, 1),
            "cpu_ms_a_fact": round(1000 * cpu / done[0], 3),
            "max_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        }
    )


def _singles(whole: "Batch", holds: "Mapping[Place, Hold]") -> "Iterator[tuple[Batch, Mapping[Place, Hold]]]":
    """One batch per record, as a loop that commits after each would make them."""
    from consumers.batch import Batch
    from consumers.records import Hold

    nexts = {place: hold.next_offset for place, hold in holds.items()}
    for record in whole.records:
        held = {record.place: Hold(holds[record.place].epoch, nexts[record.place])}
        nexts[record.place] = record.offset + 1
        yield Batch([record], [], {record.place: record.offset + 1}), held


def _produce(settings: Settings, topic: str, facts: Sequence[tuple[str, Any]]) -> None:
    from kafka import KafkaProducer

    from schemas.codec import Codec, FileIds
    from schemas.wire import PRODUCER, headers

    codec = Codec(FileIds())
    producer = KafkaProducer(**PRODUCER, **settings.kafka("admin"))
    futures = [
        producer.send(
            topic,
            key=fact["person"].encode(),
            value=codec.encode(kind, fact),
            headers=headers(
                event_id=fact["fact_id"],
                type_=f"branchespor.{kind}",
                source="branchespor/bench",
                at=datetime.fromisoformat(fact["received_at"]),
            ),
        )
        for kind, fact in facts
    ]
    producer.flush()
    for future in futures:
        future.get(timeout=30)
    producer.close()
