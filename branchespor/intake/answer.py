"""The answer to a delivery: its outcome with verdict, counts and receipt, remembered in the history."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from branchespor.intake.history import History
from branchespor.intake.row_faults import RowFaults
from producers.contract import Contract
from producers.delivery import Applied, Decoded, Delivery, Outcome, RejectedRow, Row, Verdict
from producers.made import Made, numbers
from producers.memory import Document
from schemas.faults import Fault
from validation.expectation import Suite
from validation.receipt import receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The rows of a delivery after all checks that need no history: row faults, notices, and who goes on.

    `lines` of all rows, in their order; `clean` are the rows without fault that are no repeats.
    """

    lines: Sequence[int]
    faults: RowFaults
    notices: Sequence[Fault]
    clean: Sequence[Row]
    rejected: Collection[int]
    repeated: Collection[int]
    suspect_rows: int


class Verdicts:
    """Every row's verdict; what the decoder says of a line counts over what the checks said."""

    def __init__(self, checked: Checked, applied: Applied) -> None:
        self._checked, self._applied = checked, applied
        self.counts = Counter(map(self.of, checked.lines))

    def of(self, line: int) -> Verdict:
        """The verdict of the row on this line."""
        said = self._applied.verdicts.get(line)
        if said is not None:
            return said
        if line in self._checked.rejected:
            return "rejected"
        return "duplicate" if line in self._checked.repeated else "unchanged"


def security_alarm(faults: RowFaults) -> bool:
    """Whether a row for somebody else stood in the delivery (R16)."""
    return "R16" in faults.codes()


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
        notices = [notice for notice in decoded.faults if notice.severity == "notice"]
        noticed = {notice.line for notice in notices}
        of_rows = {line for line in checked.lines if line in noticed}
        of_file = [notice for notice in notices if notice.line not in of_rows]
        found = chain([first], _each(checked.faults), of_ledger, of_file)
        outcome = self._outcome("refused", {"rows": rows, "rejected": rows}, found, decoded)
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

    def accepted(self, decoded: Decoded, checked: Checked, applied: Applied, verdicts: Verdicts) -> Outcome:
        faults = checked.faults.copy()
        for fault in applied.faults:
            if fault.line is not None:
                faults.add(fault.line, fault)
        noticed = {notice.line for notice in checked.notices}
        faulty = {line for line in noticed if line is not None and faults.is_row(line)}
        notices = [notice for notice in checked.notices if notice.line not in faulty]
        counts = {"rows": decoded.rows_counted, **{str(verdict): count for verdict, count in verdicts.counts.items()}}
        all_well = not counts.get("rejected") and not counts.get("waiting")
        found = chain(_each(faults), notices)
        outcome = self._outcome("accepted" if all_well else "accepted_with_faults", counts, found, decoded)
        return replace(
            outcome,
            facts=applied.facts,
            identity_changes=applied.identity_changes,
            rejected=_quarantined(decoded.rows, checked.lines, faults, verdicts),
            settled=applied.settled,
            security_alarm=decoded.alarm or security_alarm(faults),
        )

    def _outcome(
        self,
        verdict: str,
        counts: Mapping[str, int],
        faults: Iterable[Fault],
        decoded: Decoded | None,
        known: Document | None = None,
    ) -> Outcome:
        failed: Counter[tuple[str, str]] = Counter()
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
            faults=_where_they_stand(self._counted(faults, failed), {} if decoded is None else decoded.lines),
            position=lambda column: columns.index(column) if column in columns else -1,
            words=self.contract.words,
            duplicate_of=duplicate_of,
            contact=self.contact,
        )
        self.history.answered(verdict, counts["rows"], decoded, self.contract)
        return Outcome(receipt=answer, failed=failed)

    def _counted(self, faults: Iterable[Fault], failed: Counter[tuple[str, str]]) -> Iterator[Fault]:
        """The faults, counted by rule and code as they pass; columns are the contract's, nothing is of the file."""
        feed = self.delivery.feed
        for fault in faults:
            rule = fault.rule or (feed if fault.column is None else f"{feed}.{fault.column}")
            failed[rule, fault.code] += 1
            yield fault


def _each(faults: RowFaults) -> Iterator[Fault]:
    return (fault for line in faults for fault in faults[line])


def _where_they_stand(faults: Iterable[Fault], lines: Mapping[int, int]) -> Iterable[Fault]:
    """The faults with lines in place of the numbers of rows that share one."""
    if not lines:
        return faults
    return (
        replace(fault, line=_line(fault.line, lines), other_line=_line(fault.other_line, lines)) for fault in faults
    )


def _line(number: int | None, lines: Mapping[int, int]) -> int | None:
    return number if number is None else lines.get(number, number)


def _period(days: Sequence[str] | None) -> tuple[date, date] | None:
    return None if days is None else (date.fromisoformat(days[0]), date.fromisoformat(days[1]))


def _quarantined(
    rows: Sequence[Row], lines: Sequence[int], faults: RowFaults, verdicts: Verdicts
) -> Sequence[RejectedRow]:
    """The rejected rows for quarantine; nothing of a row for somebody else is kept (R16)."""

    def aside(row: Row) -> RejectedRow:
        found = faults.get(row.line, ())
        hidden = any(fault.code == "R16" for fault in found)
        return RejectedRow(line=row.line, faults=found, raw="" if hidden else row.raw)

    rejected = numbers(at for at, line in enumerate(lines) if verdicts.of(line) == "rejected")
    return Made(len(rejected), lambda at: aside(rows[rejected[at]]))
