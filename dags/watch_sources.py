"""Watch the senders: what was promised and has not come becomes `SourceOverdue`, and `SourceRecovered` when it comes.

**What it does.** Each feed's page says when a delivery is due and how much grace it has; Danish public holidays are
known. The watch compares that with the intake ledger and publishes what has changed to `branchespor.sources.v1`.
`branchespor sources` shows the same.

**When it fails.** Nothing is lost: the next run finds the same. It is safe to run by hand.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from airflow.sdk import (
    AsyncCallback,
    DeadlineAlert,
    DeadlineReference,
    ExceptionRetryPolicy,
    RetryAction,
    RetryRule,
    dag,
    task,
)

LATE_AFTER_MINUTES = 20


@dag(
    schedule="*/15 * * * *",
    start_date=datetime(2020, 1, 21, tzinfo=ZoneInfo("Europe/Copenhagen")),
    catchup=False,
    max_active_runs=1,
    doc_md=__doc__,
    description="SourceOverdue and SourceRecovered: who has not sent what was promised",
    deadline=DeadlineAlert(
        name="late",
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(minutes=LATE_AFTER_MINUTES),
        callback=AsyncCallback("branchespor.alarms.run_is_late", {"within_minutes": LATE_AFTER_MINUTES}),
    ),
    default_args={
        "owner": "branchespor",
        "pool": "clock",
        "retries": 3,
        "retry_delay": timedelta(seconds=30),
        "retry_policy": ExceptionRetryPolicy(
            rules=[RetryRule(exception="schemas.errors.WrongInput", action=RetryAction.FAIL, reason="a wrong setting")]
        ),
        "execution_timeout": timedelta(minutes=10),
    },
    tags=["clock", "intake"],
)
def watch_sources() -> None:
    """The DAG of the watch."""

    @task
    def compare_with_promises() -> int:
        """Publish who is overdue and who has recovered; gives how many events."""
        from branchespor.hub.freshness import watch

        return watch()

    compare_with_promises()


watch_sources()
