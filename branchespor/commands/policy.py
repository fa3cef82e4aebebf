"""`branchespor policy compare`: what a council asks before it changes the strategy."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from branchespor.commands import options
from branchespor.commands.rules import DAY, opened
from branchespor.commands.who import who

if TYPE_CHECKING:
    from branchespor.policy_comparison import Comparison

_WORDS = {"EARLIER": "earlier", "LATER": "later", "NEWLY": "newly", "NO_LONGER": "no longer"}


@click.group()
def policy() -> None:
    """The policy record: what would change if the council changed it.

    Example: branchespor policy compare policy.yaml proposal.yaml
    """


@policy.command()
@click.argument("before", metavar="A", type=click.Path(path_type=Path))
@click.argument("after", metavar="B", type=click.Path(path_type=Path))
@click.option("--facts", metavar="FILE", help="Facts, one JSON object a line; else everybody in the store.")
@click.option("--on", type=DAY, help="The day asked about; else the business day of the store.")
@options.as_json
def compare(before: Path, after: Path, facts: str | None, on: date | None, as_json: bool) -> None:
    """How many citizens become covered earlier, later, newly or no longer, per target group and month.

    Counts under five are not shown, nor what would tell them by subtraction. Nobody's id is printed.

    Example: branchespor policy compare consumers/rules/policy.yaml proposal.yaml --facts facts.jsonl --on 2020-12-31
    """
    from branchespor.policy_comparison import compare as compared
    from consumers.policy_file import load

    a, b = load(before), load(after)
    if facts is not None:
        if on is None:
            raise click.UsageError("--facts needs --on: a file has no business day")
        found, day = compared(_of_file(facts), a, b, on), on
    else:
        citizens, day = _of_store(on)
        found = compared(citizens, a, b, day)
    if as_json:
        click.echo(json.dumps(_record(found, day), ensure_ascii=False))
    else:
        _print(found, day)


def _of_file(facts: str) -> Iterator[Sequence[Any]]:
    from branchespor.facts_file import in_any_order

    with opened(facts) as file:
        file.seek(0)
        for _, records in in_any_order(file):
            yield records


def _of_store(on: date | None) -> tuple[Iterator[Sequence[Any]], date]:
    from branchespor.settings import load
    from branchespor.verifying import everybodys_facts

    return everybodys_facts(load(), who(), "policy compare", on)


def _record(found: "Comparison", day: date) -> dict[str, Any]:
    return {
        "on": day.isoformat(),
        "citizens": found.citizens,
        "differ": found.differ,
        "totals": dict(found.totals),
        "cells": [
            {
                "change": each.change,
                "target_groups": list(each.groups),
                "month": each.month,
                "citizens": each.citizens,
            }
            for each in found.cells
        ],
    }


def _print(found: "Comparison", day: date) -> None:
    from branchespor.views import comparison_table, show

    few = "fewer than 5, or not shown"
    click.echo(
        f"{_count(found.citizens, few)} citizens on {day}; covered from another day: {_count(found.differ, few)}"
    )
    for change, total in found.totals.items():
        click.echo(f"  {_WORDS[change]:<10} {_count(total, few)}")
    if found.cells:
        show(comparison_table(found.cells, _WORDS))


def _count(count: int | None, otherwise: str) -> str:
    return otherwise if count is None else str(count)
