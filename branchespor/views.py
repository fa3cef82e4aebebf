"""Tables for people's eyes: what the commands print when nobody asked for JSON."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from branchespor.clock import DANISH

if TYPE_CHECKING:
    from branchespor.policy_comparison import Cell

Record = Mapping[str, Any]

_VERDICT_STYLE = {
    "accepted": "green",
    "accepted_with_faults": "yellow",
    "duplicate": "dim",
    "refused": "red",
    "held": "magenta",
}
_VERDICT_HEAD = {
    "accepted": "ok",
    "accepted_with_faults": "faults",
    "duplicate": "again",
    "refused": "refused",
    "held": "held",
}
_COUNT_HEAD = {"accepted": "taken", "unchanged": "same", "duplicate": "twice", "rejected": "aside", "waiting": "wait"}
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


def comparison_table(cells: "Sequence[Cell]", words: Mapping[str, str]) -> Table:
    """The cells of a comparison of policies, a line each."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("covered", "month", "target groups"):
        table.add_column(name)
    table.add_column("citizens", justify="right")
    for cell in cells:
        count = "–" if cell.citizens is None else str(cell.citizens)
        table.add_row(words[cell.change], cell.month, " + ".join(cell.groups) or "(none)", count)
    return table


def source_table(rows: Sequence[Record]) -> Table:
    """The senders, a line each; moments in Danish time."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("feed", "partner", "state", "came", "due", "overdue since"):
        table.add_column(name)
    for row in rows:
        moments = (danish_minute(row[name]) for name in ("came_at", "due", "overdue_since"))
        state = "[red]overdue[/]" if row["state"] == "OVERDUE" else "fresh"
        table.add_row(row["feed"], row["partner"], state, *moments)
    return table


def danish_minute(moment: datetime | None) -> str:
    """An aware moment as people write it, empty for none."""
    return "" if moment is None else f"{moment.astimezone(DANISH):%Y-%m-%d %H:%M}"


def feed_table(rows: Sequence[Record]) -> Table:
    """The ledger added up, a line per feed and partner: deliveries by verdict, then rows by what became of them."""
    verdicts: dict[tuple[str, str], Counter[str]] = {}
    counts: dict[tuple[str, str], Counter[str]] = {}
    for row in rows:
        key = (row["feed"], row["partner"])
        verdicts.setdefault(key, Counter())[row["verdict"] or row["state"].lower()] += 1
        counts.setdefault(key, Counter()).update({name: row[name] or 0 for name in _COUNTED})
    seen = [name for name in _VERDICT_STYLE if any(of[name] for of in verdicts.values())]
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("feed", no_wrap=True)
    table.add_column("partner", no_wrap=True)
    table.add_column("files", justify="right")
    for verdict in seen:
        table.add_column(_VERDICT_HEAD[verdict], justify="right", style=_VERDICT_STYLE[verdict])
    for name in _COUNTED:
        table.add_column(_COUNT_HEAD.get(name, name), justify="right")
    for key in sorted(verdicts):
        table.add_row(*key, *_cells(verdicts[key], counts[key], seen))
    table.add_section()
    everything = (sum(verdicts.values(), Counter()), sum(counts.values(), Counter()))
    table.add_row("all", "", *_cells(*everything, seen), style="bold")
    return table


def _cells(verdicts: Counter[str], counts: Counter[str], seen: Sequence[str]) -> list[str]:
    return [
        str(number)
        for number in (verdicts.total(), *(verdicts[name] for name in seen), *(counts[name] for name in _COUNTED))
    ]


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


def age_table(rows: Sequence[Record]) -> Table:
    """What has waited long in quarantine, a line per kind, feed and sender."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("what", "feed", "partner"):
        table.add_column(name)
    for name in ("waiting", "past", "soon"):
        table.add_column(name, justify="right")
    table.add_column("oldest")
    for row in rows:
        counts = (str(row[name]) for name in ("waiting", "past", "soon"))
        table.add_row(row["what"], row["feed"], row["partner"], *counts, danish_minute(row["oldest"]))
    return table


def partner_table(rows: Sequence[Record]) -> Table:
    """The partners, a line each."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("partner", "sends", "folder", "topic", "state"):
        table.add_column(name, overflow="fold")
    for row in rows:
        off = row["off"]
        state = "on" if off is None else f"[red]off[/] since {off['at'][:16]} by {off['by']}: {off['reason']}"
        table.add_row(row["partner"], ", ".join(row["feeds"]), row["folder"] or "", row["topic"] or "", state)
    return table
