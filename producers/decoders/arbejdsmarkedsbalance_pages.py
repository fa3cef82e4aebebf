"""What a pull of arbejdsmarkedsbalance landed, as rows: one publication with its table (arbejdsmarkedsbalance.md)."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from producers.decoders import rest_pages as pages
from producers.delivery import Decoded, Delivery, Row
from producers.strict_json import canonical, refusal
from schemas.arbejdsmarkedsbalance import COLUMNS, FIRST_HALF_YEAR, MUST_BE_THERE, PUBLICATION, cell, half_year
from schemas.faults import Fault
from schemas.feed_contracts import contract
from schemas.forms import danish_day, possible, trimmed
from schemas.items import CHANGE, DELETION, ID, REGISTERED, VERSION, moment, text, version_of
from schemas.json_text import integer_of

_FILE = contract("arbejdsmarkedsbalance").own.file
DAYS_AHEAD = 62
PERIOD_KEY = "periode"
# In the header of a delivery: a hash of publication and data.
SEAL = "seal"
_FORMS: Mapping[str, Callable[[str], bool]] = {
    ID: lambda found: re.fullmatch(rf"{PUBLICATION}[0-9]{{4}}H[12]", found) is not None,
    VERSION: lambda found: version_of({VERSION: found}) is not None,
    CHANGE: lambda found: integer_of(found) in (1, 2, DELETION),
    REGISTERED: lambda found: (at := moment(found)) is not None and possible(at.date()),
    PERIOD_KEY: lambda found: half_year(found) is not None,
}
Object = Mapping[str, Any]


def read(delivery: Delivery) -> Decoded:
    """What `read_publication` gives; a refusal tells the number too."""
    with pages.numbered(delivery.file_name):
        return read_publication(delivery)


def read_publication(delivery: Delivery) -> Decoded:
    """The rows of the publication's table by column; none where it is deleted.

    Raises WrongDelivery for F01, F02, F08 (bytes), F03, F05, F11, F04, F07, F08 (rows), F09, F12; F04 on a column, F07,
    F09 and F12 count the rows.
    """
    content = pages.content_of(delivery.data, _FILE)
    found = pages.pages_of(content)
    item, detail = _structure(content, [each for page in found for each in page.get("items", [])])
    body = {} if detail is None else detail["body"]
    pages.refuse_incomplete(content, found)
    told = _publication(item)
    columns = [] if detail is None else _columns(body)
    rows = body.get("rows", [])
    number = pages.number_of(delivery.file_name, len(rows))
    _refuse_disagreement(told, detail, len(rows))
    if len(rows) > _FILE.most_rows:
        raise refusal("F08")
    period = _period(told, len(rows))
    pages.refuse_standstill(found, len(rows))
    return Decoded(
        rows=[_row(line, columns, cells) for line, cells in enumerate(rows, start=1)],
        rows_counted=len(rows),
        faults=[
            *(Fault(code="N04") for column in columns if column not in COLUMNS),
            *(Fault(code="R01", line=line) for line, cells in enumerate(rows, 1) if len(cells) != len(columns)),
        ],
        sequence=number,
        period=period,
        header={
            **told,
            "next": pages.cursor_of(found),
            SEAL: hashlib.sha256(canonical({"item": told, "data": body})).hexdigest(),
        },
        held=[Fault(code="H05")] if detail is not None and not rows else [],
        volume=detail is not None,
    )


def _structure(content: Object, items: Sequence[Any]) -> tuple[Object, Object | None]:
    """The publication and its data, None where it is deleted. F05: anything more, less or else."""
    details = content.get("details", [])
    if len(items) != 1 or not isinstance(items[0], dict) or not isinstance(details, list):
        raise refusal("F05", line=1)
    deletes = integer_of(text(items[0].get(CHANGE))) == DELETION
    if len(details) != (0 if deletes else 1):
        raise refusal("F05", line=1)
    if deletes:
        return items[0], None
    if not isinstance(details[0], dict) or not isinstance(details[0].get("body"), dict):
        raise refusal("F05", line=1)
    columns, rows = (details[0]["body"].get(key, []) for key in ("columns", "rows"))
    if not _is_list_of(columns, str) or not _is_list_of(rows, list):
        raise refusal("F05", line=1)
    if not all(each is None or type(each) in (str, int) for cells in rows for each in cells):
        raise refusal("F05", line=1)
    return items[0], details[0]


def _is_list_of(value: object, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(each, kind) for each in value)


def _publication(item: Object) -> dict[str, str]:
    """The texts of the publication's keys. F04 for one that is missing or has not its form."""
    told: dict[str, str] = {}
    for key, has_form in _FORMS.items():
        found = text(item.get(key))
        if found is None or not has_form(found):
            raise refusal("F04", column=key, detail=key)
        told[key] = found
    return told


def _columns(body: Object) -> list[str]:
    for key in ("columns", "rows"):
        if key not in body:
            raise refusal("F04", column=key, detail=key)
    columns = [trimmed(column) for column in body["columns"]]
    for column in MUST_BE_THERE:
        if column not in columns:
            raise refusal("F04", column=column, detail=column, rows=len(body["rows"]))
    twice = next((column for column in columns if columns.count(column) > 1), None)
    if twice is not None:
        # The name of a column that is not ours is a value of the sender's: it is not repeated.
        named = twice if twice in COLUMNS else None
        raise refusal("F04", column=named, detail=named or "kolonne to gange", rows=len(body["rows"]))
    return columns


def _refuse_disagreement(told: Mapping[str, str], detail: Object | None, rows: int) -> None:
    names = {told[ID], PUBLICATION + told[PERIOD_KEY]} | (set() if detail is None else {text(detail.get(ID))})
    if len(names) > 1:
        raise refusal("F07", detail="id, periode", rows=rows)


def _period(told: Mapping[str, str], rows: int) -> tuple[Any, Any]:
    days, at = half_year(told[PERIOD_KEY]), moment(told[REGISTERED])
    if days is None or at is None:
        raise ValueError("a publication passed its forms without period or moment")
    if told[PERIOD_KEY] < FIRST_HALF_YEAR or days[0] > danish_day(at) + timedelta(days=DAYS_AHEAD):
        raise refusal("F09", detail=PERIOD_KEY, rows=rows)
    return days


def _row(line: int, columns: Sequence[str], cells: Sequence[Any]) -> Row:
    if len(cells) != len(columns):
        return Row(line=line, values={}, raw=str(len(cells)))
    # Columns nobody knows are never stored, in quarantine neither.
    known = {column: each for column, each in zip(columns, cells, strict=True) if column in COLUMNS}
    values = {column: cell(each, column) for column, each in known.items()}
    return Row(line=line, values=values, raw=json.dumps(known, sort_keys=True))
