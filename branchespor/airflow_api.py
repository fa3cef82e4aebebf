"""Airflow from outside: start a DAG, wait for its run, read what its tasks said. Its REST API with a login."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import httpx

from branchespor.settings import Settings
from schemas.errors import Unavailable

_QUESTIONS = 4
_FIRST_RUN_WITHIN_S = 15.0
_ENDED = ("success", "failed")


class Airflow:
    """A logged-in client of the local Airflow; every call raises Unavailable if it cannot be reached."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def _call(self, method: str, path: str, **arguments: Any) -> Any:
        try:
            answer = self._asked(method, path, arguments)
            answer.raise_for_status()
        except httpx.HTTPStatusError as error:
            raise Unavailable(f"Airflow answered {error.response.status_code} to {method} {path}") from None
        except httpx.HTTPError as error:
            raise Unavailable(f"Airflow does not answer ({type(error).__name__}): is `branchespor up` done?") from None
        return answer.json() if answer.content else None

    def _asked(self, method: str, path: str, arguments: dict[str, Any]) -> httpx.Response:
        # A machine busy with a hundred deliveries answers late; a question may be asked again, an order may not.
        for _ in range(_QUESTIONS - 1 if method == "GET" else 0):
            try:
                return self._client.request(method, path, **arguments)
            except httpx.TimeoutException:
                continue
        return self._client.request(method, path, **arguments)

    def dags(self) -> set[str]:
        """Ids of the DAGs that Airflow has parsed."""
        return {each["dag_id"] for each in self._call("GET", "/api/v2/dags", params={"limit": 200})["dags"]}

    def import_errors(self) -> list[str]:
        """Files that could not be parsed."""
        return [each["filename"] for each in self._call("GET", "/api/v2/importErrors")["import_errors"]]

    def start(self, dag_id: str) -> str:
        """Let a DAG run, and run it now; gives the run id.

        Airflow itself runs a scheduled DAG that never ran once, for its last interval, as soon as it is let run: that
        run is taken.
        """
        path = f"/api/v2/dags/{dag_id}"
        if self._call("GET", path)["is_paused"]:
            before = self.runs(dag_id)
            self._call("PATCH", path, json={"is_paused": False})
            deadline = time.monotonic() + _FIRST_RUN_WITHIN_S
            while not before and time.monotonic() < deadline:
                if new := self.runs(dag_id) - before:
                    return new.pop()
                time.sleep(0.2)
        return self.trigger(dag_id)

    def runs(self, dag_id: str) -> set[str]:
        """Ids of the newest runs of a DAG."""
        found = self._call("GET", f"/api/v2/dags/{dag_id}/dagRuns", params={"limit": 100, "order_by": "-id"})
        return {str(run["dag_run_id"]) for run in found["dag_runs"]}

    def pools(self) -> set[str]:
        """Names of the pools."""
        return {each["name"] for each in self._call("GET", "/api/v2/pools", params={"limit": 200})["pools"]}

    def make_pool(self, name: str, slots: int) -> None:
        """Make a pool of so many slots."""
        self._call("POST", "/api/v2/pools", json={"name": name, "slots": slots})

    def trigger(self, dag_id: str) -> str:
        """Start a run now; gives its run id."""
        run = self._call("POST", f"/api/v2/dags/{dag_id}/dagRuns", json={"logical_date": None})
        return str(run["dag_run_id"])

    def state(self, dag_id: str, run_id: str) -> str:
        """queued, running, success or failed."""
        return str(self._call("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")["state"])

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """The task instances of a run, with state and map index."""
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances"
        return list(self._call("GET", path, params={"limit": 200})["task_instances"])

    def note(self, dag_id: str, run_id: str) -> str | None:
        """The note on a run."""
        found = self._call("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")["note"]
        return None if found is None else str(found)

    def note_run(self, dag_id: str, run_id: str, text: str) -> None:
        """Put a note on a run, in place of the one it has."""
        self._call("PATCH", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}", json={"note": text})

    def note_task(self, dag_id: str, run_id: str, task: str, text: str) -> None:
        """Put a note on a task of a run: `TASK`, or `TASK/MAP_INDEX`."""
        self._call("PATCH", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task}", json={"note": text})

    def backfill(self, dag_id: str, first: datetime, last: datetime) -> None:
        """Run a DAG for all its times between two moments, those that ran before too."""
        span = {"from_date": first.isoformat(), "to_date": last.isoformat()}
        how = {"reprocess_behavior": "completed", "max_active_runs": 1, "run_backwards": False, "dag_run_conf": {}}
        self._call("POST", "/api/v2/backfills", json={"dag_id": dag_id, **span, **how})

    def respond(self, task_instance: str, option: str, reason: str) -> None:
        """Answer a task that waits for a person, as this user: `DAG/dagRuns/RUN/taskInstances/TASK/MAP_INDEX`."""
        body = {"chosen_options": [option], "params_input": {"reason": reason}}
        self._call("PATCH", f"/api/v2/dags/{task_instance}/hitlDetails", json=body)

    def wait(self, dag_id: str, run_id: str, within_s: float, tick: Callable[[], None] = lambda: None) -> str:
        """Wait for the end of a run; gives its state. Raises Unavailable after `within_s` seconds."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            state = self.state(dag_id, run_id)
            if state in _ENDED:
                return state
            tick()
            time.sleep(0.5)
        raise Unavailable(f"{dag_id} has not ended within {within_s:.0f} s; look at the run in Airflow")


@contextmanager
def connect(settings: Settings, user: str = "admin") -> Iterator[Airflow]:
    """Log in as one of the local users; the password comes from the secret file `airflow_USER`."""
    base = f"http://{settings.host}:{settings.port('airflow')}"
    try:
        with httpx.Client(base_url=base, timeout=30, follow_redirects=False) as client:
            body = {"username": user, "password": settings.secret(f"airflow_{user}")}
            answer = client.post("/auth/token", json=body)
            if answer.status_code != 201:
                raise Unavailable(f"Airflow at {base} refused the login of {user} ({answer.status_code})")
            client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
            yield Airflow(client)
    except httpx.HTTPError as error:
        raise Unavailable(f"Airflow at {base} does not answer ({type(error).__name__}): run `branchespor up`") from None
