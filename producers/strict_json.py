"""JSON from outside, read strictly: what is cut, doubled, endless or not a number is refused (F01 to F03, F05, F11)."""

import json
import math
import re
from typing import Any

from schemas.errors import WrongDelivery
from schemas.faults import Fault

NESTING = 32
NUMBER_CHARACTERS = 18

# The parser recurses: beyond this depth only the brackets are counted.
_PARSED_NESTING = 500
_WHITE_SPACE = b" \t\r\n"
# Possessive, and a string that is never closed runs to the end: linear for every input.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[][{},:]', re.DOTALL)
_OPEN, _CLOSE = "[{", "]}"

_FOUND: tuple[tuple[bytes, str], ...] = (
    (b"<", "HTML/XML"),
    (b"PK\x03\x04", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8", "JPEG"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
    (b"\xef\xbb\xbf", "byte order mark"),
    (b"[", "JSON array"),
)


def refusal(code: str, *, column: str | None = None, rows: int = 0, **detail: str | int) -> WrongDelivery:
    """A file fault of a JSON delivery; none of them names a line (partners/rest.md)."""
    return WrongDelivery(Fault(code=code, column=column, detail=detail), rows)


def read(data: bytes) -> dict[str, Any]:
    """The one JSON object that `data` is: UTF-8, each key once, nesting at most 32, numbers at most 18 characters.

    Whole numbers become int, all others float. Raises WrongDelivery: F01 blank, F02 first byte (of the whole, or of a
    page in `pages`) no `{`, F03 not UTF-8, F05 not well-formed, F11 key twice, NaN, nesting, long number. In the order
    of the table of partners/codes.md: a cut text is F05, whatever else stands in it.
    """
    refuse_first_bytes(data)
    text = _decoded(data)
    depth, balanced = _nesting(text)
    if depth > _PARSED_NESTING:
        raise refusal("F11", detail="indlejring over 32") if balanced else refusal("F05", line=1)
    unsafe: list[str] = []
    value = _parsed(text, unsafe)
    if depth > NESTING:
        unsafe.append("indlejring over 32")
    if unsafe:
        raise refusal("F11", detail=unsafe[0])
    if not isinstance(value, dict):
        raise refusal("F02", found="JSON, men ikke et objekt", expected="JSON")
    return value


def canonical(value: object) -> bytes:
    """Canonical JSON: UTF-8, keys sorted, no white space, no final newline; half a surrogate pair stays escaped.

    Raises ValueError for NaN, which `read` lets nobody bring here.
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "backslashreplace")


def refuse_first_bytes(data: bytes) -> None:
    """F01: nothing but white space. F02: the first byte behind it is not `{`."""
    start = data[: len(data) - len(data.lstrip(_WHITE_SPACE)) + 16].lstrip(_WHITE_SPACE)
    if not start:
        raise refusal("F01")
    if not start.startswith(b"{"):
        found = next((name for magic, name in _FOUND if start.startswith(magic)), "?")
        raise refusal("F02", found=found, expected="JSON")


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = error.start - data.rfind(b"\n", 0, error.start)
        # For the text alone: no file fault of a JSON delivery has a line.
        raise refusal("F03", encoding="UTF-8", line=line, byte=byte) from None


def _nesting(text: str) -> tuple[int, bool]:
    """The deepest nesting of brackets outside texts, and whether as many were closed as opened."""
    depth = deepest = 0
    for token in _TOKEN.finditer(text):
        sign = token.group()
        if sign in _OPEN:
            depth += 1
            deepest = max(deepest, depth)
        elif sign in _CLOSE:
            depth -= 1
    return deepest, depth == 0


def _parsed(text: str, unsafe: list[str]) -> object:
    """The value of `text`; what is unsafe in it is appended to `unsafe`, so that a later F05 still comes first."""

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        once = dict(found)
        if len(once) != len(found):
            unsafe.append("nøgle to gange")
        return once

    def whole(literal: str) -> int:
        if len(literal) > NUMBER_CHARACTERS:
            unsafe.append("tal over 18 tegn")
            return 0
        return int(literal)

    def fraction(literal: str) -> float:
        number = float(literal)
        if len(literal) > NUMBER_CHARACTERS or not math.isfinite(number):
            unsafe.append("tal over 18 tegn")
            return 0.0
        return number

    def constant(_: str) -> None:
        unsafe.append("NaN, Infinity")

    try:
        return json.loads(text, object_pairs_hook=pairs, parse_int=whole, parse_float=fraction, parse_constant=constant)
    except json.JSONDecodeError as error:
        if _begins_a_page(text, error.pos):
            raise refusal("F02", found="JSON, men ikke et objekt", expected="JSON") from None
        raise refusal("F05", line=error.lineno) from None


def _begins_a_page(text: str, position: int) -> bool:
    """Whether a member of the list `pages` of the root begins at `position` (a login page among the pages)."""
    if text[position : position + 1] in ("", "]", "}", ",", ":"):
        return False
    stack, key, before = "", "", ""
    for token in _TOKEN.finditer(text, 0, position):
        sign = token.group()
        if sign in _OPEN:
            stack += sign
        elif sign in _CLOSE:
            stack = stack[:-1]
        elif sign == ":" and stack == "{":
            key = before
        before = sign
    return stack == "{[" and key == '"pages"' and before in ("[", ",")
