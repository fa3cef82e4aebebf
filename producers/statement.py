"""One version of a statement, from what a decoder found to a fact with its deterministic id."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from schemas import ids
from schemas.facts import Fact, JsonValue, make


def in_force_first(statements: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The names of remembered statements, those in force before those withdrawn."""
    return sorted(statements, key=lambda name: bool(statements[name]["withdrawn"]))


def version(
    kind: str,
    *,
    person: str | None,
    source: str,
    record_key: str,
    recorded_at: datetime,
    received_at: datetime | None,
    content: Mapping[str, JsonValue],
    withdrawn: bool = False,
) -> Fact:
    """The fact of `kind` with these own fields (JSON form); a withdrawal repeats the fields last said.

    `person` None: a kind of no person. `received_at` None (the offline check has no moment of landing): `recorded_at`
    stands for it.
    """
    identity = ids.fact_id(
        person=person,
        source=source,
        kind=kind,
        record_key=record_key,
        recorded_at=recorded_at,
        withdrawn=withdrawn,
        content=content,
    )
    common = {
        "fact_id": identity,
        "source": source,
        "record_key": record_key,
        "recorded_at": recorded_at,
        "received_at": received_at or recorded_at,
        "withdrawn": withdrawn,
    }
    return make(kind, content, common if person is None else {**common, "person": person})
