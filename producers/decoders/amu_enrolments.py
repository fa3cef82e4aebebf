"""From rows of amu to Training facts: versions, other persons, and what silence in the window withdraws.

The document of a TILMNR holds, per person, the newest version's own fields and whether it is withdrawn.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from producers.delivery import Applied, Decoded, Delivery, FactOfLine, Row, Verdict
from producers.memory import Document, Memory
from producers.statement import in_force_first, version
from producers.vault import Vault, remembered
from schemas import person_numbers
from schemas.facts import JsonValue

OUTCOMES: Mapping[str, str | None] = {
    "0": "ONGOING",
    "1": "COMPLETED",
    "2": "COMPLETED",
    "3": "COMPLETED",
    "4": "COMPLETED",
    "5": "NOT_COMPLETED",
    "7": None,
    "8": "COMPLETED",
    "9": "CANCELLED",
}
_ENROLMENT = re.compile(r"H[0-9]{7}(-[1-9])?")


def enrolments(
    delivery: Delivery,
    decoded: Decoded,
    clean: Sequence[Row],
    rejected: Collection[int],
    memory: Memory,
    vault: Vault,
) -> Applied:
    """One Training for each row, then what silence withdraws; all recorded at the moment in the delivery's name."""
    memory.load_all()
    told = _Told(delivery, datetime.fromisoformat(decoded.header["made_at"]))
    in_window = _in_window(memory, decoded)
    numbers = [person_numbers.cleaned(row.values["PNR"] or "") for row in clean]
    persons, merged = vault.identify(dict.fromkeys(numbers)), vault.merged()
    found: list[FactOfLine] = []
    verdicts: dict[int, Verdict] = {}
    for row, number in zip(clean, numbers, strict=True):
        held = memory.get(row.values["TILMNR"] or "") or {}
        said = _enrolment(told, memory, row, remembered(persons[number], in_force_first(held), merged))
        verdicts[row.line] = "accepted" if said else "unchanged"
        found.extend(said)
    silent: list[FactOfLine] = []
    spoken, readable = _spoken(decoded.rows, rejected)
    if readable:
        for enrolment, person in in_window:
            if enrolment not in spoken:
                silent.append(_withdraw(told, memory, enrolment, person, 0))
    return Applied(
        facts=[*silent, *found],
        verdicts=verdicts,
        silenced=len(silent),
        open_before=len(in_window),
    )


class _Told:
    """What every version of this delivery has."""

    def __init__(self, delivery: Delivery, at: datetime) -> None:
        self.delivery, self.at = delivery, at.astimezone(UTC)

    def fact(
        self, enrolment: str, person: str, content: Mapping[str, JsonValue], withdrawn: bool, line: int
    ) -> FactOfLine:
        fact = version(
            "Training",
            person=person,
            source=f"{self.delivery.feed}:{self.delivery.partner}",
            record_key=f"{enrolment}/{person}",
            recorded_at=self.at,
            received_at=self.delivery.received_at,
            content=content,
            withdrawn=withdrawn,
        )
        return FactOfLine(fact=fact, delivery=self.delivery.file_name, line=line)


def _enrolment(told: _Told, memory: Memory, row: Row, person: str) -> list[FactOfLine]:
    """The versions one row says: of another person's statement under its TILMNR the withdrawal, and its own."""
    enrolment, content = row.values["TILMNR"] or "", _content(row.values)
    document = memory.get(enrolment) or {}
    found = [
        _withdraw(told, memory, enrolment, other, row.line)
        for other, statement in document.items()
        if other != person and not statement["withdrawn"]
    ]
    held = document.get(person)
    if held is None or held["withdrawn"] or held["content"] != content:
        _remember(memory, enrolment, person, content, withdrawn=False)
        found.append(told.fact(enrolment, person, content, False, row.line))
    return found


def _withdraw(told: _Told, memory: Memory, enrolment: str, person: str, line: int) -> FactOfLine:
    content: dict[str, JsonValue] = (memory.get(enrolment) or {})[person]["content"]
    _remember(memory, enrolment, person, content, withdrawn=True)
    return told.fact(enrolment, person, content, True, line)


def _remember(
    memory: Memory, enrolment: str, person: str, content: Mapping[str, JsonValue], *, withdrawn: bool
) -> None:
    statement: Document = {"content": dict(content), "withdrawn": withdrawn}
    memory.put(enrolment, {**(memory.get(enrolment) or {}), person: statement})


def _content(values: Mapping[str, str | None]) -> dict[str, JsonValue]:
    return {
        "enrolment": values["TILMNR"],
        "track": values["FORLOEB"],
        "institution": values["INSTNR"],
        "course": values["KURSKOD"],
        "first_day": values["STARTTP"],
        "last_day": values["SLUTTP"],
        "outcome": OUTCOMES[values["AFSLUTN"] or ""],
    }


def _in_window(memory: Memory, decoded: Decoded) -> list[tuple[str, str]]:
    """Statements in force with a day in the window, by enrolment."""
    first, last = decoded.header["window_first"], decoded.header["window_last"]
    return [
        (enrolment, person)
        for enrolment, document in sorted(memory.all().items())
        for person, statement in document.items()
        if not statement["withdrawn"]
        and statement["content"]["first_day"] <= last
        and statement["content"]["last_day"] >= first
    ]


def _spoken(rows: Sequence[Row], rejected: Collection[int]) -> tuple[set[str], bool]:
    """The TILMNR that stand on any row, and whether all could be read; without its form it is no TILMNR."""
    found, readable = set(), True
    for row in rows:
        enrolment = row.values.get("TILMNR")
        if enrolment is None or (row.line in rejected and not _ENROLMENT.fullmatch(enrolment)):
            readable = False
        else:
            found.add(enrolment)
    return found, readable
