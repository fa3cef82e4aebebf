"""arbejdsmarkedsbalance: where labour is short, by area, occupation and half-year (arbejdsmarkedsbalance.md)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from producers.contract import contract_of
from producers.decoders import arbejdsmarkedsbalance_pages as pages
from producers.decoders import rest_pages
from producers.decoders.arbejdsmarkedsbalance_pages import PERIOD_KEY, SEAL
from producers.decoders.rest_statements import Content, Told, changed, in_force
from producers.delivery import Applied, Decoded, Delivery, FactOfLine, Row, Verdict
from producers.memory import Document, Memory
from producers.strict_json import refusal
from producers.vault import Vault
from schemas.arbejdsmarkedsbalance import (
    AREA,
    CATEGORIES,
    CATEGORY,
    DISCO,
    KNOWN,
    TITLE,
    WHOLE_COUNTRY,
    half_year,
    names_a_place,
    repeats,
)
from schemas.facts import json_value
from schemas.items import REGISTERED, VERSION, Values, moment, version_of

PARTNER = "star"
SOURCE = f"arbejdsmarkedsbalance:{PARTNER}"
KIND = "ShortageArea"
CURSOR, NUMBER = "balance_cursor", "balance_number"
_STRENGTH: Mapping[str, int] = {word: place for place, word in enumerate(CATEGORIES)}
_NOTHING: Document = {"version": 0, "seal": "", "statements": {}}
read, follows = pages.read, rest_pages.follows


def partner_of(file_name: str, data: bytes) -> str | None:
    """There is one sender."""
    return PARTNER


def against_ledger(decoded: Decoded, memory: Memory) -> Decoded:
    """A publication that was taken in before, or an older version: none of its rows is looked at.

    Raises WrongDelivery F12 for a version taken in before with another publication or other data.
    """
    held = memory.get(decoded.header[PERIOD_KEY]) or _NOTHING
    number = version_of(decoded.header) or 0
    if number > held["version"]:
        return decoded
    if number == held["version"] and decoded.header[SEAL] != held["seal"]:
        raise refusal("F12", rows=decoded.rows_counted, found=VERSION, last=VERSION)
    rows = [Row(line=row.line, values={KNOWN: "yes"}, raw="") for row in decoded.rows]
    return replace(decoded, rows=rows, faults=(), held=(), volume=False, header={**decoded.header, KNOWN: "yes"})


def move_on(decoded: Decoded, memory: Memory) -> None:
    """The next pull begins behind this publication."""
    memory.state[NUMBER], memory.state[CURSOR] = decoded.sequence, decoded.header["next"]


def facts(
    delivery: Delivery,
    decoded: Decoded,
    clean: Sequence[Row],
    rejected: Collection[int],
    memory: Memory,
    vault: Vault,
) -> Applied:
    """The half-year's statements that are new, changed, or not told any more; of no person."""
    move_on(decoded, memory)
    if KNOWN in decoded.header:
        return Applied(verdicts={row.line: "unchanged" for row in clean})
    name, at = decoded.header[PERIOD_KEY], moment(decoded.header[REGISTERED])
    if at is None:
        raise ValueError("a publication passed its forms without a moment")
    held = memory.get(name) or _NOTHING
    groups = _groups(clean)
    told = {group[0].line: _told(name, group[0].values) for group in groups}
    spared = _spared(decoded, rejected, held)
    before = in_force(held["statements"])
    statements, versions = changed(held["statements"], list(told.values()), at, spared)
    memory.put(name, {"version": version_of(decoded.header), "seal": decoded.header[SEAL], "statements": statements})
    new = {each.told.name for each in versions if not each.withdrawn}
    lines = {each.name: line for line, each in told.items()}
    unchanged = {row.line for group in groups if _told(name, group[0].values).name not in new for row in group}
    verdicts: dict[int, Verdict] = {row.line: "unchanged" if row.line in unchanged else "accepted" for row in clean}
    found = [
        FactOfLine(
            fact=each.fact(SOURCE, delivery.received_at),
            delivery=delivery.file_name,
            line=0 if each.withdrawn else lines[each.told.name],
        )
        for each in versions
    ]
    return Applied(
        facts=sorted(found, key=lambda each: (each.line, each.fact.record_key)),
        verdicts=verdicts,
        silenced=sum(each.withdrawn for each in versions),
        open_before=len(before),
    )


def _groups(rows: Iterable[Row]) -> list[list[Row]]:
    """The rows that speak for one area and DISCO; first the first one with the strongest category."""
    groups: dict[tuple[str | None, str | None], list[Row]] = {}
    for row in rows:
        if row.values[CATEGORY] is not None and row.values[AREA] != WHOLE_COUNTRY:
            groups.setdefault((row.values[AREA], row.values[DISCO]), []).append(row)
    return [sorted(group, key=lambda row: _STRENGTH[row.values[CATEGORY] or ""]) for group in groups.values()]


def _told(name: str, values: Values) -> Told:
    first, last = half_year(name) or (None, None)
    content: Content = {
        "area": values[AREA],
        "disco": values[DISCO],
        "title": values[TITLE],
        "category": json_value(CATEGORIES[values[CATEGORY] or ""].category),
        "half_year": name,
        "valid_from": json_value(first),
        "valid_to": json_value(last),
    }
    return Told(kind=KIND, record_key=f"{values[AREA]}/{values[DISCO]}/{name}", person=None, content=content)


def _spared(decoded: Decoded, rejected: Collection[int], held: Document) -> Collection[str]:
    """The statements that silence does not withdraw: those of rejected rows, or all where one cannot be placed."""
    conflicts = repeats(decoded.rows).conflicts
    spared: set[str] = set()
    for row in decoded.rows:
        if row.line not in rejected:
            continue
        if not row.values or (row.line not in conflicts and not names_a_place(row.values)):
            return frozenset(held["statements"])
        spared.add(f"{KIND}/{row.values[AREA]}/{row.values[DISCO]}/{decoded.header[PERIOD_KEY]}")
    return spared


CONTRACT = contract_of("arbejdsmarkedsbalance", against_ledger, move_on)
