"""`branchespor person`: who has a number, and who turned out to be one citizen."""

import json

import click

from branchespor.commands import options
from branchespor.commands.plain_words import plain_words
from branchespor.commands.who import who
from branchespor.settings import load


@click.group()
def person() -> None:
    """Persons by their number, and persons who turned out to be one citizen.

    Example: branchespor person find --purpose "answers the citizen"
    """


@person.command("find")
@click.option("--purpose", required=True, callback=plain_words, help="What for; kept in the access log.")
@options.as_json
def person_find(purpose: str, as_json: bool) -> None:
    """The person id of the number on standard input; exit 1 if it was never seen.

    Example: branchespor person find --purpose "answers the citizen" < number.txt
    """
    import re
    import sys

    from branchespor.hub import wiring
    from schemas.errors import WrongInput

    number = re.sub(r"[\s-]", "", sys.stdin.read())
    if re.fullmatch(r"[0-9]{10}", number, re.ASCII) is None:
        raise WrongInput("standard input must hold one person number of ten digits")
    with wiring.vault(load()) as vault:
        found = vault.find(number)
        vault.log_lookup(who(), purpose, found)
    if found is None:
        click.echo("not known", err=True)
        click.get_current_context().exit(1)
    click.echo(json.dumps({"person": found}) if as_json else found)


@person.command("conflicts")
@click.option("--all", "settled", is_flag=True, help="Also those that were looked at.")
@options.as_json
def person_conflicts(settled: bool, as_json: bool) -> None:
    """Pairs of persons who became one citizen and wait for somebody to look; changes that contradict an earlier one.

    Those where both had a running course (`both_running`) have corrections in the journal.

    Example: branchespor person conflicts
    """
    from branchespor.hub import wiring
    from producers.stores import conflicts

    with wiring.database(load(), "identity") as conn:
        rows = conflicts.listed(conn, settled)
    for row in rows:
        if as_json:
            click.echo(json.dumps(row, ensure_ascii=False, default=str))
            continue
        number = "–" if row["id"] is None else str(row["id"])
        note = "  both had a running course" if row["both_running"] else ""
        looked = "" if row["settled_at"] is None else f"  looked at by {row['settled_by']}: {row['reason']}"
        click.echo(
            f"{number:>4}  {row['what']}  {row['merged_person']} is {row['person']} since {row['day']}{note}{looked}"
        )
    if not rows:
        click.echo("nothing waits", err=True)


@person.command("settle")
@click.argument("identifier", metavar="ID", type=click.IntRange(1))
@click.option("--reason", required=True, callback=plain_words, help="What came of it; kept with the pair.")
def person_settle(identifier: int, reason: str) -> None:
    """Note that somebody has looked at a pair of `person conflicts`; nothing else changes.

    Example: branchespor person settle 3 --reason "one citizen, the caseworker knows"
    """
    from branchespor.hub import wiring
    from producers.stores import conflicts

    with wiring.database(load(), "identity") as conn:
        conflicts.settle(conn, identifier, who(), reason)
    click.echo("settled", err=True)
