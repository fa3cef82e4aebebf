"""Erased persons: asked for by the consumers, made by the command `erase` (docs/decisions/0015)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from consumers.stores.arrays import array, columns
from consumers.stores.database import Connection

_AMONG = "SELECT person::text FROM core.erased WHERE person = ANY (%s::uuid[])"
_PUT_ASIDE = """
INSERT INTO core.erased_fact (fact_id, person) SELECT * FROM unnest(%s::uuid[], %s::uuid[])
    ON CONFLICT (fact_id) DO NOTHING
"""
_ERASURE = """
SELECT persons::text[], erased_at, erased_by, reason, told, late, unsent, landed FROM core.erasure_of(%s)
"""


@dataclass(frozen=True, slots=True)
class Erasure:
    """An erasure as it was made. `persons`: all ids of the citizen; `told`: events each partner was given before.

    `late`: facts read since and put aside; `unsent`: tombstones on their way; `landed`: deliveries whose bytes still
    lie in landing and hold rows of the citizen.
    """

    persons: Sequence[str]
    erased_at: datetime
    erased_by: str
    reason: str
    told: Mapping[str, int]
    late: int
    unsent: int
    landed: int


@dataclass(frozen=True, slots=True)
class Left:
    """How many rows of a store name the citizen; `why`: they may, None: they must not."""

    store: str
    rows: int
    why: str | None


def among(conn: Connection, persons: Collection[str]) -> set[str]:
    """Those of `persons` that were erased."""
    if not persons:
        return set()
    return {person for (person,) in conn.execute(_AMONG, (array(sorted(persons)),))}


def put_aside(conn: Connection, facts: Mapping[str, str]) -> None:
    """Note facts of erased persons, by fact id, that were read and not applied: ids alone."""
    if facts:
        conn.execute(_PUT_ASIDE, columns(sorted(facts.items())))


def ids(conn: Connection, person: str) -> list[str]:
    """All ids of the citizen that `person` is or was; none: nobody has or had this id."""
    row = conn.execute("SELECT core.ids_of_citizen(%s)::text[]", (person,)).fetchone()
    return [] if row is None or row[0] is None else row[0]


def erase(conn: Connection, person: str, who: str, reason: str, status_topic: str) -> dict[str, tuple[int, int]]:
    """Erase a citizen in the caller's transaction; rows found and rows deleted, by store. Twice changes nothing.

    The caller holds the leases of all senders (producers.stores.ledger.no_delivery_under_way).
    """
    query = "SELECT store, held, deleted FROM core.erase(%s, %s, %s, %s)"
    return {row[0]: (row[1], row[2]) for row in conn.execute(query, (person, who, reason, status_topic))}


def left(conn: Connection, person: str) -> list[Left]:
    """What is there of an erased citizen, store by store."""
    return [Left(*row) for row in conn.execute("SELECT store, still, why FROM core.left_of_erased(%s)", (person,))]


def erasure(conn: Connection, person: str) -> Erasure | None:
    """The erasure of this citizen, None if there was none."""
    row = conn.execute(_ERASURE, (person,)).fetchone()
    return None if row is None else Erasure(*row)
