"""Is what is stored what the rules say of all facts? For everybody, person by person (architecture.md section 2)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from consumers.announcements import merged_document, status_document
from consumers.rules import journal
from consumers.rules.answer import answer
from consumers.rules.detection import Told, milestones_on, timeline_of
from consumers.rules.due import next_day
from consumers.rules.policy import Policies
from consumers.stores import due, everybody, facts, merged, status
from consumers.stores.database import Connection, transaction


class Difference(NamedTuple):
    """A field of a person's status or journal, or the next day, that is not what the facts say; never a value."""

    person: str
    field: str


def of_persons(conn: Connection, persons: Sequence[str], day: date, policies: Policies) -> list[Difference]:
    """The differences of these persons on business day `day`, as one moment saw them; none of who is erased."""
    with transaction(conn):
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        persons = everybody.still_there(conn, persons)
        known, held = facts.of_persons(conn, persons), status.read(conn, persons)
        citizens, torn = merged.around(conn, persons), status.torn(conn, persons)
        journals = status.journals(conn, {each for person in persons for each in citizens.persons(person)})
        next_days = due.of_persons(conn, persons)
    found = []
    for person in persons:
        stored, said = held[person].document if person in held else None, known.get(person, [])
        if citizens.is_merged(person):
            fields = _of_merged(stored, citizens.leads_to(person), said, next_days.get(person))
        else:
            fields = _of_citizen(stored, citizens.told(person, journals), said, next_days.get(person), day, policies)
        fields += [f"journal: line {position} is not as it was written" for position in torn.get(person, [])]
        found += [Difference(person, field) for field in fields]
    return found


def _of_citizen(
    stored: Mapping[str, Any] | None,
    told: Told,
    known: Sequence[facts.Fact],
    next_looked_at: date | None,
    day: date,
    policies: Policies,
) -> list[str]:
    timeline, on = timeline_of(known, policies), day.toordinal()
    return [
        *_of_status(stored, status_document(answer(timeline, on, explanation=[]))),
        *(f"journal: {each.type} not announced" for each in milestones_on(told, timeline, day)),
        *(f"journal: {text}" for text in journal.differences(told.courses, timeline, on)),
        *_of_next_day(next_looked_at, next_day(timeline, on)),
    ]


def _of_merged(
    stored: Mapping[str, Any] | None, leads_to: str, known: Sequence[facts.Fact], next_looked_at: date | None
) -> list[str]:
    """A person that is another one now has nothing of its own but what was announced."""
    return [
        *_of_status(stored, merged_document(leads_to)),
        *(["facts: not with the person it was merged into"] if known else []),
        *(["due day: of a person that was merged"] if next_looked_at is not None else []),
    ]


def _of_status(stored: Mapping[str, Any] | None, wanted: Mapping[str, Any]) -> Iterator[str]:
    if stored is None:
        yield "status: missing"
    else:
        yield from (f"status.{name}" for name in sorted(wanted.keys() | stored.keys()) if _differ(wanted, stored, name))


def _of_next_day(stored: date | None, wanted: int | None) -> Iterator[str]:
    """A next day that is too early costs one evaluation; one that is too late, or missing, a milestone."""
    if wanted is not None and (stored is None or stored.toordinal() > wanted):
        yield "due day: missing" if stored is None else "due day: too late"


def _differ(wanted: Mapping[str, Any], stored: Mapping[str, Any], name: str) -> bool:
    return name not in wanted or name not in stored or wanted[name] != stored[name]
