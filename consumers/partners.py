"""The partner consumer: milestones in; to each partner what it may know, by its own reference (milestones.md 5)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from consumers import merging
from consumers.erased import ask_whether_erased, without_erased
from consumers.failpoints import failpoint
from consumers.records import Record
from consumers.stores import merged, outbox
from consumers.stores import relations as store
from consumers.stores.database import Connection, transaction
from consumers.stores.outbox import Outgoing
from consumers.stores.relations import Told
from consumers.telling import untold

NAME = "partners"
SOURCE = "branchespor/partners"
LOOK_AGAIN_AT_ONCE = 500  # persons per transaction


class Encode(Protocol):
    """schemas.codec.Codec.encode."""

    def __call__(self, name: str, record: Mapping[str, Any]) -> bytes: ...


class PartnerHandler:
    """Tells partners, and only partners of `topics` (partner id → topic): who is not there has no subscription.

    A person is looked at as a whole: what should be told, by all milestones and relations, against what was told. So a
    milestone whose relation arrives later is told then, and a relation that turns out wrong takes back what was told.
    Who was merged is looked at as the citizen he or she is: under the locks of all ids, by what was told under any.
    """

    def __init__(self, topics: Mapping[str, str], encode: Encode) -> None:
        self._topics, self._encode = topics, encode

    def apply(self, conn: Connection, records: Sequence[Record]) -> Mapping[str, int]:
        """Look at the persons of these milestones.

        Raises Contended if somebody became another person or was erased meanwhile: the same batch is to be applied
        again.
        """
        records, erased = without_erased(conn, records)
        persons = {record.value["person"] for record in records if record.name == "Milestone"}
        return {"persons": len(persons), "told": self._look_at(conn, persons), "erased": erased}

    def rest(self, conn: Connection) -> bool:
        """Look at some persons whose memberships or courses changed."""
        with transaction(conn):
            persons = store.take_changed(conn, LOOK_AGAIN_AT_ONCE)
            self._look_at(conn, persons)
        return bool(persons)

    def _look_at(self, conn: Connection, persons: Collection[str]) -> int:
        citizens = merged.around_ends(conn, persons)
        locked = store.lock(conn, {each for person in persons for each in citizens.persons(person)})
        failpoint("partners.persons_locked")
        if not locked:
            return 0
        ask_whether_erased(conn, locked)
        milestones, facts, told = (
            store.milestones_of(conn, locked),
            store.facts_of(conn, locked),
            store.told_of(conn, citizens, locked),
        )
        merging.ask_whether_current(merged.around(conn, locked), citizens, locked, locked)
        events = [
            event
            for person in locked
            if not citizens.is_merged(person)
            for event in untold(
                person,
                citizens.in_order(person, milestones),
                facts.get(person, []),
                told.get(person, []),
                self._topics,
            )
        ]
        failpoint("partners.evaluated")
        store.tell(conn, events)
        outbox.insert(conn, [self._outgoing(event) for event in events])
        failpoint("partners.outbox_written")
        return len(events)

    def _outgoing(self, event: Told) -> Outgoing:
        return Outgoing(
            event_id=event.event_id,
            topic=self._topics[event.partner],
            key=event.document["reference"],
            type="branchespor.PartnerEvent",
            source=SOURCE,
            value=self._encode("PartnerEvent", event.document),
            occurred_at=datetime.fromisoformat(event.document["effective_day"]).replace(tzinfo=UTC),
        )
