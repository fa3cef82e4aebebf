"""From lines of eindkomst to what they change: originals, supplements, reversals, waiting lines (eindkomst.md).

Inside a delivery first all originals, then supplements, then reversals of supplements, then reversals of originals;
otherwise the order of rows means nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from producers.decoders.eindkomst_ledger import Ledger, Told, told
from producers.decoders.eindkomst_reports import contradicts, hours
from producers.decoders.eindkomst_statements import Statements
from producers.delivery import Applied, Delivery, Row, Settled, Verdict
from producers.memory import Document, Memory
from producers.vault import Vault, remembered
from schemas.eindkomst import ORIGINAL, REVERSAL, SUPPLEMENT
from schemas.faults import Fault
from schemas.person_numbers import cleaned


def take(
    delivery: Delivery,
    at: datetime,
    day: date,
    rows: Sequence[Row],
    memory: Memory,
    vault: Vault,
    waiting_days: int,
) -> Applied:
    """Facts and verdicts of the faultless rows; `at` and `day` are the delivery's own."""
    numbers = [cleaned(row.values["S6000"] or "") for row in rows]
    persons = vault.identify(dict.fromkeys(numbers))
    lines = [told(row, persons[number], delivery, day) for row, number in zip(rows, numbers, strict=True)]
    merged = vault.merged()
    run = _Run(delivery, Ledger(memory), merged)
    run.give_up(day - timedelta(days=waiting_days))
    run.take(lines)
    run.refuse_below_zero()
    run.ledger.keep()
    statements = Statements(delivery, at, memory, merged)
    for original, line in run.touched():
        document = run.ledger.get(original) or {}
        found = hours(document)
        # Below 0 even without what was just refused: 0.
        statements.tell(original, document, None if found is None else max(found, 0), line)
    return Applied(
        facts=statements.facts(),
        verdicts=run.verdicts,
        faults=[fault for line in sorted(run.faults) for fault in run.faults[line]],
        earlier=frozenset(line for line, verdict in run.verdicts.items() if verdict == "waiting"),
        settled=list(run.settled.values()),
    )


