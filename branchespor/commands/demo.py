"""`demo`: the main job, end to end, on the sample municipality."""

import time
from collections.abc import Callable
from typing import Any

import click

from branchespor.settings import load

# What each step takes on two cores, in seconds: the first time, and when everything is there. For the time left.
_STEPS = ("stack", "sample", "deliveries", "DAGs", "consumers")
_FIRST_TIME = {"stack": 60.0, "sample": 5.0, "deliveries": 5.0, "DAGs": 75.0, "consumers": 5.0}


class _Progress:
    """One line per step and what it says, with the time gone and a fair guess of what is left."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._left = dict(_FIRST_TIME)

    def say(self, line: str) -> None:
        click.echo(f"[{time.monotonic() - self._began:5.1f} s]   {line}", err=True)

    def step(self, name: str, title: str, work: Callable[[], Any]) -> Any:
        gone = time.monotonic() - self._began
        left = sum(self._left.values())
        number = _STEPS.index(name) + 1
        click.echo(f"[{gone:5.1f} s] {number}/{len(_STEPS)} {title}  (about {left:.0f} s left)", err=True)
        done = work()
        del self._left[name]
        return done


@click.command()
@click.option("--persons", default=500, show_default=True, type=click.IntRange(10, 20_000), help="Synthetic citizens.")
@click.option("--seed", default=2020, show_default=True, help="The same seed gives the same municipality.")
def demo(persons: int, seed: int) -> None:
    """The main job on a sample municipality: deliver, check, publish, evaluate, tell; then the result.

    Starts the local stack if it does not run, and leaves it running. A second run changes nothing and says so.

    Example: branchespor demo
    """
    from branchespor.demo import result, steps
    from branchespor.stack import lifecycle
    from branchespor.views import show

    settings, progress = load(), _Progress()
    began = time.monotonic()
    progress.step("stack", "starting the services", lambda: lifecycle.up(settings, None, progress.say))
    before = result.fingerprint(settings)
    of = progress.step("sample", "the sample municipality", lambda: steps.sample(settings, persons, seed, progress.say))
    sent = progress.step("deliveries", "partners hand in", lambda: steps.deliver(settings, of, progress.say))
    progress.step("DAGs", "Airflow: every feed, then the business day", lambda: steps.run_dags(settings, progress.say))
    progress.step("consumers", "waiting until every fact is applied", lambda: steps.settle(settings))
    after = result.fingerprint(settings)
    show(*result.parts(settings))
    took = time.monotonic() - began
    counts = ", ".join(f"{number} {name}" for name, number in after.items() if name != "sha256")
    if before == after:
        click.echo(f"\nNothing was handed in that was not known, and nothing has changed: {counts}. {took:.0f} s.")
    else:
        click.echo(f"\nDone in {took:.0f} s: {sent} files handed in; {counts}. Run it again: nothing will change.")
