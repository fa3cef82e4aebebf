"""One statement of visitation in memory, and what a newer version of it changes (visitation.md, rules 4 to 6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from producers.memory import Document
from producers.statement import in_force_first
from schemas.facts import JsonValue, moment_text

_A_MOMENT = timedelta(milliseconds=1)
Content = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A new version of one person's statement: own fields in JSON form, and the moment by rule 5."""

    person: str
    content: Content
    recorded_at: datetime
    withdrawn: bool


def applied(document: Document | None) -> int:
    """The version last applied, 0 if none; a deletion counts too."""
    return 0 if document is None else int(document["applied"])


def in_force(document: Document | None) -> str | None:
    """The person of whom the statement holds now."""
    statements = {} if document is None else document["statements"]
    return next((person for person, newest in statements.items() if not newest["withdrawn"]), None)


def persons(document: Document | None) -> list[str]:
    """The persons the statement has been of, the one of whom it holds now first."""
    return in_force_first({} if document is None else document["statements"])


def withdrawn(document: Document | None, version: int, moment: datetime) -> tuple[Document, list[Version]]:
    """The statement is not true (any more): the newest version again, withdrawn, if one is in force."""
    person = in_force(document)
    changes = [] if document is None or person is None else [_withdrawal(document, person, moment)]
    return _changed(document, version, changes), changes


def stated(
    document: Document | None, version: int, moment: datetime, person: str, content: Content
) -> tuple[Document, list[Version]]:
    """The statement holds of `person` with `content`; of another person it is withdrawn. No change: no version."""
    held = in_force(document)
    changes: list[Version] = []
    if document is not None and held is not None and held != person:
        changes.append(_withdrawal(document, held, moment))
    newest = None if document is None else document["statements"].get(person)
    if newest is None or newest["withdrawn"] or newest["content"] != content:
        changes.append(
            Version(person=person, content=content, recorded_at=_recorded_at(newest, moment), withdrawn=False)
        )
    return _changed(document, version, changes), changes


def _withdrawal(document: Document, person: str, moment: datetime) -> Version:
    newest = document["statements"][person]
    return Version(person=person, content=newest["content"], recorded_at=_recorded_at(newest, moment), withdrawn=True)


def _recorded_at(newest: Document | None, moment: datetime) -> datetime:
    if newest is None:
        return moment
    return max(moment, datetime.fromisoformat(newest["recorded_at"]) + _A_MOMENT)


def _changed(document: Document | None, version: int, changes: list[Version]) -> Document:
    statements = {} if document is None else dict(document["statements"])
    for change in changes:
        statements[change.person] = {
            "content": dict(change.content),
            "recorded_at": moment_text(change.recorded_at),
            "withdrawn": change.withdrawn,
        }
    return {"applied": max(version, applied(document)), "statements": statements}
