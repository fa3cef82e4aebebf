"""`metrics`: what a monitoring system reads."""

from pathlib import Path

import click


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="write a file, whole or not at all"
)
def metrics(out: Path | None) -> None:
    """Senders, deliveries, quarantine and consumers as numbers, in the text format of Prometheus; nothing of a person.

    Run it from a timer and let a node exporter's textfile collector read the file.

    Example: branchespor metrics --out /var/lib/node_exporter/branchespor.prom
    """
    from branchespor import clock
    from branchespor.measures import exposition
    from branchespor.settings import load
    from schemas.errors import WrongInput

    text = exposition(load(), clock.now())
    if out is None:
        click.echo(text, nl=False)
        return
    beside = out.with_name(f".{out.name}.part")
    try:
        beside.write_bytes(text)
        beside.replace(out)
    except OSError as error:
        raise WrongInput(f"cannot write {out}: {error.strerror}") from None
