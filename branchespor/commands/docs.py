"""`branchespor docs build`: what the rules found in each feed, as a static site of counts."""

from pathlib import Path

import click


@click.group()
def docs() -> None:
    """Data Docs: what the rules found, per feed, as counts alone.

    Example: branchespor docs build --out /tmp/data-docs
    """


@docs.command()
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder; made if need be."
)
def build(out: Path) -> None:
    """Write index.html and a page a feed from the intake ledger's counts per delivery and rule.

    Example: branchespor docs build --out /tmp/data-docs
    """
    from branchespor.data_docs import MOST_DELIVERIES, feed_page, index
    from branchespor.hub import wiring
    from branchespor.settings import load
    from producers.feeds import FEEDS
    from producers.stores import rule_counts
    from schemas.errors import WrongInput

    with wiring.database(load(), "intake") as conn:
        found = [
            (
                feed.agreed,
                rule_counts.newest_deliveries(conn, feed.name, MOST_DELIVERIES),
                rule_counts.of_feed(conn, feed.name),
            )
            for feed in FEEDS
        ]
    pages = {f"{agreed.feed}.html": feed_page(agreed, *counts) for agreed, *counts in found}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in {"index.html": index(found), **pages}.items():
            (out / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise WrongInput(f"{out}: cannot be written ({type(error).__name__})") from None
    click.echo(f"{len(pages) + 1} pages: {out / 'index.html'}", err=True)
