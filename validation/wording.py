"""A fault in sentences: the texts of its code with the words of the contract, Danish and English, never a value."""

import re
from collections.abc import Mapping
from typing import Final

from schemas.faults import Fault
from validation.codes import CODES

_HINTS = {
    "zero": (" Er et nul foran forsvundet?", " Was a leading zero lost?"),
    "text": (" Gem kolonnen som tekst.", " Save the column as text."),
}
# What a blank says where neither the fault nor the contract has a word for it.
_DEFAULTS = {
    "found": ("?", "?"),
    "expected": ("?", "?"),
    "unit": ("felter", "fields"),
    "encoding": ("i den aftalte tegnkodning", "in the agreed encoding"),
    "detail": ("se aftalen", "see the agreement"),
    "limit": ("se aftalen", "see the agreement"),
    "share": ("?", "?"),
    "last": ("?", "?"),
    "form": ("i aftalen", "in the agreement"),
    "list": ("i aftalen", "of the agreement"),
}
# A row that has no fields to be counted: an item that is no object, an element with an element twice.
_NOT_COUNTED: Final = (
    "Rækken er ikke opbygget som aftalt. Dan den igen.",
    "The row is not built as agreed. Produce it again.",
)
# cpr: what the record refers to is the person's own record 001.
_WITHOUT_PERSON: Final = (
    "Personens record 001 mangler. Send alle personens records.",
    "The person's record 001 is missing. Send all records of the person.",
)
# Words that feeds fill in, all Danish since senders read Danish; names of columns, records and files stay.
_ENGLISH: Final = {
    "a-kassen i mappe, navn, startrække og slutrække": "a-kasse in folder, name, first row and last row",
    "DANNET findes ikke": "no such time as DANNET",
    "DANNET i navn og startrække": "DANNET in name and first row",
    "DANNET ligger før OPGJORT": "DANNET lies before OPGJORT",
    "OPGJORT er ikke ugens søndag": "OPGJORT is not the Sunday of the week",
    "PERIODE i navn, startrække og slutrække": "PERIODE in name, first row and last row",
    "PRODDTO er ikke en dag": "PRODDTO is no day",
    "PRODDTOFORRIG er ikke en dag før PRODDTO": "PRODDTOFORRIG is no day before PRODDTO",
    "CPR-Direct udtræk (ISO-8859-1, en record på hver linje)": "CPR-Direct extract (ISO-8859-1, one record on a line)",
    "dato og TilTidspunkt": "date and TilTidspunkt",
    "for dybt": "nested too deeply",
    "forsikringsgrader": "degrees of insurance",
    "FraTidspunkt og TilTidspunkt": "FraTidspunkt and TilTidspunkt",
    "indlejring over 32": "nesting over 32",
    "JSON, men ikke et objekt": "JSON, but not an object",
    "kolonne to gange": "a column twice",
    "kommune eller løbenummer": "municipality or sequence number",
    "kommuner": "municipalities",
    "kvartalerne i filnavnet": "the quarters in the file name",
    "måneden i filnavnet": "the month in the file name",
    "navn og record 000 skal passe sammen": "name and record 000 must agree",
    "navnets form": "the form of the name",
    "nøgle to gange": "a key twice",
    "record 000 mangler": "record 000 is missing",
    "rodelement, navnerum eller Hoved": "root element, namespace or Hoved",
    "skilletegn": "separator",
    "skilletegn eller ukendt kolonne": "separator or an unknown column",
    "startrækken 01 mangler": "the first row 01 is missing",
    "tegn": "characters",
    "tekst med fast bredde 44 (ISO-8859-1)": "text of fixed width 44 (ISO-8859-1)",
    "tal over 18 tegn": "a number over 18 characters",
    "tid i navn og slutlinje": "tid in name and last line",
    "ugen findes ikke": "no such week",
    "ugen i filnavnet": "the week in the file name",
    "ukendt FeltID": "an unknown FeltID",
    "recordtyper": "record types",
    "rækketyper": "row types",
    "årsager": "reasons",
}
_COUNTED: Final = (
    (re.compile(r"^højst\b"), "at most"),
    (re.compile(r"(?<=[0-9]) cifre\b"), " digits"),
    (re.compile(r"(?<=[0-9]) rækker\b"), " rows"),
    (re.compile(r"(?<=[0-9]) hændelser\b"), " events"),
    (re.compile(r"(?<=[0-9]) poster\b"), " items"),
    (re.compile(r"(?<=[0-9]) bytes?\b"), " bytes"),
)


def texts(fault: Fault, words: Mapping[str, str]) -> tuple[str, str]:
    """The Danish and the English sentence of a fault; `words` are the contract's."""
    if fault.code == "R01" and "found" not in fault.detail:
        return _NOT_COUNTED
    if fault.code == "R15" and fault.column == "RECORDTYPE":
        return _WITHOUT_PERSON
    filled: list[str] = []
    for language, template in enumerate((CODES[fault.code].da, CODES[fault.code].en)):
        blanks: dict[str, object] = {name: both[language] for name, both in _DEFAULTS.items()}
        blanks |= {name: _word(each, language) for name, each in {**words, **fault.detail}.items()}
        blanks |= {"line": fault.line or blanks.get("line", "?"), "byte": fault.byte or blanks.get("byte", "?")}
        blanks |= {"hint": _HINTS[str(fault.detail["hint"])][language] if "hint" in fault.detail else "", "other": ""}
        if fault.other_line is not None:
            blanks["other"] = f"{(' linje ', ' line ')[language]}{fault.other_line}"
            if fault.code == "R11":
                blanks["other"] = f"{(' på', ' on')[language]}{blanks['other']}"
        filled.append(template.format_map(blanks))
    return filled[0], filled[1]


def _word(word: object, language: int) -> object:
    if not isinstance(word, str):
        return word
    if language == 0:
        return word.replace("yyyy", "åååå")
    english = _ENGLISH.get(word, word)
    for pattern, instead in _COUNTED:
        english = pattern.sub(instead, english)
    return english
