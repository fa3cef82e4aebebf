"""Good deliveries and how to spoil them: set one field, change the rows, whatever the format; counts are kept right."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[1] / "samples" / "partners"

Rows = list[str]
SetField = Callable[[bytes, str, str], bytes]
SetRows = Callable[[bytes, Callable[[Rows], Rows]], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """A good delivery of one feed, and which of its columns play which part in the list of bad input.

    `set_field` spoils one column of one row that is without fault, `set_rows` adds, repeats and drops rows (as texts).
    `dates` writes (year, month, day) as the contract does. A part that a feed does not have is absent from `parts`.
    """

    feed: str
    file: str
    family: str
    encoding: str
    parts: Mapping[str, str]
    set_field: SetField
    set_rows: SetRows
    dates: Callable[[int, int, int], str] = lambda year, month, day: f"{year:04}-{month:02}-{day:02}"
    row: int = 0
    separator: str = ";"
    header: int = 0
    other: tuple[str, str] = ("", "")

    @property
    def data(self) -> bytes:
        """The bytes of the good delivery."""
        return (SAMPLES / self.feed / "good" / self.file).read_bytes()

    def with_field(self, part: str, value: str) -> bytes:
        """The delivery with another value in the column that plays this part."""
        return self.set_field(self.data, self.parts[part], value)

    def value(self, part: str) -> str:
        """What stands there now."""
        return _value_of(self, self.parts[part])


@dataclass(frozen=True, slots=True)
class Lines:
    """Rows of text lines between `first` lines before them and `last` lines behind them."""

    encoding: str
    first: int
    last: int
    row: int
    counted: Callable[[Rows, int], Rows] = field(default=lambda lines, _: lines)
    end: str = "\r\n"

    def split(self, data: bytes) -> Rows:
        return data.decode(self.encoding).splitlines()

    def join(self, lines: Sequence[str]) -> bytes:
        return "".join(line + self.end for line in lines).encode(self.encoding, "surrogateescape")

    def set_rows(self, data: bytes, change: Callable[[Rows], Rows]) -> bytes:
        lines = self.split(data)
        behind = len(lines) - self.last
        rows = change(lines[self.first : behind])
        return self.join(self.counted([*lines[: self.first], *rows, *lines[behind:]], len(rows)))


def cells(shape: Lines, header: int, data: bytes, column: str, value: str) -> bytes:
    """One field of a separated row."""
    names = shape.split(data)[header].lstrip("\ufeff").split(";")

    def change(rows: Rows) -> Rows:
        parts = rows[shape.row].split(";")
        parts[names.index(column)] = value
        return [*rows[: shape.row], ";".join(parts), *rows[shape.row + 1 :]]

    return shape.set_rows(data, change)


def positions(shape: Lines, places: Mapping[str, tuple[int, int]], data: bytes, column: str, value: str) -> bytes:
    """One field of a row of fixed width, filled with blanks. Raises ValueError for a value that is too long for it."""
    first, last = places[column]
    if len(value) > last - first + 1:
        raise ValueError(column)

    def change(rows: Rows) -> Rows:
        row = rows[shape.row]
        width = last - first + 1
        return [
            *rows[: shape.row],
            row[: first - 1].ljust(first - 1) + value.ljust(width) + row[last:],
            *rows[shape.row + 1 :],
        ]

    return shape.set_rows(data, change)


def _ledighed(lines: Rows, rows: int) -> Rows:
    return [*lines[:-1], f"SLUT;{rows}"]


def _eindkomst(lines: Rows, rows: int) -> Rows:
    return [*lines[:-1], re.sub(r"^9999999;[0-9]+", f"9999999;{rows}", lines[-1])]


def _bestand(lines: Rows, rows: int) -> Rows:
    return [*lines[:-1], lines[-1][:11] + f"{rows:08}" + lines[-1][19:]]


def _cpr(lines: Rows, rows: int) -> Rows:
    return [*lines[:-1], lines[-1][:13] + f"{rows:08}" + lines[-1][21:]]


_BESTAND = {
    "CPR": (3, 12),
    "MEDLEMSNR": (13, 20),
    "INDMELDT": (21, 28),
    "UDMELDT": (29, 36),
    "GRAD": (38, 38),
    "KOMMUNE": (39, 42),
    "AFDELING": (43, 44),
}
_CPR = {"PNR": (4, 13), "STATUS": (24, 25), "KOMKOD": (14, 17), "TILFLYDTO": (70, 81), "TILFLYKOMDTO": (83, 94)}
_ELEMENT = "<{0}>[^<]*</{0}>"


def _set_element(data: bytes, column: str, value: str) -> bytes:
    text = data.decode()
    return re.sub(_ELEMENT.format(column), lambda _: f"<{column}>{value}</{column}>", text, count=1).encode()


def _set_elements(data: bytes, change: Callable[[Rows], Rows]) -> bytes:
    text = data.decode()
    kinds = "Haendelse|ErklaeretParat|SletHaendelse"
    found = list(re.finditer(rf"  <({kinds})>.*?</\1>\n", text, re.S))
    rows = change([each[0] for each in found])
    text = text[: found[0].start()] + "".join(rows) + text[found[-1].end() :]
    return re.sub("<AntalHaendelser>[0-9]+<", f"<AntalHaendelser>{len(rows)}<", text).encode("utf-8", "surrogateescape")


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def _set_key(row: int, data: bytes, column: str, value: str) -> bytes:
    content = json.loads(data)
    content["pages"][0]["items"][row][column] = value
    return _json(content)


def _set_items(data: bytes, change: Callable[[Rows], Rows]) -> bytes:
    content = json.loads(data)
    page = content["pages"][0]
    page["items"] = [json.loads(text) for text in change([json.dumps(item) for item in page["items"]])]
    return _json(content)


def _set_detail(data: bytes, column: str, value: str) -> bytes:
    content = json.loads(data)
    content["details"][0]["body"][column] = value
    return _json(content)


def _set_cell(data: bytes, column: str, value: str) -> bytes:
    content = json.loads(data)
    body = content["details"][0]["body"]
    body["rows"][0][body["columns"].index(column)] = value
    return _json(content)


def _set_table(data: bytes, change: Callable[[Rows], Rows]) -> bytes:
    content = json.loads(data)
    body = content["details"][0]["body"]
    body["rows"] = [json.loads(text) for text in change([json.dumps(row) for row in body["rows"]])]
    return _json(content)


def _value_of(good: Good, column: str) -> str:
    """What stands in the column of the row that is spoilt, found by the same way in which it is set."""
    if good.family == "xml":
        found = re.search(_ELEMENT.format(column), good.data.decode())
        return "" if found is None else found[0].split(">")[1].split("<")[0]
    if good.family == "json":
        content = json.loads(good.data)
        if good.feed == "visitation":
            return str(content["details"][0]["body"][column])
        if good.feed == "arbejdsmarkedsbalance":
            body = content["details"][0]["body"]
            return str(body["rows"][0][body["columns"].index(column)])
        return str(content["pages"][0]["items"][good.row].get(column, ""))
    lines = good.data.decode(good.encoding).splitlines()
    row = lines[good.header + 1 + good.row]
    if good.family == "fixed":
        first, last = (_BESTAND if good.feed == "akasse-bestand" else _CPR)[column]
        return row[first - 1 : last].strip()
    return row.split(";")[lines[good.header].lstrip("\ufeff").split(";").index(column)]


def _danish(year: int, month: int, day: int) -> str:
    return f"{day:02}-{month:02}-{year:04}"


def _digits(year: int, month: int, day: int) -> str:
    return f"{year:04}{month:02}{day:02}"


def _minutes(year: int, month: int, day: int) -> str:
    return f"{_digits(year, month, day)}{'1000' if year else '0000'}"


_L = Lines("cp1252", 1, 1, 2, _ledighed)
_A = Lines("utf-8", 1, 0, 0)
_I = Lines("utf-8", 1, 0, 0)
_E = Lines("utf-8", 2, 1, 0, _eindkomst)
_B = Lines("latin-1", 1, 1, 1, _bestand)
_C = Lines("latin-1", 1, 1, 1, _cpr)

GOOD: Sequence[Good] = (
    Good(
        feed="akasse-ledighed",
        file="AKAS901_LEDIGHED_000147.csv",
        family="csv",
        encoding="cp1252",
        row=2,
        other=("slutdato", "29-06-2020"),
        parts={
            "key": "sagsnr",
            "person": "cpr",
            "date": "startdato",
            "end": "slutdato",
            "code": "art",
            "required": "handling",
            "moment": "registreret",
            "municipality": "kommune",
        },
        dates=_danish,
        set_field=partial(cells, _L, 0),
        set_rows=_L.set_rows,
    ),
    Good(
        feed="amu",
        file="AMU_907001_2019K2_2020K1_20200117101500.csv",
        family="csv",
        encoding="utf-8",
        other=("UDD", "4444"),
        parts={
            "key": "TILMNR",
            "person": "PNR",
            "date": "STARTTP",
            "end": "SLUTTP",
            "code": "AFSLUTN",
            "required": "SELVVALG",
            "municipality": "INSTNR",
            "text": "FORLOEB",
        },
        set_field=partial(cells, _A, 0),
        set_rows=_A.set_rows,
    ),
    Good(
        feed="integration",
        file="INTEGRATION_0707_202031_20200727061500.csv",
        family="csv",
        encoding="utf-8",
        other=("Programtype", "I"),
        parts={
            "key": "Sagsid",
            "person": "CPR-nummer",
            "date": "Overtagelsesdato",
            "end": "Slutdato",
            "code": "Status",
            "required": "Overtagelsesdato",
            "municipality": "Kommunenr",
        },
        dates=_danish,
        set_field=partial(cells, _I, 0),
        set_rows=_I.set_rows,
    ),
    Good(
        feed="eindkomst",
        file="EINDK_0707_202003_000041_20200410063000.csv",
        family="csv",
        encoding="utf-8",
        header=1,
        other=("B0200", "100,00"),
        parts={
            "key": "R0001",
            "person": "S6000",
            "date": "D0001",
            "end": "D0002",
            "code": "K6000",
            "number": "B0200",
            "required": "S5000",
        },
        dates=_digits,
        set_field=partial(cells, _E, 1),
        set_rows=_E.set_rows,
    ),
    Good(
        feed="akasse-bestand",
        file="AKAS901_202052_BESTAND_20201228061500.txt",
        family="fixed",
        encoding="latin-1",
        row=1,
        other=("GRAD", "H"),
        parts={
            "key": "MEDLEMSNR",
            "person": "CPR",
            "date": "INDMELDT",
            "end": "UDMELDT",
            "code": "GRAD",
            "required": "GRAD",
            "municipality": "KOMMUNE",
            "text": "AFDELING",
        },
        dates=_digits,
        set_field=partial(positions, _B, _BESTAND),
        set_rows=_B.set_rows,
    ),
    Good(
        feed="cpr",
        file="D200715.L470701",
        family="fixed",
        encoding="latin-1",
        row=1,
        parts={"person": "PNR", "date": "TILFLYKOMDTO", "required": "PNR", "number": "KOMKOD"},
        dates=_minutes,
        set_field=partial(positions, _C, _CPR),
        set_rows=_C.set_rows,
    ),
    Good(
        feed="ungedatabasen",
        file="UDB_0707_000412_20200811.xml",
        family="xml",
        encoding="utf-8",
        other=("HaendelseDato", "2020-08-18"),
        parts={
            "key": "HaendelseNummer",
            "person": "CPRNr",
            "date": "HaendelseDato",
            "code": "HaendelseType",
            "required": "HaendelseDato",
            "moment": "Registreringstidspunkt",
        },
        set_field=_set_element,
        set_rows=_set_elements,
    ),
    Good(
        feed="visitation",
        file="changes-1.json",
        family="json",
        encoding="utf-8",
        parts={
            "person": "cpr",
            "date": "gyldig_fra",
            "end": "gyldig_til",
            "code": "personkategori",
            "required": "registreret",
            "municipality": "kommune",
        },
        set_field=_set_detail,
        set_rows=_set_items,
    ),
    Good(
        feed="jobcenter-forloeb",
        file="changes-1.json",
        family="json",
        encoding="utf-8",
        row=1,
        other=("slutDato", "2020-02-15"),
        parts={
            "key": "id",
            "person": "cpr",
            "date": "startDato",
            "end": "slutDato",
            "code": "fravaerType",
            "required": "fravaerType",
            "municipality": "myndighed",
            "moment": "registreret",
        },
        set_field=partial(_set_key, 1),
        set_rows=_set_items,
    ),
    Good(
        feed="vitas",
        file="changes-1.json",
        family="json",
        encoding="utf-8",
        row=2,
        other=("slutDato", "2020-08-30"),
        parts={
            "key": "id",
            "person": "cpr",
            "date": "startDato",
            "end": "slutDato",
            "code": "status",
            "number": "timerPrUge",
            "required": "startDato",
            "municipality": "myndighed",
            "moment": "registreret",
        },
        set_field=partial(_set_key, 2),
        set_rows=_set_items,
    ),
    Good(
        feed="jobordrer",
        file="changes-1.json",
        family="json",
        encoding="utf-8",
        row=2,
        other=("titel", "Kok"),
        parts={
            "key": "id",
            "date": "publiceretDato",
            "code": "status",
            "required": "publiceretDato",
            "municipality": "myndighed",
            "moment": "registreret",
            "text": "titel",
        },
        set_field=partial(_set_key, 2),
        set_rows=_set_items,
    ),
    Good(
        feed="arbejdsmarkedsbalance",
        file="changes-1.json",
        family="json",
        encoding="utf-8",
        other=("Kategori", "Mangel på arbejdskraft"),
        parts={"key": "DISCO", "code": "Kategori", "required": "Område", "text": "Stillingsbetegnelse"},
        set_field=_set_cell,
        set_rows=_set_table,
    ),
)
GOOD_BY_FEED: Mapping[str, Good] = {each.feed: each for each in GOOD}
