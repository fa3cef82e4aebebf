"""SQL of the consumers: one statement, one promise. The only place where they know psycopg."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.rows import TupleRow

from schemas.errors import Unavailable

Connection = psycopg.Connection[TupleRow]


@contextmanager
def reachable() -> Iterator[None]:
    """Turns what psycopg raises when the server is away, full or timing out into Unavailable, with the SQLSTATE."""
    try:
        yield
    except psycopg.OperationalError as error:
        state = error.sqlstate or "no connection"
        raise Unavailable(
            f"PostgreSQL ({state}): is it up, and are BRANCHESPOR_HOST and _POSTGRES_PORT right?"
        ) from error


def connect(dsn: str) -> Connection:
    """A connection in autocommit mode: a transaction is what stands in `with conn.transaction()`. Raises Unavailable."""
    with reachable():
        return psycopg.connect(dsn, autocommit=True)
