"""visitation: thin events and their details become TargetGroupSpells of everybody but the insured (visitation.md)."""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from producers.contract import contract_of
from producers.decoders import visitation_pages as pages
from producers.decoders.visitation_intake import (
    PARTNER,
    Intake,
    content_of,
    number_of,
    take_body,
    take_event,
    take_waiting,
)
from producers.decoders.visitation_statement import in_force
from producers.decoders.visitation_waiting import Waiting, keep, waiting
from producers.delivery import Applied, Decoded, Delivery, Row
from producers.memory import Memory
from producers.vault import Vault
from schemas import forms, person_numbers
from schemas.faults import Fault
from schemas.visitation import DETAIL, EXTERNAL_ID, STATUS

CURSOR, NUMBER = "visitation_cursor", "visitation_number"
_CPR = f"{DETAIL}cpr"
read = pages.read


def partner_of(file_name: str, data: bytes) -> str | None:
    """There is one case system."""
    return PARTNER


def follows(decoded: Decoded, last: Mapping[str, Any] | None) -> Fault | None:
    """F12 for a number seen before or gone back; a number left out is none of the sender's business."""
    if last is None or decoded.sequence is None or last["sequence"] is None or decoded.sequence > last["sequence"]:
        return None
    return Fault(code="F12", detail={"found": decoded.sequence, "last": last["sequence"]})


def facts(
    delivery: Delivery,
    decoded: Decoded,
    clean: Sequence[Row],
    rejected: Collection[int],
    memory: Memory,
    vault: Vault,
) -> Applied:
    """The facts of the items that speak, of those that waited, and in a re-read of silence."""
    total = decoded.header["kind"] == "all"
    held = waiting(memory)
    late = [row for row in decoded.late if row.line not in decoded.late_faults]
    if total:
        memory.load_all()
    else:
        memory.load({each.external_id for each in held} | {row.values["external_id"] or "" for row in clean})
    people = vault.identify(sorted({number_of(row.values) for row in [*clean, *late] if content_of(row.values)}))
    intake = Intake(delivery=delivery, memory=memory, people=people, merged=vault.merged())
    before = _in_force(memory) if total else frozenset()
    for row in clean:
        (take_body if total else take_event)(intake, row)
    silenced = _read_silence(intake, decoded, rejected, before) if total else 0
    _settle(intake, held, [*clean, *late], decoded)
    _move_on(decoded, memory)
    return Applied(
        facts=sorted(intake.facts, key=lambda each: (each.delivery != delivery.file_name, each.line)),
        verdicts=intake.verdicts,
        faults=[*intake.faults, *_notices(row for row in clean if intake.verdicts[row.line] != "waiting")],
        settled=intake.settled,
        silenced=silenced,
        open_before=len(before),
    )


def _in_force(memory: Memory) -> Collection[str]:
    return {external_id for external_id, document in memory.all().items() if in_force(document) is not None}


def _read_silence(intake: Intake, decoded: Decoded, rejected: Collection[int], before: Collection[str]) -> int:
    """Withdraw the facts in force that a whole re-read does not name; gives how many."""
    named = {row.values.get(f"{DETAIL}external_id") for row in decoded.rows}
    unreadable = any(
        not re.fullmatch(EXTERNAL_ID, row.values.get(f"{DETAIL}external_id") or "")
        for row in decoded.rows
        if row.line in rejected
    )
    as_of = forms.rfc3339(decoded.header["as_of"])
    if unreadable or as_of is None or decoded.header["more"] == "yes":
        return 0
    silent = sorted(external_id for external_id in before if external_id not in named)
    for external_id in silent:
        changes = intake.delete(external_id, 0, as_of)
        intake.publish(external_id, changes, intake.delivery.file_name, 0)
    return len(silent)


def _settle(intake: Intake, held: Sequence[Waiting], rows: Sequence[Row], decoded: Decoded) -> None:
    """What becomes of the items that waited before; those of this delivery wait behind them."""
    details = {row.values.get("external_id"): row.values for row in rows if row.values.get(STATUS)}
    faults = {row.values["external_id"]: decoded.late_faults.get(row.line, ()) for row in decoded.late}
    going: dict[str, list[Waiting]] = {}
    for item in held:
        if item.is_overdue(intake.delivery.received_at):
            intake.settle(item, "rejected", [Fault(code="R15", line=item.line, column="external_id")])
        else:
            going.setdefault(item.external_id, []).append(item)
    left: list[Waiting] = []
    for external_id, items in going.items():
        left += take_waiting(intake, external_id, items, details.get(external_id), faults.get(external_id, ()))
    keep(intake.memory, [*left, *intake.waits])


def _move_on(decoded: Decoded, memory: Memory) -> None:
    """Where the next pull begins. A re-read that was not read to its end has told no cursor."""
    memory.state[NUMBER] = decoded.sequence
    following = decoded.header["next"]
    if following and not (decoded.header["kind"] == "all" and decoded.header["more"] == "yes"):
        memory.state[CURSOR] = following


def _notices(rows: Iterable[Row]) -> Iterator[Fault]:
    """N02 for a number that was cleaned, N04 once for a key nobody knows."""
    told: set[str] = set()
    for row in rows:
        number = row.values.get(_CPR)
        if number is not None and person_numbers.cleaned(number) != number:
            yield Fault(code="N02", line=row.line, column=_CPR)
        for key in json.loads(row.values.get(pages.UNKNOWN_KEYS) or "[]"):
            if key not in told:
                told.add(key)
                yield Fault(code="N04", line=row.line)


CONTRACT = contract_of("visitation", move_on=_move_on)
