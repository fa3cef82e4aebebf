"""Months and spells of pay, computed from the reports in force (eindkomst.md, from rows to facts, 5 to 9).

The document of a statement holds the reports in force that it is made of, by original line, each with its hours in
hundredths and whether it is pay, and the newest version published.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from producers.delivery import Delivery, FactOfLine
from producers.memory import Document, Memory
from producers.statement import version
from producers.vault import ids_of
from schemas.eindkomst import PAY, SUPPORT
from schemas.facts import JsonValue, json_value

_MONTH, _SPELL = "IncomeMonth", "EmploymentSpell"
_CENT = Decimal("0.01")
Content = dict[str, JsonValue]
Reports = Mapping[str, Mapping[str, Any]]


class Statements:
    """The statements that one delivery touches. `merged`: persons that became another one, with who stays."""

    def __init__(self, delivery: Delivery, at: datetime, memory: Memory, merged: Mapping[str, str]) -> None:
        self._delivery, self._at, self._memory, self._merged = delivery, at, memory, merged
        self._reports: dict[tuple[str, str], list[tuple[str, Document | None]]] = {}
        self._line: dict[tuple[str, str], int] = {}

    def tell(self, original: str, report: Document, hours: int | None, line: int) -> None:
        """A report has these hours now, in hundredths, or has ended. `line` is the last row that belongs to it."""
        pay = report["income"] in PAY
        entry: Document | None = None if report["ended"] else {"pay": pay, "hours": hours}
        names: list[tuple[str, str]] = []
        if pay or report["income"] in SUPPORT:
            names.append((_MONTH, self._key(original, report["person"], report["last"][:7])))
        if pay:
            rest = f"{report['employer']}/{report['first']}/{report['last']}"
            names.append((_SPELL, self._key(original, report["person"], rest)))
        for name in names:
            self._reports.setdefault(name, []).append((original, entry))
            self._line[name] = max(line, self._line.get(name, 0))

    def _key(self, original: str, person: str, rest: str) -> str:
        """A statement goes on under the id it was made under; of several the one that has this report."""
        keys = [f"{each}/{rest}" for each in ids_of(person, self._merged)]
        if len(keys) == 1:
            return keys[0]
        self._memory.load(keys)
        held = {key: document for key in keys if (document := self._memory.get(key)) is not None}
        having = [key for key, document in held.items() if original in document["reports"]]
        return next(iter([*having, *held, *keys]))

    def facts(self) -> list[FactOfLine]:
        """The versions that differ from the newest, in order of line, kind and key."""
        self._memory.load(key for _, key in self._reports)
        found = [fact for name in self._reports for fact in self._computed(*name)]
        return sorted(found, key=lambda each: (each.line, each.fact.kind, each.fact.record_key))

    def _computed(self, kind: str, key: str) -> Iterable[FactOfLine]:
        document = self._memory.get(key) or {"reports": {}, "content": None, "withdrawn": True}
        reports = dict(document["reports"])
        for original, entry in self._reports[kind, key]:
            reports.pop(original, None)
            if entry is not None:
                reports[original] = entry
        content = _month(key, reports) if kind == _MONTH else _spell(key, reports)
        withdrawn = content is None
        if content is None:
            content, changed = document["content"], not document["withdrawn"]
        else:
            changed = document["withdrawn"] or document["content"] != content
        self._memory.put(key, {"reports": reports, "content": content, "withdrawn": withdrawn})
        if changed:
            yield self._version(kind, key, content or {}, withdrawn)

    def _version(self, kind: str, key: str, content: Content, withdrawn: bool) -> FactOfLine:
        fact = version(
            kind,
            person=key.partition("/")[0],
            source=f"{self._delivery.feed}:{self._delivery.partner}",
            record_key=key,
            recorded_at=self._at,
            received_at=self._delivery.received_at,
            content=content,
            withdrawn=withdrawn,
        )
        return FactOfLine(fact=fact, delivery=self._delivery.file_name, line=self._line[kind, key])


def _month(key: str, reports: Reports) -> Content | None:
    if not reports:
        return None
    hours = _sum(each["hours"] for each in reports.values() if each["pay"])
    return {
        "month": key.rpartition("/")[2],
        "hours": None if hours is None else json_value(Decimal(hours) / 100),
        "public_support": any(not each["pay"] for each in reports.values()),
    }


def _spell(key: str, reports: Reports) -> Content | None:
    hours = _sum(each["hours"] for each in reports.values())
    if hours == 0:
        return None
    _, _, first, last = key.split("/")
    weekly = (
        None if hours is None else json_value(weekly_hours(hours, date.fromisoformat(first), date.fromisoformat(last)))
    )
    return {"employment": "ORDINARY", "first_day": first, "last_day": last, "weekly_hours": weekly}


def _sum(hundredths: Iterable[int | None]) -> int | None:
    """The sum, None if one is unknown."""
    total = 0
    for each in hundredths:
        if each is None:
            return None
        total += each
    return total


def weekly_hours(hundredths: int, first: date, last: date) -> Decimal:
    """Hours a week, half up to 2 decimals; a whole calendar month is a twelfth of 52 weeks, whatever its days."""
    if first.day == 1 and (last + timedelta(days=1)).day == 1:
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        weekly = Decimal(hundredths * 12) / (52 * months * 100)
    else:
        weekly = Decimal(hundredths * 7) / (((last - first).days + 1) * 100)
    return weekly.quantize(_CENT, rounding=ROUND_HALF_UP)
