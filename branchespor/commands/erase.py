"""`branchespor erase`: a citizen erased everywhere, with a report that proves it."""

import json
from itertools import groupby
from typing import TYPE_CHECKING
from uuid import UUID

import click

from branchespor.commands import options
from branchespor.commands.plain_words import plain_words
from branchespor.commands.who import who

if TYPE_CHECKING:
    from branchespor.erasing import Report


@click.command()
@click.argument("person", type=click.UUID)
@click.option("--reason", required=True, callback=plain_words, help="why; kept with the erasure")
@options.as_json
def erase(person: UUID, reason: str, as_json: bool) -> None:
    """Erase the citizen who has or had this person id, under all ids, and report store by store what is left and why.

    Run it again at any time: it finishes what was cut off, and reports anew. Partners are not told: the report names
    those who know something of the citizen. A source that still delivers the number makes a new person of it, with no
    way back to this one: let it end there first.

    Exit code 0: erased; 1: nobody has or had this id, or something is left that must not be.

    Example: branchespor erase 8c4e6c1e-… --reason "decision of 3 March on the citizen's request"
    """
    from branchespor import erasing
    from branchespor.settings import load

    report = erasing.erase(load(), str(person), who(), reason)
    if report is None:
        click.echo("nobody has or had this person id", err=True)
        click.get_current_context().exit(1)
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        _show(report)
    for store in report.left:
        click.echo(f"{store.store} still holds {store.left}: run it again (is the relay up?)", err=True)
    if report.left:
        click.get_current_context().exit(1)


def _show(report: "Report") -> None:
    made = report.erasure
    click.echo(f"erased {made.erased_at:%Y-%m-%d %H:%M} UTC by {made.erased_by}: {made.reason}")
    click.echo(f"ids: {', '.join(made.persons)}")
    click.echo(f"{'store':<24}{'found':>7}{'deleted':>9}{'left':>6}")
    for store in report.stores:
        why = f"  {store.why}" if store.left and store.why else ""
        click.echo(f"{store.store:<24}{store.found:>7}{store.deleted:>9}{store.left:>6}{why}")
    click.echo("records that lie on topics until:")
    for (until, why), topics in groupby(report.topics, key=lambda topic: (topic.until, topic.why)):
        names = [topic.topic for topic in topics]
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        click.echo(f"  {until}  {names[0]}{more}: {why}")
    for partner, events in made.told.items():
        click.echo(f"{partner} was told {events} events: a person must tell it that the citizen is erased")
    if made.late:
        click.echo(f"{made.late} facts were read since and put aside")
