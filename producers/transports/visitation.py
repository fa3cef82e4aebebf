"""One pull of visitation: pages of events, then the details they and the waiting items need (visitation.md)."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from producers import strict_json
from producers.decoders import visitation_pages
from producers.decoders.visitation import CURSOR, NUMBER
from producers.decoders.visitation_intake import PARTNER
from producers.decoders.visitation_statement import applied
from producers.decoders.visitation_waiting import Waiting, waiting
from producers.delivery import Delivery, Row
from producers.memory import Memory
from producers.transports.pages import Etags, Pulled, walk
from producers.transports.rest import Answer, Line, PullStopped
from schemas.errors import WrongDelivery
from schemas.json_text import integer_of
from schemas.visitation import DELETION, SPEAKS

_CHANGES, _ALL, _DETAIL = "/v1/visitation/changes", "/v1/visitation/all", "/v1/visitation/"
_NOT_THERE, _GONE = 404, 410


def pull(line: Line, memory: Memory, now: datetime, etags: Etags) -> Pulled | None:
    """Ask for what is new; None if that is nothing. The memory is only read: taking the delivery moves it on.

    No entity tag is sent: without a page there would be nothing to lay the details that are awaited beside.

    Errors as `Line.get`: no delivery then. An answer that cannot be read strictly is the delivery, alone and as it
    came: spliced between others it could pass for something else. `now` (aware) ends the asking for items that have
    waited their days.
    """
    number = int(memory.state.get(NUMBER) or 0) + 1
    changes = walk(line, _CHANGES, memory.state.get(CURSOR))
    if changes.expired:
        return _read_anew(line, number)
    name = f"changes-{number}.json"
    if changes.raw is not None:
        return Pulled(file_name=name, data=changes.raw)
    bare = strict_json.canonical({"details": [], "pages": changes.pages})
    try:
        rows = visitation_pages.read(_delivery(name, bare)).rows
    except WrongDelivery:
        return Pulled(file_name=name, data=bare)
    patient = [item for item in waiting(memory) if not item.is_overdue(now)]
    details: list[Mapping[str, Any]] = []
    for external_id in wanted_details(rows, patient, memory):
        answer = line.get(_DETAIL + external_id, meant=frozenset({_NOT_THERE, _GONE}))
        try:
            details.append(_detail(external_id, answer))
        except WrongDelivery:
            return Pulled(file_name=name, data=answer.body)
    if not rows and not any(_is_awaited(each, patient) for each in details):
        return None
    data = strict_json.canonical({"details": details, "pages": changes.pages})
    return Pulled(file_name=name, data=data, more=changes.more)


def wanted_details(rows: Sequence[Row], patient: Sequence[Waiting], memory: Memory) -> list[str]:
    """Whose details are fetched, in order: of items that speak and bring a higher version, then of waiting items.

    Source: visitation.md, from rows to facts, 3.
    """
    speaking = [row.values for row in rows if row.values.get(SPEAKS)]
    memory.load(values["external_id"] or "" for values in speaking)
    wanted = [
        external_id
        for values in speaking
        if integer_of(values["change"]) != DELETION
        and (external_id := values["external_id"]) is not None
        and (integer_of(values["version"]) or 0) > applied(memory.get(external_id))
    ]
    return list(dict.fromkeys([*wanted, *(item.external_id for item in patient)]))


def _read_anew(line: Line, number: int) -> Pulled:
    """The full re-read after an expired cursor: a total, which must be whole."""
    everything = walk(line, _ALL, None)
    name = f"all-{number}.json"
    if everything.raw is not None:
        return Pulled(file_name=name, data=everything.raw)
    if everything.more or everything.expired:
        raise PullStopped("GET /v1/visitation/all cannot be read to its end in one pull: ask the partner")
    return Pulled(file_name=name, data=strict_json.canonical({"pages": everything.pages}))


def _detail(external_id: str, answer: Answer) -> Mapping[str, Any]:
    body = None if answer.status == _NOT_THERE else strict_json.read(answer.body)
    return {"body": body, "external_id": external_id, "status": answer.status}


def _is_awaited(detail: Mapping[str, Any], patient: Sequence[Waiting]) -> bool:
    """Whether a detail settles an item that waits: it is there, and not older; one without form is judged by intake."""
    versions = [item.version for item in patient if item.external_id == detail["external_id"]]
    if not versions or detail["status"] == _NOT_THERE:
        return False
    version = detail["body"].get("version")
    return detail["status"] == _GONE or not isinstance(version, int) or version >= min(versions)


def _delivery(name: str, data: bytes) -> Delivery:
    digest = hashlib.sha256(data).hexdigest()
    return Delivery(feed="visitation", partner=PARTNER, file_name=name, data=data, sha256=digest, received_at=None)
