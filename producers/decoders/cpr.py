"""cpr: the person register's nightly extract becomes residence, civil status and identity changes (cpr.md)."""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from producers import text as texts
from producers.contract import contract_of
from producers.decoders import cpr_file
from producers.decoders.cpr_records import records_of, rows_of
from producers.decoders.cpr_statements import Register, Told, told_by
from producers.delivery import Applied, Decoded, Delivery, IdentityChange, Row, Verdict
from producers.memory import Memory
from producers.vault import Vault
from schemas import forms
from schemas.cpr_blocks import BLOCK_TYPES, NUMBER_CHANGED, blocks, day_of_moment, has_faulty_number, type_of
from schemas.errors import WrongDelivery
from schemas.faults import Fault
from schemas.person_numbers import cleaned

_log = logging.getLogger(__name__)
# 910: an order of ours was wrong; 997: a subscription ended.
_TO_BE_LOOKED_AT = frozenset({"910", "997"})
CONTRACT = contract_of("cpr")


def partner_of(file_name: str, data: bytes) -> str | None:
    """There is one register."""
    return "register"


def read(delivery: Delivery) -> Decoded:
    """The records between 000 and 999. Raises WrongDelivery for the file faults of the page."""
    texts.refuse_empty(delivery.data)
    texts.refuse_other_formats(delivery.data)
    if len(delivery.data) > cpr_file.FILE.most_bytes:
        raise WrongDelivery(Fault(code="F08"))
    notices = [Fault(code="N05", line=1)] if delivery.data.startswith(texts.UTF8_MARK) else []
    text = texts.decoded(delivery.data.removeprefix(texts.UTF8_MARK), cpr_file.FILE.encoding, notices)
    try:
        return _read(delivery.file_name, text, notices)
    except WrongDelivery as wrong:
        day = cpr_file.day_told(text)
        sequence, period = (None, None) if day is None else (_number_of(day), (day, day))
        raise WrongDelivery(wrong.fault, wrong.rows, notices, sequence, period) from None


def _read(file_name: str, text: str, notices: Sequence[Fault]) -> Decoded:
    records = records_of(text)
    if cpr_file.is_for_another_order(file_name, cpr_file.start_record(records)):
        return Decoded(rows=(), rows_counted=0, faults=notices, held=[Fault(code="H04")])
    extract = cpr_file.extract_of(file_name, records)
    rows, faults = rows_of(extract.records)
    previous = "" if extract.previous_day is None else extract.previous_day.isoformat()
    return Decoded(
        rows=rows,
        rows_counted=len(rows),
        faults=[*notices, *faults],
        sequence=_number_of(extract.day),
        period=(extract.day, extract.day),
        header={"day": extract.day.isoformat(), "previous_day": previous},
    )


def follows(decoded: Decoded, last: Mapping[str, Any] | None) -> Fault | None:
    """PRODDTO above the last, and PRODDTOFORRIG the last: later is H03, earlier F12; the first may be any."""
    newest = None if last is None else last["sequence"]
    if decoded.sequence is None or newest is None:
        return None
    before = decoded.header["previous_day"]
    chained_to = _number_of(date.fromisoformat(before)) if before else 0
    if decoded.sequence <= newest or chained_to < newest:
        return Fault(code="F12", detail={"found": decoded.sequence, "last": newest})
    return Fault(code="H03", detail={"missing": chained_to}) if chained_to > newest else None


def facts(
    delivery: Delivery,
    decoded: Decoded,
    clean: Sequence[Row],
    rejected: Collection[int],
    memory: Memory,
    vault: Vault,
) -> Applied:
    """Identity changes first, then what each block tells, compared with what the register told before."""
    for row in clean:
        if type_of(row) in _TO_BE_LOOKED_AT:
            _log.info("the register answers an order of ours", extra={"record_type": type_of(row), "line": row.line})
    in_blocks = [row for row in clean if type_of(row) in BLOCK_TYPES]
    day = date.fromisoformat(decoded.header["day"])
    recorded_at = datetime.combine(day, time(), tzinfo=UTC)
    changes = identity_changes(delivery, in_blocks, recorded_at, vault)
    synthetic = decoded.header["synthetic"] == "yes"
    # A record without a readable number may be a part of any block: half of one would take back what is true.
    may_end = not any(
        type_of(row) in BLOCK_TYPES and has_faulty_number(row, synthetic=synthetic) for row in decoded.rows
    )
    register = Register(delivery, recorded_at, memory, may_end=may_end)
    for change in changes:
        register.merge(change)
    found = register.compare(told_of_persons(in_blocks, day, vault))
    ordered = sorted(found, key=lambda each: each.line)
    verdicts: dict[int, Verdict] = {row.line: "unchanged" for row in clean}
    verdicts |= {change.line: "accepted" for change in changes}
    verdicts |= {each.line: "accepted" for each in ordered}
    return Applied(facts=ordered, identity_changes=changes, verdicts=verdicts)


def identity_changes(
    delivery: Delivery, records: Sequence[Row], recorded_at: datetime, vault: Vault
) -> list[IdentityChange]:
    """Two numbers are one person: a 001 with status 50 or 60, and a 022; pairs known already give nothing."""
    found: dict[tuple[str, str], IdentityChange] = {}
    for row in sorted(records, key=lambda each: each.line):
        day = _changed_on(row)
        pair = cleaned(row.values.get("PNR") or ""), cleaned(row.values.get("PNRGAELD") or "")
        link = None if day is None or pair in found else vault.link(*pair, day, told_by=delivery.sha256)
        if link is not None and day is not None:
            found[pair] = IdentityChange(
                person=link.person,
                day=day,
                recorded_at=recorded_at,
                delivery=delivery.file_name,
                line=row.line,
                merged_person=link.merged_person,
            )
    return list(found.values())


def _changed_on(row: Row) -> date | None:
    if type_of(row) == "022":
        return forms.day(row.values["SLUT_DT-PERSON"], "yyyy-mm-dd")
    is_changed = type_of(row) == "001" and row.values["STATUS"] in NUMBER_CHANGED
    return day_of_moment(row.values["STATUSHAENSTART"]) if is_changed else None


def told_of_persons(records: Sequence[Row], day: date, vault: Vault) -> Mapping[str, list[Told]]:
    """What the blocks tell, by person; a block whose number was changed tells nothing but the change."""
    told = {number: told_by(block, day) for number, block in blocks(records).items()}
    used = {number: each for number, each in told.items() if each is not None}
    persons = vault.identify([cleaned(number) for number in used])
    by_person: dict[str, list[Told]] = {}
    for number, each in used.items():
        by_person.setdefault(persons[cleaned(number)], []).append(each)
    return by_person


def _number_of(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day
