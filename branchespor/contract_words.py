"""The Danish words for what a contract says as data: conditions, tests, classes, purposes."""

from collections.abc import Iterator, Mapping
from typing import Final

from schemas.contract_terms import Cases, Condition, Implementation, Quality, Scalar
from schemas.feed_contracts import Column

CLASSES: Final[Mapping[str, str]] = {
    "ordinary": "almindelig",
    "confidential": "fortrolig",
    "identity": "identitet",
    "special": "følsom",
}
BASES: Final[Mapping[str, str]] = {"public-task": "myndighedsopgave", "not-personal": "ikke personoplysning"}
FORMATS: Final[Mapping[str, str]] = {"csv": "CSV", "fixed": "fast bredde", "xml": "XML", "json": "JSON"}
DELIVERIES: Final[Mapping[str, str]] = {
    "changes": "ændringer siden den sidste",
    "total": "en total: hvad der ikke er med, gælder ikke længere",
    "window": "et vindue: alt i perioden gentages hver gang",
}
# The purposes of schemas/catalogue.yaml.
PURPOSES: Final[Mapping[str, str]] = {
    "identification": "vide, at to oplysninger handler om samme borger, uden at vide hvem",
    "versioning": "vide, hvilken version der er den nyeste, og hvad man vidste hvornår",
    "traceability": "føre hver besked tilbage til de oplysninger, den hviler på",
    "eligibility": "finde ud af, hvem der er omfattet af et branchespor, fra hvilken dag og hvorfor",
    "training": "følge kurser i et spor",
    "track": "begynde, følge og forklare en borgers spor",
    "placement": "følge virksomhedspladser i et spor",
    "youth": "følge unges vej til og gennem en uddannelse",
    "attachment": "vide, om et job holder uden offentlig forsørgelse",
    "coordination": "vide, at der er en indsats ved siden af sporet, så intet støder sammen",
    "sector-test": "vide, hvor der mangler arbejdskraft",
    "openings": "bringe virksomheders ledige stillinger i spil",
    "partner-relation": "vide, hvilken partner der må få besked om en borger, og hvornår ikke længere",
    "partner-notice": "fortælle en partner, hvad dens egen opgave kræver",
    "clock": "finde, hvad der forfalder, alene fordi tiden går",
    "operation": "holde leverancerne i gang",
}
_PERSON: Final = (
    ("zero-lost", "R03", "Ni cifre: et nul foran er forsvundet"),
    ("saved-as-number", "R03", "Gemt som tal, fx 1,01E+09"),
    ("person-number", "R03", "Ikke ti cifre, eller datoen findes ikke"),
    ("replacement", "R04", "Et erstatningsnummer"),
    ("synthetic", "R05", "I et testmiljø: ikke et opdigtet nummer (dag + 60)"),
)


def rule_lines(column: Column) -> Iterator[tuple[str, str, str]]:
    """Name, code and Danish text of each rule of a column, as the suite has them."""
    if column.required:
        yield "required", "R02", "Blank" + when_read(column.terms.read)
    for rule in column.rules:
        asked = rule.implementation
        told = condition(asked)
        if asked.person:
            yield from _PERSON
        elif asked.day is not None:
            yield "day", "R06", f"Ikke en dag af formen `{asked.day.replace('y', 'å')}`{_behind(told)}"
            yield "years", "R12", f"Før 1900 eller efter 2199{_behind(told)}"
        else:
            yield rule.name, asked.code or "", _told(rule) + _behind(told)


def _told(rule: Quality) -> str:
    if rule.description is None:
        return _failure(rule.implementation)
    return rule.description.replace("{limit}", str(rule.implementation.limit))


def condition(asked: Implementation | Condition) -> str:
    """`når X er A eller B, og Y ikke er C`; empty for every row."""
    parts = [*_cases(asked.when, "er"), *_cases(asked.unless, "ikke er")]
    return f"når {', og '.join(parts)}" if parts else ""


def when_read(read: Condition | None) -> str:
    """When a column is read, to be put behind a text; empty if always."""
    return "" if read is None else f" (læses {condition(read)})"


def _cases(cases: Cases | None, word: str) -> Iterator[str]:
    for column, values in (cases or {}).items():
        yield f"`{column}` {word} {' eller '.join(map(_value, values))}"


def _value(value: Scalar) -> str:
    return "blank" if value is None else f"`{value}`"


def _behind(text: str) -> str:
    return f", {text}" if text else ""


def _failure(asked: Implementation) -> str:
    if asked.filled:
        return "Blank"
    if asked.blank:
        return "Ikke blank"
    if asked.listed:
        return "Ikke i kodelisten"
    if asked.longest is not None:
        return f"Over {asked.longest} tegn, eller styretegn"
    forms = [each for each in (asked.matches, asked.number and f"{asked.number} (JSON-tal)") if each]
    return "Har ikke formen " + " eller ".join(f"`{form}`" for form in forms)
