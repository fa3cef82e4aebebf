"""Persons evaluated under their locks, and what comes of it written: status, journal, due days, outgoing events."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import structlog

from consumers.announcements import (
    journal_row,
    merged_document,
    merged_record,
    midnight,
    milestone_record,
    status_document,
    status_record,
)
from consumers.citizens import Citizens
from consumers.failpoints import failpoint
from consumers.rules.answer import answer
from consumers.rules.detection import Told, milestones_on, timeline_of
from consumers.rules.due import next_day
from consumers.rules.policy import Policies
from consumers.rules.shortage import Balance
from consumers.stores import balance, due, facts, outbox, persons, status
from consumers.stores.database import Connection
from consumers.stores.facts import Fact
from consumers.stores.outbox import Outgoing
from consumers.stores.status import JournalRow, Snapshot
from schemas.ids import status_event_id

log = structlog.get_logger()

SOURCE = "branchespor/status"


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


class Evaluation:
    """Keeps `status = evaluate(all facts)` and the journal of persons whose rows are locked."""

    def __init__(self, policies: Policies, encode: Encode, milestones_topic: str, status_topic: str) -> None:
        self._policies, self._encode = policies, encode
        self._milestones_topic, self._status_topic = milestones_topic, status_topic

    def of(self, conn: Connection, locked: Collection[str], citizens: Citizens, day: date) -> int:
        """Evaluate persons whose rows are locked, and write what came of it; gives the number of new milestones.

        `citizens`: their merges, read under the locks. Who was merged is told where to and never evaluated again.
        """
        if not locked:
            return 0
        known = facts.of_persons(conn, locked)
        before = status.read(conn, locked)
        journals = status.journals(conn, {each for person in locked for each in citizens.persons(person)})
        written = _Written([], [], {}, [], {})
        has_offers = any(fact["kind"] == "TrackDecision" for said in known.values() for fact in said)
        shortage = balance.read(conn) if has_offers else None
        for person in locked:
            if citizens.is_merged(person):
                self._lead_on(person, citizens.leads_to(person), before.get(person), day, written)
                continue
            try:
                told, announced = citizens.told(person, journals), len(journals.get(person, ()))
                self._evaluate_one(
                    person, known.get(person, []), told, announced, before.get(person), day, shortage, written
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
        told: Told,
        announced: int,
        before: Snapshot | None,
        day: date,
        shortage: Balance | None,
        written: _Written,
    ) -> None:
        timeline = timeline_of(known, self._policies)
        milestones = milestones_on(told, timeline, day, balance=shortage)
        found = answer(timeline, day.toordinal(), explanation=[])
        due_day = next_day(timeline, day.toordinal())
        rows, events = list[JournalRow](), list[Outgoing]()
        for position, milestone in enumerate(milestones, start=announced + 1):
            row = journal_row(person, position, milestone)
            record = milestone_record(row, milestone, known)
            rows.append(row)
            events.append(self._outgoing(row.milestone_id, self._milestones_topic, person, "Milestone", record, day))
        written.journal += rows
        written.events += events
        self._tell_status(person, status_document(found), status_record(person, found), before, day, written)
        written.next_days[person] = None if due_day is None else date.fromordinal(due_day)

    def _lead_on(self, person: str, into_person: str, before: Snapshot | None, day: date, written: _Written) -> None:
        """The last status of a person that is another one now; nothing falls due for it any more."""
        record = merged_record(person, into_person, day)
        self._tell_status(person, merged_document(into_person), record, before, day, written)
        written.next_days[person] = None

    def _tell_status(
        self,
        person: str,
        document: Mapping[str, Any],
        record: Mapping[str, Any],
        before: Snapshot | None,
        day: date,
        written: _Written,
    ) -> None:
        if before is not None and before.document == document:
            return
        number = 1 if before is None else before.number + 1
        written.snapshots.append(Snapshot(person, day, number, document))
        event_id = status_event_id(person, number)
        written.events.append(self._outgoing(event_id, self._status_topic, person, "Status", record, day))

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
