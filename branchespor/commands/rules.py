"""`branchespor evaluate` and `simulate`: the rules and the journal on a file of facts, without any service."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from branchespor.commands import options

if TYPE_CHECKING:
    from consumers.rules import Policies

_HELD_IN_MEMORY = 1 << 22
_LinesOf = Callable[[str, list[dict[str, Any]]], bytes]


class Day(click.ParamType[date]):
    """A day as 2020-01-31, within the days possible."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        from branchespor.fact_fields import is_day

        if isinstance(value, date):
            return value
        if not is_day(value):
            self.fail("wanted is a day that exists, as 2020-01-31, from 1900-01-01 to 2199-12-31", param, ctx)
        return date.fromisoformat(value)


DAY = Day()


class _Moment(click.ParamType[datetime]):
    """An RFC 3339 timestamp with a zone."""

    name = "timestamp"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        from branchespor.fact_fields import is_moment

        if isinstance(value, datetime):
            return value
        if not is_moment(value):
            self.fail("wanted is an RFC 3339 timestamp with a zone, as 2020-01-31T06:00:00Z", param, ctx)
        return datetime.fromisoformat(value.upper())


_facts = click.option(
    "--facts", required=True, metavar="FILE", help="Facts, one JSON object a line; - = standard input."
)
_policy = click.option("--policy", type=click.Path(path_type=Path), help="Policy record; else the one that is set.")


@click.command()
@_facts
@click.option("--on", required=True, type=DAY, help="The day asked about.")
@click.option("--known-at", type=_Moment(), help="As known at this moment; else by all facts of the file.")
@_policy
@options.as_json
def evaluate(facts: str, on: date, known_at: datetime | None, policy: Path | None, as_json: bool) -> None:
    """Who is covered by a branchespor on a day, by which rule, from when, and why.

    Prints one object per citizen, sorted by person. A file sorted by person is read in constant memory.

    Example: branchespor evaluate --facts facts.jsonl --on 2020-07-15 --json
    """
    from branchespor.facts_lines import answer_line, answer_text

    form = answer_line if as_json else answer_text
    policies = _policies(policy)
    _each_citizen(facts, lambda _: lambda person, records: form(person, records, on, known_at, policies))


@click.command()
@_facts
@click.option("--from", "first", required=True, type=DAY, help="First business day.")
@click.option("--until", "last", required=True, type=DAY, help="Last business day.")
@_policy
@click.option("--all", "every", is_flag=True, help="Every milestone, not only the eligibility journal.")
@options.as_json
def simulate(facts: str, first: date, last: date, policy: Path | None, every: bool, as_json: bool) -> None:
    """What would have been announced, and when: plays the facts as they arrived, with a DayBegan each day.

    Prints one milestone a line, sorted by person, then number. With --all the labour-market balance (ShortageArea) is
    taken from the same file.

    Example: branchespor simulate --facts facts.jsonl --from 2020-06-01 --until 2020-10-31 --json
    """
    from branchespor.facts_file import balance_of
    from branchespor.facts_lines import journal_lines, journal_text
    from consumers.rules.shortage import Balance

    if last < first:
        raise click.BadParameter("is before --from", param_hint="--until")
    form = journal_lines if as_json else journal_text
    policies = _policies(policy)

    def prepared(file: BinaryIO) -> _LinesOf:
        balance = Balance(balance_of(file)) if every else None
        return lambda person, records: form(person, records, first, last, policies, every, balance)

    _each_citizen(facts, prepared)


def _policies(path: Path | None) -> "Policies":
    from consumers.policy_file import load

    if path is None:
        from branchespor.settings import load as load_settings

        path = load_settings().policy_file
    return load(path)


def _each_citizen(facts: str, prepared: Callable[[BinaryIO], _LinesOf]) -> None:
    """Print what is given for each citizen of the file, sorted by person; nothing if a line is wrong.

    `prepared` gets the file first, to read from it what is of no person.

    What is printed waits in a temporary file until the last line was read: only then it is certain that no line is
    wrong and that no citizen comes again further down.
    """
    from branchespor.facts_file import OutOfOrder, in_any_order, in_order

    with opened(facts) as file:
        lines_of = prepared(file)
        for citizens in (in_order, in_any_order):
            file.seek(0)
            with tempfile.SpooledTemporaryFile(max_size=_HELD_IN_MEMORY) as waiting:
                try:
                    for person, records in citizens(file):
                        waiting.write(lines_of(person, records))
                except OutOfOrder:
                    continue
                waiting.seek(0)
                shutil.copyfileobj(waiting, sys.stdout.buffer)
                sys.stdout.buffer.flush()
                return


@contextmanager
def opened(facts: str) -> Iterator[BinaryIO]:
    """The facts as a file that can be read twice; what comes through a pipe is kept in a temporary file."""
    if facts != "-" and Path(facts).is_file():
        try:
            with open(facts, "rb") as file:
                yield file
        except PermissionError:
            raise click.BadParameter("cannot be read", param_hint="--facts") from None
        return
    with tempfile.TemporaryFile() as kept:
        try:
            if facts == "-":
                shutil.copyfileobj(sys.stdin.buffer, kept)
            else:
                with open(facts, "rb") as pipe:
                    shutil.copyfileobj(pipe, kept)
        except OSError as error:
            raise click.BadParameter(f"cannot be read: {error.strerror}", param_hint="--facts") from None
        yield kept
