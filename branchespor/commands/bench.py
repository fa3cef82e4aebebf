"""`bench`: the benchmarks, each a program of its own; imported when it is called."""

import importlib

import click

_BENCHES = {
    "evaluate": "branchespor.benches.evaluate:evaluate",
    "reference": "branchespor.benches.reference:reference",
    "verify": "branchespor.benches.verify:verify",
    "fuzz": "branchespor.benches.fuzz:fuzz",
    "intake": "branchespor.benches.intake:intake",
    "consume": "branchespor.benches.consume:consume",
}


class _Benches(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_BENCHES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        target = _BENCHES.get(cmd_name)
        if target is None:
            return None
        module, _, attribute = target.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{target} is no command")
        return command


@click.group(cls=_Benches)
def bench() -> None:
    """Measure, as ratios in one run, beside what one would pick instead.

    Example: branchespor bench evaluate
    """
