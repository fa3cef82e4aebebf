"""The parts of the stack as rows: what `branchespor ps` shows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from branchespor import clock
from branchespor.settings import Settings
from branchespor.stack import board, process_tree
from branchespor.stack.table import PARTS

COLUMNS = ("name", "state", "pid", "uptime_s", "restarts", "memory_mb", "ports", "message")


def rows(settings: Settings) -> list[dict[str, Any]]:
    """One row per process of the stack in the order of the table; empty if it never ran.

    `state` is what is true now: `gone` if the process is not there though nobody stopped it, `unwatched` if it
    runs without a supervisor. `memory_mb` counts all that it started, shared pages in parts.
    """
    picture = board.read(settings)
    everything = list(process_tree.everything())
    found = []
    for name, seen in picture.parts.items():
        if PARTS[name].command is None and seen.state != "failed":
            continue
        alive = seen.pid is not None and seen.started is not None and process_tree.is_alive(seen.pid, seen.started)
        state: str = seen.state
        if not picture.is_watched:
            state = "unwatched" if alive else "gone"
        # PostgreSQL's children have sessions of their own.
        family = [each.pid for each in everything if alive and seen.pid in (each.session, each.parent)]
        found.append(
            {
                "name": name,
                "state": state,
                "pid": seen.pid if alive else None,
                "uptime_s": round((clock.now() - datetime.fromisoformat(seen.since)).total_seconds())
                if alive
                else None,
                "restarts": seen.restarts,
                "memory_mb": round(sum(map(process_tree.memory_bytes, family)) / 1e6) if alive else None,
                "ports": [settings.port(port) for port in PARTS[name].ports],
                "message": seen.message,
            }
        )
    return sorted(found, key=lambda row: list(PARTS).index(row["name"]))


def as_text(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as a table for people."""
    if not rows:
        return "the stack is not running: start it with `branchespor up`"
    cells = [[column.removesuffix("_s").replace("_mb", " MB") for column in COLUMNS]]
    for row in rows:
        shown = {**row, "uptime_s": _span(row["uptime_s"]), "ports": " ".join(map(str, row["ports"]))}
        cells.append(["" if shown[column] is None else str(shown[column]) for column in COLUMNS])
    widths = [max(len(line[index]) for line in cells) for index in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells
    )


def _span(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}"
