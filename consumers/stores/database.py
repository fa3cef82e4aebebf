"""Connections and transactions of the consumers, with psycopg's errors sorted by what happens next."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors

from schemas.errors import Unavailable, UnknownOutcome

Connection = psycopg.Connection[tuple[Any, ...]]

# A server that hangs must not hold a batch, and an idle session must not hold its locks (postgresql.md section 6).
_OPTIONS = (
    "-c lock_timeout=20s -c statement_timeout=120s -c idle_in_transaction_session_timeout=120s "
    "-c DateStyle=ISO,DMY -c TimeZone=UTC"
)


class Contended(Unavailable):
    """Two transactions got in each other's way: nothing is kept, the same batch may be tried again at once."""


def connect(dsn: str, application_name: str) -> Connection:
    """A connection in autocommit mode; every write goes through `transaction`. Raises Unavailable."""
    try:
        return psycopg.connect(dsn, autocommit=True, application_name=application_name, options=_OPTIONS)
    except psycopg.OperationalError as error:
        at = psycopg.conninfo.conninfo_to_dict(dsn)
        address = f"{at.get('host')}:{at.get('port')}"
        raise Unavailable(
            f"PostgreSQL at {address} cannot be reached by {application_name}: {_reason(error)};"
            " is the stack up (`branchespor ps`), is BRANCHESPOR_POSTGRES_PORT right?"
        ) from None


@contextmanager
def transaction(conn: Connection) -> Iterator[None]:
    """One transaction, READ COMMITTED, committed at the end of the block.

    Raises Contended after a deadlock, serialisation failure or lock time-out, Unavailable if the server went away
    before the commit was asked for, UnknownOutcome if it went away meanwhile: then the stored offset tells.
    """
    asked_to_commit = False
    try:
        with conn.transaction():
            yield
            asked_to_commit = True
    except (errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable) as error:
        raise Contended(f"PostgreSQL undid the transaction: {_reason(error)}") from None
    except psycopg.OperationalError as error:
        conn.close()
        if asked_to_commit:
            raise UnknownOutcome(f"PostgreSQL went away during a commit: {_reason(error)}") from None
        raise Unavailable(f"PostgreSQL went away: {_reason(error)}") from None


def _reason(error: psycopg.Error) -> str:
    # The server's text may quote a row: class and code say enough.
    return f"{type(error).__name__} {error.sqlstate or ''}".strip()
