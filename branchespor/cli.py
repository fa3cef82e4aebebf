"""The front door: `branchespor COMMAND`. A command's module is imported only when it is called."""

import importlib
import re
import sys
from collections.abc import Sequence

import click

from schemas.errors import BranchesporError, Unavailable

# command -> module and attribute (subjects share a module), and the line that --help shows without importing it
COMMANDS = {
    "evaluate": (
        "branchespor.commands.rules:evaluate",
        "who is covered on a day, from when, by which rule and why: facts in, answers out",
    ),
    "simulate": ("branchespor.commands.rules:simulate", "play facts day by day and print the journal"),
    "policy": ("branchespor.commands.policy:policy", "what would change if the council changed the policy"),
    "check": (
        "branchespor.commands.offline:check",
        "the hub's own validation of one delivery, offline: the receipt its sender would get",
    ),
    "check-app": ("branchespor.commands.offline:check_app", "`check` as one file for a partner with only Python"),
    "decode": ("branchespor.commands.offline:decode", "the facts that deliveries would publish, offline"),
    "generate": (
        "branchespor.commands.sample:generate",
        "synthetic citizens and all their partners' files, the same for the same seed",
    ),
    "contract": ("branchespor.commands.contract:contract", "what is agreed with each partner, in Danish"),
    "schema": ("branchespor.commands.schema:schema", "compatibility and rules of Avro schemas"),
    "topics": (
        "branchespor.commands.schema:topics",
        "the catalogue of topics, users and rights, applied to the broker or compared with it",
    ),
    "partner": ("branchespor.commands.partner:partner", "who is connected; a partner turned off and on; a test of one"),
    "up": ("branchespor.commands.stack:up", "start the local stack and wait until every service answers"),
    "down": ("branchespor.commands.stack:down", "stop the local stack; with --wipe its data goes too"),
    "ps": ("branchespor.commands.stack:ps", "what runs, since when, how often it was restarted"),
    "doctor": ("branchespor.commands.stack:doctor", "examine the machine and the stack; say what to do"),
    "logs": ("branchespor.commands.stack:logs", "show or follow the log of one service"),
    "serve": ("branchespor.commands.serve:serve", "run one of our own long-running processes (the stack does this)"),
    "demo": ("branchespor.commands.demo:demo", "the main job on a sample municipality, with a readable result"),
    "deliver": ("branchespor.commands.intake:deliver", "hand a file in, as the partner would"),
    "pull": ("branchespor.commands.intake:pull", "run a feed's DAG now"),
    "deliveries": ("branchespor.commands.intake:deliveries", "the intake ledger"),
    "sources": ("branchespor.commands.intake:sources", "what came last, what is due next, what is overdue"),
    "metrics": ("branchespor.commands.metrics:metrics", "what a monitoring system reads: counts, nothing of a person"),
    "docs": ("branchespor.commands.docs:docs", "Data Docs: what the rules found in each feed, as counts"),
    "receipt": ("branchespor.commands.intake:receipt", "one receipt"),
    "quarantine": ("branchespor.commands.quarantine:quarantine", "rows held back: list, show, release, discard"),
    "person": ("branchespor.commands.person:person", "find a person by number, logged; persons who became one citizen"),
    "status": ("branchespor.commands.store:status", "what we hold of a citizen on a day"),
    "explain": ("branchespor.commands.store:explain", "why, in Danish and English"),
    "journal": ("branchespor.commands.store:journal", "what was announced of a citizen"),
    "trace": ("branchespor.commands.trace:trace", "the way of one event, from the row of a file to the partners"),
    "verify": (
        "branchespor.commands.store:verify",
        "status and journal equal to the evaluation of all facts, for everybody",
    ),
    "rebuild": ("branchespor.commands.store:rebuild", "build status anew beside the present one, compare, switch"),
    "erase": ("branchespor.commands.erase:erase", "erase a citizen everywhere, with a report that proves it"),
    "reconcile": (
        "branchespor.commands.reconcile:reconcile",
        "rows, facts on the topic, facts applied: names what is missing",
    ),
    "bench": ("branchespor.commands.bench:bench", "the benchmarks, each with its figures as JSON"),
}

_PERSON_NUMBER = re.compile(r"[0-9]{6}[- ]?[0-9]{4}")


class _Lazy(click.Group):
    """A group that imports a command's module when the command is asked for, so that each start is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, attribute = target[0].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{target[0]} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="branchespor")
def branchespor() -> None:
    """Who is covered by a branchespor, from which day, and why; and everybody told in time.

    Example: branchespor demo
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line. Exit codes: 0 yes or done, 1 no or faults found, 2 wrong use or input, 3 service away."""
    try:
        code = branchespor.main(args=arguments, prog_name="branchespor", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        click.echo(_in_one_line(error), err=True)
        sys.exit(2)
    except Unavailable as error:
        click.echo(f"branchespor: {error}", err=True)
        sys.exit(3)
    except BranchesporError as error:
        click.echo(f"branchespor: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    sys.exit(code if isinstance(code, int) else 0)


def _in_one_line(error: click.ClickException) -> str:
    """What was wrong with the call, without click's reminder of the usage and without what may be a person number."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = context.command_path if context is not None else "branchespor"
    what = _PERSON_NUMBER.sub("…", " ".join(error.format_message().split()))
    return f"{path}: {what} (`{path} --help` shows how)"
