"""One version of a statement, from what a decoder found to a fact with its deterministic id."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NotRequired, TypedDict, Unpack

from schemas import ids
from schemas.facts import KINDS_OF_NO_PERSON, OWN_FIELDS, Fact, JsonValue, from_json, moment_text


def in_force_first(statements: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The names of remembered statements, those in force before those withdrawn."""
    return sorted(statements, key=lambda name: bool(statements[name]["withdrawn"]))


class Said(TypedDict):
    """What names a version and what it says, see `record_of_version`."""

    person: str | None
    source: str
    record_key: str
    recorded_at: datetime
    received_at: datetime | None
    content: Mapping[str, JsonValue]
    withdrawn: NotRequired[bool]


def version(kind: str, **said: Unpack[Said]) -> Fact:
    """The fact of `kind` that `record_of_version` gives the JSON form of."""
    return from_json(record_of_version(kind, **said))


def record_of_version(
    kind: str,
    *,
    person: str | None,
    source: str,
    record_key: str,
    recorded_at: datetime,
    received_at: datetime | None,
    content: Mapping[str, JsonValue],
    withdrawn: bool = False,
) -> dict[str, JsonValue]:
    """A fact in JSON form (schemas.facts.to_json), without making the fact: a delivery may have a million.

    `content` are its own fields (JSON form); a withdrawal repeats the fields last said. `person` None: a kind of no
    person. `received_at` None (the offline check has no moment of landing): `recorded_at` stands for it. Raises
    TypeError where a person is given and none belongs, or is missing.
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
    if (person is None) != (kind in KINDS_OF_NO_PERSON):
        raise TypeError(f"{kind}: a person is given where none belongs, or missing")
    record: dict[str, JsonValue] = {"kind": kind, "fact_id": identity}
    if person is not None:
        record["person"] = person
    record["source"], record["record_key"] = source, record_key
    record["recorded_at"] = moment_text(recorded_at)
    record["received_at"] = moment_text(received_at or recorded_at)
    record["withdrawn"] = withdrawn
    for name in OWN_FIELDS[kind]:
        record[name] = content[name]
    return record
