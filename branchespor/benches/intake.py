"""`bench intake`: one delivery from bytes to ledger, step by step, beside plain pandas and plain Great Expectations."""

import json
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any, TypeVar

import click

from branchespor.commands import options
from branchespor.settings import Settings

FEED, PARTNER, NAME = "akasse-ledighed", "901", "AKAS901_LEDIGHED_000001.csv"
STEPS = (
    "decode",
    "expectations",
    "rows and facts",
    "identity vault",
    "memory look-up",
    "publish",
    "memory save",
    "ledger",
)
_COMPARED = "rows for plain Great Expectations, which takes long where many rows are wrong"
T = TypeVar("T")


@click.command()
@click.option("--rows", type=click.IntRange(1, 2_000_000), default=10_000, show_default=True)
@click.option("--bad", type=click.FloatRange(0, 100), default=5.0, show_default=True, help="per cent of rows")
@click.option("--plain", type=click.IntRange(1), default=10_000, show_default=True, help=_COMPARED)
@click.option("--seed", type=int, default=1, show_default=True)
@options.as_json
def intake(rows: int, bad: float, plain: int, seed: int, as_json: bool) -> None:
    """Rows per second of each step of intake, its peak memory, and how many times the plain ways' that is.

    A step's seconds are those of the first process; from 50,000 rows on a second one works beside it. `max_rss_mb` is
    the first one's, `peak_memory_mb` both together.

    Needs PostgreSQL and Kafka of the local stack; works in a database and a topic of its own.

    Example: branchespor bench intake --rows 100000 --json
    """
    from branchespor.benches import scratch
    from branchespor.benches.deliveries import unemployment_file
    from branchespor.settings import load

    settings = load()
    with tempfile.TemporaryDirectory() as folder:
        file, some = Path(folder, NAME), Path(folder, "some")
        file.write_bytes(unemployment_file(rows, bad, seed))
        some.write_bytes(unemployment_file(min(rows, plain), bad, seed))
        taken = scratch.in_a_process(_taken, settings, file)
        pandas = scratch.in_a_process(_plain, "pandas_seconds", file)
        great = scratch.in_a_process(_plain, "great_expectations_seconds", some)
    figures = _figures(rows, min(rows, plain), taken, pandas, great) | {"bad_percent": bad, "seed": seed}
    if as_json:
        click.echo(json.dumps(figures))
        return
    for name, step in figures["steps"].items():
        click.echo(f"{name:>20}: {step['rows_per_s']:>9} rows/s, {step['seconds']:8.2f} s")
    for name in ("rows_per_s", "max_rss_mb", "peak_memory_mb", "pandas_rows_per_s", "great_expectations_rows_per_s"):
        click.echo(f"{name:>30}: {figures[name]}")
    click.echo(f"expectations take {figures['expectations_to_pandas']} times what plain pandas takes a row")
    click.echo(f"plain Great Expectations takes {figures['great_expectations_to_expectations']} times what ours takes")


def _figures(
    rows: int, some: int, taken: Mapping[str, Any], pandas: Mapping[str, Any], great: Mapping[str, Any]
) -> dict[str, Any]:
    steps, whole = taken["steps"], taken["seconds"]
    ours = steps["decode"] + steps["expectations"]
    return {
        "rows": rows,
        "facts": taken["facts"],
        "counts": taken["counts"],
        "verdict": taken["verdict"],
        "steps": {
            name: {"seconds": round(steps[name], 3), "rows_per_s": round(rows / max(steps[name], 1e-6))}
            for name in STEPS
            if name in steps  # a refused delivery does not come to all of them
        },
        "seconds": round(whole, 2),
        "rows_per_s": round(rows / whole),
        "max_rss_mb": taken["max_rss_mb"],
        "peak_memory_mb": taken["peak_memory_mb"],
        "pandas_rows_per_s": round(rows / pandas["seconds"]),
        "pandas_max_rss_mb": pandas["max_rss_mb"],
        "great_expectations_rows_per_s": round(some / great["seconds"]),
        "great_expectations_max_rss_mb": great["max_rss_mb"],
        "rows_wrong": {"pandas": pandas["wrong"], "great_expectations": great["wrong"]},
        "expectations_to_pandas": round(ours / pandas["seconds"], 2),
        "great_expectations_to_expectations": round(great["seconds"] / some / (ours / rows), 2),
    }


