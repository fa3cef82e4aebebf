"""The receipt (kvittering): the answer to a delivery, as an object and as Danish text (partners/receipt.md)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from heapq import nsmallest
from typing import Any

from schemas.faults import Fault
from validation.codes import CODES
from validation.wording import texts

MOST_FAULTS = 1000
COUNTED = ("accepted", "unchanged", "duplicate", "rejected", "waiting")
_RANK = {"file": 0, "held": 1, "row": 2, "notice": 3}
_VERDICTS = {
    "accepted": "modtaget",
    "accepted_with_faults": "modtaget, men nogle rækker er lagt til side",
    "refused": "afvist",
    "held": "sat i bero: en medarbejder ser på den",
    "duplicate": "modtaget før; intet er ændret",
}


def receipt(
    *,
    receipt_id: str,
    verdict: str,
    feed: str,
    partner: str | None,
    contract: str,
    file_name: str,
    sha256: str,
    size: int,
    period: tuple[date, date] | None,
    sequence: int | None,
    counts: Mapping[str, int],
    faults: Iterable[Fault],
    position: Callable[[str | None], int],
    words: Mapping[str, str],
    duplicate_of: str | None = None,
    contact: str | None = None,
) -> dict[str, Any]:
    """The receipt object; `received_at` and `checked_at` are None, the caller sets them.

    `counts` gives `rows` and what of COUNTED is not 0. `position` orders notices of one line by column; row faults of
    one line come in column order already.
    """
    total = 0

    def counted() -> Iterator[Fault]:
        nonlocal total
        for fault in faults:
            total += 1
            yield fault

    # As sorted(…)[:MOST_FAULTS], without holding the faults of a million rows.
    listed = nsmallest(MOST_FAULTS, counted(), key=lambda fault: _order(fault, position))
    return {
        "receipt_id": receipt_id,
        "final": verdict != "held",
        "verdict": verdict,
        "feed": feed,
        "partner": partner,
        "contract": contract,
        "file_name": file_name,
        "sha256": sha256,
        "bytes": size,
        "received_at": None,
        "checked_at": None,
        "period": None if period is None else {"from": period[0].isoformat(), "to": period[1].isoformat()},
        "sequence": sequence,
        "counts": {"rows": counts.get("rows", 0), **{name: counts.get(name, 0) for name in COUNTED}},
        "faults": [_listed(fault, words) for fault in listed],
        "faults_total": total,
        "faults_left_out": total - len(listed),
        "duplicate_of": duplicate_of,
        "contact": contact,
    }


def _order(fault: Fault, position: Callable[[str | None], int]) -> tuple[int, int, int]:
    within = position(fault.column) if fault.severity == "notice" else int(fault.column is not None)
    return _RANK[fault.severity], fault.line or 0, within


def _listed(fault: Fault, words: Mapping[str, str]) -> dict[str, Any]:
    da, en = texts(fault, words)
    return {
        "code": fault.code,
        "severity": fault.severity,
        "line": fault.line,
        "byte": fault.byte,
        "column": fault.column,
        "other_line": fault.other_line,
        "da": da,
        "en": en,
    }


def danish_text(receipt: Mapping[str, Any]) -> str:
    """The same receipt for people, in Danish; one line a fault."""
    counts = receipt["counts"]
    lines = [
        f"Kvittering {receipt['receipt_id']}",
        f"Fil: {receipt['file_name']} ({receipt['bytes']} bytes)",
        f"Resultat: {_VERDICTS[receipt['verdict']]}",
        f"Rækker: {counts['rows']}: {counts['accepted']} indlæst, {counts['unchanged']} uændret, "
        f"{counts['duplicate']} gentaget, {counts['rejected']} afvist, {counts['waiting']} venter",
    ]
    if receipt["duplicate_of"] is not None:
        lines.append(f"Første kvittering: {receipt['duplicate_of']}")
    for fault in receipt["faults"]:
        where = [f"linje {fault['line']}"] if fault["line"] is not None else []
        where += [f"kolonne {fault['column']}"] if fault["column"] is not None else []
        place = f" ({', '.join(where)})" if where else ""
        lines.append(f"{fault['code']} {CODES[fault['code']].name}{place}: {fault['da']}")
    if receipt["faults_left_out"]:
        lines.append(f"… og {receipt['faults_left_out']} fejl mere.")
    if receipt["contact"]:
        lines.append(f"Spørgsmål: {receipt['contact']}")
    return "\n".join(lines) + "\n"
