"""`python -m branchespor.stack.preloaded WORDS`: an Airflow command with the hub and Great Expectations imported first.

For the scheduler: the workers of its LocalExecutor and their tasks are forked from it, so they find both in memory and
share it. Without, each task of the hub spends seconds of both cores on imports before its first row.
"""

import runpy
import sys
from importlib import import_module
from typing import Final

from producers.decoders import decoder
from producers.feeds import FEEDS
from validation.expectations import suite

MODULES: Final = (
    "branchespor.hub.answers",
    "branchespor.hub.arrivals",
    "branchespor.hub.days",
    "branchespor.hub.handling",
    "branchespor.hub.notes",
    "validation.gate",
)


def main() -> None:
    """Import, then become `airflow WORDS`."""
    for name in MODULES:
        import_module(name)
    for feed in FEEDS:
        # With them each feed's contract is read: a third of a second for every task that had to do it itself.
        decoder(feed.name), suite(feed.module)
    sys.argv[0] = "airflow"
    runpy.run_module("airflow", run_name="__main__", alter_sys=False)


if __name__ == "__main__":
    main()
