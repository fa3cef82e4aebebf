"""`branchespor up`, `down`, `ps`, `doctor`, `logs`: the local stack."""

import time

import click

from branchespor.commands import options
from branchespor.settings import load


@click.command()
@click.option("--only", metavar="NAMES", help="Only these parts, with commas, and what they need.")
def up(only: str | None) -> None:
    """Start the local stack and wait until every part is healthy.

    Example: branchespor up
    """
    from branchespor.stack import lifecycle

    settings = load()
    began = time.monotonic()
    names = None if only is None else [name.strip() for name in only.split(",") if name.strip()]
    started = lifecycle.up(settings, names, lambda line: click.echo(line, err=True))
    if not started:
        click.echo("already running; see `branchespor ps`", err=True)
        return
    click.echo(f"up after {time.monotonic() - began:.1f} s", err=True)
    if names is None:
        url = f"http://{settings.host}:{settings.port('airflow')}"
        click.echo(f"Airflow: {url}, user admin, password in {settings.secrets / 'airflow_admin'}", err=True)


@click.command()
@click.option("--wipe", is_flag=True, help="Remove data, logs and secrets too (the fetched jars stay).")
def down(wipe: bool) -> None:
    """Stop the local stack; data stay.

    Example: branchespor down --wipe
    """
    from branchespor.stack import lifecycle

    ran = lifecycle.down(load(), wipe, lambda line: click.echo(line, err=True))
    click.echo(("down" if ran else "nothing was running") + (", wiped" if wipe else ""), err=True)


@click.command()
@options.as_json
def ps(as_json: bool) -> None:
    """Show the parts of the stack: exit 0 if all run, 1 if not.

    Example: branchespor ps --json
    """
    import json

    from branchespor.stack import overview

    rows = overview.rows(load())
    if as_json:
        for row in rows:
            click.echo(json.dumps(row))
    else:
        click.echo(overview.as_text(rows))
    if not rows or any(row["state"] != "ready" for row in rows):
        click.get_current_context().exit(1)


@click.command()
@options.as_json
def doctor(as_json: bool) -> None:
    """Examine machine, files and services, and say what to do: exit 1 if something is wrong.

    Example: branchespor doctor
    """
    import json

    from branchespor.stack import doctor as examination

    findings = list(examination.examine(load()))
    for finding in findings:
        if as_json:
            click.echo(
                json.dumps({"check": finding.check, "ok": finding.ok, "found": finding.found, "do": finding.remedy})
            )
        else:
            click.echo(f"{'ok   ' if finding.ok else 'WRONG'}  {finding.check:<12} {finding.found}")
            if not finding.ok:
                click.echo(f"{'':20}do: {finding.remedy}")
    if not all(finding.ok for finding in findings):
        click.get_current_context().exit(1)


@click.command()
@click.argument("name")
@click.option("-n", "count", default=50, show_default=True, help="So many lines from the end.")
@click.option("-f", "follow", is_flag=True, help="Go on printing what is added.")
def logs(name: str, count: int, follow: bool) -> None:
    """Print the log of one part, or of the supervisor.

    Example: branchespor logs kafka -n 100
    """
    from branchespor.stack import keeper, lifecycle
    from branchespor.stack.table import PARTS
    from schemas.errors import WrongInput

    path = keeper.log_path(load(), name)
    if not path.is_file():
        known = [part.name for part in PARTS.values() if part.command]
        raise WrongInput(f"there is no log of this name: logs exist, once started, of supervisor, {', '.join(known)}")
    for line in lifecycle.last_lines(path, count):
        click.echo(line)
    if follow:
        with path.open(encoding="utf-8", errors="replace") as file:
            file.seek(0, 2)
            while True:
                if text := file.read():
                    click.echo(text, nl=False)
                else:
                    time.sleep(0.3)
