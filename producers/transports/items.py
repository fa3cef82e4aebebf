"""One pull of a feed of items: pages, whole items, no details (partners/rest.md)."""

from datetime import datetime

from producers import strict_json
from producers.decoders import rest_pages
from producers.decoders.rest_items import CURSOR, NUMBER
from producers.memory import Memory
from producers.transports.pages import Etags, Pages, Pulled, landed, walk
from producers.transports.rest import Line
from schemas.errors import WrongDelivery


def pull(feed: str, line: Line, memory: Memory, now: datetime, etags: Etags) -> Pulled | None:
    """Ask for what is new of `feed`; None if that is nothing. The memory is only read: taking the delivery moves it on.

    An expired cursor: everything from the beginning, what we have is `unchanged`. Errors as `Line.get`.
    """
    path, cursor = f"/v1/{feed}/changes", memory.state.get(CURSOR)
    changes = walk(line, path, cursor, etags.get(cursor or ""))
    if changes.expired:
        changes = walk(line, path, None)
    number = int(memory.state.get(NUMBER) or 0) + 1
    name = f"changes-{number}.json"
    if changes.raw is not None:
        before = strict_json.canonical({"pages": changes.pages}).removesuffix(b"]}")
        return Pulled(file_name=name, data=landed(before + (b"," if changes.pages else b""), changes.raw, b"]}"))
    if brings_nothing(changes):
        etags.clear()
        if changes.etag is not None:
            etags[cursor or ""] = changes.etag
        return None
    return Pulled(file_name=name, data=strict_json.canonical({"pages": changes.pages}), more=changes.more)


def brings_nothing(changes: Pages) -> bool:
    """Whether the pages are as agreed and without items; others are for intake to refuse."""
    content = {"pages": changes.pages}
    try:
        rest_pages.refuse_incomplete(content, rest_pages.pages_of(content))
    except WrongDelivery:
        return False
    return changes.items == 0
