"""Notes on runs and tasks in Airflow: how many deliveries and rows came of which sender, counts alone."""

from datetime import datetime
from typing import Final

import structlog

from branchespor.airflow_api import Airflow, connect
from branchespor.hub import wiring
from branchespor.settings import Settings, load
from producers.stores import ledger_view
from schemas.errors import Unavailable

_WORDS: Final = {
    "accepted": "taken",
    "unchanged": "same",
    "duplicate": "twice",
    "rejected": "aside",
    "waiting": "waiting",
}
# Airflow keeps no longer note.
_LONGEST: Final = 1000
_TRIES: Final = 3

log = structlog.get_logger()


def tell(
    feed: str, partner: str, since: datetime, dag_id: str, run_id: str, task: str, settings: Settings | None = None
) -> None:
    """Note on a task (`TASK/MAP_INDEX`) and its run what was handled of a sender since a moment, if anything was.

    Notes are for people: where Airflow refuses one, that is logged and nothing fails.
    """
    settings = settings or load()
    with wiring.database(settings, "intake") as conn:
        line = summary(partner, ledger_view.handled_since(conn, feed, partner, since))
    if line is None:
        return
    try:
        with connect(settings, "hub") as airflow:
            airflow.note_task(dag_id, run_id, task, line)
            _note_run(airflow, dag_id, run_id, partner, line)
    except Unavailable as error:
        log.warning("no note was written", dag=dag_id, run=run_id, why=str(error))


def summary(partner: str, handled: ledger_view.Handled) -> str | None:
    """For example `901: 2 deliveries (1 accepted, 1 held); 16 rows = 7 taken + 0 same + …`; None for none."""
    if not handled.verdicts:
        return None
    number = sum(handled.verdicts.values())
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(handled.verdicts.items()))
    rows = " + ".join(f"{handled.rows[name]} {word}" for name, word in _WORDS.items())
    noun = "delivery" if number == 1 else "deliveries"
    return f"{partner}: {number} {noun} ({verdicts}); {handled.rows['rows']} rows = {rows}"


def merged(note: str | None, partner: str, line: str) -> str:
    """The run's note with this sender's line in place of an older one; senders in order."""
    lines = {each.partition(":")[0]: each for each in (note or "").splitlines() if each.strip()}
    return "\n".join(text for _, text in sorted({**lines, partner: line}.items()))[:_LONGEST]


def _note_run(airflow: Airflow, dag_id: str, run_id: str, partner: str, line: str) -> None:
    # The tasks of two senders may write at once: look again whether one's own line is still there.
    for _ in range(_TRIES):
        note = airflow.note(dag_id, run_id)
        if line in (note or "").splitlines():
            return
        airflow.note_run(dag_id, run_id, merged(note, partner, line))
