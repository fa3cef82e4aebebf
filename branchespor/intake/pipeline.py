"""One delivery through the checks: duplicate, file, sequence, rows, facts, counts, receipt (partners/README.md)."""

import traceback
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice

from branchespor.intake.answer import Answer, Checked, Verdicts, security_alarm
from branchespor.intake.history import History
from branchespor.intake.overlay import Onlooker, Overlay
from branchespor.intake.row_faults import RowFaults
from producers.contract import Contract, Decoder
from producers.decoders import decoder
from producers.delivery import Applied, Decoded, Delivery, Outcome, Row
from producers.feeds import FEED_BY_NAME
from producers.made import chosen, numbers
from producers.memory import Memory
from producers.side_by_side import processes_for, shares, side_by_side
from producers.vault import Vault
from schemas.errors import BranchesporError, Unavailable, WrongDelivery
from schemas.faults import Fault
from schemas.forms import looks_decoded_twice, was_decoded_twice
from validation.expectation import Header, Look, RowLike, Suite
from validation.expectations import suite

CheckRows = Callable[[Suite, Sequence[RowLike], Header], Mapping[int, Sequence[Fault]]]

# The default of partners/codes.md F10 and H02: more than this share, and more than this many.
_SHARE_PERCENT = 20
_AT_LEAST = 20
_SUSPECT_AT_LEAST = 5
ROWS_AT_ONCE = 20_000
CONTACT = "data@norddjurs.example"


def handle(
    delivery: Delivery,
    memory: Memory,
    vault: Vault,
    check_rows: CheckRows,
    *,
    synthetic: bool = True,
    release: bool = False,
    alone: bool = False,
    contact: str = CONTACT,
) -> Outcome:
    """All that comes of one delivery; `memory` then holds what is to be saved with it.

    A refused or held delivery changes nothing in the memory but the frame's history of deliveries. `release`: a held
    delivery goes through the same checks again, H codes waived. `alone`: the check of one file, which leaves out what
    rests on an earlier delivery. Errors of the memory, the vault or the world are raised; our own fault in reading or
    checking holds the delivery (H06).
    """
    feed = FEED_BY_NAME[delivery.feed]
    reader, expectations = decoder(delivery.feed), suite(feed.module)
    history = History(memory, delivery, reader.CONTRACT)
    answer = Answer(delivery, reader.CONTRACT, expectations, history, contact)
    if history.handled is not None and not (release and history.handled["held"]):
        if reader.CONTRACT.move_on is not None and not history.handled["held"]:
            reader.CONTRACT.move_on(reader.read(delivery), memory)
        return answer.duplicate()
    try:
        decoded = reader.read(delivery)
    except WrongDelivery as error:
        known = Decoded(rows=(), rows_counted=0, sequence=error.sequence, period=error.period)
        return answer.refused([error.fault, *error.notices], error.rows, known)
    except BranchesporError:
        raise
    except Exception as error:
        return answer.held([Fault(code="H06")], 0, None, trouble=_place(error))
    return _checked_on(answer, reader, decoded, memory, vault, check_rows, synthetic, release, alone)


def discard(delivery: Delivery, memory: Memory, *, contact: str = CONTACT) -> Outcome:
    """The final receipt of a held delivery that a person turned down: refused, its number is free again."""
    reader = decoder(delivery.feed)
    history = History(memory, delivery, reader.CONTRACT)
    answer = Answer(delivery, reader.CONTRACT, suite(FEED_BY_NAME[delivery.feed].module), history, contact)
    rows = 0 if history.handled is None else int(history.handled["rows"])
    return answer.refused([], rows, None)


