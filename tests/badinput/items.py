"""The list of bad input, each item as bytes: what is done to a good delivery, for every feed that can be sent it."""

import gzip
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tests.badinput.deliveries import Good, Rows


@dataclass(frozen=True, slots=True)
class Case:
    """One bad delivery: the feed, the item of the list with what exactly is done, and the bytes."""

    feed: str
    item: str
    file: str
    data: bytes
    synthetic: bool = True

    @property
    def number(self) -> str:
        """The item's number, for example `B-33`."""
        return self.item.partition(" ")[0]


# What the answer to one delivery alone cannot show, and the tests that do.
ELSEWHERE: Final[Mapping[str, str]] = {
    "B-18": "tests/badinput/test_bad_input.py::test_more_rows_than_agreed_are_refused_unread",
    "B-26": "tests/badinput/test_bad_input.py::test_a_hostile_name_is_refused",
    "B-27": "tests/producers/transports/test_sftp.py::test_links_folders_and_pipes_are_refused_without_being_read",
    "B-55": "tests/producers/test_akasse_ledighed.py::test_a_waiting_row_is_rejected_after_35_days_and_no_sooner",
    "B-57": "tests/producers/test_akasse_bestand.py::test_a_total_that_closes_too_many_is_held_and_changes_nothing",
    "B-58": "tests/producers/test_akasse_ledighed.py"
    "::test_the_next_number_follows_a_repeat_and_a_lower_one_are_refused_and_a_gap_is_held",
    "B-59": "tests/producers/test_every_feed.py"
    "::test_the_same_bytes_again_are_a_duplicate_that_names_the_first_receipt",
}


def cases(good: Good) -> Iterator[Case]:
    """All items that this feed can be sent."""
    made: list[tuple[str, bytes]] = [*_files(good), *_of_family(good), *_rows(good), *_fields(good)]
    for item, data in made:
        yield Case(good.feed, item, good.file, data)


