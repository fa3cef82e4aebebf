"""`reconcile`: the loop closed per delivery."""

import json
from dataclasses import asdict

import click

from branchespor.commands import options
from branchespor.settings import load


@click.command()
@click.argument("delivery", required=False, type=click.UUID)
@options.as_json
def reconcile(delivery: object | None, as_json: bool) -> None:
    """Compare rows, facts on the topics and facts applied, of every delivery or of one.

    Exit code 0: nothing is missing; 1: what is missing is named by delivery and fact id.

    Example: branchespor reconcile
    """
    from branchespor import clock
    from branchespor.reconciliation import reconcile as compare

    found = compare(load(), None if delivery is None else str(delivery), clock.now())
    if as_json:
        for each in found:
            click.echo(json.dumps({**asdict(each), "whole": each.whole}, ensure_ascii=False))
    broken = [each for each in found if not each.whole]
    if not as_json:
        for each in broken:
            click.echo(f"{each.feed}/{each.partner} {each.file_name} (delivery {each.delivery}):")
            for name, missing in (("on the topic", each.missing_on_topic), ("applied", each.missing_applied)):
                for fact in missing:
                    click.echo(f"  fact {fact} is not {name}")
            if each.rows != each.counted or each.missing_in_ledger:
                click.echo(
                    f"  {each.rows} rows, {each.counted} counted; {each.missing_in_ledger} facts not in the ledger"
                )
    facts, applied = sum(each.facts for each in found), sum(each.applied for each in found)
    on_topic = sum(each.on_topic for each in found)
    rows, erased = sum(each.rows for each in found), sum(each.erased for each in found)
    click.echo(
        f"{len(found)} deliveries, {rows} rows, {facts} facts published, {on_topic} on the topics, {applied} applied"
        + (f", {erased} of citizens erased since: " if erased else ": ")
        + (f"{len(broken)} deliveries are not whole" if broken else "nothing is missing"),
        err=as_json,
    )
    if broken:
        click.get_current_context().exit(1)
