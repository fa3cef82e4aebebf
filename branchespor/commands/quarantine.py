"""`branchespor quarantine`: rows and deliveries held back, and a person's decision on them."""

import json

import click

from branchespor.commands import options
from branchespor.commands.plain_words import plain_words
from branchespor.commands.who import who
from branchespor.settings import load


@click.group()
def quarantine() -> None:
    """Rows and deliveries held back.

    Example: branchespor quarantine list
    """


@quarantine.command("list")
@options.as_json
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
@options.as_json
def quarantine_show(identifier: str, as_json: bool) -> None:
    """The faults of one held delivery or rejected row, and a row's shape: digits as 9, letters as x; never a value.

    Example: branchespor quarantine show 17
    """
    from branchespor.hub import rows

    click.echo(json.dumps(rows.shown(identifier), ensure_ascii=False, indent=None if as_json else 1, default=str))


@quarantine.command("release")
@click.argument("identifier", metavar="ID")
@click.option("--reason", default="released", callback=plain_words, help="Why; kept in the ledger.")
def quarantine_release(identifier: str, reason: str) -> None:
    """Release a held delivery, or one rejected row after what kept it back was mended.

    It goes through the same checks again. A delivery's sender gets the final receipt; a row's facts are published, and
    the ledger tells. Exit 1 if the row is still rejected.

    Example: branchespor quarantine release 0b5e3c1c-55a1-5f0e-8f5b-2d6f6a8e9b11 --reason "nothing was sent that day"
    """
    if identifier.isascii() and identifier.isdigit():
        from branchespor.hub import rows

        found = rows.release(int(identifier), who(), reason)
        faults = ", ".join(f"{each['code']} {each['column'] or ''}".strip() for each in found["faults"])
        click.echo(f"{found['verdict']}: " + (faults or f"{found['facts']} facts published"), err=True)
        if found["verdict"] == "rejected":
            click.get_current_context().exit(1)
        return
    from branchespor.hub.handling import settle

    done = settle(identifier, release=True, by=who(), reason=reason)
    click.echo(f"{done['verdict']}: receipt {done['receipt_id']}", err=True)


@quarantine.command("overdue")
@options.as_json
def quarantine_overdue(as_json: bool) -> None:
    """What has waited for a decision longer than BRANCHESPOR_QUARANTINE_DAYS, or soon will; exit 1 if anything has.

    Example: branchespor quarantine overdue
    """
    from branchespor.hub import rows

    found = rows.overdue()
    late = [each for each in found if each["past"] or each["soon"]]
    if as_json:
        for each in late:
            click.echo(json.dumps(each, ensure_ascii=False, default=str))
    elif late:
        from branchespor.views import age_table, show

        show(age_table(late))
    else:
        waiting = sum(each["waiting"] for each in found)
        click.echo(f"nothing has waited too long; {waiting} wait for a decision", err=True)
    if any(each["past"] for each in late):
        click.get_current_context().exit(1)


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
            store.discard_row(conn, int(identifier), who(), reason)
        click.echo("discarded", err=True)
        return
    done = settle(identifier, release=False, by=who(), reason=reason)
    click.echo(f"{done['verdict']}: receipt {done['receipt_id']}", err=True)
