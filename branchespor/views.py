"""Tables for people's eyes: what the commands print when nobody asked for JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

Record = Mapping[str, Any]

_VERDICT_STYLE = {
    "accepted": "green",
    "accepted_with_faults": "yellow",
    "duplicate": "dim",
    "refused": "red",
    "held": "magenta",
}
_COUNTED = ("rows", "accepted", "unchanged", "duplicate", "rejected", "waiting", "facts")


def show(*parts: object) -> None:
    """Print on standard output, as wide as the terminal, at least 100 columns where nothing tells."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=118)
    for part in parts:
        console.print(part)


def delivery_table(rows: Sequence[Record]) -> Table:
    """The ledger, a line per delivery."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("feed", "partner", "file", "verdict"):
        table.add_column(name, overflow="fold")
    for name in _COUNTED:
        table.add_column(name, justify="right")
    for row in rows:
        verdict = row["verdict"] or row["state"].lower()
        style = _VERDICT_STYLE.get(verdict, "")
        counts = ["" if row[name] is None else str(row[name]) for name in _COUNTED]
        table.add_row(
            row["feed"], row["partner"], row["file_name"], f"[{style}]{verdict}[/]" if style else verdict, *counts
        )
    return table


def feed_table(rows: Sequence[Record]) -> Table:
    """The ledger added up, a line per feed and partner."""
    table = Table(box=None, pad_edge=False, header_style="bold", show_footer=True)
    sums: dict[tuple[str, str], dict[str, int]] = {}
    for row in rows:
        of = sums.setdefault((row["feed"], row["partner"]), {})
        verdict = row["verdict"] or row["state"].lower()
        of[verdict] = of.get(verdict, 0) + 1
        for name in _COUNTED:
            of[name] = of.get(name, 0) + (row[name] or 0)
    total: dict[str, int] = {}
    for of in sums.values():
        for name, number in of.items():
            total[name] = total.get(name, 0) + number
    columns = [name for name in _VERDICT_STYLE if name in total]
    table.add_column("feed", "all")
    table.add_column("partner")
    for verdict in columns:
        table.add_column(verdict.replace("_", " "), f"{total[verdict]}", justify="right", style=_VERDICT_STYLE[verdict])
    for name in _COUNTED:
        table.add_column(name if name != "duplicate" else "repeated", f"{total.get(name, 0)}", justify="right")
    for (feed, partner), of in sorted(sums.items()):
        cells = [str(of.get(name, "")) for name in columns] + [str(of.get(name, 0)) for name in _COUNTED]
        table.add_row(feed, partner, *cells)
    return table


def quarantine_table(rows: Sequence[Record]) -> Table:
    """Held deliveries and rejected rows, a line each."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("id", "what", "feed", "partner", "file", "line", "codes", "since"):
        table.add_column(name, overflow="fold")
    for row in rows:
        line = "" if row["line"] is None else str(row["line"])
        since = f"{row['since']:%Y-%m-%d %H:%M}"
        codes = " ".join(row["codes"])
        table.add_row(row["id"], row["what"], row["feed"], row["partner"], row["file_name"], line, codes, since)
    return table
