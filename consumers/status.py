"""The status consumer: facts and business days in; status, journal, due days and events out (architecture.md 2)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import structlog

from consumers.announcements import journal_row, midnight, milestone_record, status_document, status_record
from consumers.failpoints import failpoint
from consumers.records import Record
from consumers.rules.answer import answer
from consumers.rules.detection import milestones_on, playback, timeline_of
from consumers.rules.due import next_day
from consumers.rules.policy import Policies
from consumers.rules.shortage import Balance
from consumers.stores import balance, due, facts, outbox, persons, relations, status
from consumers.stores.database import Connection, transaction
from consumers.stores.facts import Fact
from consumers.stores.outbox import Outgoing
from consumers.stores.status import JournalRow, Snapshot
from schemas.facts import FIRST_DAY_POSSIBLE, KINDS_OF_PERSON
from schemas.ids import status_event_id

log = structlog.get_logger()

NAME = "status"
DAY_BEGAN = "DayBegan"
SOURCE = "branchespor/status"
DUE_AT_ONCE = 1000  # persons per transaction when a day begins


class Encode(Protocol):
    """schemas.codec.Codec.encode."""

    def __call__(self, name: str, record: Mapping[str, Any]) -> bytes: ...


@dataclass(slots=True)
class _Written:
    """What one evaluation has to write, gathered so that each table gets one statement."""

    snapshots: list[Snapshot]
    journal: list[JournalRow]
    next_days: dict[str, date | None]
    events: list[Outgoing]
    failed: dict[str, str]


class StatusHandler:
    """Keeps `status = evaluate(all facts)` and the journal for everybody, on the business day.

    Before the first DayBegan facts are stored and their persons marked as due; the first day evaluates them. A day
    begins once: the same or an earlier one again is a no-op; days are worked off in order, in `rest`.
    """

    def __init__(self, policies: Policies, encode: Encode, milestones_topic: str, status_topic: str) -> None:
        self._policies, self._encode = policies, encode
        self._milestones_topic, self._status_topic = milestones_topic, status_topic

    def apply(self, conn: Connection, records: Sequence[Record]) -> Mapping[str, int]:
        """Facts first, on the day that holds; then the days that have begun are noted."""
        begun = sorted(record.value["day"] for record in records if record.name == DAY_BEGAN)
        day, _ = due.business_day(conn, alone=bool(begun))
        stated = [record for record in records if record.name in KINDS_OF_PERSON]
        judged = [record for record in records if record.name == balance.KIND]
        balance.insert(conn, judged)
        new = facts.insert(conn, stated)
        failpoint("status.facts_inserted")
        touched = persons.lock(conn, {person for person, _ in new})
        failpoint("status.persons_locked")
        relations.changed(conn, {person for person, kind in new if kind in relations.KINDS})
        if day is None:
            due.write(conn, dict.fromkeys(touched, FIRST_DAY_POSSIBLE))
            milestones = 0
        else:
            milestones = self._evaluate(conn, touched, day)
        for text in begun:
            due.begin(conn, date.fromisoformat(text))
        return {
            "facts": len(new),
            "already_seen": len(stated) - len(new),
            "persons": len(touched),
            "milestones": milestones,
            "other": len(records) - len(stated) - len(judged) - len(begun),
        }

    def rest(self, conn: Connection) -> bool:
        """Evaluate some of those due on the business day; if there are none, go on to the next day begun."""
        with transaction(conn):
            day, begun_until = due.business_day(conn)
            if day is None or begun_until is None:
                return False
            taken = due.take(conn, day, DUE_AT_ONCE)
            if taken:
                failpoint("status.due_claimed")
                self._evaluate(conn, taken, day)
                failpoint("status.due_before_commit")
                return True
        if day >= begun_until:
            return False
        with transaction(conn):
            moved = due.move_on(conn)
        failpoint("status.day_moved")
        return moved

    def _evaluate(self, conn: Connection, locked: Collection[str], day: date) -> int:
        """Evaluate persons whose rows are locked, and write what came of it; gives the number of new milestones."""
        if not locked:
            return 0
        known = facts.of_persons(conn, locked)
        before = status.read(conn, locked)
        journals = status.journals(conn, locked)
        written = _Written([], [], {}, [], {})
        has_offers = any(fact["kind"] == "TrackDecision" for said in known.values() for fact in said)
        shortage = balance.read(conn) if has_offers else None
        for person in locked:
            try:
                self._evaluate_one(
                    person, known.get(person, []), journals.get(person, []), before.get(person), day, shortage, written
                )
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
                # A fault of ours in the rules: nobody else may wait for it, and nothing of this person is lost.
                log.error("evaluation failed, person held", person=person, error=type(error).__name__)
                written.failed[person] = type(error).__name__
        failpoint("status.evaluated")
        self._write(conn, locked, written, day)
        return len(written.journal)

    def _evaluate_one(
        self,
        person: str,
        known: Sequence[Fact],
        journal: Sequence[Mapping[str, Any]],
        before: Snapshot | None,
        day: date,
        shortage: Balance | None,
        written: _Written,
    ) -> None:
        timeline = timeline_of(known, self._policies)
        milestones = milestones_on(playback(journal), timeline, day, balance=shortage)
        found = answer(timeline, day.toordinal(), explanation=[])
        due_day = next_day(timeline, day.toordinal())
        rows, events = [], []
        for position, milestone in enumerate(milestones, start=len(journal) + 1):
            row = journal_row(person, position, milestone)
            record = milestone_record(row, milestone, known)
            rows.append(row)
            events.append(self._outgoing(row.milestone_id, self._milestones_topic, person, "Milestone", record, day))
        document = status_document(found)
        if before is None or before.document != document:
            number = 1 if before is None else before.number + 1
            snapshot = Snapshot(person, day, number, document)
            record = status_record(person, found)
            events.append(
                self._outgoing(status_event_id(person, number), self._status_topic, person, "Status", record, day)
            )
            written.snapshots.append(snapshot)
        written.journal += rows
        written.events += events
        written.next_days[person] = None if due_day is None else date.fromordinal(due_day)

    def _outgoing(
        self, event_id: str, topic: str, person: str, name: str, record: Mapping[str, Any], day: date
    ) -> Outgoing:
        return Outgoing(
            event_id=event_id,
            topic=topic,
            key=person,
            type=f"branchespor.{name}",
            source=SOURCE,
            value=self._encode(name, record),
            occurred_at=midnight(day),
        )

    def _write(self, conn: Connection, locked: Collection[str], written: _Written, day: date) -> None:
        status.write(conn, written.snapshots)
        status.announce(conn, written.journal)
        failpoint("status.status_written")
        tomorrow = date.fromordinal(day.toordinal() + 1)
        due.write(conn, {**written.next_days, **dict.fromkeys(written.failed, tomorrow)})
        persons.hold(conn, written.failed)
        persons.free(conn, [person for person in locked if person not in written.failed])
        outbox.insert(conn, written.events)
        failpoint("status.outbox_written")
