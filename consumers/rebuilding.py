"""Status built anew from all facts, beside the present one, compared and switched; nothing is announced.

The journal and what partners were told stay as they are: they say what was said.
"""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import count

from consumers.announcements import merged_document, status_document
from consumers.rules.answer import answer
from consumers.rules.detection import timeline_of
from consumers.rules.due import next_day
from consumers.rules.policy import Policies
from consumers.stores import beside, due, everybody, facts, merged, status
from consumers.stores.beside import Built
from consumers.stores.database import Connection, transaction
from consumers.stores.status import Snapshot
from consumers.verification import Difference
from schemas.errors import Unavailable
from schemas.ids import status_event_id

CHUNK = 500
_NUMBERS_ASKED = 32


def build(conn: Connection, day: date, policies: Policies, progress: Callable[[int], None] = lambda _: None) -> int:
    """Build everybody beside, a transaction a chunk, while the consumer goes on; gives the number of persons."""
    with transaction(conn):
        beside.let_nobody_be_erased(conn)
        beside.clear(conn)
    done = 0
    for chunk in everybody.chunks(conn, CHUNK):
        with transaction(conn):
            beside.write(conn, _built(conn, chunk, day, policies))
        done += len(chunk)
        progress(done)
    return done


def switch(conn: Connection, day: date, policies: Policies) -> list[Difference]:
    """Put what was built in place, in one transaction in which nobody is evaluated; gives what differed, by person.

    Whoever got facts since is built again in it. Raises Unavailable if another business day has begun.
    """
    with transaction(conn):
        now, _ = due.business_day(conn, alone=True)
        if now != day:
            raise Unavailable("another business day has begun meanwhile: run it again; nothing was changed")
        late = beside.outdated(conn)
        for first in range(0, len(late), CHUNK):
            beside.write(conn, _built(conn, late[first : first + CHUNK], day, policies))
        found = beside.differing(conn)
        missing = [Snapshot(row[0], day, _number(conn, row[0]), row[1]) for row in found if row[3]]
        status.write(conn, missing)
        beside.switch(conn, day)
    return [
        Difference(person, field)
        for person, built, stored, is_missing, due_differs in found
        for field in [
            *(["status: missing"] if is_missing else []),
            *(f"status.{name}" for name in sorted(built) if stored is not None and built[name] != stored.get(name)),
            *(["due day"] if due_differs else []),
        ]
    ]


def _built(conn: Connection, persons: Sequence[str], day: date, policies: Policies) -> list[Built]:
    citizens = merged.around(conn, persons)
    known = facts.of_persons(conn, persons)
    built = []
    for person in persons:
        if citizens.is_merged(person):
            document = merged_document(citizens.leads_to(person))
            built.append(Built(person=person, document=document, next_day=None, facts=0))
            continue
        timeline = timeline_of(known.get(person, []), policies)
        due_day = next_day(timeline, day.toordinal())
        built.append(
            Built(
                person=person,
                document=status_document(answer(timeline, day.toordinal(), explanation=[])),
                next_day=None if due_day is None else date.fromordinal(due_day),
                facts=len(known.get(person, [])),
            )
        )
    return built


def _number(conn: Connection, person: str) -> int:
    """The number of the last status of a person that was ever told, so that the next one has an id of its own."""
    for first in count(1, _NUMBERS_ASKED):
        ids = {status_event_id(person, number): number for number in range(first, first + _NUMBERS_ASKED)}
        known = beside.sent(conn, ids)
        if len(known) < _NUMBERS_ASKED:
            return max((ids[event] for event in known), default=max(first - 1, 1))
    raise AssertionError("numbers do not end")
