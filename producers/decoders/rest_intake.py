"""One delivery of items while it is taken in: order, versions, deletes that wait (partners/rest.md, rules 2 to 6)."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from producers.decoders.rest_statements import Told, changed, persons
from producers.delivery import Delivery, FactOfLine, Row, Settled, Verdict
from producers.memory import Document, Memory
from producers.strict_json import canonical
from producers.vault import ids_of, remembered
from schemas import person_numbers
from schemas.facts import moment_text
from schemas.faults import Fault
from schemas.items import CPR, ID, REGISTERED, VERSION, Values, content, is_deletion, moment, version_of

_WAITING = "items_waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An item to be taken, of its id the highest version, and the facts it would give."""

    line: int
    told: Sequence[Told]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One version of an id; `seal` stands for its content, which holds a person number."""

    id: str
    version: int
    at: datetime
    seal: str
    delivery: str
    line: int
    told: Sequence[Told] = ()
    deletes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A delete of an id never taken in; `since`: when its delivery was received (offline: None)."""

    id: str
    version: int
    at: str
    seal: str
    delivery: str
    line: int
    since: str | None

    @property
    def item(self) -> Item:
        """The delete as an item to take."""
        return Item(
            id=self.id,
            version=self.version,
            at=datetime.fromisoformat(self.at),
            seal=self.seal,
            delivery=self.delivery,
            line=self.line,
            deletes=True,
        )


