"""Deliveries of items as REST feeds are pulled: `changes-n.json`, one page each."""

import json
from collections.abc import Mapping
from typing import Any

Item = Mapping[str, Any]


def pull(number: int, *items: Item, page: Mapping[str, Any] | None = None) -> tuple[str, bytes]:
    """The delivery of one pull; `page` says what its page says otherwise."""
    told = {"items": list(items), "next": f"c{number:06}", "has_more": False, **(page or {})}
    text = json.dumps({"pages": [told]}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"changes-{number}.json", text.encode()
