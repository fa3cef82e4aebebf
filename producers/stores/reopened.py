"""A connection in a process that was forked: the one that was open before belongs to the other process."""

import psycopg
from psycopg.rows import TupleRow


def reopened(conn: psycopg.Connection[TupleRow]) -> psycopg.Connection[TupleRow]:
    """A new connection (autocommit) to the same server by the same login; `conn` itself is not touched."""
    return psycopg.connect(conn.info.dsn, password=conn.info.password, autocommit=True)