def _checked_on(
    answer: Answer,
    reader: Decoder,
    decoded: Decoded,
    memory: Memory,
    vault: Vault,
    check_rows: CheckRows,
    synthetic: bool,
    release: bool,
    alone: bool,
) -> Outcome:
    history, contract = answer.history, reader.CONTRACT
    decoded = replace(decoded, header={**decoded.header, "synthetic": "yes" if synthetic else "no"})
    if contract.against_ledger is not None:
        try:
            decoded = contract.against_ledger(decoded, memory)
        except WrongDelivery as error:
            return answer.refused([error.fault, *error.notices], error.rows, decoded)
    order = reader.follows(decoded, history.last)
    if order is not None and order.severity == "file":
        return answer.refused([order, *decoded.faults], decoded.rows_counted, decoded)
    held = [*decoded.held] + ([order] if order is not None else [])
    if any(fault.code == "H04" for fault in held) and not release:
        return answer.held(held, decoded.rows_counted, decoded, alarm=True)
    try:
        checked = check(answer.suite, decoded, check_rows)
        if decoded.late:
            decoded = replace(decoded, late_faults=check_rows(answer.suite, decoded.late, decoded.header))
    except Unavailable:
        raise
    except BranchesporError as error:
        return answer.held([Fault(code="H06")], decoded.rows_counted, decoded, trouble=str(error))
    except Exception as error:
        return answer.held([Fault(code="H06")], decoded.rows_counted, decoded, trouble=_place(error))
    if _too_many(len(checked.rejected), decoded.rows_counted):
        return answer.too_many_faults(decoded, checked, len(checked.rejected), ())
    held += _held_by_content(decoded, checked, history, contract)
    if held and not release:
        # A person who releases it must have seen all there is to see; the silence of an empty total is no news.
        if not decoded.held and _silences_too_many(answer.delivery, reader, decoded, checked, memory, vault):
            held.append(Fault(code="H02"))
        return answer.held(held, decoded.rows_counted, decoded, alarm=decoded.alarm or security_alarm(checked.faults))
    scratch = Overlay(memory)
    applied = reader.facts(answer.delivery, decoded, checked.clean, checked.rejected, scratch, vault)
    if alone:
        applied = _without_earlier(applied)
    verdicts = Verdicts(checked, applied)
    if _too_many(verdicts.counts["rejected"], decoded.rows_counted):
        return answer.too_many_faults(decoded, checked, verdicts.counts["rejected"], applied.faults)
    if _too_many(applied.silenced, applied.open_before) and not release:
        return answer.held(
            [Fault(code="H02")], decoded.rows_counted, decoded, alarm=decoded.alarm or security_alarm(checked.faults)
        )
    scratch.commit()
    return answer.accepted(decoded, checked, applied, verdicts)


def _silences_too_many(
    delivery: Delivery, reader: Decoder, decoded: Decoded, checked: Checked, memory: Memory, vault: Vault
) -> bool:
    onlooker = Onlooker(vault)
    applied = reader.facts(delivery, decoded, checked.clean, checked.rejected, Overlay(memory), onlooker)
    return _too_many(applied.silenced, applied.open_before)


