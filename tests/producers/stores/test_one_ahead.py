"""Writing one part ahead: all parts in their order, the caller's transaction, and nothing behind a failure."""

from collections.abc import Iterator

import psycopg
import pytest

from branchespor.settings import Settings
from producers.stores.one_ahead import execute_all

pytestmark = pytest.mark.integration

SAY = "INSERT INTO said (number) SELECT 12 / %s"


@pytest.fixture
def conn(services: Settings) -> Iterator[psycopg.Connection]:
    with psycopg.connect(services.dsn("owner"), autocommit=True) as conn:
        conn.execute("CREATE TEMPORARY TABLE said (place int GENERATED ALWAYS AS IDENTITY, number int)")
        yield conn


def said(conn: psycopg.Connection) -> list[int]:
    return [number for (number,) in conn.execute("SELECT number FROM said ORDER BY place")]


def test_all_parts_are_written_in_their_order(conn: psycopg.Connection) -> None:
    execute_all(conn, SAY, ([number] for number in (1, 2, 3, 4, 6, 12)))
    assert said(conn) == [12, 6, 4, 3, 2, 1]
    execute_all(conn, SAY, [])
    assert len(said(conn)) == 6


def test_a_failure_is_raised_nothing_is_written_behind_it_and_the_transaction_keeps_nothing(
    conn: psycopg.Connection,
) -> None:
    prepared = []

    def parts() -> Iterator[list[int]]:
        for number in (1, 0, 2, 3, 4):
            prepared.append(number)
            yield [number]

    with pytest.raises(psycopg.errors.DivisionByZero), conn.transaction():
        execute_all(conn, SAY, parts())
    assert said(conn) == []
    with pytest.raises(psycopg.errors.DivisionByZero):
        execute_all(conn, SAY, parts())
    assert said(conn) == [12]
    assert prepared == [1, 0, 2] * 2


def test_parts_that_cannot_be_made_are_the_callers_failure(conn: psycopg.Connection) -> None:
    def parts() -> Iterator[list[int]]:
        yield [1]
        raise LookupError("no more")

    with pytest.raises(LookupError), conn.transaction():
        execute_all(conn, SAY, parts())
    assert said(conn) == []
