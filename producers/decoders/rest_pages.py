"""What a pull of a REST feed landed, as pages: the file faults that all of them have in common (partners/rest.md)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from producers import strict_json
from producers.delivery import Decoded
from producers.strict_json import refusal
from schemas.contract_terms import FileTerms
from schemas.errors import WrongDelivery
from schemas.faults import Fault
from schemas.forms import trimmed

_NAME = re.compile(r"changes-([1-9][0-9]{0,8})\.json")
_KEYS: Mapping[str, type] = {"items": list, "next": str, "has_more": bool}

Object = Mapping[str, Any]


def content_of(data: bytes, file: FileTerms) -> dict[str, Any]:
    """The one JSON object of a delivery. Raises WrongDelivery: F01, F02, F08 (bytes), F03, F05, F11."""
    strict_json.refuse_first_bytes(data)
    if len(data) > file.most_bytes:
        raise refusal("F08")
    return strict_json.read(data)


def pages_of(content: Object) -> Sequence[Object]:
    """The pages, whose items are lists. Raises WrongDelivery: F02 for a page that is no object, F05."""
    pages = content.get("pages", [])
    if not isinstance(pages, list):
        raise refusal("F05", line=1)
    if any(not isinstance(page, dict) for page in pages):
        raise refusal("F02", found="JSON, men ikke et objekt", expected="JSON")
    if any(not isinstance(page.get("items", []), list) for page in pages):
        raise refusal("F05", line=1)
    return pages


def refuse_incomplete(content: Object, pages: Sequence[Object]) -> None:
    """F04: the pages, or a key of one, are missing or of another type."""
    if "pages" not in content:
        raise refusal("F04", column="pages", detail="pages")
    for page in pages:
        for key, wanted in _KEYS.items():
            if not isinstance(page.get(key), wanted):
                raise refusal("F04", column=key, detail=key)


def refuse_standstill(pages: Sequence[Object], rows: int = 0) -> None:
    """F12: more is promised, and the cursor is blank or the one asked with."""
    asked_with = None
    for page in pages:
        following = trimmed(page["next"])
        if page["has_more"] and following in ("", asked_with):
            raise refusal("F12", rows=rows, found="next (cursor)", last="after (cursor)")
        asked_with = following


def number_of(file_name: str, rows: int = 0) -> int:
    """The number of the delivery. Raises WrongDelivery F07 for another name."""
    name = _NAME.fullmatch(file_name)
    if name is None:
        raise refusal("F07", rows=rows, detail="changes-n.json")
    return int(name[1])


@contextmanager
def numbered(file_name: str) -> Iterator[None]:
    """A refusal inside tells the delivery's number, where the name has one."""
    try:
        yield
    except WrongDelivery as error:
        name = _NAME.fullmatch(file_name)
        error.sequence = None if name is None else int(name[1])
        raise


def cursor_of(pages: Sequence[Object]) -> str:
    """The cursor after the last item; empty where there is no page."""
    return trimmed(pages[-1]["next"]) if pages else ""


def follows(decoded: Decoded, last: Mapping[str, Any] | None) -> Fault | None:
    """F12 for a number seen before or gone back; the number counts our own pulls, so none is missing."""
    if last is None or decoded.sequence is None or last["sequence"] is None or decoded.sequence > last["sequence"]:
        return None
    return Fault(code="F12", detail={"found": decoded.sequence, "last": last["sequence"]})
