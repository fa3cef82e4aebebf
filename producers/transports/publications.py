"""One pull of arbejdsmarkedsbalance: one publication and its data (partners/arbejdsmarkedsbalance.md)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from producers import strict_json
from producers.decoders.arbejdsmarkedsbalance import CURSOR, NUMBER
from producers.memory import Memory
from producers.transports.items import brings_nothing
from producers.transports.pages import Etags, Pulled, landed, walk
from producers.transports.rest import Line
from schemas.arbejdsmarkedsbalance import half_year
from schemas.errors import WrongDelivery
from schemas.items import CHANGE, DELETION, text
from schemas.json_text import integer_of

_CHANGES, _DATA = "/v1/arbejdsmarkedsbalance/changes", "/v1/arbejdsmarkedsbalance/data/AMB01"


def pull(line: Line, memory: Memory, now: datetime, etags: Etags) -> Pulled | None:
    """Ask for the next publication; None if there is none. The memory is only read. Errors as `Line.get`.

    One page a pull, so one publication; an expired cursor begins with the first one again. Data that are not there
    (404) end the pull without a delivery.
    """
    cursor = memory.state.get(CURSOR)
    changes = walk(line, _CHANGES, cursor, etags.get(cursor or ""), most=1, per_page=1)
    if changes.expired:
        changes = walk(line, _CHANGES, None, most=1, per_page=1)
    name = f"changes-{int(memory.state.get(NUMBER) or 0) + 1}.json"
    if changes.raw is not None:
        return Pulled(file_name=name, data=landed(b'{"pages":[', changes.raw, b"]}"))
    if brings_nothing(changes):
        etags.clear()
        if changes.etag is not None:
            etags[cursor or ""] = changes.etag
        return None
    publication = _with_data(changes.pages)
    if publication is None:
        return Pulled(file_name=name, data=strict_json.canonical({"details": [], "pages": changes.pages}))
    period, identifier = publication["periode"], publication.get("id")
    answer = line.get(_DATA, {"period.H": period, "format": "json"})
    try:
        body = strict_json.read(answer.body)
    except WrongDelivery:
        after = strict_json.canonical({"id": identifier, "status": 200}).replace(b"{", b",", 1)
        pages = strict_json.canonical({"pages": changes.pages}).replace(b"{", b"],", 1)
        return Pulled(file_name=name, data=landed(b'{"details":[{"body":', answer.body, after + pages))
    details = [{"body": body, "id": identifier, "status": 200}]
    data = strict_json.canonical({"details": details, "pages": changes.pages})
    return Pulled(file_name=name, data=data, more=changes.more)


def _with_data(pages: list[dict[str, Any]]) -> Mapping[str, Any] | None:
    """The publication whose data are to be fetched; None if it is deleted, or not as agreed (intake refuses it)."""
    items = [item for page in pages if isinstance(page.get("items"), list) for item in page["items"]]
    item = items[0] if len(items) == 1 and isinstance(items[0], dict) else {}
    period = item.get("periode")
    deletes = integer_of(text(item.get(CHANGE))) == DELETION
    if not isinstance(period, str) or half_year(period) is None or deletes:
        return None
    return item
