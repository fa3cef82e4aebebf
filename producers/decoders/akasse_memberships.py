"""What one a-kasse has said of its members before, and new versions of it (akasse-bestand.md, from rows to facts)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from producers.decoders.akasse_silence import Membership
from producers.delivery import Delivery, FactOfLine
from producers.memory import Document, Memory
from producers.statement import in_force_first, version
from schemas.facts import JsonValue


class Memberships:
    """The memory of one a-kasse, one document per member number: its statements by first day and person."""

    def __init__(self, delivery: Delivery, made_at: datetime, memory: Memory) -> None:
        self._delivery, self._made_at, self._memory = delivery, made_at, memory

    def open_memberships(self) -> list[Membership]:
        """Statements in force without last day, in order of their keys."""
        found = [
            Membership(member=member, first_day=date.fromisoformat(first_day), person=person)
            for member, document in self._memory.all().items()
            for first_day, persons in document.items()
            for person, held in persons.items()
            if not held["withdrawn"] and held["content"]["last_day"] is None
        ]
        return sorted(found, key=lambda key: (key.member, key.first_day, key.person))

    def persons(self, key: Membership) -> list[str]:
        """The persons who had this number from this day, those of statements in force first."""
        return in_force_first((self._memory.get(key.member) or {}).get(key.first_day.isoformat(), {}))

    def state(self, key: Membership, content: Mapping[str, JsonValue], line: int) -> FactOfLine | None:
        """A new version, or None if this is what was said before."""
        held = self._held(key)
        if held is not None and not held["withdrawn"] and held["content"] == content:
            return None
        return self._version(key, content, withdrawn=False, line=line)

    def end(self, key: Membership, last_day: date | None) -> FactOfLine:
        """Closes with `last_day`, withdraws without one; line 0."""
        content = dict((self._held(key) or {})["content"])
        if last_day is not None:
            content["last_day"] = last_day.isoformat()
        return self._version(key, content, withdrawn=last_day is None, line=0)

    def _held(self, key: Membership) -> Document | None:
        document = self._memory.get(key.member) or {}
        held: Document | None = document.get(key.first_day.isoformat(), {}).get(key.person)
        return held

    def _version(self, key: Membership, content: Mapping[str, JsonValue], *, withdrawn: bool, line: int) -> FactOfLine:
        first_day = key.first_day.isoformat()
        document = self._memory.get(key.member) or {}
        recorded_at = self._recorded_at(key)
        held = {"content": dict(content), "withdrawn": withdrawn, "recorded_at": recorded_at.isoformat()}
        persons = {**document.get(first_day, {}), key.person: held}
        self._memory.put(key.member, {**document, first_day: persons})
        fact = version(
            "MembershipSpell",
            person=key.person,
            source=f"akasse-bestand:{self._delivery.partner}",
            record_key=f"{key.member}/{first_day}/{key.person}",
            recorded_at=recorded_at,
            received_at=self._delivery.received_at,
            content=content,
            withdrawn=withdrawn,
        )
        return FactOfLine(fact=fact, delivery=self._delivery.file_name, line=line)

    def _recorded_at(self, key: Membership) -> datetime:
        # A week's redelivery may be made after the next week's total: a later version still gets a later moment.
        held = self._held(key)
        if held is None:
            return self._made_at
        return max(self._made_at, datetime.fromisoformat(held["recorded_at"]) + timedelta(milliseconds=1))