@dataclass(slots=True, kw_only=True)
class Intake:
    """One delivery while it is taken in; `run` gives itself, filled."""

    delivery: Delivery
    source: str
    days: int
    memory: Memory
    people: Mapping[str, str]
    merged: Mapping[str, str]
    told: Callable[[Values, str], Sequence[Told]]
    conflict: Callable[[Sequence[Told], Mapping[str, Any]], str | None]
    facts: list[FactOfLine] = field(default_factory=list)
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)
    earlier: list[int] = field(default_factory=list)

    def run(self, rows: Sequence[Row], aside: Callable[[Sequence[Candidate]], Mapping[int, Fault]]) -> "Intake":
        """Take the items of rows without fault, each id's in order of version."""
        by_id: dict[str, list[Item]] = {}
        self.memory.load({row.values[ID] or "" for row in rows})
        for item in sorted(map(self._item, rows), key=lambda each: each.version):
            by_id.setdefault(item.id, []).append(item)
        waiting = self._still_waiting()
        put_aside = aside(list(self._candidates(by_id.values())))
        for line, fault in put_aside.items():
            self._judge(line, "rejected", fault)
        left = [each for name, found in waiting.items() if name not in by_id for each in found]
        for name, items in by_id.items():
            left += self._take_all([item for item in items if item.line not in put_aside], waiting.get(name, []), name)
        self.memory.state[_WAITING] = [asdict(each) for each in left]
        self._tell_waiting(left)
        self.facts.sort(key=_order(self.delivery.file_name))
        return self

    def _item(self, row: Row) -> Item:
        values = row.values
        name, number, at = values[ID], version_of(values), moment(values[REGISTERED])
        if name is None or number is None or at is None:
            raise ValueError("an item passed the checks without id, version or moment")
        held = self.memory.get(name) or {"seal": "", "statements": {}}
        person = self.people.get(person_numbers.cleaned(values.get(CPR) or ""), "")
        person = remembered(person, persons(held["statements"]), self.merged)
        deletes = is_deletion(values)
        return Item(
            id=name,
            version=number,
            at=at,
            seal=self._seal(values, person, held["seal"]),
            delivery=self.delivery.file_name,
            line=row.line,
            told=() if deletes else self.told(values, person),
            deletes=deletes,
        )

    def _seal(self, values: Values, person: str, held: str) -> str:
        """The seal of the content, of a citizen with several ids the one that is held, if one of them gives it."""
        seals = [_sealed(values, each) for each in ids_of(person, self.merged)]
        return held if held in seals else seals[0]

    def _still_waiting(self) -> dict[str, list[Waiting]]:
        """The deletes that wait, by id; those that waited too long are rejected."""
        found: dict[str, list[Waiting]] = {}
        now = self.delivery.received_at
        for each in (Waiting(**kept) for kept in self.memory.state.get(_WAITING, [])):
            since = None if each.since is None else datetime.fromisoformat(each.since)
            if now is not None and since is not None and now - since > timedelta(days=self.days):
                self._settle(each.item, "rejected", Fault(code="R15", line=each.line, column=ID))
            else:
                found.setdefault(each.id, []).append(each)
        return found

    def _candidates(self, groups: Iterable[Sequence[Item]]) -> Iterator[Candidate]:
        for items in groups:
            highest = items[-1]
            held = self.memory.get(highest.id)
            if held is None or highest.version > held["version"]:
                yield Candidate(line=highest.line, told=highest.told)

    def _take_all(self, items: Sequence[Item], waiting: Sequence[Waiting], name: str) -> list[Waiting]:
        """Take the items of one id, in order of version; gives the deletes that (still) wait."""
        left = list(waiting)
        for item in items:
            if item.deletes and self.memory.get(name) is None:
                left.append(self._waiting(item))
                continue
            self._take(item)
            if left and self.memory.get(name) is not None:
                # Of several the lowest is the first: it changes something, what comes behind it does not.
                for each in sorted(left, key=lambda each: each.version):
                    self._take(each.item)
                left = []
        return left

    def _take(self, item: Item) -> None:
        held: Document = self.memory.get(item.id) or {"version": 0, "seal": "", "statements": {}}
        if item.version < held["version"] or (item.version == held["version"] and item.seal == held["seal"]):
            self._close(item, "unchanged")
            return
        if item.version == held["version"]:
            self._close(item, "rejected", Fault(code="R11", line=item.line, column=VERSION))
            return
        column = self.conflict(item.told, held["statements"])
        if column is not None:
            self._close(item, "rejected", Fault(code="R11", line=item.line, column=column))
            return
        statements, versions = changed(held["statements"], item.told, item.at)
        self.memory.put(item.id, {"version": item.version, "seal": item.seal, "statements": statements})
        self.facts += [
            FactOfLine(fact=each.fact(self.source, self.delivery.received_at), delivery=item.delivery, line=item.line)
            for each in versions
        ]
        self._close(item, "accepted" if versions or not item.told else "unchanged")

    def _close(self, item: Item, verdict: Verdict, fault: Fault | None = None) -> None:
        if item.delivery == self.delivery.file_name:
            self._judge(item.line, verdict, fault)
        else:
            self._settle(item, verdict, fault)

    def _judge(self, line: int, verdict: Verdict, fault: Fault | None) -> None:
        self.verdicts[line] = verdict
        if fault is not None:
            self.faults.append(fault)

    def _settle(self, item: Item, verdict: Verdict, fault: Fault | None) -> None:
        faults = () if fault is None else (fault,)
        self.settled.append(Settled(delivery=item.delivery, line=item.line, verdict=verdict, faults=faults))

    def _waiting(self, item: Item) -> Waiting:
        received = self.delivery.received_at
        return Waiting(
            id=item.id,
            version=item.version,
            at=moment_text(item.at),
            seal=item.seal,
            delivery=item.delivery,
            line=item.line,
            since=None if received is None else moment_text(received),
        )

    def _tell_waiting(self, left: Sequence[Waiting]) -> None:
        """R15 for the deletes of this delivery that wait at its end."""
        for each in left:
            if each.delivery == self.delivery.file_name:
                self._judge(each.line, "waiting", Fault(code="R15", line=each.line, column=ID))
                self.earlier.append(each.line)


def _sealed(values: Values, person: str) -> str:
    """A hash of what is compared, with the person and the written form in place of the number."""
    compared = content(values)
    if CPR in compared:
        compared[CPR] = f"{person} {re.sub('[0-9]', '0', compared[CPR])}"
    return hashlib.sha256(canonical(compared)).hexdigest()


def _order(current: str) -> Callable[[FactOfLine], tuple[bool, int, str, bool]]:
    return lambda each: (each.delivery != current, each.line, each.fact.kind, not each.fact.withdrawn)
