"""Notes on runs in Airflow: counts by sender, merged line by line, and nothing where nothing came."""

import asyncio

import pytest

from branchespor.alarms import run_is_late
from branchespor.hub.notes import merged, summary
from producers.stores.ledger_view import Handled

ROWS = {"rows": 16, "accepted": 7, "unchanged": 0, "duplicate": 1, "rejected": 0, "waiting": 8}


def test_a_note_says_how_many_deliveries_and_rows_became_what() -> None:
    assert summary("901", Handled({"held": 1, "accepted": 1}, ROWS)) == (
        "901: 2 deliveries (1 accepted, 1 held); 16 rows = 7 taken + 0 same + 1 twice + 0 aside + 8 waiting"
    )
    assert summary("901", Handled({"refused": 1}, ROWS)).startswith("901: 1 delivery (1 refused)")  # type: ignore[union-attr]


def test_nothing_came_is_not_noted() -> None:
    assert summary("901", Handled({}, dict.fromkeys(ROWS, 0))) is None


def test_each_sender_has_one_line_in_a_runs_note_the_newest() -> None:
    note = merged(None, "902", "902: 1 delivery")
    note = merged(note, "901", "901: 1 delivery")
    note = merged(note, "902", "902: 2 deliveries")
    assert note == "901: 1 delivery\n902: 2 deliveries"


def test_a_note_is_never_longer_than_airflow_keeps() -> None:
    assert len(merged(None, "901", "901: " + "x" * 2000)) == 1000


def test_a_late_run_is_told_by_the_ids_of_dag_and_run_alone(capsys: pytest.CaptureFixture[str]) -> None:
    run = {"dag_id": "pull_amu", "dag_run_id": "scheduled__1", "conf": {"something": "else"}}
    asyncio.run(run_is_late(30, {"dag_run": run}))
    told = capsys.readouterr().out
    assert "run is late" in told
    assert "pull_amu" in told
    assert "scheduled__1" in told
    assert "else" not in told
