"""`branchespor bench reference`: the rules against a slow reading of the text, day by day, on random histories."""

import json
import os

import click

from branchespor.benches.seeds import judged
from branchespor.commands import options


@click.command()
@click.option("--histories", "count", default=100_000, show_default=True, type=click.IntRange(min=1), help="How many.")
@click.option("--first", default=0, show_default=True, type=click.IntRange(min=0), help="The first seed.")
@click.option("--workers", default=os.cpu_count() or 1, show_default=True, type=click.IntRange(1, 256))
@options.as_json
def reference(count: int, first: int, workers: int, as_json: bool) -> None:
    """Compare on seeded random histories; exit code 1 names the seeds and days that differ.

    Example: branchespor bench reference --histories 2000
    """
    found = judged("tests.consumers.rules.comparing:differing_in", first, count, workers)
    click.echo(json.dumps(found) if as_json else "\n".join(f"{name}: {value}" for name, value in found.items()))
    if found["findings"]:
        click.get_current_context().exit(1)
