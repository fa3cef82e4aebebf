"""`branchespor bench reference`: the rules against a slow reading of the text, day by day, on random histories."""

import importlib
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import click

from branchespor.settings import CHECKOUT
from schemas.errors import WrongInput

_BLOCK = 500


@click.command()
@click.option("--histories", default=100_000, show_default=True, type=click.IntRange(min=1), help="How many.")
@click.option("--first", default=0, show_default=True, type=click.IntRange(min=0), help="The first seed.")
@click.option("--workers", default=os.cpu_count() or 1, show_default=True, type=click.IntRange(1, 256))
@click.option("--json", "as_json", is_flag=True, help="The figures as one JSON object.")
def reference(histories: int, first: int, workers: int, as_json: bool) -> None:
    """Compare on seeded random histories; exit code 1 names the seeds and days that differ.

    The slow reading lives with the tests: it needs a checkout.

    Example: branchespor bench reference --histories 2000
    """
    if not (CHECKOUT / "tests" / "consumers" / "rules" / "comparing.py").is_file():
        raise WrongInput("the slow reading lives with the tests: run this in a checkout")
    began, done, differing = time.monotonic(), 0, []
    blocks = [range(seed, min(seed + _BLOCK, first + histories)) for seed in range(first, first + histories, _BLOCK)]
    for block, found in _compared(blocks, workers):
        done += len(block)
        differing += found
        click.echo(f"{done} of {histories} compared, {len(differing)} days differ", err=True)
    seconds = time.monotonic() - began
    figures = {"histories": histories, "differing_days": len(differing), "histories_per_s": round(histories / seconds)}
    click.echo(json.dumps(figures) if as_json else "\n".join(f"{name}: {value}" for name, value in figures.items()))
    for each in differing[:50]:
        click.echo(each, err=True)
    if differing:
        click.get_current_context().exit(1)


def _compared(blocks: list[range], workers: int) -> Iterator[tuple[range, list[str]]]:
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        yield from zip(blocks, pool.map(_differing_in, blocks), strict=True)


def _differing_in(seeds: range) -> list[str]:
    if str(CHECKOUT) not in sys.path:
        sys.path.insert(0, str(CHECKOUT))
    found: list[str] = importlib.import_module("tests.consumers.rules.comparing").differing_in(seeds)
    return found
