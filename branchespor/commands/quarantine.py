"""`branchespor quarantine`: rows and deliveries held back, and a person's decision on them."""

import getpass
import json

import click

from branchespor.commands.plain_words import plain_words
from branchespor.settings import load

_JSON = click.option("--json", "as_json", is_flag=True, help="Machine-readable output, one object per line.")


@click.group()
def quarantine() -> None:
    """Rows and deliveries held back.

    Example: branchespor quarantine list
    """


@quarantine.command("list")
@_JSON
def quarantine_list(as_json: bool) -> None:
    """What waits for a person: held deliveries, and rejected rows by code.

    Example: branchespor quarantine list
    """
    from branchespor.hub import wiring
    from producers.stores import quarantine as store

    with wiring.database(load(), "intake") as conn:
        rows = store.listed(conn)
    if as_json:
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False, default=str))
        return
    from branchespor.views import quarantine_table, show

    show(quarantine_table(rows))


@quarantine.command("show")
@click.argument("identifier", metavar="ID")
@_JSON
def quarantine_show(identifier: str, as_json: bool) -> None:
    """The faults of one held delivery or rejected row; never a value of it.

    Example: branchespor quarantine show 17
    """
    from branchespor.hub import wiring
    from producers.stores import quarantine as store

    with wiring.database(load(), "intake") as conn:
        found = store.shown(conn, identifier)
    click.echo(json.dumps(found, ensure_ascii=False, indent=None if as_json else 1, default=str))


@quarantine.command("release")
@click.argument("identifier", metavar="ID")
@click.option("--reason", default="released", callback=plain_words, help="Why; kept in the ledger.")
def quarantine_release(identifier: str, reason: str) -> None:
    """Release a held delivery: it goes through the same checks again, and the sender gets the final receipt.

    Example: branchespor quarantine release 0b5e3c1c-55a1-5f0e-8f5b-2d6f6a8e9b11 --reason "nothing was sent that day"
    """
    from branchespor.hub.handling import settle

    done = settle(identifier, release=True, by=getpass.getuser(), reason=reason)
    click.echo(f"{done['verdict']}: receipt {done['receipt_id']}", err=True)


@quarantine.command("discard")
@click.argument("identifier", metavar="ID")
@click.option("--reason", required=True, callback=plain_words, help="Why; kept in the ledger.")
def quarantine_discard(identifier: str, reason: str) -> None:
    """Discard a held delivery or a rejected row: a mark, not a deletion.

    Example: branchespor quarantine discard 17 --reason "sent again by the a-kasse"
    """
    from branchespor.hub import wiring
    from branchespor.hub.handling import settle
    from producers.stores import quarantine as store

    if identifier.isascii() and identifier.isdigit():
        with wiring.database(load(), "intake") as conn:
            store.discard_row(conn, int(identifier), getpass.getuser(), reason)
        click.echo("discarded", err=True)
        return
    done = settle(identifier, release=False, by=getpass.getuser(), reason=reason)
    click.echo(f"{done['verdict']}: receipt {done['receipt_id']}", err=True)
