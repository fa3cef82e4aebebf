"""The income register's lines as kept by their id, and what one delivery changes of them (eindkomst.md, ledger).

The document of a line id: an original has its supplements in force by id, `ended` says that it or it was reversed.
Waiting lines stand in the state document by their own id. A number never stands in either: the person does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from producers.delivery import Delivery, Row
from producers.memory import Document, Memory
from schemas import forms
from schemas.eindkomst import REVERSAL, fields_read

WAITING = "eindkomst_waiting"
Period = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One faultless row. `said`: the fields read, as written, the person for the number; hours in hundredths.

    `delivery` and `line`: where it came; `since`: the Danish day of that delivery.
    """

    id: str
    art: str
    reference: str | None
    employer: str
    person: str
    income: str | None
    first: str | None
    last: str | None
    hours: int | None
    said: list[str | None]
    delivery: str
    line: int
    since: str

    @property
    def document(self) -> Document:
        """What the ledger keeps of it."""
        kept: Document = {"art": self.art, "person": self.person, "employer": self.employer, "said": self.said}
        if self.art == REVERSAL:
            return kept
        kept |= {"income": self.income, "first": self.first, "last": self.last, "hours": self.hours, "ended": False}
        return {**kept, "supplements": {}} if self.reference is None else {**kept, "of": self.reference}


def told(row: Row, person: str, delivery: Delivery, day: date) -> Told:
    """A row without fault as it is kept."""
    values = row.values
    read = fields_read(values["K4101"])
    first, last, hours = (values[name] if name in read else None for name in ("D0001", "D0002", "B0200"))
    return Told(
        id=values["R0001"] or "",
        art=values["K4101"] or "",
        reference=values["R4101"] if "R4101" in read else None,
        employer=values["S5000"] or "",
        person=person,
        income=values["K6000"] if "K6000" in read else None,
        first=_iso(first),
        last=_iso(last),
        hours=None if hours is None else int(forms.danish_decimal(hours) * 100),
        said=[person if name == "S6000" else values[name] for name in read],
        delivery=delivery.file_name,
        line=row.line,
        since=day.isoformat(),
    )


class Ledger:
    """Lines by id, with what this delivery changed; nothing reaches the memory before `keep`."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._changed: dict[str, Document | None] = {}
        self._waiting: dict[str, Any] = dict(memory.state.get(WAITING, {}))

    def load(self, lines: Iterable[Told]) -> None:
        """Fetch what these lines may speak of."""
        named = {name for each in lines for name in (each.id, each.reference) if name is not None}
        self._memory.load(named)
        self._memory.load({held["of"] for name in named if "of" in (held := self._memory.get(name) or {})})

    def get(self, line: str | None) -> Document | None:
        """An accepted line, None if there is none."""
        if line is None:
            return None
        return self._changed[line] if line in self._changed else self._memory.get(line)

    def own(self, line: str) -> Document:
        """An accepted line, to be changed in place: no longer the memory's."""
        if line not in self._changed:
            document = self._memory.get(line) or {}
            own = (
                {**document, "supplements": dict(document["supplements"])}
                if "supplements" in document
                else {**document}
            )
            self._changed[line] = own
        return self._changed[line] or {}

    def accept(self, line: Told) -> None:
        """A line enters the ledger."""
        self._changed[line.id] = line.document

    def forget(self, line: str) -> None:
        """A line of this delivery that is rejected after all."""
        self._changed[line] = None

    def said(self, line: str) -> list[str | None] | None:
        """What a known line says, accepted or waiting."""
        known = self.get(line) or self._waiting.get(line)
        found: list[str | None] | None = None if known is None else known["said"]
        return found

    def person(self, line: str | None) -> str | None:
        """Of whom a known line is, accepted or waiting."""
        known = self.get(line) or (self._waiting.get(line) if line is not None else None)
        found: str | None = None if known is None else known["person"]
        return found

    def wait(self, line: Told) -> None:
        """The line waits for the one it names."""
        self._waiting[line.id] = asdict(line)

    def stop_waiting(self, line: str) -> None:
        """The line waits no longer."""
        del self._waiting[line]

    def waiting(self) -> list[Told]:
        """The lines of earlier deliveries that wait, the oldest first."""
        return sorted((Told(**each) for each in self._waiting.values()), key=lambda each: (each.since, each.line))

    def keep(self) -> None:
        """Hand the changes to the memory."""
        for line, document in self._changed.items():
            if document is not None:
                self._memory.put(line, document)
        self._memory.state[WAITING] = self._waiting


def period(document: Mapping[str, Any]) -> Period:
    """First and last day of a line, ISO."""
    return document["first"], document["last"]


def _iso(text: str | None) -> str | None:
    day = forms.day(text, "yyyymmdd")
    return None if day is None else day.isoformat()