@dataclass(slots=True)
class _Run:
    """One delivery being taken."""

    delivery: Delivery
    ledger: Ledger
    merged: Mapping[str, str]
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    faults: dict[int, list[Fault]] = field(default_factory=dict)
    settled: dict[tuple[str, int], Settled] = field(default_factory=dict)
    # Supplements that take effect now, and for each accepted line the report it belongs to and where it stands.
    supplements: dict[str, Told] = field(default_factory=dict)
    effects: dict[str, tuple[str, int]] = field(default_factory=dict)

    def answer(self, line: Told, verdict: Verdict, fault: Fault | None = None) -> None:
        """The verdict of a row: in this receipt, or of a row that waited since an earlier delivery."""
        faults = [] if fault is None else [fault]
        if line.delivery == self.delivery.file_name:
            self.verdicts[line.line] = verdict
            self.faults[line.line] = faults
        else:
            settled = Settled(delivery=line.delivery, line=line.line, verdict=verdict, faults=faults)
            self.settled[line.delivery, line.line] = settled

    def give_up(self, before: date) -> None:
        """Lines that wait since a day before this one are rejected."""
        for line in self.ledger.waiting():
            if line.since < before.isoformat():
                self.ledger.stop_waiting(line.id)
                self.answer(line, "rejected", _unknown(line))

    def take(self, lines: Sequence[Told]) -> None:
        """Every line is accepted, unchanged, rejected or waits."""
        old = self.ledger.waiting()
        self.ledger.load([*lines, *old])
        new = [line for line in map(self._as_known, lines) if self._is_new(line)]
        for line in new:
            if line.art == ORIGINAL:
                self._accept(line, line.id, line.line)
        candidates = [*old, *new]
        open_lines = self._each((each for each in candidates if each.art == SUPPLEMENT), self._supplement)
        reversals = [each for each in candidates if each.art == REVERSAL]
        for art in (SUPPLEMENT, ORIGINAL):
            of_art = [each for each in reversals if (self.ledger.get(each.reference) or {}).get("art") == art]
            self._each(of_art, self._reversal)
            done = {each.id for each in of_art}
            reversals = [each for each in reversals if each.id not in done]
        # What is named by now and was not before is no line that may be named so.
        open_lines += self._each(reversals, self._reversal)
        open_lines = self._each(open_lines, self._supplement_or_reversal)
        for line in open_lines:
            if line.delivery == self.delivery.file_name:
                self.ledger.wait(line)
                self.answer(line, "waiting", _unknown(line))

    def refuse_below_zero(self) -> None:
        """A report that would end below 0 hours is read without the negative supplements of this delivery."""
        for original in dict.fromkeys(report for report, _ in self.effects.values()):
            document = self.ledger.get(original) or {}
            found = hours(document)
            if document["ended"] or found is None or found >= 0:
                continue
            in_force = self.ledger.own(original)["supplements"]
            for supplement in [each for each in in_force if each in self.supplements and in_force[each] < 0]:
                line = self.supplements[supplement]
                del in_force[supplement], self.effects[supplement]
                self.ledger.forget(supplement)
                self.answer(line, "rejected", Fault(code="R12", line=line.line, column="B0200"))

    def touched(self) -> Iterable[tuple[str, int]]:
        """Each report that an accepted line belongs to, and the last such line."""
        last: dict[str, int] = {}
        for original, line in self.effects.values():
            last[original] = max(line, last.get(original, 0))
        return last.items()

    def _is_new(self, line: Told) -> bool:
        said = self.ledger.said(line.id)
        if said is None:
            return True
        if said == line.said:
            self.answer(line, "unchanged")
        else:
            self.answer(line, "rejected", Fault(code="R11", line=line.line, column="R0001"))
        return False

    def _each(self, lines: Iterable[Told], decide: Callable[[Told, Document], None]) -> list[Told]:
        """Decide on each line whose named line is known; those whose is not are given back."""
        left: list[Told] = []
        for line in lines:
            named = self.ledger.get(line.reference) or (line.document if line.reference == line.id else None)
            if named is None:
                left.append(line)
                continue
            if line.delivery != self.delivery.file_name:
                self.ledger.stop_waiting(line.id)
            decide(self._as_known(line), named)
        return left

    def _as_known(self, line: Told) -> Told:
        """The line under the id that it, or the line it names, is known under."""
        known = [each for each in map(self.ledger.person, (line.id, line.reference)) if each is not None]
        person = remembered(line.person, known, self.merged)
        said = [person if each == line.person else each for each in line.said]
        return replace(line, person=person, said=said) if person != line.person else line

    def _supplement(self, line: Told, named: Document) -> None:
        if contradicts(line, named):
            self._conflict(line)
        elif named["ended"]:
            self.answer(line, "rejected", _unknown(line))
        else:
            original = line.reference or ""
            self._accept(line, original, self._place(line))
            self.supplements[line.id] = line
            self.ledger.own(original)["supplements"][line.id] = line.hours or 0

    def _reversal(self, line: Told, named: Document) -> None:
        if contradicts(line, named):
            self._conflict(line)
            return
        original = named.get("of") or line.reference or ""
        report = self.ledger.get(original) or {}
        if named["ended"] or report["ended"]:
            self.ledger.accept(line)
            self.answer(line, "unchanged")
            return
        self._accept(line, original, self._place(line))
        self.ledger.own(line.reference or "")["ended"] = True
        if named["art"] == SUPPLEMENT:
            del self.ledger.own(original)["supplements"][line.reference]

    def _supplement_or_reversal(self, line: Told, named: Document) -> None:
        (self._supplement if line.art == SUPPLEMENT else self._reversal)(line, named)

    def _accept(self, line: Told, original: str, place: int) -> None:
        self.ledger.accept(line)
        self.effects[line.id] = original, place
        self.answer(line, "accepted")

    def _conflict(self, line: Told) -> None:
        self.answer(line, "rejected", Fault(code="R11", line=line.line, column="R4101"))

    def _place(self, line: Told) -> int:
        """Where a line takes effect: one that waited, on the line it waited for."""
        if line.delivery == self.delivery.file_name:
            return line.line
        return self.effects[line.reference or ""][1]


def _unknown(line: Told) -> Fault:
    return Fault(code="R15", line=line.line, column="R4101")
