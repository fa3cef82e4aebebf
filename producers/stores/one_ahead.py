"""Writing much into PostgreSQL with both cores: the next part is prepared while the server takes the one before."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import psycopg
from psycopg.rows import TupleRow


def execute_all(conn: psycopg.Connection[TupleRow], query: str, parts: Iterable[Sequence[Any]]) -> None:
    """Run the query for all the parameters, in their order, in the caller's transaction.

    `parts` must not use `conn` itself. Two of them are in memory at a time. Raises what the first statement that fails
    raises; none is run after it.
    """
    with ThreadPoolExecutor(max_workers=1) as pool:
        running: Future[object] | None = None
        for part in parts:
            if running is not None:
                running.result()
            running = pool.submit(conn.execute, query, part)
        if running is not None:
            running.result()
