"""The answer to a delivery: its outcome with verdict, counts and receipt, remembered in the history."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from branchespor.intake.history import History
from producers.contract import Contract
from producers.delivery import Applied, Decoded, Delivery, Outcome, RejectedRow, Row, Verdict
from producers.memory import Document
from schemas.faults import Fault
from validation.expectation import Suite
from validation.receipt import receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The rows of a delivery after all checks that need no history: row faults, notices, and who goes on."""

    faults: Mapping[int, Sequence[Fault]]
    notices: Sequence[Fault]
    clean: Sequence[Row]
    rejected: Collection[int]
    repeated: Collection[int]
    suspect_rows: int


def security_alarm(faults: Mapping[int, Sequence[Fault]]) -> bool:
    """Whether a row for somebody else stood in the delivery (R16)."""
    return any(fault.code == "R16" for found in faults.values() for fault in found)


@dataclass(frozen=True, slots=True)
class Answer:
    """Makes the outcome of one delivery with its receipt, and remembers the receipt in the history."""

    delivery: Delivery
    contract: Contract
    suite: Suite
    history: History
    contact: str

    def duplicate(self) -> Outcome:
        known: Document = self.history.handled or {}
        rows = int(known["rows"] or 0)
        return self._outcome("duplicate", {"rows": rows, "duplicate": rows}, (), None, known=known)

    def refused(self, faults: Sequence[Fault], rows: int, decoded: Decoded | None) -> Outcome:
        if any(fault.code in self.contract.uncounted for fault in faults):
            rows = 0
        kept = [fault for fault in faults if fault.severity != "row"]
        return self._outcome("refused", {"rows": rows, "rejected": rows}, kept, decoded)

    def too_many_faults(self, decoded: Decoded, checked: Checked, rejected: int, of_ledger: Sequence[Fault]) -> Outcome:
        rows = decoded.rows_counted
        first = Fault(code="F10", detail={"share": rejected * 100 // rows})
        found = [fault for line in sorted(checked.faults) for fault in checked.faults[line]]
        lines = {row.line for row in decoded.rows}
        notices = [notice for notice in decoded.faults if notice.severity == "notice" and notice.line not in lines]
        outcome = self._outcome(
            "refused", {"rows": rows, "rejected": rows}, [first, *found, *of_ledger, *notices], decoded
        )
        return replace(outcome, security_alarm=decoded.alarm or security_alarm(checked.faults))

    def held(
        self,
        faults: Sequence[Fault],
        rows: int,
        decoded: Decoded | None,
        *,
        alarm: bool = False,
        trouble: str | None = None,
    ) -> Outcome:
        if any(fault.code in self.contract.uncounted for fault in faults):
            rows = 0
        ordered = sorted(faults, key=lambda fault: fault.code)
        outcome = self._outcome("held", {"rows": rows, "waiting": rows}, ordered, decoded)
        return replace(outcome, security_alarm=alarm, trouble=trouble)

    def accepted(
        self, decoded: Decoded, checked: Checked, applied: Applied, verdicts: Mapping[int, Verdict]
    ) -> Outcome:
        faults = {line: list(found) for line, found in checked.faults.items()}
        for fault in applied.faults:
            if fault.line is not None:
                faults.setdefault(fault.line, []).append(fault)
        shown = [fault for line in sorted(faults) for fault in faults[line]]
        faulty = {line for line, found in faults.items() if any(fault.severity == "row" for fault in found)}
        notices = [notice for notice in checked.notices if notice.line not in faulty]
        counts = {"rows": decoded.rows_counted}
        for verdict in verdicts.values():
            counts[verdict] = counts.get(verdict, 0) + 1
        all_well = not counts.get("rejected") and not counts.get("waiting")
        outcome = self._outcome("accepted" if all_well else "accepted_with_faults", counts, [*shown, *notices], decoded)
        return replace(
            outcome,
            facts=applied.facts,
            identity_changes=applied.identity_changes,
            rejected=_quarantined(decoded.rows, faults, verdicts),
            settled=applied.settled,
            security_alarm=decoded.alarm or security_alarm(faults),
        )

    def _outcome(
        self,
        verdict: str,
        counts: Mapping[str, int],
        faults: Sequence[Fault],
        decoded: Decoded | None,
        known: Document | None = None,
    ) -> Outcome:
        period, sequence, duplicate_of = (
            (None, None, None) if decoded is None else (decoded.period, decoded.sequence, None)
        )
        if known is not None:
            period, sequence, duplicate_of = _period(known["period"]), known["sequence"], known["receipt_id"]
        columns = list(self.suite.columns)
        answer = receipt(
            receipt_id=self.history.next_receipt_id,
            verdict=verdict,
            feed=self.delivery.feed,
            partner=self.delivery.partner or None,
            contract=self.contract.id,
            file_name=self.delivery.file_name,
            sha256=self.delivery.sha256,
            size=len(self.delivery.data),
            period=period,
            sequence=sequence,
            counts=counts,
            faults=faults if decoded is None else _where_they_stand(faults, decoded.lines),
            position=lambda column: columns.index(column) if column in columns else -1,
            words=self.contract.words,
            duplicate_of=duplicate_of,
            contact=self.contact,
        )
        self.history.answered(verdict, counts["rows"], decoded, self.contract)
        return Outcome(receipt=answer, failed=_failed(self.delivery.feed, faults))


def _failed(feed: str, faults: Sequence[Fault]) -> Mapping[tuple[str, str], int]:
    """How many faults by rule and code; column names are the contract's, so nothing here is of the file."""
    return Counter(
        (fault.rule or (feed if fault.column is None else f"{feed}.{fault.column}"), fault.code) for fault in faults
    )


def _where_they_stand(faults: Sequence[Fault], lines: Mapping[int, int]) -> Sequence[Fault]:
    """The faults with lines in place of the numbers of rows that share one."""
    if not lines:
        return faults
    return [
        replace(fault, line=_line(fault.line, lines), other_line=_line(fault.other_line, lines)) for fault in faults
    ]


def _line(number: int | None, lines: Mapping[int, int]) -> int | None:
    return number if number is None else lines.get(number, number)


def _period(days: Sequence[str] | None) -> tuple[date, date] | None:
    return None if days is None else (date.fromisoformat(days[0]), date.fromisoformat(days[1]))


def _quarantined(
    rows: Sequence[Row], faults: Mapping[int, Sequence[Fault]], verdicts: Mapping[int, Verdict]
) -> list[RejectedRow]:
    """The rejected rows for quarantine; nothing of a row for somebody else is kept (R16)."""
    return [
        RejectedRow(
            line=row.line,
            faults=faults.get(row.line, ()),
            raw="" if any(fault.code == "R16" for fault in faults.get(row.line, ())) else row.raw,
        )
        for row in rows
        if verdicts[row.line] == "rejected"
    ]
