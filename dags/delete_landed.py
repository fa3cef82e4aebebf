"""Delete landed bytes every night, as many days after the final receipt as the feed's contract says.

**What it does.** Bytes of deliveries that were answered (30 days ago; `jobcenter-forloeb`, which may hold free text, 7)
are deleted from landing, and the ledger says when. Held and unanswered deliveries keep theirs. Facts, receipts and
rejected rows are not touched.

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

LATE_AFTER_MINUTES = 60


@dag(
    schedule="40 2 * * *",
    start_date=datetime(2020, 1, 21, tzinfo=ZoneInfo("Europe/Copenhagen")),
    catchup=False,
    max_active_runs=1,
    doc_md=__doc__,
    description="Landed bytes are kept as long as agreed, no longer",
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
        "retry_delay": timedelta(minutes=5),
        "retry_policy": ExceptionRetryPolicy(
            rules=[RetryRule(exception="schemas.errors.WrongInput", action=RetryAction.FAIL, reason="a wrong setting")]
        ),
        "execution_timeout": timedelta(minutes=30),
    },
    tags=["clock", "retention"],
)
def delete_landed() -> None:
    """The DAG of the retention of landed bytes."""

    @task
    def delete_bytes() -> int:
        """Delete what was kept as long as agreed; gives the number of deliveries."""
        from branchespor.hub.retention import delete_landed as delete

        return delete()

    delete_bytes()


delete_landed()
