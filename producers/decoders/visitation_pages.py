"""What a pull of visitation landed, as rows: pages of items with their details, or a full re-read (visitation.md)."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from producers import strict_json
from producers.delivery import Decoded, Delivery, Row
from producers.strict_json import refusal
from schemas.faults import Fault
from schemas.feed_contracts import contract
from schemas.forms import rfc3339
from schemas.json_text import integer_of, text_of, texts_of
from schemas.visitation import (
    BODY,
    DELETED_AT,
    DELETION,
    DETAIL,
    DETAIL_KEYS,
    EVENT,
    ITEM_COLUMNS,
    LATE,
    SPEAKS,
    STATUS,
    WHAT,
    speakers,
)

_FILE = contract("visitation").own.file
UNKNOWN_KEYS = "unknown keys"
_NAME = re.compile(_FILE.name)
_STATUSES = (200, 404, 410)

Object = Mapping[str, Any]


def read(delivery: Delivery) -> Decoded:
    """Items of all pages as rows; the row that speaks for its statement has its detail's columns.

    `late` are the details nobody in this delivery asked for: those of items that wait. Raises WrongDelivery for F01,
    F02, F08 (bytes, before they are read), F03, F05, F11, F04, F07, F08 (items) and F12, all with 0 rows.
    """
    strict_json.refuse_first_bytes(delivery.data)
    if len(delivery.data) > _FILE.most_bytes:
        raise refusal("F08")
    content = strict_json.read(delivery.data)
    name = _NAME.fullmatch(delivery.file_name)
    total = name[1] == "all" if name else "details" not in content
    pages, details = _structure(content, total)
    if name is None:
        raise refusal("F07", detail="changes-n.json, all-n.json")
    items = [item for page in pages for item in page["items"]]
    if len(items) > _FILE.most_rows:
        raise refusal("F08")
    _refuse_standstill(pages)
    last: Object = pages[-1] if pages else {}
    header = {
        "kind": name[1],
        "more": "yes" if last.get("has_more") else "no",
        "next": text_of(last.get("changes_cursor" if total else "next")) or "",
        "as_of": (text_of(last.get("as_of")) or "") if total else "",
    }
    rows = [_body_row(line, item) if total else _event_row(line, item) for line, item in enumerate(items, start=1)]
    late: Sequence[Row] = ()
    if not total:
        rows, late = _with_details(rows, details)
    faults = [Fault(code="R01", line=row.line) for row in rows if not row.values]
    empty_total = [Fault(code="H05")] if total and not rows else []
    return Decoded(
        rows=rows,
        rows_counted=len(rows),
        faults=faults,
        sequence=int(name[2]),
        header=header,
        held=empty_total,
        late=late,
    )


def _structure(content: Object, total: bool) -> tuple[Sequence[Object], Sequence[Object]]:
    """Pages and details with all keys that are read, in their types."""
    pages = content.get("pages")
    details = [] if total else content.get("details")
    for part in (pages, details):
        if part is not None and not isinstance(part, list):
            raise refusal("F05", line=1)
    if any(not isinstance(page, dict) for page in pages or ()):
        raise refusal("F02", found="JSON, men ikke et objekt", expected="JSON")
    if any(not isinstance(page.get("items", []), list) for page in pages or ()):
        raise refusal("F05", line=1)
    if any(not isinstance(each, dict) or each.get("status") not in _STATUSES for each in details or ()):
        raise refusal("F05", line=1)
    for column, part in (("pages", pages), ("details", details)):
        if part is None:
            raise refusal("F04", column=column, detail=column)
    for page in pages or ():
        _refuse_incomplete(page, total)
    return pages or (), details or ()


def _refuse_incomplete(page: Object, total: bool) -> None:
    good = {
        "items": "items" in page,
        "next": "next" in page and isinstance(page["next"], str | None),
        "has_more": isinstance(page.get("has_more"), bool),
    }
    if total:
        as_of, cursor = page.get("as_of"), page.get("changes_cursor")
        good["as_of"] = isinstance(as_of, str) and rfc3339(text_of(as_of)) is not None
        good["changes_cursor"] = isinstance(cursor, str) and text_of(cursor) is not None
    for column, holds in good.items():
        if not holds:
            raise refusal("F04", column=column, detail=column)


def _refuse_standstill(pages: Sequence[Object]) -> None:
    asked_with = None
    for page in pages:
        following = text_of(page["next"])
        if page["has_more"] and following in (None, asked_with):
            raise refusal("F12", found="next (cursor)", last="after (cursor)")
        asked_with = following


def _event_row(line: int, item: object) -> Row:
    if not isinstance(item, dict):
        return Row(line=line, values={}, raw=_raw(item))
    values = {**texts_of(item, ITEM_COLUMNS), WHAT: EVENT, **_unknown(item, ITEM_COLUMNS, "")}
    return Row(line=line, values=values, raw=_raw({"item": item}))


def _body_row(line: int, body: object) -> Row:
    if not isinstance(body, dict):
        return Row(line=line, values={}, raw=_raw(body))
    return Row(line=line, values={**_detail_texts(body, 200), WHAT: BODY}, raw=_raw({"item": body}))


def _with_details(rows: Sequence[Row], details: Sequence[Object]) -> tuple[list[Row], list[Row]]:
    by_id: dict[str | None, Object] = {}
    for each in details:
        by_id.setdefault(text_of(each.get("external_id")), each)
    speaking = {row.line: row.values["external_id"] for row in speakers(rows)}
    found = [_speaking(row, by_id) if row.line in speaking else row for row in rows]
    asked = {row.values["external_id"] for row in found if row.values.get(STATUS) is not None}
    late = [
        Row(line=number, values=_late_texts(name, each), raw="")
        for number, (name, each) in enumerate(by_id.items(), start=1)
        if name not in asked
    ]
    return found, late


def _speaking(row: Row, by_id: Mapping[str | None, Object]) -> Row:
    asked = by_id.get(row.values["external_id"])
    if asked is None or integer_of(row.values["change"]) == DELETION:
        return replace(row, values={**row.values, SPEAKS: "yes"})
    detail = _detail_texts(asked.get("body"), asked["status"])
    unknown = [*json.loads(row.values.get(UNKNOWN_KEYS) or "[]"), *json.loads(detail.get(UNKNOWN_KEYS) or "[]")]
    values = {**row.values, **detail, SPEAKS: "yes", UNKNOWN_KEYS: json.dumps(unknown) if unknown else None}
    return replace(row, values=values, raw=_raw({"detail": asked, **json.loads(row.raw)}))


def _detail_texts(body: object, status: int) -> dict[str, str | None]:
    """The columns of a detail. What is no object holds none of them."""
    held: Object = body if isinstance(body, dict) else {}
    found: dict[str, str | None] = {STATUS: str(status)}
    if status == 200:
        texts = texts_of(held, DETAIL_KEYS)
        found |= {DETAIL + key: text for key, text in texts.items()}
        found |= _unknown(held, DETAIL_KEYS, DETAIL)
    elif status == 410:
        found |= {DETAIL + key: text_of(held.get(key)) for key in ("external_id", "version")}
        found[DELETED_AT] = text_of(held.get("slettet"))
    return found


def _late_texts(external_id: str | None, detail: Object) -> dict[str, str | None]:
    return {**_detail_texts(detail.get("body"), detail["status"]), "external_id": external_id, WHAT: LATE}


def _unknown(item: Object, known: Sequence[str], prefix: str) -> dict[str, str | None]:
    keys = sorted(prefix + key for key in item if key not in known)
    return {UNKNOWN_KEYS: json.dumps(keys)} if keys else {}


def _raw(item: object) -> str:
    # ASCII only: half a surrogate pair, which JSON can spell, must not break what stores it.
    return json.dumps(item, sort_keys=True, separators=(",", ":"))
