"""Bytes to lines and fields, strictly by a contract: no line or quote is ever guessed."""

import re
from collections.abc import Iterator, Sequence

from schemas.errors import WrongDelivery
from schemas.faults import Fault
from schemas.forms import trimmed

_FORMATS = (
    (b"PK\x03\x04", "zip/xlsx"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
    (b"BM6", "bmp"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"BZh", "bzip2"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"Rar!", "rar"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
)
UTF8_MARK = b"\xef\xbb\xbf"
_CONTENT = re.compile(rb"\S")
_LINE_END = re.compile(r"\r\n|\r|\n")
_LF_OR_CRLF = re.compile(r"\r?\n")
_BYTE_LINE_END = re.compile(rb"\r\n|\r|\n")
_AT_ONCE = 1 << 20
Line = tuple[int, str]


def refuse_empty(data: bytes) -> None:
    """F01: no bytes, or white space alone (a byte order mark before it is no content)."""
    if _CONTENT.search(data, len(UTF8_MARK) if data.startswith(UTF8_MARK) else 0) is None:
        raise WrongDelivery(Fault(code="F01"))


def refuse_other_formats(data: bytes) -> None:
    """F02: the first bytes are those of something that is no text of one byte a character or UTF-8."""
    for first, name in _FORMATS:
        if data.startswith(first):
            raise WrongDelivery(Fault(code="F02", detail={"found": name}))
    if len(data) >= 4 and (data[0] == data[2] == 0 or data[1] == data[3] == 0):
        raise WrongDelivery(Fault(code="F02", detail={"found": "UTF-16"}))


def decoded(data: bytes, encoding: str, notices: Sequence[Fault] = ()) -> str:
    """The text, or F03 with line and byte (both from 1) of the first byte `encoding` does not know.

    `ISO-8859-1` has no bytes 80 to 9F here (partners/codes.md).
    """
    if encoding == "ISO-8859-1":
        found = re.search(rb"[\x80-\x9f]", data)
        if found is not None:
            raise _undecodable(data, found.start(), notices)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(data, error.start, notices) from None


def refuse_undecodable(data: bytes, encoding: str, notices: Sequence[Fault] = ()) -> None:
    """F03 as `decoded`, for an encoding of one byte a character; the text is not kept."""
    for start in range(0, len(data), _AT_ONCE):
        try:
            data[start : start + _AT_ONCE].decode(encoding)
        except UnicodeDecodeError as error:
            raise _undecodable(data, start + error.start, notices) from None


def _undecodable(data: bytes, offence: int, notices: Sequence[Fault]) -> WrongDelivery:
    line, start = 1, 0
    for end in _BYTE_LINE_END.finditer(data, 0, offence):
        line, start = line + 1, end.end()
    return WrongDelivery(Fault(code="F03", line=line, byte=offence - start + 1), notices=notices)


def lines(text: str, *, cr_alone: bool = True) -> list[Line]:
    """Physical lines with their numbers from 1, ended by CRLF, LF or CR; nothing behind the last line end.

    `cr_alone` False: the contract knows CRLF and LF only, a CR elsewhere is a character of its line.
    """
    parts = (_LINE_END if cr_alone else _LF_OR_CRLF).split(text)
    if parts and parts[-1] == "":
        parts.pop()
    return list(enumerate(parts, start=1))


def places(data: bytes, begin: int = 0) -> Iterator[tuple[int, int]]:
    """Where each physical line of `data` begins and ends, as `lines` of the text: for one byte a character.

    Counted from `begin`, the length of a byte order mark.
    """
    start = begin
    for end in _BYTE_LINE_END.finditer(data, begin):
        yield start, end.start()
        start = end.end()
    if start < len(data):
        yield start, len(data)


def line_count(data: bytes) -> int:
    """How many physical lines there are, ended by CRLF, LF or CR."""
    return 1 + sum(1 for _ in _BYTE_LINE_END.finditer(data))


def fields(line: str, separator: str = ";", blanks_before_quote: bool = False) -> list[str] | None:
    """The fields of one line, trimmed; None if a quote is still open at its end.

    A field may stand in double quotes, a quote in it is doubled. The quote opens with the field's first character, or
    also behind blanks where the contract trims before it looks.
    """
    if '"' not in line:
        found = line.split(separator)
        # Where no blank stands beside a separator or at an end, nothing is to be trimmed: most lines of most senders.
        if "\u00a0" in line or f" {separator}" in line or f"{separator} " in line or line != trimmed(line):
            return [trimmed(part) for part in found]
        return found
    found = []
    for field in _quoted_fields(line, separator, blanks_before_quote):
        if field is None:
            return None
        found.append(trimmed(field))
    return found


def _quoted_fields(line: str, separator: str, blanks_before_quote: bool) -> Iterator[str | None]:
    at = 0
    while True:
        opening = at
        if blanks_before_quote:
            while opening < len(line) and line[opening] in " \u00a0":
                opening += 1
        if line.startswith('"', opening):
            closing = _closing_quote(line, opening + 1)
            if closing is None:
                yield None
                return
            inside = line[opening + 1 : closing].replace('""', '"')
            end = line.find(separator, closing + 1)
            outside = line[closing + 1 :] if end < 0 else line[closing + 1 : end]
            yield inside + outside
        else:
            end = line.find(separator, at)
            yield line[at:] if end < 0 else line[at:end]
        if end < 0:
            return
        at = end + len(separator)


def _closing_quote(line: str, start: int) -> int | None:
    at = line.find('"', start)
    while at >= 0 and line.startswith('""', at):
        at = line.find('"', at + 2)
    return None if at < 0 else at
