"""A REST feed's data set as the HTTP server reads it: pages of items, details as they stand, the full re-read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class CaseData:
    """Items (`events`), where each pull ends, versions of the details (simulator/served.py).

    `pull` is how far the partner's system has come: it moves with the cursor that is asked with, so that a reader who
    follows sees one part of the history after the other, each detail as it stood then.
    """

    ends: Sequence[int] = ()
    events: Sequence[Mapping[str, Any]] = ()
    details: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    pull: int = 1

    def page(self, after: str | None, limit: int) -> dict[str, object]:
        """The page after a cursor, None for the beginning. Raises ValueError for a cursor that was never given out."""
        begin = position(after, "c") if after is not None else 0
        if begin > len(self.events):
            raise ValueError("unknown cursor")
        self.pull = sum(end <= begin for end in self.ends) + 1
        end = next((end for end in self.ends if end > begin), len(self.events))
        items = self.events[begin : min(begin + limit, end)]
        has_more = begin + len(items) < end
        return {"has_more": has_more, "items": items, "next": f"c{begin + len(items):07d}"}

    def detail(self, external_id: str) -> tuple[int, object]:
        """Status and body of a detail: 200, 404 not (yet) known, 410 deleted."""
        newest = self._newest(external_id, self.pull)
        if newest is None:
            return 404, {"fejl": "ukendt"}
        return (410, newest["slettet"]) if "slettet" in newest else (200, newest["body"])

    def all(self, after: str | None, limit: int) -> dict[str, object]:
        """A page of the full re-read: every statement as it stands at the very end, those deleted left out."""
        self.pull = len(self.ends) + 1
        shown = [newest for each in sorted(self.details) if (newest := self._newest(each, self.pull)) is not None]
        bodies = [newest["body"] for newest in shown if "body" in newest]
        begin = position(after, "a") if after is not None else 0
        items = bodies[begin : begin + limit]
        has_more = begin + len(items) < len(bodies)
        return {
            "as_of": self.events[-1]["registered_at"] if self.events else "1970-01-01T00:00:00Z",
            "changes_cursor": f"c{len(self.events):07d}",
            "has_more": has_more,
            "items": items,
            "next": f"a{begin + len(items):07d}" if has_more else None,
        }

    def _newest(self, external_id: str, pull: int) -> Mapping[str, Any] | None:
        seen = [each for each in self.details.get(external_id, ()) if each["seen_from"] <= pull]
        return max(seen, key=lambda each: int(each["version"]), default=None)


def position(cursor: str, letter: str) -> int:
    """The position a cursor stands for; ValueError if it has another form."""
    if not cursor.startswith(letter) or not cursor[1:].isascii() or not cursor[1:].isdigit():
        raise ValueError("unknown cursor")
    return int(cursor[1:])


class DataFile:
    """The data set on the disk; read anew when it changes, empty while there is none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._version: tuple[int, int] | None = None
        self._data = CaseData()

    def read(self) -> CaseData:
        """The data set as it is now."""
        try:
            state = self._path.stat()
            version = (state.st_mtime_ns, state.st_size)
            if version != self._version:
                given = json.loads(self._path.read_bytes())
                self._data = CaseData(ends=given["ends"], events=given["events"], details=given["details"])
                self._version = version
        except (FileNotFoundError, ValueError):
            # Not there, or just being written: as it was until it can be read.
            return self._data
        return self._data
