"""The whole local stack, once: healthy, watched, shut to strangers."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from branchespor.settings import Settings
from branchespor.stack import board, parts, process_tree, workflows
from branchespor.stack.table import PARTS

pytestmark = pytest.mark.e2e


def call(settings: Settings, *words: str) -> "subprocess.CompletedProcess[str]":
    """The command line as an operator calls it."""
    environment = parts.environment(settings)
    command = [sys.executable, "-m", "branchespor", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


@contextmanager
def airflow(settings: Settings, user: str | None = None) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://{settings.host}:{settings.port('airflow')}", timeout=30) as client:
        if user is not None:
            login = {"username": user, "password": settings.secret(f"airflow_{user}")}
            client.headers["Authorization"] = f"Bearer {client.post('/auth/token', json=login).json()['access_token']}"
        yield client


def test_every_process_is_ready_and_shown(stack: Settings) -> None:
    done = call(stack, "ps", "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, rows
    assert [row["name"] for row in rows] == [name for name, part in PARTS.items() if part.command]


def test_the_doctor_finds_nothing_wrong(stack: Settings) -> None:
    done = call(stack, "doctor")
    assert done.returncode == 0, done.stdout


def test_logs_are_shown_by_name_and_an_unknown_name_is_refused(stack: Settings) -> None:
    assert len(call(stack, "logs", "airflow-api", "-n", "3").stdout.splitlines()) == 3
    refused = call(stack, "logs", "nosuch")
    assert refused.returncode == 2
    assert "kafka" in refused.stderr


def test_airflow_is_shut_to_strangers_and_a_viewer_only_looks(stack: Settings) -> None:
    with airflow(stack) as client:
        assert client.get("/api/v2/dags").status_code == 401
        wrong = client.post("/auth/token", json={"username": "admin", "password": "wrong"})
        assert wrong.status_code == 401
    with airflow(stack, "viewer") as client:
        dags = client.get("/api/v2/dags").json()["dags"]
        assert dags
        trigger = client.post(f"/api/v2/dags/{dags[0]['dag_id']}/dagRuns", json={"logical_date": None})
        assert trigger.status_code == 403


def test_every_pool_of_the_feeds_is_there(stack: Settings) -> None:
    with airflow(stack, "admin") as client:
        pools = {pool["name"] for pool in client.get("/api/v2/pools").json()["pools"]}
    assert set(workflows.POOLS) <= pools


def test_what_tasks_inherit_holds_settings_and_no_database_address(stack: Settings) -> None:
    pid = board.read(stack).parts["airflow-scheduler"].pid
    assert pid
    environment = process_tree.environment(pid)
    assert environment["BRANCHESPOR_HOME"] == str(stack.home.resolve())
    assert stack.secret("pg_airflow") not in str(environment)
    assert not [name for name in environment if "SQL_ALCHEMY" in name]
    configuration = (workflows.folder(stack) / "airflow.cfg").read_text(encoding="utf-8")
    assert stack.secret("pg_airflow") not in configuration
    assert stack.secret("airflow_jwt") not in configuration


@pytest.mark.parametrize("name", ["status", "airflow-scheduler"])
def test_a_killed_process_is_started_again(stack: Settings, name: str) -> None:
    before = board.read(stack).parts[name]
    assert before.pid
    os.kill(before.pid, signal.SIGKILL)
    give_up = time.monotonic() + 120
    while (seen := board.read(stack).parts[name]).restarts == before.restarts or seen.state != "ready":
        assert time.monotonic() < give_up, seen
        time.sleep(0.2)
    left = [each for each in process_tree.everything() if each.session == before.pid and not each.is_zombie]
    assert left == []
