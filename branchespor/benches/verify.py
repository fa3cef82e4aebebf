"""`bench verify`: everybody's status and journal against all facts, in PostgreSQL; and rebuild beside it."""

import json
import resource
import time
from datetime import date
from typing import Any

import click

from branchespor.commands import options
from branchespor.settings import Settings

DAY = date(2021, 6, 1)
_FACTS_AT_ONCE = 5000


@click.command()
@click.option("--persons", type=click.IntRange(1), default=20_000, show_default=True)
@click.option("--facts-each", type=click.IntRange(1), default=20, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@options.as_json
def verify(persons: int, facts_each: int, workers: int, seed: int, as_json: bool) -> None:
    """Seconds to verify so many persons, and to rebuild them, in a database of its own.

    Needs PostgreSQL of the local stack. Exit code 1: something differs.

    Example: branchespor bench verify --persons 2000 --json
    """
    from branchespor.benches import scratch
    from branchespor.settings import load

    settings = load()
    with scratch.database(settings) as database:
        filled = _seconds(lambda: _fill(settings, database, persons, facts_each, seed))[0]
        figures = {"persons": persons, "facts": persons * facts_each, "fill_s": round(filled, 1)}
        figures |= _measured(settings, database, workers)
    click.echo(json.dumps(figures) if as_json else "\n".join(f"{name}: {value}" for name, value in figures.items()))
    if figures["differences"]:
        click.get_current_context().exit(1)


def _measured(settings: Settings, database: str, workers: int) -> dict[str, Any]:
    from branchespor.verifying import verify_everybody
    from consumers import policy_file, rebuilding
    from consumers.stores.database import connect

    policies = policy_file.load(settings.policy_file)
    verified, found = _seconds(lambda: verify_everybody(settings, "bench", workers, database))
    with connect(settings.dsn("status", database), "bench") as conn:
        built, _ = _seconds(lambda: rebuilding.build(conn, DAY, policies))
        switched, put_right = _seconds(lambda: rebuilding.switch(conn, DAY, policies))
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return {
        "differences": len(found.differences) + len(put_right),
        "verify_s": round(verified, 1),
        "verify_persons_per_s": round(found.persons / verified),
        "verify_worker_mb": round(child / 1024),
        "rebuild_s": round(built, 1),
        "switch_s": round(switched, 1),
    }


def _fill(settings: Settings, database: str, persons: int, facts_each: int, seed: int) -> None:
    """As the status consumer does it: all facts before the first day, then everybody on that day."""
    from branchespor.benches.facts import facts_of_citizens
    from consumers import policy_file
    from consumers.records import Place, Record
    from consumers.status import StatusHandler
    from consumers.stores.database import connect, transaction
    from schemas import catalogue
    from schemas.codec import Codec, FileIds

    policies = policy_file.load(settings.policy_file)
    handler = StatusHandler(policies, Codec(FileIds()).encode, catalogue.MILESTONES, catalogue.STATUS)
    records = [
        Record(Place(catalogue.fact_topic(kind), 0), offset, kind, fact)
        for offset, (kind, fact) in enumerate(facts_of_citizens(persons, facts_each, seed))
    ]
    with connect(settings.dsn("status", database), "bench") as conn:
        for first in range(0, len(records), _FACTS_AT_ONCE):
            with transaction(conn):
                handler.apply(conn, records[first : first + _FACTS_AT_ONCE])
        day = {"event_id": "", "day": DAY.isoformat()}
        with transaction(conn):
            handler.apply(conn, [Record(Place(catalogue.CLOCK, 0), 0, "DayBegan", day)])
        while handler.rest(conn):
            pass


def _seconds(work: Any) -> tuple[float, Any]:
    began = time.monotonic()
    done = work()
    return time.monotonic() - began, done
