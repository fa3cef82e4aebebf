"""Is what is stored what the rules say of all facts? For everybody, person by person (architecture.md section 2)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from consumers.announcements import status_document
from consumers.rules.detection import Told, detect, differences, playback
from consumers.rules.policy import Policies
from consumers.stores import facts, status
from consumers.stores.database import Connection, transaction


class Difference(NamedTuple):
    """A field of a person's status or journal that is not what the facts say; never a value."""

    person: str
    field: str


def of_persons(conn: Connection, persons: Sequence[str], day: date, policies: Policies) -> list[Difference]:
    """The differences of these persons on business day `day`, as one moment saw them."""
    with transaction(conn):
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        known, held = facts.of_persons(conn, persons), status.read(conn, persons)
        journals = status.journals(conn, persons)
    found = []
    for person in persons:
        stored = held[person].document if person in held else None
        told = playback(journals.get(person, []))
        found += [Difference(person, field) for field in _fields(stored, told, known.get(person, []), day, policies)]
    return found


def _fields(
    stored: Mapping[str, Any] | None, told: Told, known: Sequence[facts.Fact], day: date, policies: Policies
) -> Iterator[str]:
    detected = detect(told, known, day, policies)
    wanted = status_document(detected.answer)
    if stored is None:
        yield "status: missing"
    else:
        yield from (f"status.{name}" for name in sorted(wanted.keys() | stored.keys()) if _differ(wanted, stored, name))
    yield from (f"journal: {each.type} not announced" for each in detected.milestones)
    yield from (f"journal: {text}" for text in differences(told, known, day, policies))


def _differ(wanted: Mapping[str, Any], stored: Mapping[str, Any], name: str) -> bool:
    return name not in wanted or name not in stored or wanted[name] != stored[name]
