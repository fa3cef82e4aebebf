"""`branchespor contract show`, `contract pages`: the agreements with partners, for people to read."""

from pathlib import Path

import click


@click.group()
def contract() -> None:
    """What is agreed with each partner, in Danish, from schemas/contracts.

    Example: branchespor contract show akasse-ledighed
    """


@contract.command()
@click.argument("feed")
def show(feed: str) -> None:
    """The partner's page of FEED, in Danish, as Markdown.

    Example: branchespor contract show akasse-ledighed
    """
    from branchespor.contract_pages import page
    from producers.feeds import FEED_BY_NAME
    from schemas.errors import WrongInput

    if feed not in FEED_BY_NAME:
        raise WrongInput(f"unknown feed: there are {', '.join(FEED_BY_NAME)}")
    click.echo(page(FEED_BY_NAME[feed].agreed), nl=False)


@contract.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default="docs/partners", show_default=True)
def pages(out: Path) -> None:
    """Write every feed's page to a folder.

    Example: branchespor contract pages --out docs/partners
    """
    from branchespor.contract_pages import page
    from producers.feeds import FEEDS
    from schemas.errors import WrongInput

    try:
        out.mkdir(parents=True, exist_ok=True)
        for feed in FEEDS:
            (out / f"{feed.name}.md").write_text(page(feed.agreed), encoding="utf-8")
    except OSError as error:
        raise WrongInput(f"{out}: cannot be written ({type(error).__name__})") from None
    click.echo(f"{len(FEEDS)} pages in {out}", err=True)
