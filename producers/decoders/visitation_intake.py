"""One delivery of visitation while it is taken in: items, bodies and waiting items become versions and verdicts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from producers.decoders.visitation_statement import Content, Version, applied, persons, stated, withdrawn
from producers.decoders.visitation_waiting import Waiting, speaking
from producers.delivery import Delivery, FactOfLine, Row, Settled, Verdict
from producers.memory import Memory
from producers.statement import version
from producers.vault import remembered
from schemas import forms, person_numbers
from schemas.faults import Fault
from schemas.json_text import integer_of
from schemas.visitation import DELETED_AT, DELETION, DETAIL, GROUPS, INSURED, SPEAKS, STATUS, Values

PARTNER = "70700"
SOURCE = f"visitation:{PARTNER}"
KIND = "TargetGroupSpell"
_DAY = "yyyy-mm-dd"


@dataclass(slots=True, kw_only=True)
class Intake:
    """One delivery while it is taken in."""

    delivery: Delivery
    memory: Memory
    people: Mapping[str, str]
    merged: Mapping[str, str]
    facts: list[FactOfLine] = field(default_factory=list)
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)
    waits: list[Waiting] = field(default_factory=list)

    def publish(self, external_id: str, changes: Sequence[Version], name: str, line: int) -> Verdict:
        """Facts of one item, of whichever delivery it is; its verdict."""
        for change in changes:
            fact = version(
                KIND,
                person=change.person,
                source=SOURCE,
                record_key=f"{external_id}/{change.person}",
                recorded_at=change.recorded_at,
                received_at=self.delivery.received_at,
                content=change.content,
                withdrawn=change.withdrawn,
            )
            self.facts.append(FactOfLine(fact=fact, delivery=name, line=line))
        return "accepted" if changes else "unchanged"

    def say(self, external_id: str, number: int, moment: datetime, values: Values) -> list[Version]:
        """The statement as a detail with status 200 has it, in memory; what is new of it."""
        content = content_of(values)
        held = self.memory.get(external_id)
        if content is None:
            document, changes = withdrawn(held, number, moment)
        else:
            person = remembered(self.people[number_of(values)], persons(held), self.merged)
            document, changes = stated(held, number, moment, person, content)
        self.memory.put(external_id, document)
        return changes

    def delete(self, external_id: str, number: int, moment: datetime) -> list[Version]:
        """The statement deleted, in memory; what is new of it."""
        document, changes = withdrawn(self.memory.get(external_id), number, moment)
        self.memory.put(external_id, document)
        return changes

    def settle(self, item: Waiting, verdict: Verdict, faults: Sequence[Fault] = ()) -> None:
        """A waiting item has come to its end."""
        self.settled.append(Settled(delivery=item.delivery, line=item.line, verdict=verdict, faults=faults))


def number_of(values: Values) -> str:
    """The person number of a detail without fault, cleaned."""
    return person_numbers.cleaned(values[f"{DETAIL}cpr"] or "")


def content_of(values: Values) -> Content | None:
    """What a detail without fault says; None: nothing (no body, of the insured, or annulled: never valid)."""
    if values.get(STATUS) != "200":
        return None
    first, end = (forms.day(values[f"{DETAIL}{key}"], _DAY) for key in ("gyldig_fra", "gyldig_til"))
    group = _whole(values, f"{DETAIL}maalgruppe")
    if first is None or group == INSURED or first == end:
        return None
    return {
        "target_group": GROUPS[group][values[f"{DETAIL}personkategori"]].value,
        "first_day": first.isoformat(),
        # The end is exclusive: the first day on which it no longer holds.
        "last_day": None if end is None else (end - timedelta(days=1)).isoformat(),
    }


def take_event(intake: Intake, row: Row) -> None:
    """One item of changes: rules 3, 4, 6 and 7 of the page; its verdict, and R15 if it waits."""
    external_id, number = _text(row.values, "external_id"), _whole(row.values, "version")
    held = intake.memory.get(external_id)
    if not row.values.get(SPEAKS) or number <= applied(held):
        intake.verdicts[row.line] = "unchanged"
        return
    if _whole(row.values, "change") == DELETION:
        changes: list[Version] | None = intake.delete(external_id, number, _moment(row.values, "registered_at"))
    else:
        changes = _taken(intake, external_id, number, row.values)
    name = intake.delivery.file_name
    if changes is not None:
        intake.verdicts[row.line] = intake.publish(external_id, changes, name, row.line)
        return
    at = intake.delivery.received_at
    since = None if at is None else at.isoformat()
    intake.waits.append(Waiting(external_id=external_id, version=number, delivery=name, line=row.line, since=since))
    intake.verdicts[row.line] = "waiting"
    intake.faults.append(Fault(code="R15", line=row.line, column="external_id"))


def _taken(intake: Intake, external_id: str, number: int, values: Values) -> list[Version] | None:
    """What a detail changes for an item of version `number`; None: it is not there yet, or older."""
    status = values.get(STATUS)
    if status == "410":
        newest = max(number, _whole(values, f"{DETAIL}version"))
        return intake.delete(external_id, newest, _moment(values, DELETED_AT))
    found = _whole(values, f"{DETAIL}version") if status == "200" else 0
    if found < number:
        return None
    return intake.say(external_id, found, _moment(values, f"{DETAIL}registreret"), values)


def take_body(intake: Intake, row: Row) -> None:
    """One item of a re-read: a lower version than the one applied says nothing (rule 8)."""
    external_id, number = _text(row.values, f"{DETAIL}external_id"), _whole(row.values, f"{DETAIL}version")
    changes: list[Version] = []
    if number >= applied(intake.memory.get(external_id)):
        changes = intake.say(external_id, number, _moment(row.values, f"{DETAIL}registreret"), row.values)
    intake.verdicts[row.line] = intake.publish(external_id, changes, intake.delivery.file_name, row.line)


def take_waiting(
    intake: Intake, external_id: str, items: Sequence[Waiting], detail: Values | None, faults: Sequence[Fault]
) -> list[Waiting]:
    """Settle items of one statement that waited, by a later item, or by `detail` (`faults`: it was read and is wrong).

    Gives those that still wait.
    """
    known = applied(intake.memory.get(external_id))
    for item in items:
        if item.version <= known:
            intake.settle(item, "unchanged")
    left = [item for item in items if item.version > known]
    newest = None
    if detail is not None and not faults and detail[STATUS] == "200":
        newest = _whole(detail, f"{DETAIL}version")
    chosen = speaking(left, newest)
    if chosen is None or (not faults and (detail is None or detail[STATUS] == "404")):
        return left
    if faults:
        intake.settle(chosen, "rejected", [replace(fault, line=chosen.line) for fault in faults])
    elif detail is not None:
        changes = _taken(intake, external_id, chosen.version, detail) or []
        intake.settle(chosen, intake.publish(external_id, changes, chosen.delivery, chosen.line))
    others = [each for each in left if each is not chosen and (newest is None or each.version <= newest)]
    for each in others:
        intake.settle(each, "unchanged")
    return [each for each in left if each is not chosen and each not in others]


def _text(values: Values, column: str) -> str:
    return values[column] or ""


def _whole(values: Values, column: str) -> int:
    return integer_of(values[column]) or 0


def _moment(values: Values, column: str) -> datetime:
    moment = forms.rfc3339(values[column])
    if moment is None:
        raise ValueError(f"{column} passed the checks without being a moment")
    return moment
