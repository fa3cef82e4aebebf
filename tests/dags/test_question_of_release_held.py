"""The task that asks about a held delivery: it waits on while nobody answers, and ends when that is needless."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DAGS = ROOT / "dags"
# Airflow takes seconds to import and keeps settings of its own: one process plays all the answers.
_PLAY = """
import json, sys
from datetime import timedelta
from types import SimpleNamespace
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk.exceptions import TaskAwaitingInput
from branchespor import clock
from branchespor.decisions import ASKED_FOR, REASONS
from branchespor.hub import held

bag = DagBag(dag_folder=sys.argv[1])
ask = bag.dags["release_held"].get_task("ask")

def play(event, still_held=True, began=timedelta()):
    held.question = lambda identifier: held.Question("s", "b") if still_held else None
    context = {"dag_run": SimpleNamespace(start_date=clock.now() - began)}
    try:
        return ["ended", ask.execute_complete(context, event)]
    except TaskAwaitingInput as waiting:
        return ["waits", waiting.timeout.total_seconds()]
    except Exception as error:
        return ["failed", str(error)]

unanswered = {"error": "time is up", "error_type": "timeout"}
def answered(reason):
    return {"chosen_options": ["Release"], "params_input": {"reason": reason}, "responded_by_user": {"name": "admin"}}

held.question = lambda identifier: None
print(json.dumps({
    "decided before it asks": ask.execute({}),
    "nobody answers": play(unanswered),
    "decided elsewhere": play(unanswered, still_held=False),
    "a week has passed": play(unanswered, began=ASKED_FOR),
    "answered": play(answered(REASONS[1])),
    "a text of one's own": play(answered("6104851234")),
    "no reason": play({**answered(""), "params_input": {}}),
}))
"""


@pytest.fixture(scope="module")
def played(airflow_environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _PLAY, str(DAGS / "release_held.py")],
        env=airflow_environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_without_an_answer_it_waits_on_and_looks_again_in_minutes(played: dict[str, Any]) -> None:
    assert played["nobody answers"] == ["waits", 300.0]


def test_it_ends_by_itself_when_the_delivery_was_decided_on_elsewhere(played: dict[str, Any]) -> None:
    assert played["decided elsewhere"] == ["ended", None]
    assert played["decided before it asks"] is None


def test_after_a_week_without_an_answer_it_ends(played: dict[str, Any]) -> None:
    assert played["a week has passed"] == ["ended", None]


def test_an_answer_is_given_on_with_who_and_why(played: dict[str, Any]) -> None:
    assert played["answered"] == [
        "ended",
        {"option": "Release", "reason": "the change is known and explained", "by": "admin (Airflow)"},
    ]


def test_a_reason_that_is_none_of_the_list_is_asked_for_again_and_not_repeated(played: dict[str, Any]) -> None:
    for case in ("a text of one's own", "no reason"):
        how, told = played[case]
        assert how == "failed", case
        assert "choose again" in told
        assert "6104851234" not in told
