"""`branchespor partner`: who is connected, one turned off or on, one tested."""

import json
from dataclasses import asdict
from typing import Any

import click

from branchespor.commands import options
from branchespor.commands.plain_words import plain_words
from branchespor.commands.who import who
from branchespor.settings import load


@click.group()
def partner() -> None:
    """Partners: what each sends and is told, turned on or off.

    Example: branchespor partner list
    """


@partner.command("list")
@options.as_json
def partner_list(as_json: bool) -> None:
    """Every partner: its feeds, its folder, its topic, and whether it is off, since when, by whom and why.

    Example: branchespor partner list
    """
    from branchespor import connections

    held = connections.off(load())
    rows: list[dict[str, Any]] = [
        {**asdict(each), "state": "off" if name in held else "on", "off": asdict(held[name]) if name in held else None}
        for name, each in connections.connections().items()
    ]
    if as_json:
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
        return
    from branchespor.views import partner_table, show

    show(partner_table(rows))


@partner.command("remove")
@click.argument("name", metavar="ID")
@click.option("--reason", required=True, callback=plain_words, help="Why; kept with the mark.")
def partner_remove(name: str, reason: str) -> None:
    """Turn a partner off: its Kafka user, rights and SFTP key go at once, and nothing is taken from it any more.

    What it sent stays. What concerns its citizens is still written to its topic, which nobody may read, so that it has
    all of the last 30 days should it come back.

    Example: branchespor partner remove akasse-902 --reason "the agreement has ended"
    """
    from branchespor import clock, connections, topics
    from schemas.facts import moment_text

    settings = load()
    mark = connections.Off(at=moment_text(clock.now_ms()), by=who(), reason=reason)
    connections.turn_off(settings, name, mark)
    for done in topics.apply(settings):
        click.echo(done, err=True)
    click.echo(f"{name} is off", err=True)


@partner.command("add")
@click.argument("name", metavar="ID")
def partner_add(name: str) -> None:
    """Turn a partner that was off on again, with the key and password it had.

    A new partner is a row in the table of feeds and in the catalogue of topics.

    Example: branchespor partner add akasse-902
    """
    from branchespor import connections, topics

    settings = load()
    was_off = connections.turn_on(settings, name)
    for done in topics.apply(settings):
        click.echo(done, err=True)
    click.echo(f"{name} is on" if was_off else f"{name} was on already", err=True)


@partner.command("test")
@click.argument("name", metavar="ID")
@options.as_json
def partner_test(name: str, as_json: bool) -> None:
    """Try what the partner can do with its own key and password; exit 1 unless all of it is as agreed.

    Example: branchespor partner test akasse-901
    """
    from branchespor import partner_trial

    found = partner_trial.tried(load(), name)
    for each in found:
        if as_json:
            click.echo(json.dumps(asdict(each), ensure_ascii=False))
        else:
            click.echo(f"{'ok  ' if each.well else 'NOT '} {each.what}: {each.found}")
    if not all(each.well for each in found):
        click.get_current_context().exit(1)
