"""The status consumer: facts, identity changes and business days in; status, journal, due days, events out."""

from collections.abc import Mapping, Sequence
from datetime import date

from consumers import merging
from consumers.erased import ask_whether_erased, without_erased
from consumers.evaluation import Encode, Evaluation
from consumers.failpoints import failpoint
from consumers.records import Record
from consumers.rules.policy import Policies
from consumers.stores import balance, due, facts, merged, persons, relations
from consumers.stores.database import Connection, Contended, transaction
from schemas.facts import FIRST_DAY_POSSIBLE, KINDS_OF_PERSON

NAME = "status"
DAY_BEGAN = "DayBegan"
DUE_AT_ONCE = 1000  # persons per transaction when a day begins


class StatusHandler:
    """Keeps `status = evaluate(all facts)` and the journal for everybody, on the business day.

    Before the first DayBegan facts are stored and their persons marked as due; the first day evaluates them. A day
    begins once: the same or an earlier one again is a no-op; days are worked off in order, in `rest`.
    """

    def __init__(self, policies: Policies, encode: Encode, milestones_topic: str, status_topic: str) -> None:
        self._evaluation = Evaluation(policies, encode, milestones_topic, status_topic)

    def apply(self, conn: Connection, records: Sequence[Record]) -> Mapping[str, int]:
        """Facts and identity changes first, on the day that holds; then the days that have begun are noted.

        Raises Contended if somebody became another person or was erased meanwhile: the same batch is to be applied
        again.
        """
        records, erased = without_erased(conn, records)
        begun = sorted(record.value["day"] for record in records if record.name == DAY_BEGAN)
        day, _ = due.business_day(conn, alone=bool(begun))
        stated = [record for record in records if record.name in KINDS_OF_PERSON]
        judged = [record for record in records if record.name == balance.KIND]
        balance.insert(conn, judged)
        new = facts.insert(conn, stated)
        failpoint("status.facts_inserted")
        stored_for = {person for person, _ in new}
        changes, further, before = merging.concerned(conn, records)
        touched = persons.lock(conn, stored_for | further)
        failpoint("status.persons_locked")
        ask_whether_erased(conn, touched)
        citizens = merged.around(conn, touched)
        merging.ask_whether_current(citizens, before, further, touched)
        if any(citizens.is_merged(person) for person in stored_for):
            raise Contended("a person became another one before its facts were stored")
        relations.changed(conn, {person for person, kind in new if kind in relations.KINDS})
        joined = merging.join(conn, citizens, changes)
        if joined:
            failpoint("status.merged")
            citizens = merged.around(conn, touched)
        if day is None:
            due.write(conn, dict.fromkeys(touched, FIRST_DAY_POSSIBLE))
            milestones = 0
        else:
            milestones = self._evaluation.of(conn, touched, citizens, day)
        for text in begun:
            due.begin(conn, date.fromisoformat(text))
        return {
            "facts": len(new),
            "already_seen": len(stated) - len(new),
            "persons": len(touched),
            "milestones": milestones,
            "merged": joined,
            "erased": erased,
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
                self._evaluation.of(conn, taken, merged.around(conn, taken), day)
                failpoint("status.due_before_commit")
                return True
        if day >= begun_until:
            return False
        with transaction(conn):
            moved = due.move_on(conn)
        failpoint("status.day_moved")
        return moved