def _files(good: Good) -> Iterator[tuple[str, bytes]]:
    data = good.data
    yield "B-1 no byte", b""
    yield "B-2 line ends alone", b"\r\n\n\r\n"
    yield "B-2 blanks alone", b"   \n \n"
    yield "B-7 byte order mark", b"\xef\xbb\xbf" + data.removeprefix(b"\xef\xbb\xbf")
    yield "B-8 UTF-16", data.decode(good.encoding).encode("utf-16")
    yield "B-9 saved in another encoding", _other_encoding(good)
    yield "B-20 cut in the middle", data[: len(data) // 2]
    yield "B-22 gzip of much", gzip.compress(b"0" * 5_000_000, mtime=0)
    yield "B-23 gzip cut short", gzip.compress(data, mtime=0)[:-10]
    yield "B-24 zip with a way out", _zip({"../../a.csv": data, "/etc/a.csv": data})
    yield "B-24 zip of many files", _zip({f"{number}.csv": b"x" for number in range(2000)})
    yield "B-24 zip in a zip", _zip({"a.zip": _zip({"a.csv": data})})
    yield "B-25 zip", _zip({"a.csv": data})
    yield "B-25 xlsx", _zip({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})
    yield "B-25 pdf", b"%PDF-1.7\n" + data
    yield "B-25 png", b"\x89PNG\r\n\x1a\n" + data


def _other_encoding(good: Good) -> bytes:
    text = good.data.decode(good.encoding).lstrip("\ufeff")
    if good.encoding == "utf-8":
        # The letters of the sample may all be ASCII: one that is not is put where text stands.
        return (
            text.replace("{", '{"é":1,', 1).encode("cp1252")
            if good.family == "json"
            else (text.replace("\n", "\né", 2).encode("cp1252"))
        )
    return good.set_rows(good.data, _spoil(good.row, lambda row: f"{row}Å")).decode(good.encoding).encode("utf-8")


def _zip(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content)
    return out.getvalue()


def _of_family(good: Good) -> Iterator[tuple[str, bytes]]:
    yield from {"csv": _csv, "fixed": _fixed, "xml": _xml, "json": _json_items}[good.family](good)


def _csv(good: Good) -> Iterator[tuple[str, bytes]]:
    data, encoding = good.data, good.encoding
    lines = data.decode(encoding).splitlines()
    head = lines[good.header]
    names = head.lstrip("\ufeff").split(";")

    def with_head(text: str) -> bytes:
        return _joined([*lines[: good.header], text, *lines[good.header + 1 :]], encoding)

    yield "B-3 header, no rows", good.set_rows(data, lambda _: [])
    yield "B-4 a column missing", with_head(";".join(names[:-1]))
    yield "B-5 a column too many", good.set_rows(with_head(f"{head};mere"), lambda rows: [f"{row};x" for row in rows])
    yield "B-6 a column twice", with_head(";".join([*names[:-1], names[0]]))
    yield "B-12 comma", _joined([line.replace(",", ".").replace(";", ",") for line in lines], encoding)
    yield "B-12 tab", _joined([line.replace(";", "\t") for line in lines], encoding)
    yield "B-12 pipe", _joined([line.replace(";", "|") for line in lines], encoding)
    yield "B-13 separator in a field", good.set_rows(data, _spoil(good.row, lambda row: row.replace(";", ";x;", 1)))
    yield "B-14 quote never closed", good.set_rows(data, _spoil(good.row, lambda row: f'"{row}'))
    yield "B-15 line ends mixed", _mixed_ends(lines, encoding)
    yield "B-15 no line end at the end", _joined(lines, encoding).rstrip(b"\r\n")
    yield "B-16 a field too few", good.set_rows(data, _spoil(good.row, lambda row: row.rpartition(";")[0]))
    yield "B-16 a field too many", good.set_rows(data, _spoil(good.row, lambda row: f"{row};"))
    if good.feed in ("akasse-ledighed", "eindkomst"):
        yield "B-19 trailer counts one more", _joined([*lines[:-1], _one_more(lines[-1])], encoding)
        yield "B-19 no trailer", _joined(lines[:-1], encoding)
    yield "B-20 cut in a row", data[: -len(lines[-1].encode(encoding)) - 12]


def _one_more(trailer: str) -> str:
    fields = trailer.split(";")
    return ";".join([fields[0], str(int(fields[1]) + 1), *fields[2:]])


def _joined(lines: Rows, encoding: str, end: str = "\r\n") -> bytes:
    return "".join(line + end for line in lines).encode(encoding)


def _mixed_ends(lines: Rows, encoding: str) -> bytes:
    ends = ("\r\n", "\n")
    return "".join(line + ends[place % 2] for place, line in enumerate(lines)).encode(encoding)


def _spoil(place: int, change: Callable[[str], str]) -> Callable[[Rows], Rows]:
    return lambda rows: [*rows[:place], change(rows[place]), *rows[place + 1 :]]


def _fixed(good: Good) -> Iterator[tuple[str, bytes]]:
    data, encoding = good.data, good.encoding
    lines = data.decode(encoding).splitlines()
    yield "B-3 header, no rows", good.set_rows(data, lambda _: [])
    yield "B-4 no first row", _joined(lines[1:], encoding)
    yield "B-6 the first row twice", _joined([lines[0], *lines], encoding)
    yield "B-15 LF alone", _joined(lines, encoding, "\n")
    yield "B-15 no line end at the end", _joined(lines, encoding).rstrip(b"\r\n")
    yield "B-16 a row too long", good.set_rows(data, _spoil(good.row, lambda row: row.ljust(400) + "x"))
    yield "B-16 a row too short", good.set_rows(data, _spoil(good.row, lambda row: row[:20]))
    yield (
        "B-19 trailer counts one row more",
        good.set_rows(data, lambda rows: [*rows, rows[0]])[:0] or _joined([*lines[:1], *lines[2:]], encoding),
    )
    yield "B-19 no trailer", _joined(lines[:-1], encoding)
    yield "B-20 cut in a row", data[: -len(lines[-1]) - 12]


def _xml(good: Good) -> Iterator[tuple[str, bytes]]:
    text = good.data.decode()
    head, _, rest = text.partition("?>")
    bomb = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    yield "B-3 Hoved, no rows", good.set_rows(good.data, lambda _: [])
    yield "B-4 an element of Hoved missing", text.replace("    <LoebeNummer>000412</LoebeNummer>\n", "").encode()
    yield (
        "B-6 an element of Hoved twice",
        text.replace("<LoebeNummer>", "<LoebeNummer>000412</LoebeNummer><LoebeNummer>", 1).encode(),
    )
    yield (
        "B-16 an element twice in a row",
        text.replace(
            "    <HaendelseDato>", "    <HaendelseDato>2020-08-17</HaendelseDato>\n    <HaendelseDato>", 1
        ).encode(),
    )
    yield "B-19 AntalHaendelser counts one more", text.replace("<AntalHaendelser>8", "<AntalHaendelser>9").encode()
    yield "B-28 billion laughs", f'{head}?>\n<!DOCTYPE x [<!ENTITY a0 "x">{bomb}]>{rest}'.encode()
    yield (
        "B-29 one long entity, named often",
        (f'{head}?>\n<!DOCTYPE x [<!ENTITY a "{"x" * 5000}">]>{rest.replace("0707", "&a;" * 50, 1)}'.encode()),
    )
    yield (
        "B-30 external entity",
        (f'{head}?>\n<!DOCTYPE x [<!ENTITY a SYSTEM "file:///x">]>{rest.replace("0707", "&a;", 1)}'.encode()),
    )
    yield (
        "B-30 XInclude",
        text.replace(
            "<Hoved>", '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="x.xml"/><Hoved>', 1
        ).encode(),
    )
    yield (
        "B-30 schema on the net",
        text.replace(
            "<HaendelseLeverance ",
            '<HaendelseLeverance xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
            ' xsi:schemaLocation="urn:ungedatabasen:haendelser:1.0 http://schema.example/x.xsd" ',
            1,
        ).encode(),
    )


def _json_items(good: Good) -> Iterator[tuple[str, bytes]]:
    text = good.data.decode()
    yield "B-3 a page without items", good.set_rows(good.data, lambda _: [])
    yield "B-31 a key twice", text.replace('"has_more":false', '"has_more":false,"has_more":false', 1).encode()
    yield "B-32 NaN", text.replace('"version":1', '"version":NaN', 1).encode()
    yield "B-32 a number of 5000 digits", text.replace('"version":1', f'"version":{"9" * 5000}', 1).encode()
    yield "B-32 100000 brackets", b"[" * 100_000
    deep = "[" * 100_000 + "]" * 100_000
    yield "B-32 100000 brackets inside", text.replace('"version":1', f'"version":{deep}', 1).encode()
    yield "B-20 cut at its end", good.data[:-3]
    yield "B-5 a key too many", _key_too_many(good)


def _key_too_many(good: Good) -> bytes:
    if good.feed != "arbejdsmarkedsbalance":
        return good.set_field(good.data, "ukendt", "x")
    text = good.data.decode().replace('"columns":[', '"columns":["Ukendt",', 1)
    return good.set_rows(text.encode(), lambda rows: [row.replace("[", '["x", ', 1) for row in rows])


def _rows(good: Good) -> Iterator[tuple[str, bytes]]:
    yield "B-53 a row twice", good.set_rows(good.data, lambda rows: [*rows[: good.row + 1], *rows[good.row :]])
    yield from _overlaps(good)
    if good.other[0]:
        yield "B-54 one key, two contents", _two_contents(good)


# Rows that are put beside the good ones: (item, rows).
_BESIDE: Final[Mapping[str, Mapping[str, Rows]]] = {
    "akasse-ledighed": {
        "B-47 absences that overlap and agree": [
            "00100101;N;FRAVÆR;9112784567;0707;01-07-2020;05-07-2020;FERIE;N;;14-07-2020 08:20:12",
            "00100102;N;FRAVÆR;9112784567;0707;03-07-2020;08-07-2020;FERIE;N;;14-07-2020 08:20:13",
        ],
        "B-48 absences that overlap and contradict": [
            "00100101;N;FRAVÆR;9112784567;0707;01-07-2020;05-07-2020;FERIE;N;;14-07-2020 08:20:12",
            "00100102;N;FRAVÆR;9112784567;0707;03-07-2020;08-07-2020;SYGDOM;J;;14-07-2020 08:20:13",
        ],
    },
    "integration": {
        "B-48 two cases of one person on the same days": ["0707;INT-00199;6101900018;08-06-2020;22-06-2020;;20;S"],
    },
    "akasse-bestand": {
        "B-48 two memberships of one person on the same days": ["027509902345000009992019010100000000 H0707  "],
    },
    "cpr": {
        "B-48 two municipalities on the same days": [
            "0236202004018 07060457003                                             201801010000 201901010000 "
        ],
    },
}


def _overlaps(good: Good) -> Iterator[tuple[str, bytes]]:
    for item, rows in _BESIDE.get(good.feed, {}).items():
        yield item, good.set_rows(good.data, lambda held, more=rows: [*held, *more])


def _two_contents(good: Good) -> bytes:
    spoilt = good.set_field(good.data, *good.other)
    other: list[str] = []
    good.set_rows(spoilt, lambda rows: [other.append(rows[good.row]), *rows][1:])
    return good.set_rows(good.data, lambda rows: [*rows, *other])


def _fields(good: Good) -> Iterator[tuple[str, bytes]]:
    for part, values in _VALUES.items():
        if part not in good.parts:
            continue
        for item, value in values(good):
            try:
                yield item, good.with_field(part, value)
            except (UnicodeEncodeError, ValueError):
                continue  # the encoding has no such sign, or the field no room: it cannot be sent


def _persons(good: Good) -> Iterator[tuple[str, str]]:
    number = good.value("person").replace("-", "")
    yield "B-33 nine digits", number[1:]
    yield "B-33 eleven digits", f"{number}1"
    yield "B-33 letters alone", "ABCDEFGHIJ"
    yield "B-33 person left out", ""
    yield "B-33 all zeros", "0000000000"
    yield "B-34 as a number of a spreadsheet", "6,10485E+09"
    yield "B-35 hyphen", f"{number[:6]}-{number[6:]}"
    yield "B-35 blank", f"{number[:6]} {number[6:]}"
    yield "B-35 no-break space", f"{number[:6]}\u00a0{number[6:]}"
    yield "B-35 apostrophe", f"'{number}"
    yield "B-36 fails modulus 11", f"{number[:9]}{(int(number[9]) + 1) % 10}"
    yield "B-37 the 31st of February", f"9102{number[4:]}"
    yield "B-38 letters behind the date", f"{number[:6]}AB12"
    yield "B-38 an ordinary number where only invented ones may come", str(int(number[0]) - 6) + number[1:]
    yield "B-39 Arabic digits", number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    yield "B-39 full-width digits", number.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    yield "B-39 a superscript", f"{number[:9]}²"


def _dates(good: Good) -> Iterator[tuple[str, str]]:
    yield "B-40 the 31st of February", good.dates(2020, 2, 31)
    yield "B-40 29 February of no leap year", good.dates(2019, 2, 29)
    yield "B-40 all zeros", good.dates(0, 0, 0)
    yield "B-41 month, day, year with slashes", "06/15/2020"
    yield "B-41 dots", "15.06.2020"
    yield "B-41 digits alone or with hyphens", "2020-06-15" if good.dates(2020, 6, 15).isdigit() else "20200615"
    yield "B-41 week date", "2020-W24-1"
    yield "B-42 two-digit year", "15-06-20"
    yield "B-43 far future", good.dates(9999, 12, 31)
    yield "B-43 infinity", "infinity"
    yield "B-43 the year one", good.dates(1, 1, 1)
    yield "B-52 date left out", ""


def _ends(good: Good) -> Iterator[tuple[str, str]]:
    yield "B-46 end before start", good.dates(2018, 1, 1)


def _moments(good: Good) -> Iterator[tuple[str, str]]:
    skipped, double = (
        ("29-03-2020 02:30:00", "25-10-2020 02:30:00")
        if good.feed == "akasse-ledighed"
        else ("2020-03-29T02:30:00", "2019-10-27T02:30:00")
    )
    yield "B-44 skipped when clocks go forward", skipped
    yield "B-45 twice when clocks go back", double
    if good.feed == "akasse-ledighed":
        yield "B-45 twice, with the offset", "25-10-2020 02:30:00+02:00"
    else:
        yield "B-45 twice, with the offset", "2019-10-27T02:30:00+02:00"


def _numbers(good: Good) -> Iterator[tuple[str, str]]:
    for text in ("37,5", "37.5", "1.234,5", "37,5 ", "1_000", "1e3", "0x10", "NaN", "--5", "５"):
        yield f"{'B-49' if text[0] in '31' and '_' not in text and 'e' not in text else 'B-50'} {text!r}", text


def _codes(good: Good) -> Iterator[tuple[str, str]]:
    code = good.value("code")
    yield "B-51 unknown", "Q"
    if code.lower() != code:
        yield "B-51 lower case", code.lower()
    yield "B-51 blank behind", f"{code} "


def _required(good: Good) -> Iterator[tuple[str, str]]:
    for word in ("", "NULL", "N/A", "-", "ukendt"):
        yield f"B-52 {word or 'nothing'}", word


def _municipality(good: Good) -> Iterator[tuple[str, str]]:
    other = {4: "0751", 5: "75100", 6: "907002"}[len(good.value("municipality"))]
    yield "B-56 a row for another receiver", other


def _texts(good: Good) -> Iterator[tuple[str, str]]:
    yield "B-10 decoded twice", "SÃ¸ren"
    for text in ("=1+1", "+1", "-1", "@SUM", "\t=1"):
        yield f"B-21 {text!r}", text


def _keys(good: Good) -> Iterator[tuple[str, str]]:
    key = good.value("key")
    yield "B-11 NUL", f"{key[:3]}\x00{key[4:]}"
    yield "B-17 200000 signs", "x" * 200_000


_VALUES = {
    "key": _keys,
    "person": _persons,
    "date": _dates,
    "end": _ends,
    "moment": _moments,
    "number": _numbers,
    "code": _codes,
    "required": _required,
    "municipality": _municipality,
    "text": _texts,
}
