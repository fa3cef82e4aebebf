"""The control file by which a test or the demo makes a partner's server misbehave; read anew at each operation."""

import json
from collections.abc import Mapping
from pathlib import Path

CONTROL_FILE = ".misbehave.json"


class Orders:
    """What the control file asks for now; no file, an empty or an unreadable one: behave.

    The file holds one JSON object. A key `times` limits an order to so many operations; writing the file anew starts
    the count again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._version: tuple[int, int] | None = None
        self._given: Mapping[str, object] = {}
        self._taken = 0

    def standing(self) -> Mapping[str, object]:
        """The orders in force, without counting this look."""
        self._refresh()
        limit = self._given.get("times")
        return {} if isinstance(limit, int) and self._taken >= limit else self._given

    def take(self) -> Mapping[str, object]:
        """The orders in force; an order with `times` is used up by one."""
        orders = self.standing()
        if orders:
            self._taken += 1
        return orders

    def _refresh(self) -> None:
        try:
            state = self._path.stat()
            version = (state.st_mtime_ns, state.st_size)
            if version == self._version:
                return
            given = json.loads(self._path.read_bytes())
        except (OSError, ValueError):
            self._version, self._given = None, {}
            return
        self._version, self._taken = version, 0
        self._given = given if isinstance(given, dict) else {}


def give(directory: Path, orders: Mapping[str, object] | None) -> None:
    """Write the control file of a server whose root (SFTP) or data set folder (HTTP) is `directory`; None removes it.

    SFTP: `refuse` true; `bytes_per_second` n; `cut` true (half of each file) or a name; `endless` true; `names` a list
    of texts that listings of `out` show besides. HTTP: `mode` unavailable, slow, cut, login_page, unauthorized, error
    or expired, with `retry_after` (seconds or an HTTP date), `seconds`, `path` (beginning of the paths concerned).
    Both: `times` n.
    """
    path = directory / CONTROL_FILE
    if orders is None:
        path.unlink(missing_ok=True)
        return
    part = path.with_suffix(".part")
    part.write_text(json.dumps(orders), encoding="utf-8")
    part.replace(path)
