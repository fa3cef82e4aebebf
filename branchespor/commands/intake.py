"""`deliver`, `pull`, `deliveries`, `receipt`: intake, seen and moved by hand."""

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from branchespor.commands import options
from branchespor.settings import load

_COUNTED = ("rows", "accepted", "unchanged", "duplicate", "rejected", "waiting")


def _feed_names(transport: str | None = None) -> str:
    from producers.feeds import FEEDS

    return ", ".join(feed.name for feed in FEEDS if transport in (None, feed.transport))


def _print(records: Sequence[Mapping[str, Any]]) -> None:
    for record in records:
        click.echo(json.dumps(record, ensure_ascii=False, default=str))


@click.command()
@click.argument("feed")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--partner", metavar="ID", help="Whose folder it is put into; else what the file says.")
def deliver(feed: str, file: Path, partner: str | None) -> None:
    """Hand FILE in as the partner would: over SFTP, under another name first, then renamed.

    Example: branchespor deliver akasse-ledighed AKAS901_LEDIGHED_000147.csv
    """
    from producers.decoders import decoder
    from producers.feeds import FEED_BY_NAME
    from simulator.sender import deliver as send

    if feed not in FEED_BY_NAME or FEED_BY_NAME[feed].transport != "sftp":
        raise click.BadParameter(f"FEED must be one that comes as files: {_feed_names('sftp')}")
    partner = partner or decoder(feed).partner_of(file.name, file.read_bytes())
    if partner is None:
        raise click.UsageError("neither name nor content of the file says whose it is: give --partner")
    settings, folder = load(), FEED_BY_NAME[feed].folder(partner)
    send(
        settings.host,
        settings.port("sftp"),
        folder,
        settings.secrets / f"ssh_{folder}",
        settings.secrets / "ssh_host_ed25519.pub",
        [file],
    )
    click.echo(f"delivered into {folder}/out; `branchespor pull {feed} --wait` handles it now", err=True)


@click.command()
@click.argument("feed")
@click.option("--wait", is_flag=True, help="Wait until every waiting delivery has its receipt.")
@click.option("--within", "within_s", default=600, show_default=True, help="Seconds to wait at most.")
def pull(feed: str, wait: bool, within_s: int) -> None:
    """Run the feed's DAG now.

    Example: branchespor pull akasse-ledighed --wait
    """
    from branchespor.airflow_api import connect
    from producers.feeds import FEED_BY_NAME

    if feed not in FEED_BY_NAME:
        raise click.BadParameter(f"FEED must be one of: {_feed_names()}")
    dag_id = f"pull_{FEED_BY_NAME[feed].module}"
    with connect(load()) as airflow:
        began = time.monotonic()
        run_id = airflow.start(dag_id)
        click.echo(f"{dag_id}: run {run_id} started", err=True)
        if not wait:
            return
        state = airflow.wait(dag_id, run_id, within_s)
        click.echo(f"{dag_id}: {state} after {time.monotonic() - began:.1f} s", err=True)
        if state != "success":
            click.get_current_context().exit(1)


@click.command()
@click.option("--feed", metavar="FEED", help="Only this feed.")
@options.as_json
def deliveries(feed: str | None, as_json: bool) -> None:
    """The intake ledger: every delivery with its verdict and counts, then what is overdue.

    Example: branchespor deliveries --feed cpr
    """
    from branchespor.hub import freshness, wiring
    from producers.stores import ledger_view

    with wiring.database(load(), "intake") as conn:
        rows = ledger_view.deliveries(conn, feed)
        late = [each for each in freshness.seen(conn) if each["state"] == "OVERDUE" and feed in (None, each["feed"])]
    if as_json:
        _print([*rows, *({"delivery_id": None, "file_name": None, "verdict": None, **each} for each in late)])
        return
    from branchespor.views import delivery_table, show, source_table

    show(delivery_table(rows), *([source_table(late)] if late else []))


@click.command()
@options.as_json
def sources(as_json: bool) -> None:
    """Who sends what: the newest delivery of each feed and partner, when the next is due, and who is overdue.

    Example: branchespor sources
    """
    from branchespor.hub import freshness, wiring

    with wiring.database(load(), "intake") as conn:
        rows = freshness.seen(conn)
    if as_json:
        _print(rows)
        return
    from branchespor.views import show, source_table

    show(source_table(rows))


@click.command()
@click.argument("identifier", metavar="ID", type=click.UUID)
@click.option("--danish", is_flag=True, help="The text the sender reads.")
@options.as_json
def receipt(identifier: object, danish: bool, as_json: bool) -> None:
    """One receipt, by its own id or by its delivery's.

    Example: branchespor receipt 0b5e3c1c-55a1-5f0e-8f5b-2d6f6a8e9b11
    """
    from branchespor.hub import wiring
    from producers.stores import ledger_view
    from schemas.errors import WrongInput

    with wiring.database(load(), "intake") as conn:
        found = ledger_view.receipt(conn, str(identifier))
        settled = ledger_view.settled_rows(conn, str(identifier))
        decided = ledger_view.decided_rows(conn, str(identifier))
    if found is None:
        raise WrongInput(f"no receipt or delivery has the id {identifier}: see `branchespor deliveries --json`")
    if danish:
        from validation.receipt import danish_text

        click.echo(danish_text(found))
        return
    click.echo(json.dumps(found, ensure_ascii=False, indent=None if as_json else 1))
    for row in settled:
        codes = f" ({', '.join(row['codes'])})" if row["codes"] else ""
        click.echo(f"line {row['line']} waited and is {row['verdict']}{codes} by {row['settled_by']}", err=True)
    for row in decided:
        click.echo(f"line {row['line']} was rejected and is {row['state'].lower()} since", err=True)
