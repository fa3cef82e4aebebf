"""From rows of ungedatabasen to versions of events: corrections, deletions, waiting deletions, other persons.

The document of a number: kind, person, content, moment of its newest version, whether that is withdrawn, and the
deletions that wait for it. Rows of one number are taken in the order of their moments, whatever their order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta

from producers.decoders.ungedatabasen_rows import Told, told_by
from producers.delivery import Applied, Delivery, FactOfLine, Row, Settled, Verdict
from producers.memory import Document, Memory
from producers.statement import version
from producers.vault import Vault, remembered
from schemas.faults import Fault
from schemas.person_numbers import cleaned
from schemas.ungedatabasen import DELETION, EVENT, KIND, READY

_KIND_OF_FACT = {EVENT: "YouthEducation", READY: "DeclaredReady"}
_WAITING = "ungedatabasen_waiting"


@dataclass(slots=True)
class _Run:
    """One delivery being taken."""

    delivery: Delivery
    memory: Memory
    merged: Mapping[str, str]
    facts: list[FactOfLine] = field(default_factory=list)
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    faults: dict[int, list[Fault]] = field(default_factory=dict)
    settled: list[Settled] = field(default_factory=list)

    def answer(self, told: Told, verdict: Verdict, fault: tuple[str, str] | None = None) -> None:
        """The verdict of a row: in this receipt, or of a deletion that waited since an earlier delivery."""
        faults = [] if fault is None else [Fault(code=fault[0], line=told.row, column=fault[1])]
        if self.waited(told):
            self.settled.append(Settled(delivery=told.delivery, line=told.row, verdict=verdict, faults=faults))
        else:
            self.verdicts[told.row] = verdict
            self.faults[told.row] = faults

    def waited(self, told: Told) -> bool:
        """Whether a row is one of an earlier delivery."""
        return told.delivery != self.delivery.file_name

    def say(self, told: Told, newest: Document, *, withdrawn: bool) -> None:
        """Publish a version of what `newest` tells, at this row's moment."""
        person, kind = newest["person"], newest["kind"]
        fact = version(
            _KIND_OF_FACT[kind],
            person=person,
            source=f"{self.delivery.feed}:{self.delivery.partner}",
            record_key=f"{told.number}/{person}",
            recorded_at=datetime.fromisoformat(told.at),
            received_at=self.delivery.received_at,
            content=newest["content"],
            withdrawn=withdrawn,
        )
        self.facts.append(FactOfLine(fact=fact, delivery=told.delivery, line=told.line))


def take(
    delivery: Delivery,
    on: date,
    rows: Sequence[Row],
    lines: Mapping[int, int],
    memory: Memory,
    vault: Vault,
    waiting_days: int,
) -> Applied:
    """Facts and verdicts of the faultless rows; `on` is the Danish day of TilTidspunkt, `lines` where rows stand."""
    run = _Run(delivery, memory, vault.merged())
    _give_up(run, on - timedelta(days=waiting_days))
    numbers = {row.line: cleaned(row.values.get("CPRNr") or "") for row in rows if row.values[KIND] != DELETION}
    persons = vault.identify(dict.fromkeys(numbers.values()))
    by_number: dict[str, list[Told]] = {}
    for row in rows:
        person = persons[numbers[row.line]] if row.line in numbers else ""
        told = told_by(row, lines.get(row.line, row.line), person, delivery, on)
        by_number.setdefault(told.number, []).append(told)
    memory.load(by_number)
    for number, of_number in by_number.items():
        _take(run, number, of_number)
    return Applied(
        facts=sorted(run.facts, key=_place),
        verdicts=run.verdicts,
        faults=[fault for row in sorted(run.faults) for fault in run.faults[row]],
        earlier=frozenset(row for row, verdict in run.verdicts.items() if verdict == "waiting"),
        settled=run.settled,
    )


def _place(said: FactOfLine) -> tuple[int, str, str, datetime, bool]:
    fact = said.fact
    return said.line, fact.kind, fact.record_key.partition("/")[0], fact.recorded_at, not fact.withdrawn


def _take(run: _Run, number: str, of_number: Iterable[Told]) -> None:
    """The rows of one number, and the deletions that wait for it, in the order of their moments."""
    document = run.memory.get(number) or {"newest": None, "waiting": []}
    newest: Document | None = document["newest"]
    still: list[Told] = []
    told = [*(Told(**each) for each in document["waiting"]), *of_number]
    for each in sorted(told, key=lambda each: (datetime.fromisoformat(each.at), each.row)):
        if each.kind != DELETION:
            newest = _event(run, each, newest)
        elif newest is None or (run.waited(each) and not _is_later(each, newest)):
            still.append(each)
            if not run.waited(each):
                run.answer(each, "waiting", ("R15", "HaendelseNummer"))
        else:
            newest = _deletion(run, each, newest)
    run.memory.put(number, {"newest": newest, "waiting": [asdict(each) for each in still]})
    waiting = run.memory.state.setdefault(_WAITING, {})
    waiting.pop(number, None)
    if still:
        waiting[number] = True


def _event(run: _Run, told: Told, newest: Document | None) -> Document | None:
    """One row that says an event; gives what is the newest version after it."""
    if newest is not None:
        told = replace(told, person=remembered(told.person, [newest["person"]], run.merged))
    said = {"kind": told.kind, "person": told.person, "content": dict(told.content), "at": told.at, "withdrawn": False}
    if newest is not None:
        if newest["kind"] != told.kind:
            run.answer(told, "rejected", ("R11", "HaendelseNummer"))
            return newest
        if not newest["withdrawn"] and (newest["person"], newest["content"]) == (said["person"], said["content"]):
            run.answer(told, "unchanged")
            return newest
        if not _is_later(told, newest):
            run.answer(told, "rejected", ("R07", "Registreringstidspunkt"))
            return newest
        if newest["person"] != told.person and not newest["withdrawn"]:
            run.say(told, newest, withdrawn=True)
    run.say(told, said, withdrawn=False)
    run.answer(told, "accepted")
    return said


def _deletion(run: _Run, told: Told, newest: Document) -> Document:
    if newest["withdrawn"]:
        run.answer(told, "unchanged")
        return newest
    if not _is_later(told, newest):
        run.answer(told, "rejected", ("R07", "Registreringstidspunkt"))
        return newest
    run.say(told, newest, withdrawn=True)
    run.answer(told, "accepted")
    return {**newest, "at": told.at, "withdrawn": True}


def _is_later(told: Told, newest: Document) -> bool:
    return datetime.fromisoformat(told.at) > datetime.fromisoformat(newest["at"])


def _give_up(run: _Run, before: date) -> None:
    """Deletions that wait since a day before this one are rejected."""
    waiting: dict[str, bool] = run.memory.state.get(_WAITING, {})
    run.memory.load(waiting)
    for number in list(waiting):
        document = run.memory.get(number) or {"newest": None, "waiting": []}
        kept = []
        for each in document["waiting"]:
            if each["since"] < before.isoformat():
                run.answer(Told(**each), "rejected", ("R15", "HaendelseNummer"))
            else:
                kept.append(each)
        run.memory.put(number, {**document, "waiting": kept})
        if not kept:
            del waiting[number]
