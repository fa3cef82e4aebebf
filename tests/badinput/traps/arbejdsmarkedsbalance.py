"""The traps of the page arbejdsmarkedsbalance, each as the deliveries that make it, in order."""

import json
from collections.abc import Mapping, Sequence

from tests.badinput.trap_feeds import Files

Cells = Sequence[str | int | None]

_COLUMNS = ("Periode", "Område", "DISCO", "Stillingsbetegnelse", "Kategori", "Beskæftigede", "Ledighed (pct.)")
_AREA = "RAR Østjylland"


def row(
    disco: str | int = "721210",
    title: str = "Svejser",
    category: str | None = "Mangel på arbejdskraft",
    *,
    half_year: str = "2020H1",
    area: str = _AREA,
    employed: str | int = "1.034",
    unemployed: str | int = "2,1",
) -> Cells:
    """One title in one area."""
    return (half_year, area, disco, title, category, employed, unemployed)


def publication(
    number: int,
    *rows: Cells,
    half_year: str = "2020H1",
    version: int = 1,
    registered: str = "2019-12-30T09:00:00Z",
    columns: Sequence[str] = _COLUMNS,
) -> tuple[str, bytes]:
    """The delivery of one publication."""
    name = f"AMB01-{half_year}"
    item = {"aendring": 1, "id": name, "periode": half_year, "registreret": registered, "version": version}
    content = {
        "details": [
            {"body": {"columns": list(columns), "rows": [list(each) for each in rows]}, "id": name, "status": 200}
        ],
        "pages": [{"has_more": False, "items": [item], "next": f"{name}-v{version}"}],
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"changes-{number}.json", text.encode()


_GOOD = "Gode jobmuligheder"
_COOK = row("512010", "Kok", _GOOD)
TRAPS: Mapping[str, Files] = {
    "thousands, decimals, nothing, and other marks": [
        publication(
            1,
            row(),
            row("512010", "Kok", employed="-", unemployed=".."),
            row("513110", "Tjener", employed="1.23"),
            row("532210", "Hjælper", unemployed="3.4"),
        )
    ],
    "a number as a number": [publication(1, row(employed=812), row(disco=31000, title="Befal"))],
    "two titles, one group, two categories": [
        publication(1, row("711510", "Tømrer", _GOOD), row("711510", "Bygningssnedker", "Paradoksproblemer"))
    ],
    "one title twice with two categories": [publication(1, row(), row(category=_GOOD), _COOK)],
    "the whole country among the areas": [publication(1, row(), row(area="Hele landet"))],
    "a category that has ended": [
        publication(
            1,
            row(half_year="2021H1", category="Omfattende mangel på arbejdskraft"),
            row("512010", "Kok", _GOOD, half_year="2021H1"),
            half_year="2021H1",
            registered="2020-12-30T09:00:00Z",
        )
    ],
    "published a day before its half-year": [
        publication(1, row(half_year="2020H2"), half_year="2020H2", registered="2020-06-30T09:00:00Z")
    ],
    "a second version": [
        publication(1, row(), _COOK),
        publication(2, row(category=_GOOD), version=2, registered="2020-03-02T09:00:00Z"),
    ],
    "the next half-year": [
        publication(1, row(), _COOK),
        publication(2, row(half_year="2020H2"), half_year="2020H2", registered="2020-06-30T09:00:00Z"),
    ],
    "a category is not given any more": [
        publication(1, row(), _COOK),
        publication(2, row(category=None), _COOK, version=2, registered="2020-03-02T09:00:00Z"),
    ],
    "names that are not exact": [
        publication(1, row(category="Mangel"), row("512010", "Kok", "MANGEL PÅ ARBEJDSKRAFT"))
    ],
    "columns in another order": [publication(1, tuple(reversed(row())), columns=tuple(reversed(_COLUMNS)))],
    "no rows": [publication(1, row()), publication(2, version=2, registered="2020-03-02T09:00:00Z")],
}
