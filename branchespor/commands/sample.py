"""`branchespor generate`: synthetic citizens and all their partners' files."""

from datetime import date, datetime
from pathlib import Path

import click
from dateutil.relativedelta import relativedelta

# No clock: the same call gives the same bytes on any day.
LAST_DAY = date(2021, 12, 31)

EXAMPLE = """\b
Example:
  branchespor generate --persons 500 --seed 1 --out /tmp/sample
  branchespor generate --persons 50 --seed 7 --out /tmp/small --from 2020-01-01 --until 2021-12-31
"""


def _day(_context: click.Context, _parameter: click.Parameter, value: datetime | None) -> date | None:
    return None if value is None else value.date()


@click.command(epilog=EXAMPLE)
@click.option(
    "--persons",
    type=click.IntRange(min=1),
    required=True,
    help="How many citizens; from 10 on with every kind of life.",
)
@click.option("--seed", type=int, required=True, help="The same seed and days give the same bytes.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="An empty directory.")
@click.option(
    "--from", "first_day", type=click.DateTime(["%Y-%m-%d"]), callback=_day, help="Default: two years before --until."
)
@click.option("--until", "last_day", type=click.DateTime(["%Y-%m-%d"]), callback=_day, help=f"Default: {LAST_DAY}.")
def generate(persons: int, seed: int, out: Path, first_day: date | None, last_day: date | None) -> None:
    """Make synthetic citizens with lives, and everything their partners tell of them, in the true formats.

    All person numbers have day + 60. OUT gets sftp/, rest/, manifest.json and citizens.jsonl (the truth, for tests).
    """
    from schemas.errors import WrongInput
    from simulator.sample import write

    last_day = last_day or LAST_DAY
    first_day = first_day or last_day - relativedelta(years=2)
    try:
        made = write(persons, seed, out, first_day, last_day)
    except OSError as error:
        raise WrongInput(f"--out: cannot be written: {error.strerror}") from None
    click.echo(
        f"{made.citizens} citizens, {made.files} files ({made.file_bytes} bytes), "
        f"{made.items} items in {made.pulls} pulls, {first_day} to {last_day}, in {out}",
        err=True,
    )
