"""What the integration unit has said of its cases before, and new versions of it (integration.md, rows to facts)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from producers.delivery import Delivery, FactOfLine
from producers.memory import Document, Memory
from producers.statement import version
from schemas import forms
from schemas.facts import JsonValue, json_value

PERIOD, PROGRAMME = "IntegrationPeriod", "TargetGroupSpell"
Content = Mapping[str, JsonValue]


class Statement(NamedTuple):
    """The name of a statement: the unit's case, the person, the kind of fact."""

    case: str
    person: str
    kind: str


def contents(values: Mapping[str, str | None]) -> Mapping[str, Content]:
    """What a row says, by kind of fact: of the programme only where it has begun."""
    first, start, last = (
        json_value(forms.day(values[column], "dd-mm-yyyy"))
        for column in ("Overtagelsesdato", "Programstart", "Slutdato")
    )
    period: Content = {"first_day": first, "last_day": last, "programme_start": start}
    if start is None:
        return {PERIOD: period}
    return {
        PERIOD: period,
        PROGRAMME: {"target_group": "INTEGRATION_PROGRAMME", "first_day": start, "last_day": last},
    }


class Cases:
    """The memory of the unit's cases: one document per Sagsid, its statements by person and kind."""

    def __init__(self, delivery: Delivery, made_at: datetime, memory: Memory) -> None:
        self._delivery, self._made_at, self._memory = delivery, made_at, memory

    def running(self, day: date) -> list[Statement]:
        """Statements in force that have no last day before `day`, in order of their cases."""
        return [
            Statement(case, person, kind)
            for case, document in sorted(self._memory.all().items())
            for person, kinds in document.items()
            for kind, held in kinds.items()
            if not held["withdrawn"]
            and (held["content"]["last_day"] is None or held["content"]["last_day"] >= day.isoformat())
        ]

    def tell(self, case: str, person: str, said: Mapping[str, Content], line: int) -> list[FactOfLine]:
        """The versions a row says: withdrawn what another person had, and of this one what is said no more."""
        found = [
            self._withdraw(statement, line)
            for statement in self._in_force(case)
            if statement.person != person or statement.kind not in said
        ]
        for kind, content in said.items():
            statement = Statement(case, person, kind)
            held = self._held(statement)
            if held is None or held["withdrawn"] or held["content"] != content:
                found.append(self._version(statement, content, withdrawn=False, line=line))
        return found

    def persons(self, case: str) -> list[str]:
        """The persons the case has been of, those of statements in force first."""
        in_force = [statement.person for statement in self._in_force(case)]
        return [*in_force, *(self._memory.get(case) or {})]

    def withdraw_all(self, case: str, line: int) -> list[FactOfLine]:
        """The case never should have been: every statement of it is withdrawn, whatever its person."""
        return [self._withdraw(statement, line) for statement in self._in_force(case)]

    def end(self, statement: Statement, day: date) -> FactOfLine:
        """Silence in the total of `day`: closed the day before, or withdrawn if it had not begun; line 0."""
        content = self._content(statement)
        if str(content["first_day"]) >= day.isoformat():
            return self._withdraw(statement, 0)
        last_day = (day - timedelta(days=1)).isoformat()
        return self._version(statement, {**content, "last_day": last_day}, withdrawn=False, line=0)

    def _in_force(self, case: str) -> list[Statement]:
        return [
            Statement(case, person, kind)
            for person, kinds in (self._memory.get(case) or {}).items()
            for kind, held in kinds.items()
            if not held["withdrawn"]
        ]

    def _held(self, statement: Statement) -> Document | None:
        document = self._memory.get(statement.case) or {}
        held: Document | None = document.get(statement.person, {}).get(statement.kind)
        return held

    def _content(self, statement: Statement) -> Content:
        content: Content = (self._held(statement) or {})["content"]
        return content

    def _withdraw(self, statement: Statement, line: int) -> FactOfLine:
        return self._version(statement, self._content(statement), withdrawn=True, line=line)

    def _version(self, statement: Statement, content: Content, *, withdrawn: bool, line: int) -> FactOfLine:
        case, person, kind = statement
        document = self._memory.get(case) or {}
        kinds = {**document.get(person, {}), kind: {"content": dict(content), "withdrawn": withdrawn}}
        self._memory.put(case, {**document, person: kinds})
        fact = version(
            kind,
            person=person,
            source=f"{self._delivery.feed}:{self._delivery.partner}",
            record_key=f"{case}/{person}",
            recorded_at=self._made_at,
            received_at=self._delivery.received_at,
            content=content,
            withdrawn=withdrawn,
        )
        return FactOfLine(fact=fact, delivery=self._delivery.file_name, line=line)
