"""Statements in memory, and the new versions that what a source tells now makes of them (partners/rest.md, rule 4)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from producers.memory import Document
from producers.statement import in_force_first, version
from schemas.facts import Fact, JsonValue, moment_text

_A_MOMENT = timedelta(milliseconds=1)
Statements = Mapping[str, Document]
Content = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a source says now: one statement's own fields in JSON form. `person` None: of no person."""

    kind: str
    record_key: str
    person: str | None
    content: Content

    @property
    def name(self) -> str:
        """The statement's name in memory."""
        return f"{self.kind}/{self.record_key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A new version of a statement."""

    told: Told
    recorded_at: datetime
    withdrawn: bool

    def fact(self, source: str, received_at: datetime | None) -> Fact:
        """The fact to publish."""
        return version(
            self.told.kind,
            person=self.told.person,
            source=source,
            record_key=self.told.record_key,
            recorded_at=self.recorded_at,
            received_at=received_at,
            content=self.told.content,
            withdrawn=self.withdrawn,
        )


def in_force(statements: Statements) -> list[str]:
    """The names of the statements that are not withdrawn."""
    return [name for name, newest in statements.items() if not newest["withdrawn"]]


def persons(statements: Statements) -> list[str]:
    """Of whom statements have been made, those in force first."""
    found = (statements[name]["person"] for name in in_force_first(statements))
    return [person for person in found if person is not None]


def changed(
    statements: Statements, told: Sequence[Told], moment: datetime, spared: Collection[str] = ()
) -> tuple[dict[str, Document], list[Version]]:
    """The statements as they are afterwards, and their new versions, withdrawals first.

    What we hold, not withdrawn, and is not told is withdrawn with its last own fields, but for `spared`. A version is
    recorded at `moment`, but at least 1 ms after the newest one.
    """
    names = {each.name for each in told}
    versions = [
        _next(statements, _held(statements[name]), moment, withdrawn=True)
        for name in in_force(statements)
        if name not in names and name not in spared
    ]
    for each in told:
        newest = statements.get(each.name)
        if newest is None or newest["withdrawn"] or newest["content"] != each.content:
            versions.append(_next(statements, each, moment, withdrawn=False))
    after = dict(statements)
    for made in versions:
        after[made.told.name] = {
            "kind": made.told.kind,
            "record_key": made.told.record_key,
            "person": made.told.person,
            "content": dict(made.told.content),
            "recorded_at": moment_text(made.recorded_at),
            "withdrawn": made.withdrawn,
        }
    return after, versions


def _held(newest: Document) -> Told:
    return Told(
        kind=newest["kind"], record_key=newest["record_key"], person=newest["person"], content=newest["content"]
    )


def _next(statements: Statements, told: Told, moment: datetime, withdrawn: bool) -> Version:
    newest = statements.get(told.name)
    if newest is not None:
        moment = max(moment, datetime.fromisoformat(newest["recorded_at"]) + _A_MOMENT)
    return Version(told=told, recorded_at=moment, withdrawn=withdrawn)
