"""The labour-market balance in PostgreSQL: facts of no person, kept in every version."""

import json
from collections.abc import Sequence

from consumers.records import Record
from consumers.rules.shortage import Balance
from consumers.stores.arrays import columns
from consumers.stores.database import Connection

KIND = "ShortageArea"

_INSERT = """
INSERT INTO core.shortage_area (fact_id, received_at, record)
SELECT * FROM unnest(%s::uuid[], %s::timestamptz[], %s::json[])
    ON CONFLICT (fact_id) DO NOTHING
"""


def insert(conn: Connection, records: Sequence[Record]) -> int:
    """Store what is not stored yet; gives how many were new. Nobody is evaluated anew: an offer told stays as told."""
    rows = {record.value["fact_id"]: record.value for record in records}
    if not rows:
        return 0
    values = [
        (fact_id, rows[fact_id]["received_at"], json.dumps({"kind": KIND, **rows[fact_id]}, ensure_ascii=False))
        for fact_id in sorted(rows)
    ]
    return conn.execute(_INSERT, columns(values)).rowcount


def read(conn: Connection) -> Balance:
    """The whole balance."""
    return Balance(record for (record,) in conn.execute("SELECT record FROM core.shortage_area"))
