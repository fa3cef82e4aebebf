"""Seeded mutants of good files: flipped, cut, spliced, recoded, columns swapped, and what else breaks parsers."""

import random
from pathlib import Path

SAMPLES = Path(__file__).parents[1] / "samples" / "partners"
GOOD = sorted(path for path in SAMPLES.glob("*/good/*") if path.name not in ("expected.jsonl", "receipts.json"))
_ENCODINGS = ("utf-8", "cp1252", "utf-16", "utf-8-sig", "cp850")
_NASTY = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1a", b"\r", b"\n\n\n", b"\xc2\x85", b"\xe2\x80\xa8", b"\xc2\xa0", b'"',
    b";;", b"]]>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"NaN", b"1e999", b"-0", b"9" * 5000,
    b"{" * 2000, b"\xf0\x9f\x98\x80",
)  # fmt: skip


def mutant(seed: int) -> tuple[str, str, bytes]:
    """The feed, the file name and the bytes of one mutant; the same for the same seed."""
    chance = random.Random(seed)
    path = chance.choice(GOOD)
    data = path.read_bytes()
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        data = chance.choice(_WAYS)(chance, data)
    name = (
        path.name if chance.random() < 0.95 else chance.choice([path.name[:-1], "x", path.name.upper(), "æ\u0301.csv"])
    )
    return path.relative_to(SAMPLES).parts[0], name, data[:2_000_000]


def _flip(chance: random.Random, data: bytes) -> bytes:
    held = bytearray(data)
    for _ in range(min(len(held), chance.choice([1, 1, 3, 20]))):
        held[chance.randrange(len(held))] ^= 1 << chance.randrange(8)
    return bytes(held)


def _cut(chance: random.Random, data: bytes) -> bytes:
    first, last = sorted(chance.choices(range(len(data) + 1), k=2))
    return chance.choice([data[:first], data[last:], data[:first] + data[last:]])


def _splice(chance: random.Random, data: bytes) -> bytes:
    other = chance.choice(GOOD).read_bytes()
    first, second = chance.randrange(len(data) + 1), chance.randrange(len(other) + 1)
    return data[:first] + other[second : second + chance.randrange(2000)] + data[first:]


def _recode(chance: random.Random, data: bytes) -> bytes:
    text = data.decode(chance.choice(_ENCODINGS), errors="replace")
    return text.encode(chance.choice(_ENCODINGS), errors="replace")


def _columns(chance: random.Random, data: bytes) -> bytes:
    mark = chance.choice([b";", b",", b'"', b"  "])
    lines = data.split(b"\n")
    whole = chance.random() < 0.5
    places = range(len(lines)) if whole else [chance.randrange(len(lines))]
    first, second = chance.randrange(8), chance.randrange(8)
    for place in places:
        cells = lines[place].split(mark)
        if len(cells) > max(first, second):
            cells[first], cells[second] = cells[second], cells[first]
            lines[place] = mark.join(cells)
    return b"\n".join(lines)


def _lines(chance: random.Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    if not lines:
        return data
    place, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(4):
        case 0:
            del lines[place]
        case 1:
            lines.insert(other, lines[place])
        case 2:
            lines[place], lines[other] = lines[other], lines[place]
        case _:
            lines = lines * chance.choice([2, 10])
    return b"".join(lines)


def _insert(chance: random.Random, data: bytes) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + chance.choice(_NASTY) + data[place:]


def _ends(chance: random.Random, data: bytes) -> bytes:
    return chance.choice(
        [data.replace(b"\r\n", b"\n"), data.replace(b"\n", b"\r\n"), data.replace(b"\n", b"\r"), data * 2]
    )


def _nothing(chance: random.Random, data: bytes) -> bytes:
    return chance.choice([b"", b"\x00" * 100, data[:1], bytes(chance.randrange(256) for _ in range(300))])


_WAYS = (_flip, _flip, _cut, _splice, _recode, _columns, _columns, _lines, _insert, _insert, _ends, _nothing)
