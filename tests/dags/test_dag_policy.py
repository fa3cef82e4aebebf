"""The DAG files: quick to parse, nothing heavy at the top, and every DAG and task as our policy wants them."""

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from producers.feeds import FEEDS

ROOT = Path(__file__).resolve().parents[2]
DAGS = ROOT / "dags"
HEAVY = ("great_expectations", "pandas", "kafka", "psycopg", "producers.decoders", "validation.gate", "consumers")
SECONDS_A_FILE = 1.0

# Airflow itself takes seconds to import; what counts is what parsing our files adds to it, in CPU time.
_PARSE = """
import json, sys, time
from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.serialized_objects import DagSerialization
import airflow.providers.standard.operators.python, airflow.sdk
seconds = {}
dags = {}
for path in sys.argv[1:]:
    began = time.process_time()
    bag = DagBag(dag_folder=path)
    seconds[path] = time.process_time() - began
    assert not bag.import_errors, bag.import_errors
    for dag in bag.dags.values():
        dags[dag.dag_id] = {
            "tags": sorted(dag.tags), "doc": dag.doc_md, "catchup": dag.catchup, "runs": dag.max_active_runs,
            "late": [each.name for each in dag.deadline or ()] if isinstance(dag.deadline, list)
            else [dag.deadline.name] if dag.deadline else [],
            "assets": [sorted(o.name for t in dag.tasks for o in t.outlets),
                       sorted(i.name for t in dag.tasks for i in t.inlets)],
            "tasks": [
                {"id": t.task_id, "owner": t.owner, "pool": t.pool, "retries": t.retries, "doc": t.doc_md or t.doc,
                 "timeout": t.execution_timeout and t.execution_timeout.total_seconds(),
                 "fails_at_once": [
                     r.exception for r in getattr(t.retry_policy, "rules", []) if r.action.value == "fail"
                 ],
                 "answer_within": getattr(t, "response_timeout", None) is not None}
                for t in dag.tasks
            ],
        }
        DagSerialization.to_dict(dag)
print(json.dumps({"seconds": seconds, "dags": dags, "modules": sorted(sys.modules)}))
"""


@pytest.fixture(scope="module")
def parsed(airflow_environment: dict[str, str]) -> dict[str, Any]:
    files = sorted(str(path) for path in DAGS.glob("*.py"))
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _PARSE, *files],
        env=airflow_environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_there_is_one_dag_per_feed_and_the_business_day(parsed: dict[str, Any]) -> None:
    assert set(parsed["dags"]) == {
        "ask_about_held",
        "begin_day",
        "close_the_loop",
        "delete_landed",
        "release_held",
        "watch_quarantine",
        "watch_sources",
        *(f"pull_{feed.module}" for feed in FEEDS),
    }


def test_a_file_parses_in_under_a_second(parsed: dict[str, Any]) -> None:
    assert {path: took for path, took in parsed["seconds"].items() if took >= SECONDS_A_FILE} == {}


def test_parsing_imports_nothing_heavy(parsed: dict[str, Any]) -> None:
    loaded = [name for name in parsed["modules"] if any(name == each or name.startswith(f"{each}.") for each in HEAVY)]
    assert loaded == []


def test_every_dag_has_tags_and_documentation_and_runs_once_at_a_time(parsed: dict[str, Any]) -> None:
    for name, dag in parsed["dags"].items():
        assert dag["tags"], name
        assert dag["doc"], name
        assert dag["catchup"] is False, name
        # A question waits for a person: many wait side by side.
        assert (dag["runs"] == 1) is (name != "release_held"), name


def test_every_task_has_an_owner_a_pool_of_its_own_retries_and_a_time_out(parsed: dict[str, Any]) -> None:
    tasks = [(name, task) for name, dag in parsed["dags"].items() for task in dag["tasks"]]
    assert tasks
    for name, task in tasks:
        assert task["owner"] == "branchespor", (name, task["id"])
        assert task["pool"] != "default_pool", (name, task["id"])
        assert task["retries"] > 0, (name, task["id"])
        # Only waiting for a person has no end of its own; there the time until it looks again is set instead.
        assert bool(task["timeout"]) is not task["answer_within"], (name, task["id"])
        assert not task["answer_within"] or (name, task["id"]) == ("release_held", "ask")


def test_wrong_input_is_never_tried_again_and_what_is_away_is(parsed: dict[str, Any]) -> None:
    for name, dag in parsed["dags"].items():
        for task in dag["tasks"]:
            assert task["fails_at_once"] == ["schemas.errors.WrongInput"], (name, task["id"])


def test_every_dag_but_the_one_that_waits_for_people_tells_when_a_run_is_late(parsed: dict[str, Any]) -> None:
    assert {name for name, dag in parsed["dags"].items() if dag["late"] != ["late"]} == {"release_held"}


def test_feeds_tell_what_came_through_assets_that_the_reconciliation_names(parsed: dict[str, Any]) -> None:
    for feed in FEEDS:
        assert parsed["dags"][f"pull_{feed.module}"]["assets"][0] == ["came", "held"]
    assert parsed["dags"]["close_the_loop"]["assets"][1] == sorted(f"deliveries_{feed.module}" for feed in FEEDS)


def test_dag_files_import_no_consumer_and_nothing_heavy_at_the_top() -> None:
    for path in DAGS.glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [
                name for name in names if name.split(".")[0] in {each.split(".")[0] for each in HEAVY} - {"producers"}
            ]
            assert not [name for name in names if name.startswith("producers.decoders")]


def test_dags_is_no_package() -> None:
    assert not (DAGS / "__init__.py").exists()
