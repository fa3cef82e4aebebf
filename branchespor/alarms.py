"""What Airflow calls when a run is late: a line for operators and their monitoring, quick to import, ids alone."""

from collections.abc import Mapping
from typing import Any

import structlog

log = structlog.get_logger()


async def run_is_late(within_minutes: int, context: Mapping[str, Any] | None = None) -> None:
    """Log that a run has not ended within the minutes its DAG promises; runs in the triggerer.

    `context` is Airflow's: of it only the ids of DAG and run are told.
    """
    run: Mapping[str, Any] = (context or {}).get("dag_run") or {}
    log.error("run is late", dag=run.get("dag_id"), run=run.get("dag_run_id"), within_minutes=within_minutes)
