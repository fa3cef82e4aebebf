"""`branchespor schema compat`, `schema check`, `topics apply`, `topics diff`: the contract and the broker."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from branchespor.commands import options
from schemas.compatibility import MODES, Incompatibility, Mode


@click.group()
def schema() -> None:
    """Avro schemas: whether versions understand each other, and whether ours keep our rules.

    Example: branchespor schema check
    """


@schema.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--mode", type=click.Choice(MODES), default="FULL_TRANSITIVE", show_default=True)
@options.as_json
@click.pass_context
def compat(ctx: click.Context, files: tuple[Path, ...], mode: Mode, as_json: bool) -> None:
    """Compare the schemas OLD... (oldest first) with NEW, by Avro's specification and with logical types.

    Exit 0: compatible, 1: not, 2: a schema that Avro forbids. Modes without _TRANSITIVE look at the last OLD only.

    Example: branchespor schema compat Training-1.avsc Training-2.avsc --mode BACKWARD --json
    """
    from schemas.compatibility import verdict
    from schemas.errors import WrongInput
    from schemas.specification import parse_text

    if len(files) < 2:
        raise click.UsageError("give at least two files: OLD... NEW")
    trees = []
    for path in files:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, ValueError):
            raise WrongInput(f"{path}: cannot be read as UTF-8 text") from None
        trees.append((str(path), parse_text(text, str(path))))
    faults = verdict(trees[:-1], trees[-1], mode)
    if as_json:
        told = [{"path": each.path, "rule": each.rule, "message": each.message} for each in faults]
        click.echo(json.dumps({"compatible": not faults, "faults": told}, ensure_ascii=False))
    else:
        _tell(faults, f"compatible ({mode})")
    ctx.exit(1 if faults else 0)


@schema.command()
@options.as_json
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """Check every schema of the tree: docs, purposes, enum defaults, release list, compatibility of versions.

    Example: branchespor schema check
    """
    from schemas import house_rules

    faults = house_rules.check()
    if as_json:
        told = [{"path": each.path, "rule": each.rule, "message": each.message} for each in faults]
        click.echo(json.dumps({"ok": not faults, "faults": told}, ensure_ascii=False))
    else:
        _tell(faults, "all schemas keep the rules")
    ctx.exit(1 if faults else 0)


@click.group()
def topics() -> None:
    """Topics, users, rights and quotas: from the catalogue to the broker.

    Example: branchespor topics diff
    """


@topics.command()
@click.option("--passwords", is_flag=True, help="Also set every user's password anew from its secret file.")
@options.as_json
def apply(passwords: bool, as_json: bool) -> None:
    """Make on the broker what the catalogue has and the broker lacks; doing it twice changes nothing.

    Partitions are never added to a topic that is there, and no topic is ever deleted.

    Example: branchespor topics apply
    """
    from branchespor import settings
    from branchespor.topics import apply as apply_catalogue

    done = apply_catalogue(settings.load(), passwords)
    if as_json:
        click.echo(json.dumps({"done": done}, ensure_ascii=False))
        return
    for each in done:
        click.echo(each)
    click.echo(f"{len(done)} changes" if done else "nothing to do: the broker has what the catalogue wants")


@topics.command()
@options.as_json
@click.pass_context
def diff(ctx: click.Context, as_json: bool) -> None:
    """Show where the broker differs from the catalogue. Exit 0: nowhere, 1: somewhere.

    Example: branchespor topics diff
    """
    from branchespor import settings
    from branchespor.topics import diff as differences

    found = differences(settings.load())
    if as_json:
        click.echo(json.dumps({"equal": not found, "differences": found}, ensure_ascii=False))
    else:
        for each in found:
            click.echo(each)
        click.echo(f"{len(found)} differences" if found else "the broker equals the catalogue")
    ctx.exit(1 if found else 0)


def _tell(faults: Sequence[Incompatibility], good: str) -> None:
    for fault in faults:
        click.echo(f"{fault.path}  {fault.rule}  {fault.message}")
    click.echo(f"{len(faults)} faults" if faults else good)
