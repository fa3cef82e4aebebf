"""What the DAGs have in common: where their days begin, what is not tried again, and whom a late run is told."""

from datetime import datetime, timedelta
from typing import Final

from airflow.sdk import (
    AsyncCallback,
    DeadlineAlert,
    DeadlineReference,
    ExceptionRetryPolicy,
    RetryAction,
    RetryRule,
)

from branchespor.clock import DANISH

START_DATE: Final = datetime(2020, 1, 21, tzinfo=DANISH)
"""The day the strategy was adopted; no DAG catches up from it by itself."""


def unless_wrong(why: str) -> ExceptionRetryPolicy:
    """Tasks are tried again, but for wrong input; `why` says in Airflow what wrong input means there."""
    return ExceptionRetryPolicy(
        rules=[RetryRule(exception="schemas.errors.WrongInput", action=RetryAction.FAIL, reason=why)]
    )


def late_after(minutes: int) -> DeadlineAlert:
    """A run that has not ended so many minutes after it was queued is told in the triggerer's log: *run is late*."""
    return DeadlineAlert(
        name="late",
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(minutes=minutes),
        callback=AsyncCallback("branchespor.alarms.run_is_late", {"within_minutes": minutes}),
    )