def _peak() -> float:
    import resource

    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def _plain(way: str, file: Path, answer: Pipe) -> None:
    from branchespor.benches import side_by_side
    from validation.expectations import suite

    seconds, wrong = getattr(side_by_side, way)(file.read_bytes(), suite("akasse_ledighed"), {"synthetic": "yes"})
    answer.send({"seconds": seconds, "wrong": wrong, "max_rss_mb": _peak()})


class _Clock:
    """Seconds by step; a step inside another counts for itself alone."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._inside = 0.0

    def step(self, name: str, work: Callable[..., T]) -> Callable[..., T]:
        def timed(*given: Any, **named: Any) -> T:
            outer, self._inside, began = self._inside, 0.0, time.monotonic()
            try:
                return work(*given, **named)
            finally:
                took = time.monotonic() - began
                self.seconds[name] = self.seconds.get(name, 0.0) + took - self._inside
                self._inside = outer + took

        return timed


def _taken(settings: Settings, file: Path, answer: Pipe) -> None:
    """The process that is measured, as branchespor.hub.handling does it."""
    from branchespor.benches import scratch

    topic = f"bench.intake.{uuid.uuid4().hex[:12]}"
    with scratch.database(settings) as database, scratch.topic(settings, topic):
        answer.send(_measured(settings, database, topic, file))


def _measured(settings: Settings, database: str, topic: str, file: Path) -> dict[str, Any]:
    import psycopg

    from branchespor import clock
    from branchespor.hub import wiring
    from branchespor.hub.handling import publish_and_keep
    from branchespor.intake import pipeline
    from branchespor.intake.offline import delivery_of
    from producers import decoders
    from producers.publisher import Publisher
    from producers.sealing import key_from_text
    from producers.stores import ledger
    from producers.stores.memory import StoredMemory
    from producers.stores.vault import StoredVault
    from schemas.codec import Codec, FileIds
    from schemas.facts import moment_text
    from schemas.ids import delivery_id
    from validation.gate import check_rows

    timer = _Clock()
    reader = decoders.decoder(FEED)
    reader.read = timer.step("decode", reader.read)  # type: ignore[method-assign]
    keys = [key_from_text(settings.secret(f"identity_{name}_key")) for name in ("hmac", "aes")]
    with (
        psycopg.connect(settings.dsn("intake", database), autocommit=True) as conn,
        psycopg.connect(settings.dsn("identity", database), autocommit=True) as of_vault,
        Publisher(settings.kafka("admin"), Codec(FileIds()), topic, lambda kind: topic) as publish,
    ):
        began = time.monotonic()
        delivery = delivery_of(FEED, file, PARTNER)
        identifier, at = delivery_id(FEED, PARTNER, delivery.sha256), clock.now_ms()
        named: dict[str, Any] = {"file_name": NAME, "sha256": delivery.sha256, "size": len(delivery.data)}
        ledger.land(
            conn, identifier=identifier, feed=FEED, partner=PARTNER, arrival=1, received_at=at, origin=None, **named
        )
        memory, vault = StoredMemory(conn, FEED, PARTNER), StoredVault(of_vault, keys[0], keys[1])
        vault.identify = timer.step("identity vault", vault.identify)  # type: ignore[method-assign]
        memory.load = timer.step("memory look-up", memory.load)  # type: ignore[method-assign]
        checked = timer.step("expectations", check_rows)
        outcome = timer.step("rows and facts", pipeline.handle)(delivery, memory, vault, checked)
        receipt = {**outcome.receipt, "received_at": moment_text(at), "checked_at": moment_text(at)}
        key = wiring.quarantine_key(settings)

        def keep() -> None:
            timer.step("memory save", memory.save)()
            timer.step("ledger", ledger.finish)(conn, identifier, outcome, receipt, at, key)

        timer.step("publish", publish_and_keep)(conn, publish, outcome, at, keep)
        seconds = time.monotonic() - began
    return {
        "steps": timer.seconds,
        "seconds": seconds,
        "facts": len(outcome.facts),
        "counts": receipt["counts"],
        "verdict": receipt["verdict"],
        "max_rss_mb": _peak(),
    }
