"""A database, a topic and a process of a benchmark's own, gone after it."""

import multiprocessing
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from branchespor.migrate import migrate
from branchespor.settings import Settings

PARTITIONS = 6
_LOOK_EVERY_S = 1.0
_PROPORTIONAL = re.compile(r"^Pss: +([0-9]+) kB$", re.MULTILINE)


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The name of an empty database with all tables."""
    name = f"bench_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(settings.dsn("postgres", "postgres"), autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE {} OWNER owner").format(sql.Identifier(name)))
        try:
            with psycopg.connect(settings.dsn("postgres", name), autocommit=True) as inside:
                inside.execute("ALTER SCHEMA public OWNER TO owner")
            migrate(settings.dsn("owner", name))
            yield name
        finally:
            conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def topic(settings: Settings, name: str) -> Iterator[None]:
    """An empty topic of this name."""
    from kafka import KafkaAdminClient

    admin = KafkaAdminClient(**settings.kafka("admin"), bootstrap_timeout_ms=5000)
    try:
        admin.create_topics({name: {"num_partitions": PARTITIONS, "replication_factor": 1}}, wait_for_metadata=True)
        yield
    finally:
        admin.delete_topics([name])
        admin.close()


def in_a_process(work: Callable[..., None], *given: Any) -> dict[str, Any]:
    """The figures that `work(*given, pipe)` sends: its memory is its own, no client was forked.

    `peak_memory_mb` is the most that it and the processes it forked had together, pages they shared counted once (PSS,
    looked at every second); None where the system does not tell.
    """
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=work, args=(*given, there))
    process.start()
    there.close()
    peak = before = 0
    try:
        while not here.poll(_LOOK_EVERY_S):
            now = _memory_kb(process.pid)
            # Of two looks the lower: processes are read one after another, and a fork in between counts twice.
            peak, before = max(peak, min(before, now)), now
        figures: dict[str, Any] = here.recv()
    finally:
        process.join(30)
    return {**figures, "peak_memory_mb": round(peak / 1024, 1) or None}


def _memory_kb(pid: int | None) -> int:
    of_process = Path(f"/proc/{pid}")
    try:
        found = _PROPORTIONAL.search((of_process / "smaps_rollup").read_text(encoding="ascii"))
        forked = (of_process / "task" / str(pid) / "children").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return (int(found[1]) if found else 0) + sum(map(_memory_kb, map(int, forked)))
