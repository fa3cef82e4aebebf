"""The steps of the demonstration: stack, sample, deliveries, DAGs, and waiting until every fact is applied."""

import json
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from dateutil.relativedelta import relativedelta

from branchespor import airflow_api, clock
from branchespor.hub import wiring
from branchespor.reconciliation import KINDS_NOT_APPLIED
from branchespor.settings import Settings
from producers.feeds import FEED_BY_NAME, FEEDS
from producers.stores import ledger_view
from schemas.errors import Unavailable, WrongInput

Say = Callable[[str], None]

BEGIN_DAY = "begin_day"
# The register first: it tells which numbers are one person before others use the new ones.
FIRST_FEED = "cpr"
YEARS = 2
_QUIET_WITHIN_S = 180.0
_DAG_WITHIN_S = 420.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The sample municipality: where it lies and what is in it (simulator.sample)."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def files(self) -> list[Mapping[str, Any]]:
        """The deliveries that are files, in the order in which they are sent."""
        return [each for each in self.manifest["deliveries"] if each["user"] is not None]


def sample(settings: Settings, persons: int, seed: int, say: Say) -> Sample:
    """The sample of this home, made if it is not there. Raises WrongInput if it holds another one."""
    folder = settings.home.resolve() / "sample"
    manifest = folder / "manifest.json"
    if not manifest.exists():
        from simulator.sample import write

        shutil.rmtree(folder, ignore_errors=True)
        until: date = clock.danish_day(clock.now()) - relativedelta(days=1)
        written = write(persons, seed, folder, until - relativedelta(years=YEARS), until)
        say(f"{written.citizens} citizens with {YEARS} years of life; {written.files} files, {written.items} items")
    held = Sample(folder=folder, manifest=json.loads(manifest.read_text(encoding="utf-8")))
    if (held.manifest["persons"], held.manifest["seed"]) != (persons, seed):
        raise WrongInput(
            "this home holds another sample: `branchespor down --wipe` first, or give its --persons, --seed"
        )
    return held


def deliver(settings: Settings, of: Sample, say: Say) -> int:
    """Let each partner hand in what it has not handed in yet, as partners do; gives the number of files."""
    from simulator.sender import deliver as send

    with wiring.database(settings, "intake") as conn:
        known = {(row["partner"], row["file_name"]) for row in ledger_view.deliveries(conn)}
    _serve(settings, of)
    sent = 0
    by_user = sorted(of.files, key=lambda each: str(each["user"]))
    for user, entries in groupby(by_user, key=lambda each: str(each["user"])):
        files = [of.folder / each["file"] for each in entries if (each["partner"], _name(each)) not in known]
        inbox = settings.home.resolve() / "partners" / user / "out"
        files = [file for file in files if not (inbox / file.name).exists()]
        if files:
            key, host_key = settings.secrets / f"ssh_{user}", settings.secrets / "ssh_host_ed25519.pub"
            sent += send(settings.host, settings.port("sftp"), user, key, host_key, files)
            say(f"{user} handed in {len(files)} files")
    return sent


def _serve(settings: Settings, of: Sample) -> None:
    """Lay what partners are asked for where their server finds it, under another name first."""
    folder = settings.home.resolve() / "partners" / "rest"
    folder.mkdir(parents=True, exist_ok=True)
    for file in sorted((of.folder / "rest").glob("*.json")):
        served = folder / file.name
        if not served.exists() or served.read_bytes() != file.read_bytes():
            part = served.with_suffix(".part")
            shutil.copyfile(file, part)
            part.replace(served)


def _name(entry: Mapping[str, Any]) -> str:
    return Path(entry["file"]).name


def run_dags(settings: Settings, say: Say) -> None:
    """Pull every feed, then begin the business day; raises Unavailable naming the DAG and task that failed.

    The day comes last: before the first one facts are only stored, so that a first load announces each citizen once.
    """
    with airflow_api.connect(settings) as airflow:
        wanted = {BEGIN_DAY, *(f"pull_{feed.module}" for feed in FEEDS if feed.partners)}
        _await(lambda: wanted <= airflow.dags(), 90, "Airflow has not parsed all DAGs")
        first = f"pull_{FEED_BY_NAME[FIRST_FEED].module}"
        for batch in ([first], sorted(wanted - {BEGIN_DAY, first}), [BEGIN_DAY]):
            runs = {dag_id: airflow.start(dag_id) for dag_id in batch}
            for dag_id, run_id in runs.items():
                began = time.monotonic()
                state = airflow.wait(dag_id, run_id, _DAG_WITHIN_S)
                if state != "success":
                    failed = {each["task_id"] for each in airflow.tasks(dag_id, run_id) if each["state"] == "failed"}
                    raise Unavailable(f"{dag_id} failed in {', '.join(sorted(failed))}: see the task's log in Airflow")
                say(f"{dag_id} done after {time.monotonic() - began:.0f} s more")


def _await(condition: Callable[[], bool], within_s: float, otherwise: str) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            raise Unavailable(f"{otherwise} within {within_s:.0f} s: see `branchespor ps` and `branchespor logs`")
        time.sleep(0.25)


_APPLIED = """
SELECT (SELECT count(*) FROM core.fact) + (SELECT count(*) FROM core.shortage_area)
     + (SELECT count(*) FROM core.erased_fact)
"""
_PUBLISHED = "SELECT count(DISTINCT fact_id) FROM intake.published_fact WHERE kind <> ALL(%s::text[])"
# Each question is asked as the role that may ask it: (role, query that says true when its part is quiet).
_QUIET = (
    ("relay", "SELECT NOT EXISTS (SELECT 1 FROM core.outbox WHERE sent_at IS NULL)"),
    ("partners", "SELECT NOT EXISTS (SELECT 1 FROM core.relation_changed)"),
    (
        "status",
        "SELECT coalesce(day = begun_until AND NOT EXISTS (SELECT 1 FROM core.due WHERE due.day <= business_day.day),"
        " false) FROM core.business_day",
    ),
    (
        "status",
        "SELECT (SELECT count(*) FROM core.milestone) <="
        " (SELECT coalesce(sum(next_offset), 0) FROM core.consumer_offset WHERE consumer = 'partners')",
    ),
)


def settle(settings: Settings) -> None:
    """Wait until every published fact is applied, every event sent and every milestone looked at for the partners."""
    with ExitStack() as opened:
        roles = ("intake", "relay", "partners", "status")
        conns = {role: opened.enter_context(wiring.database(settings, role)) for role in roles}

        def quiet() -> bool:
            published = conns["intake"].execute(_PUBLISHED, (list(KINDS_NOT_APPLIED),)).fetchone()
            applied = conns["status"].execute(_APPLIED).fetchone()
            if published is None or applied is None or applied[0] < published[0]:
                return False
            return all((conns[role].execute(query.encode()).fetchone() or [False])[0] for role, query in _QUIET)

        _await(quiet, _QUIET_WITHIN_S, "the consumers have not caught up")
