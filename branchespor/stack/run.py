"""One part of the stack in the foreground, as a container runs it: `python -m branchespor.stack.run NAME`."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from branchespor.settings import Settings, load
from branchespor.stack import parts, secret_files
from branchespor.stack.table import PARTS

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def run(settings: Settings, name: str) -> None:
    """Prepare a part, then do its step, or become its process."""
    part = PARTS[name]
    for folder in ("data", "logs", "run", "landing"):
        (settings.home / folder).mkdir(parents=True, exist_ok=True)
    part.prepare(settings)
    if part.step is not None:
        part.step(settings)
    elif part.command is not None:
        command = part.command(settings)
        os.execvpe(command[0], command, {**os.environ, **parts.environment(settings, part)})  # noqa: S606 - no shell wanted


def main() -> int:
    """`NAME` runs a part; `--check` asks whether it is ready (exit 1 if not); `--make-secrets` makes them."""
    parser = argparse.ArgumentParser(prog="branchespor.stack.run")
    parser.add_argument("name", nargs="?", choices=PARTS)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--make-secrets", action="store_true")
    given, settings = parser.parse_args(), load()
    if given.make_secrets:
        Path(settings.home).mkdir(parents=True, exist_ok=True)
        secret_files.make_missing(settings)
    elif given.check:
        return 0 if PARTS[given.name].is_ready(settings, LONG_AGO) else 1
    else:
        run(settings, given.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
