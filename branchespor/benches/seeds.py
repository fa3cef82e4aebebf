"""A judgement of the tests over very many seeds, side by side; the tests take a sample of the same."""

import importlib
import multiprocessing
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import click

from branchespor.settings import CHECKOUT
from schemas.errors import WrongInput

_BLOCK = 500


def judged(judge: str, first: int, count: int, workers: int) -> dict[str, int]:
    """Judge the seeds from `first` on with `judge`, the `module:function` of the tests that takes a range of seeds.

    Gives the number of seeds, of findings, and of seeds a second; the findings stand on standard error. Raises
    WrongInput where the tests are not there.
    """
    if not (CHECKOUT / "tests").is_dir():
        raise WrongInput("what is judged lives with the tests: run this in a checkout")
    began, done, found = time.monotonic(), 0, []
    blocks = [range(seed, min(seed + _BLOCK, first + count)) for seed in range(first, first + count, _BLOCK)]
    for block, wrong in _side_by_side(judge, blocks, workers):
        done += len(block)
        found += wrong
        click.echo(f"{done} of {count}, {len(found)} findings", err=True)
    for each in found[:50]:
        click.echo(each, err=True)
    return {"seeds": count, "findings": len(found), "seeds_per_s": round(count / (time.monotonic() - began))}


def _side_by_side(judge: str, blocks: list[range], workers: int) -> Iterator[tuple[range, list[str]]]:
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        yield from zip(blocks, pool.map(partial(_judge, judge), blocks), strict=True)


def _judge(judge: str, seeds: range) -> list[str]:
    if str(CHECKOUT) not in sys.path:
        sys.path.insert(0, str(CHECKOUT))
    module, _, function = judge.partition(":")
    found: list[str] = getattr(importlib.import_module(module), function)(seeds)
    return found
