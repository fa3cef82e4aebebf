"""Identity changes: two persons become one citizen, in the transaction of their batch (docs/decisions/0012)."""

from collections.abc import Collection, Iterable, Sequence

import structlog

from consumers import citizens
from consumers.citizens import Change, Citizens
from consumers.records import Record
from consumers.rules.detection import Told
from consumers.stores import merged, relations, status
from consumers.stores.database import Connection, Contended
from consumers.stores.merged import Row

KIND = "IdentityChange"

log = structlog.get_logger()


def concerned(conn: Connection, records: Iterable[Record]) -> tuple[list[Change], set[str], Citizens]:
    """The changes among `records` that make one citizen of two, every person to lock for them, and this first look.

    A change that only gives a person another number does nothing here; nor does one that was applied before.
    """
    changes = [
        Change(value["event_id"], value["person"], value["merged_person"], value["day"])
        for value in (record.value for record in records if record.name == KIND)
        if value["merged_person"] is not None
    ]
    if not changes:
        return [], set(), Citizens()
    before = merged.around_ends(conn, {person for each in changes for person in (each.person, each.merged_person)})
    return *citizens.concerned(before, changes), before


def ask_whether_current(now: Citizens, before: Citizens, whole: Iterable[str], locked: Collection[str]) -> None:
    """Raises Contended if a merge of the citizens `whole` was committed between the first look and the locks.

    `now` is what is known under the locks. All is done again then: to take more locks now would not be in order of id,
    and two that do so could wait for each other.
    """
    held = set(locked)
    if any(now.leads_to(each) != before.leads_to(each) or not now.persons(each) <= held for each in whole):
        raise Contended("a person became another one meanwhile")


def join(conn: Connection, known: Citizens, changes: Sequence[Change]) -> int:
    """Apply changes under the locks of all persons concerned; gives how many persons became another one."""
    found, contradicting = citizens.joined(known, changes)
    merged.contradict(conn, contradicting)
    for each in contradicting:
        log.error("identity change contradicts an earlier one, nothing joined", event_id=each.event_id)
    if not found:
        return 0
    sides = {person for each in found for person in (each.person, each.into_person)}
    journals = status.journals(conn, {person for side in sides for person in known.persons(side)})
    running = {side: _has_running_course(known.told(side, journals)) for side in sides}
    rows = []
    for person, into_person, change in found:
        position, both = len(journals.get(into_person, ())), running[person] and running[into_person]
        rows.append(Row(person=person, into_person=into_person, position=position, both_running=both, change=change))
        running[into_person] = running[person] or running[into_person]
        if both:
            log.warning("two persons with running courses are one citizen", person=into_person, merged_person=person)
    merged.write(conn, rows)
    # Partners are told of the citizen as a whole from now on.
    relations.changed(conn, {each.into_person for each in found})
    return len(found)


def _has_running_course(told: Told) -> bool:
    return any(course.status in ("OPEN", "SUSPENDED") for course in told.courses)
