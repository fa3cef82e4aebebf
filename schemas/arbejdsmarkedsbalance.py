"""What decoder and expectations of arbejdsmarkedsbalance share: columns, lists, half-years, repeats."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from schemas.companies import is_disco
from schemas.facts import ShortageCategory
from schemas.feed_contracts import contract
from schemas.items import ItemRow, Repeats, Values, repeats_in, text
from schemas.json_text import integer_of

PERIOD, AREA, DISCO, TITLE, CATEGORY = "Periode", "Område", "DISCO", "Stillingsbetegnelse", "Kategori"
EMPLOYED, UNEMPLOYED = "Beskæftigede", "Ledighed (pct.)"
MUST_BE_THERE = (PERIOD, AREA, DISCO, TITLE, CATEGORY)
_AGREED = contract("arbejdsmarkedsbalance")
COLUMNS = _AGREED.columns
PUBLICATION = "AMB01-"
FIRST_HALF_YEAR = "2019H1"
# A row of a publication that was taken in before: nothing of it is read.
KNOWN = "known"

WHOLE_COUNTRY = "Hele landet"
AREAS = _AGREED.codes(AREA)


class Category(NamedTuple):
    """What a word of the balance becomes, and the last half-year that has it; words of one length, so texts compare."""

    category: ShortageCategory
    last: str = "9999H2"


# Strongest first.
CATEGORIES: Mapping[str, Category] = {
    "Omfattende mangel på arbejdskraft": Category(ShortageCategory.EXTENSIVE_SHORTAGE, "2020H2"),
    "Mangel på arbejdskraft": Category(ShortageCategory.SHORTAGE),
    "Paradoksproblemer": Category(ShortageCategory.PARADOX),
    "Gode jobmuligheder": Category(ShortageCategory.GOOD),
    "Mindre gode jobmuligheder": Category(ShortageCategory.LESS_GOOD),
}

_BLANKS = frozenset({"null", "n/a", "-", "..", "ukendt"})
_HALF_YEAR = re.compile(r"([0-9]{4})H([12])")


def cell(value: object, column: str | None) -> str | None:
    """A cell as text; a whole number in DISCO is the digits it is left with."""
    found = text(value, _BLANKS)
    number = integer_of(found) if column == DISCO else None
    return found if number is None else str(number)


def half_year(name: str) -> tuple[date, date] | None:
    """First and last day of `2020H1`; None without its form."""
    match = _HALF_YEAR.fullmatch(name)
    if match is None or match[1] == "0000":
        return None
    year = int(match[1])
    return (date(year, 1, 1), date(year, 6, 30)) if match[2] == "1" else (date(year, 7, 1), date(year, 12, 31))


def names_a_place(values: Values) -> bool:
    """Whether area and DISCO have no fault of their own: then the row speaks for them even if it is rejected."""
    return values.get(AREA) in AREAS and is_disco(values.get(DISCO))


def repeats(rows: Iterable[ItemRow]) -> Repeats:
    """Rows with one area, DISCO and title: the same again, or with other content."""
    groups: dict[tuple[str | None, ...], list[ItemRow]] = {}
    for row in rows:
        if row.values and KNOWN not in row.values:
            key = tuple(row.values.get(column) for column in (AREA, DISCO, TITLE))
            groups.setdefault(key, []).append(row)
    return repeats_in(groups.values(), _content)


def _content(values: Values) -> Sequence[str | None]:
    return [values.get(column) for column in COLUMNS]
