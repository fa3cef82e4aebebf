"""`trace`: the way of one event, from the row of a file to what partners were told."""

import json
from typing import Any
from uuid import UUID

import click

from branchespor.commands import options
from branchespor.commands.plain_words import plain_words
from branchespor.commands.who import who


@click.command()
@click.argument("event", type=click.UUID, metavar="EVENT_ID")
@click.option("--purpose", required=True, callback=plain_words, help="why it is read; stands in the access log")
@options.as_json
def trace(event: UUID, purpose: str, as_json: bool) -> None:
    """The way of one event: the rows it rests on, facts on the topics, milestones, what each partner was told.

    EVENT_ID is that of a fact, a milestone, a status or a partner's event (`ce_id` in its headers). Shows ids, places
    and moments, nothing of the citizen; writes a line to the access log. Exit code 1: nothing has this id.

    Example: branchespor trace 5d6a0f0e-… --purpose "a school asks why it was told"
    """
    from branchespor.settings import load
    from consumers.stores import access
    from consumers.stores.database import connect

    with connect(load().dsn("web_read"), "branchespor") as conn:
        steps = access.trace(conn, access.Reader(who(), purpose), str(event))
    for step, document in steps:
        click.echo(json.dumps({"step": step, **document}) if as_json else _line(step, document))
    if not steps:
        click.echo("nothing has this id: it is that of a fact, a milestone, a status or a partner's event", err=True)
        click.get_current_context().exit(1)


def _line(step: str, document: dict[str, Any]) -> str:
    match step:
        case "row":
            where = f"{document['feed']}/{document['partner']} {document['file']} line {document['line']}"
            return f"row        {where}, {document['verdict']}, came {document['received_at']}"
        case "fact":
            place = f"{document['topic']} partition {document['partition']} offset {document['offset']}"
            return f"fact       {document['fact']} {document['kind']}, {place}, stored {document['stored_at']}"
        case "milestone":
            days = f"from {document['effective_day']}, found {document['detected_day']}"
            return f"milestone  {document['milestone']} {document['type']} {days}, {_sent(document)}"
        case "told":
            return f"told       {document['partner']} {document['event']} {document['type']}, {_sent(document)}"
        case _:
            return f"status     {document['event']}, {_sent(document)}"


def _sent(document: dict[str, Any]) -> str:
    return "not sent yet" if document["sent_at"] is None else f"sent {document['sent_at']}"
