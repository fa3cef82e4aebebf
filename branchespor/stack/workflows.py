"""Airflow of the local stack: configuration without secrets in it, database, pools, health."""

import configparser
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import psycopg
from psycopg import sql

from branchespor.airflow_api import connect
from branchespor.settings import CHECKOUT, Settings
from branchespor.stack import parts, probes
from producers.feeds import FEEDS
from schemas.errors import Unavailable

# name -> role; `hub` is who our own tasks are when they write notes.
USERS = {"admin": "admin", "hub": "user", "viewer": "viewer"}
# A mapped task has one pool for all senders of a feed, and one run at a time: a slot each, so none waits for another.
POOLS = {"clock": 1, "decisions": 2, **{feed.pool: max(2, len(feed.partners)) for feed in FEEDS}}
COMPONENTS = {
    "airflow-api": "metadatabase",
    "airflow-scheduler": "scheduler",
    "airflow-dag-processor": "dag_processor",
    "airflow-triggerer": "triggerer",
}


def folder(settings: Settings) -> Path:
    """Airflow's home."""
    return settings.home.resolve() / "data" / "airflow"


def environment(settings: Settings) -> Mapping[str, str]:
    """What Airflow's processes, and so its tasks, get besides: where the configuration lies, and no secret."""
    return {"AIRFLOW_HOME": str(folder(settings)), "AIRFLOW_CONFIG": str(folder(settings) / "airflow.cfg")}


def command(*words: str) -> Callable[[Settings], list[str]]:
    """One of Airflow's own commands; the scheduler with what its tasks need in memory."""
    module = "branchespor.stack.preloaded" if words[0] == "scheduler" else "airflow"
    return lambda _: [sys.executable, "-m", module, *words]


def prepare(settings: Settings) -> None:
    """Write configuration, logins and the database address; the last two only its owner may read."""
    place = folder(settings)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    (settings.home.resolve() / "logs" / "airflow").mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(place / "logins.json", json.dumps({user: settings.secret(f"airflow_{user}") for user in USERS}))
    password = settings.secret("pg_airflow")
    address = f"postgresql+psycopg2://airflow:{password}@{settings.host}:{settings.port('postgres')}/airflow"
    _write(place / "database-address", address)
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_dict(configuration(settings))
    with (place / "airflow.cfg").open("w", encoding="utf-8") as file:
        parser.write(file)


def configuration(settings: Settings) -> dict[str, dict[str, str]]:
    """airflow.cfg by section; secrets are named as commands that read a file, so that no dump shows them."""
    place, url = folder(settings), f"http://{settings.host}:{settings.port('airflow')}"

    def read(path: Path) -> str:
        return f"cat {shlex.quote(str(path))}"

    return {
        "core": {
            "dags_folder": str(CHECKOUT / "dags"),
            "load_examples": "False",
            "executor": "LocalExecutor",
            "parallelism": "4",
            "dags_are_paused_at_creation": "True",
            "fernet_key_cmd": read(settings.secrets / "airflow_fernet"),
            "execution_api_server_url": f"{url}/execution/",
            "simple_auth_manager_users": ",".join(f"{user}:{role}" for user, role in USERS.items()),
            "simple_auth_manager_passwords_file": str(place / "logins.json"),
        },
        "database": {"sql_alchemy_conn_cmd": read(place / "database-address"), "load_default_connections": "False"},
        "api": {
            "host": settings.host,
            "port": str(settings.port("airflow")),
            "workers": "1",
            "base_url": url,
            "secret_key_cmd": read(settings.secrets / "airflow_api"),
            "expose_config": "False",
        },
        "api_auth": {"jwt_secret_cmd": read(settings.secrets / "airflow_jwt")},
        # A run of a small DAG takes a second with these, four by default.
        "scheduler": {"scheduler_idle_sleep_time": "0.2", "enable_health_check": "False"},
        "logging": {
            "base_log_folder": str(settings.home.resolve() / "logs" / "airflow"),
            "worker_log_server_port": str(settings.port("airflow_worker_log")),
            "trigger_log_server_port": str(settings.port("airflow_trigger_log")),
        },
        "usage_data_collection": {"enabled": "False"},
    }


def migrate(settings: Settings) -> None:
    """Bring Airflow's tables to this version, unless a remark on the database says that they are.

    The remark lies with the data, so that a wiped or restored database tells the truth.
    """
    remark = f"migrated for Airflow {version('apache-airflow-core')}"
    with psycopg.connect(settings.dsn("airflow", "airflow"), autocommit=True) as conn:
        query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = 'airflow'"
        if conn.execute(query).fetchone() == (remark,):
            return
        done = subprocess.run(
            [sys.executable, "-m", "airflow", "db", "migrate"],
            env=parts.environment(settings) | dict(environment(settings)),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise Unavailable(f"airflow db migrate failed: {(done.stderr or done.stdout).strip()[-1500:]}")
        conn.execute(sql.SQL("COMMENT ON DATABASE airflow IS {}").format(sql.Literal(remark)))


def make_pools(settings: Settings) -> None:
    """One pool per kind of partner and one for the clock; what is there stays as an operator set it."""
    with connect(settings) as airflow:
        for name in sorted(set(POOLS) - airflow.pools()):
            airflow.make_pool(name, POOLS[name])


def health_of(part: str) -> Callable[[Settings, datetime], bool]:
    """A probe: Airflow's own health page calls this component healthy, by a heartbeat of after the start."""
    component = COMPONENTS[part]

    def probe(settings: Settings, since: datetime) -> bool:
        status, body = probes.http_answer(settings.host, settings.port("airflow"), "/api/v2/monitor/health")
        said = body.get(component) if status == 200 and isinstance(body, dict) else None
        if not said or said.get("status") != "healthy":
            return False
        beat = said.get(f"latest_{component}_heartbeat")
        return beat is None or datetime.fromisoformat(beat) >= since

    return probe


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    os.chmod(path, 0o600)
    path.write_text(text, encoding="utf-8")
