"""The front door: `branchespor COMMAND`. A command's module is imported only when it is called."""

import importlib
import sys
from collections.abc import Sequence

import click

from schemas.errors import BranchesporError, Unavailable

# command -> module and attribute; subjects share a module
COMMANDS = {
    "evaluate": "branchespor.commands.rules:evaluate",
    "simulate": "branchespor.commands.rules:simulate",
    "check": "branchespor.commands.offline:check",
    "decode": "branchespor.commands.offline:decode",
    "generate": "branchespor.commands.sample:generate",
    "schema": "branchespor.commands.schema:schema",
    "topics": "branchespor.commands.schema:topics",
    "up": "branchespor.commands.stack:up",
    "down": "branchespor.commands.stack:down",
    "ps": "branchespor.commands.stack:ps",
    "doctor": "branchespor.commands.stack:doctor",
    "logs": "branchespor.commands.stack:logs",
    "serve": "branchespor.commands.serve:serve",
    "demo": "branchespor.commands.demo:demo",
    "deliver": "branchespor.commands.intake:deliver",
    "pull": "branchespor.commands.intake:pull",
    "deliveries": "branchespor.commands.intake:deliveries",
    "receipt": "branchespor.commands.intake:receipt",
    "quarantine": "branchespor.commands.intake:quarantine",
    "person": "branchespor.commands.intake:person",
    "status": "branchespor.commands.store:status",
    "explain": "branchespor.commands.store:explain",
    "journal": "branchespor.commands.store:journal",
    "verify": "branchespor.commands.store:verify",
    "reconcile": "branchespor.commands.reconcile:reconcile",
    "bench": "branchespor.commands.bench:bench",
}


class _Lazy(click.Group):
    """A group that imports a command's module when the command is asked for, so that each start is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, attribute = target.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{target} is no command")
        return command


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="branchespor")
def branchespor() -> None:
    """Who is covered by a branchespor, from which day, and why; and everybody told in time.

    Example: branchespor demo
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line. Exit codes: 0 yes or done, 1 no or faults found, 2 wrong use or input, 3 service away."""
    try:
        code = branchespor.main(args=arguments, standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
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