def check(expectations: Suite, decoded: Decoded, check_rows: CheckRows) -> Checked:
    """Row faults and notices of a delivery: those found while reading, each row's, and what several rows show.

    Rows are looked at so many at a time, so that those of a large delivery are never all in memory.
    """
    header, rows = decoded.header, decoded.rows
    faults = RowFaults()
    notices = [fault for fault in decoded.faults if fault.severity == "notice"]
    for fault in decoded.faults:
        if fault.severity == "row" and fault.line is not None:
            faults.add(fault.line, fault)
    processes = processes_for(len(rows))
    if processes > 1:
        # What the checker makes when it is first used is made here, once for all.
        check_rows(expectations, list(islice((row for row in rows if row.line not in faults), 1)), header)
    judge = partial(_judged, expectations, decoded, check_rows, faults, max(1, ROWS_AT_ONCE // processes))
    first, *others = side_by_side([partial(judge, some) for some in shares(len(rows), processes)])
    for each in others:
        first.join(each)
    lines, suspect, look = first.lines, first.suspect, first.look
    faults.take(first.faults)
    across = expectations.across(rows, faults.keys(), header) if look is None else look.found(rows)
    for line in across.alone:
        faults.drop(line)
    for fault in across.faults:
        if fault.severity == "row" and fault.line is not None:
            faults.add(fault.line, fault)
        else:
            notices.append(fault)
    rejected = faults if not across.aside else frozenset(faults) | frozenset(across.aside)
    repeated = frozenset(notice.line for notice in notices if notice.code == "N01" and notice.line is not None)
    suspect = [each for each in suspect if each.line not in across.alone]
    clean = numbers(at for at, line in enumerate(lines) if line not in rejected and line not in repeated)
    return Checked(
        lines=lines,
        faults=faults,
        notices=[*notices, *suspect],
        clean=chosen(rows, clean),
        rejected=rejected,
        repeated=repeated,
        suspect_rows=len({notice.line for notice in suspect}),
    )


@dataclass(slots=True)
class _Judged:
    """Some of the rows of a delivery, each looked at for itself."""

    look: Look | None
    faults: RowFaults = field(default_factory=RowFaults)
    lines: "array[int]" = field(default_factory=numbers)
    suspect: list[Fault] = field(default_factory=list)

    def join(self, later: "_Judged") -> None:
        """Those that come after them."""
        self.faults.take(later.faults)
        self.lines.extend(later.lines)
        self.suspect += later.suspect
        if self.look is not None and later.look is not None:
            self.look.join(later.look)


def _judged(
    expectations: Suite, decoded: Decoded, check_rows: CheckRows, unreadable: RowFaults, at_once: int, places: range
) -> _Judged:
    judged = _Judged(None if expectations.look is None else expectations.look())
    for start in places[::at_once]:
        some = decoded.rows[start : min(start + at_once, places.stop)]
        readable = [row for row in some if row.line not in unreadable]
        for line, found in check_rows(expectations, readable, decoded.header).items():
            judged.faults.put(line, found)
        judged.suspect += suspect_texts(some, expectations)
        judged.lines.extend(row.line for row in some)
        if judged.look is not None:
            for place, row in enumerate(some, start):
                if row.line not in unreadable and row.line not in judged.faults:
                    judged.look.add(place, row)
    return judged


def suspect_texts(rows: Sequence[Row], expectations: Suite) -> list[Fault]:
    """N03 for each text that was probably decoded twice."""
    if expectations.free_texts is not None:
        return [
            Fault(code="N03", line=row.line, column=column)
            for row in rows
            for column in expectations.free_texts
            if was_decoded_twice(row.values.get(column))
        ]
    return [
        Fault(code="N03", line=row.line, column=column)
        for row in rows
        if looks_decoded_twice(row.raw)
        for column, text in row.values.items()
        if text is not None and looks_decoded_twice(text)
    ]


def _held_by_content(decoded: Decoded, checked: Checked, history: History, contract: Contract) -> list[Fault]:
    held: list[Fault] = []
    volume_counts = contract.volume and decoded.volume and not (contract.empty_is_good and decoded.rows_counted == 0)
    if volume_counts and history.volume_is_far(decoded.rows_counted):
        held.append(Fault(code="H01"))
    if checked.suspect_rows >= _SUSPECT_AT_LEAST and checked.suspect_rows * 100 > decoded.rows_counted:
        held.append(Fault(code="H07"))
    return held


def _without_earlier(applied: Applied) -> Applied:
    earlier = frozenset(applied.earlier)
    if not earlier:
        return applied
    verdicts = {line: "accepted" if line in earlier else verdict for line, verdict in applied.verdicts.items()}
    return replace(
        applied, verdicts=verdicts, faults=[fault for fault in applied.faults if fault.line not in earlier], earlier=()
    )


def _too_many(some: int, of: int) -> bool:
    return some > _AT_LEAST and some * 100 > of * _SHARE_PERCENT


def _place(error: Exception) -> str:
    """Type and place of an exception, without its message: that could repeat a value."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [*(f"{frame.name}:{frame.lineno}" for frame in frames[-1:]), *getattr(error, "__notes__", ())]
    return " at ".join([type(error).__name__, *places[-1:]])
