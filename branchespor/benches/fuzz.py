"""`branchespor bench fuzz`: mutants of good files of all feeds through the offline check."""

import json
import os

import click

from branchespor.benches.seeds import judged
from branchespor.commands import options


@click.command()
@click.option("--mutants", "count", default=100_000, show_default=True, type=click.IntRange(min=1), help="How many.")
@click.option("--first", default=0, show_default=True, type=click.IntRange(min=0), help="The first seed.")
@click.option("--workers", default=os.cpu_count() or 1, show_default=True, type=click.IntRange(1, 256))
@options.as_json
def fuzz(count: int, first: int, workers: int, as_json: bool) -> None:
    """Judge seeded mutants: no exception, one verdict, counts that add up, no number in a receipt; exit code 1: not so.

    Example: branchespor bench fuzz --mutants 2000
    """
    found = judged("tests.fuzz.judging:wrong_in", first, count, workers)
    click.echo(json.dumps(found) if as_json else "\n".join(f"{name}: {value}" for name, value in found.items()))
    if found["findings"]:
        click.get_current_context().exit(1)
