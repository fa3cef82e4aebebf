"""A partner's page of a feed, in Danish, made from its contract: what docs/partners/ holds."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from branchespor.contract_words import BASES, CLASSES, DELIVERIES, FORMATS, PURPOSES, condition, rule_lines, when_read
from schemas.contract_terms import Promise
from schemas.feed_contracts import FOLDER, Column, FeedContract, Record
from validation.codes import CODES

_FILE_CODES: Final = tuple(code for code in CODES if code[0] in "FH")


def page(agreed: FeedContract) -> str:
    """The page as Markdown; the same contract gives the same text."""
    about = agreed.file.description
    parts = [
        f"# {agreed.file.name}",
        f"<!-- Lavet af schemas/{FOLDER}/{agreed.feed}.yaml med `branchespor contract pages`: ret kontrakten. -->",
        f"`{agreed.id}`. {about.usage}" + (f" {about.limitations}" if about.limitations else ""),
        "## Aftalen",
        _table(("Hvad", "Aftalt"), _terms(agreed)),
        "## Felter",
        *_fields(agreed),
        "## Regler",
        "En række med fejl lægges til side, resten tages ind. En kolonne får én fejl: sin første regel, der svigter.",
        _table(("Regel", "Kode", "Fejl, hvis"), ((f"`{rule}`", code, told) for rule, code, told in rules_of(agreed))),
        *_lists(agreed),
        "## Koder i kvitteringen",
        "En kvittering nævner linje, kolonne og kode, aldrig værdien.",
        _table(("Kode", "Betyder"), _codes(agreed)),
        "## Formål og grundlag",
        f"{agreed.own.law.ground} Hvert felt har ét formål:",
        _table(("Formål", "Betyder"), ((name, PURPOSES[name]) for name in _purposes(agreed))),
        "## Prøv en fil, før du sender den",
        f"```\nbranchespor check {agreed.feed} FIL\n```",
    ]
    return "\n\n".join(parts) + "\n"


def _terms(agreed: FeedContract) -> Iterator[tuple[str, str]]:
    file, delivery, server = agreed.own.file, agreed.own.delivery, agreed.file.servers[0]
    yield "Transport", f"{'SFTP' if agreed.transport == 'sftp' else 'REST'}: {server.description or server.location}"
    yield "Navn", f"`{_cell(file.name)}`"
    order = "" if file.format not in ("csv", "json") else f", {_order(agreed)}"
    width = "" if file.length is None else f", {file.length} tegn"
    separator = "" if file.separator is None else f", skilletegn `{file.separator}`"
    yield "Form", f"{FORMATS[file.format]}{separator}{width}{order}"
    yield "Tegnkodning", file.encoding
    yield "Størrelse", f"højst {file.limit} (F08)"
    yield "Leverance er", DELIVERIES[delivery.kind] + ("; en uden rækker er god" if delivery.empty_is_good else "")
    yield "Nøgle", ", ".join(f"`{name}`" for name in _keys(agreed)) or "ingen"
    yield "Frist", _due(agreed.file.sla_properties)
    yield "For mange fejl", "over 20 % af rækkerne og mere end 20: filen afvises (F10)"
    if delivery.waiting_days:
        yield "En række venter (R15)", f"højst {delivery.waiting_days} dage"
    for each in agreed.own.agreed:
        yield each.item, each.text


def _order(agreed: FeedContract) -> str:
    return (
        "felter i vilkårlig rækkefølge"
        if agreed.own.file.any_order or agreed.own.file.format == "json"
        else "fast rækkefølge"
    )


def _keys(agreed: FeedContract) -> Sequence[str]:
    return [column.name for column in agreed.by_column.values() if column.is_key]


def _due(promises: Sequence[Promise]) -> str:
    told = {each.property: each for each in promises}
    if "answered" in told:
        return f"{told['answered'].description}; for sent, når {told['answered'].value} minutter er gået uden svar"
    units: Mapping[str | None, str] = {"minutes": "minutter", "working-days": "arbejdsdage"}
    moved = " (falder den på en helligdag, næste arbejdsdag)" if told["holidays"].value == "next-working-day" else ""
    return f"{told['due'].description}{moved}; for sent efter {told['grace'].value} {units[told['grace'].unit]} mere"


def _fields(agreed: FeedContract) -> Iterator[str]:
    several = len(agreed.records) > 1
    for record in agreed.records:
        if several:
            yield f"### {record.name}"
        length = f" Længde {record.terms.length}." if record.terms.length else ""
        yield f"{record.description}.{length}"
        if record.columns:
            placed = any(column.terms.position for column in record.columns)
            heads = (
                "Felt",
                *(("Position",) if placed else ()),
                "Betydning",
                "Påkrævet",
                "Klasse",
                "Bliver til",
                "Formål",
            )
            yield _table(heads, (_field(agreed, record, column, placed) for column in record.columns))


def _field(agreed: FeedContract, record: Record, column: Column, placed: bool) -> Sequence[str]:
    terms = column.terms
    position = "" if terms.position is None else "-".join(dict.fromkeys(map(str, terms.position)))
    required = [condition(rule.implementation) or "ja" for rule in column.rules if rule.implementation.filled]
    kept = (
        terms.becomes
        if terms.kept
        else {"read": "gemmes ikke", "unread": "læses ikke, gemmes aldrig"}.get(
            terms.handling, "skæres væk ulæst, gemmes aldrig"
        )
    )
    return (
        f"`{column.name}`",
        *((position,) if placed else ()),
        column.description + when_read(terms.read),
        "ja" if column.required else ", ".join(required) or "nej",
        CLASSES[column.classification],
        kept or "",
        f"{column.purpose} ({BASES[column.basis]})",
    )


def rules_of(agreed: FeedContract) -> Iterator[tuple[str, str, str]]:
    """Each rule of a feed's rows once: its id, its code, what is told."""
    seen: set[str] = set()
    for record in agreed.records:
        for column in record.read if record.terms.part == "data" else ():
            for name, code, told in rule_lines(column):
                rule = f"{agreed.feed}.{column.name}.{name}"
                if rule not in seen:
                    seen.add(rule)
                    yield rule, code, told


def _lists(agreed: FeedContract) -> Iterator[str]:
    columns = [column for column in agreed.by_column.values() if column.choices]
    if columns:
        yield "## Kodelister"
    for column in columns:
        yield f"### {column.name}: koder"
        yield _table(
            ("Kode", "Betyder"), ((f"`{_code(each.value)}`", each.description or "") for each in column.choices)
        )


def _code(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _codes(agreed: FeedContract) -> Iterator[tuple[str, str]]:
    own = {
        code for column in agreed.by_column.values() for _, codes, _ in rule_lines(column) for code in codes.split(", ")
    }
    used = {*own, *agreed.own.across, *_FILE_CODES}
    for code, text in CODES.items():
        if code in used:
            yield f"{code} {text.name}", re.sub(r"\{\w+\}", "…", text.da)


def _purposes(agreed: FeedContract) -> Sequence[str]:
    return sorted({column.purpose for record in agreed.records for column in record.columns})


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(text: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\\|", text)
