"""`check` and `decode`: the hub's own validation and interpretation of files, without any service."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from branchespor.commands import options

_FILE = click.Path(path_type=Path)
_PARTNER = click.option("--partner", metavar="ID", help="whose folder it lies in; else what the file says")


def _line(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False)


@click.command()
@click.argument("feed")
@click.argument("file", type=_FILE)
@_PARTNER
@options.as_json
def check(feed: str, file: Path, partner: str | None, as_json: bool) -> None:
    """The receipt the sender of FILE would get, as far as one file shows it.

    Exit code 0: accepted, 1: anything else, 2: unknown FEED or a FILE that cannot be read.

    Example: branchespor check akasse-ledighed AKAS901_LEDIGHED_000147.csv
    """
    from branchespor.intake.offline import ONLY_THE_HUB_KNOWS, checked, delivery_of, exit_code
    from branchespor.settings import load

    outcome = checked(delivery_of(feed, file, partner), synthetic=load().synthetic_identities)
    click.echo(_line(outcome.receipt) if as_json else json.dumps(outcome.receipt, ensure_ascii=False, indent=2))
    click.echo(ONLY_THE_HUB_KNOWS, err=True)
    click.get_current_context().exit(exit_code([outcome.receipt]))


@click.command()
@click.argument("feed")
@click.argument("files", type=_FILE, nargs=-1, required=True)
@_PARTNER
@options.as_json
def decode(feed: str, files: tuple[Path, ...], partner: str | None, as_json: bool) -> None:
    """The facts these FILES, handled in this order on an empty ledger, would publish, one a line.

    The receipts follow on standard error, one JSON a line. Persons are #1, #2, … by first appearance.

    Example: branchespor decode amu AMU_907001_2019K2_2020K1_20200117101500.csv
    """
    from branchespor.intake.offline import delivery_of, played, printable
    from branchespor.settings import load

    deliveries = [delivery_of(feed, file, partner) for file in files]
    run = played(deliveries, synthetic=load().synthetic_identities)
    for record in printable(run):
        click.echo(_line(record))
    for outcome in run.outcomes:
        click.echo(_line(outcome.receipt), err=True)


@click.command("check-app")
@click.argument("target", type=_FILE, metavar="FILE")
def check_app(target: Path) -> None:
    """Write `check` as one FILE that a partner can run with nothing but Python 3.11 or newer.

    Example: branchespor check-app check.pyz && python3 check.pyz amu AMU_907001_2019K2_2020K1_20200117101500.csv
    """
    from branchespor.check_app import build
    from branchespor.settings import load
    from schemas.errors import WrongInput

    try:
        size = build(target, synthetic=load().synthetic_identities)
    except OSError as error:
        raise WrongInput(f"cannot write {target}: {error.strerror}") from None
    click.echo(f"{target}: {size // 1024} KiB; run it with: python3 {target} FEED FILE")
