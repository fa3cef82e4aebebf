"""Data Docs: a static page a feed with what its rules found, as counts; nothing of any row, nothing to click away."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final

from branchespor.clock import DANISH
from branchespor.contract_pages import rules_of
from schemas.feed_contracts import FeedContract
from validation.codes import CODES

MOST_DELIVERIES: Final = 50
Record = Mapping[str, Any]
_COUNTED: Final = {
    "rows": "rækker",
    "accepted": "taget ind",
    "unchanged": "uændret",
    "duplicate": "gentaget",
    "rejected": "lagt til side",
    "waiting": "venter",
}
_STYLE: Final = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1b1b1b }
table { border-collapse: collapse; margin: 1rem 0 2rem; width: 100% } th, td { padding: .3rem .6rem; text-align: left }
th { border-bottom: 2px solid #888 } td { border-bottom: 1px solid #ddd } td.n, th.n { text-align: right }
code { font-size: 13px } .quiet { color: #666 }
"""


def feed_page(agreed: FeedContract, deliveries: Sequence[Record], failed: Sequence[Record]) -> str:
    """One feed: its newest deliveries, every rule of its contract with how often it failed, and all other codes.

    `deliveries` and `failed` as producers.stores.rule_counts gives them.
    """
    known = {(each["rule"], each["code"]): each for each in failed}
    rules = list(rules_of(agreed))
    others = [each for each in failed if (each["rule"], each["code"]) not in {(rule, code) for rule, code, _ in rules}]
    return _html(
        f"{agreed.file.name} ({agreed.id})",
        f"<p>{escape(agreed.file.description.usage)}</p>",
        f"<h2>De seneste leverancer</h2>{_deliveries(deliveries)}",
        "<h2>Regler</h2>",
        _table(
            ("regel", "kode", "fejl, hvis", "fejl", "leverancer", "senest"),
            (_line(rule, code, told, known.get((rule, code))) for rule, code, told in rules),
        ),
        "<h2>Andre koder: filen, flere rækker, tidligere leverancer</h2>",
        _table(
            ("hvor", "kode", "betyder", "fejl", "leverancer", "senest"),
            (_line(each["rule"], each["code"], CODES[each["code"]].name, each) for each in others),
        ),
        '<p><a href="index.html">alle feeds</a></p>',
    )


def index(feeds: Sequence[tuple[FeedContract, Sequence[Record], Sequence[Record]]]) -> str:
    """All feeds: deliveries, rows and faults of the newest ones."""
    lines = (
        (
            f'<a href="{agreed.feed}.html">{escape(agreed.feed)}</a>',
            escape(agreed.file.name),
            str(len(deliveries)),
            str(sum(each["rows"] or 0 for each in deliveries)),
            str(sum(each["rejected"] or 0 for each in deliveries)),
            str(sum(each["failed"] for each in failed)),
        )
        for agreed, deliveries, failed in feeds
    )
    heads = ("feed", "indhold", "leverancer", "rækker", "lagt til side", "fejl i alt")
    return _html(
        "Hvad reglerne fandt",
        f'<p class="quiet">De seneste {MOST_DELIVERIES} leverancer af hvert feed; kun antal, intet fra en række.</p>',
        _table(heads, lines),
    )


def _line(rule: str, code: str, told: str, found: Record | None) -> Sequence[str]:
    counts = (
        ("0", "0", "") if found is None else (str(found["failed"]), str(found["deliveries"]), _day(found["newest"]))
    )
    return (f"<code>{escape(rule)}</code>", code, escape(told), *counts)


def _deliveries(deliveries: Sequence[Record]) -> str:
    return _table(
        ("modtaget", "afsender", "løbenummer", "resultat", *_COUNTED.values()),
        (
            (
                _day(each["received_at"]),
                escape(each["partner"]),
                "" if each["sequence"] is None else str(each["sequence"]),
                escape(each["verdict"]),
                *("" if each[name] is None else str(each[name]) for name in _COUNTED),
            )
            for each in deliveries
        ),
    )


def _day(moment: Any) -> str:
    return f"{moment.astimezone(DANISH):%Y-%m-%d}"


def _table(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A table; `lines` are HTML already. Cells of digits alone stand to the right."""
    body = "".join(
        "<tr>"
        + "".join(f'<td class="n">{cell}</td>' if cell.isdigit() else f"<td>{cell}</td>" for cell in line)
        + "</tr>"
        for line in lines
    )
    head = "".join(f"<th>{escape(each)}</th>" for each in heads)
    return f"<table><tr>{head}</tr>{body}</table>" if body else '<p class="quiet">Ingen endnu.</p>'


def _html(title: str, *parts: str) -> str:
    return (
        f'<!doctype html><html lang="da"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>{''.join(parts)}</body></html>\n"
    )
