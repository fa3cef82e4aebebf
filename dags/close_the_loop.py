"""Close the loop every night: sender's rows, ledger, topics and fact table say the same, per delivery.

**What it does.** `branchespor reconcile` for all deliveries: rows add up, every published fact lies on its topic and is
applied. It reads what all feeds' DAGs took in (their assets), and runs by the clock, not for each of them.

**When it fails.** The message names the deliveries that are not whole. Facts that are still on their way are given time
by the retries; what is missing after them is missing: `branchespor reconcile ID` names the facts.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from airflow.sdk import (
    Asset,
    AsyncCallback,
    DeadlineAlert,
    DeadlineReference,
    ExceptionRetryPolicy,
    RetryAction,
    RetryRule,
    dag,
    task,
)

from producers.feeds import FEEDS

LATE_AFTER_MINUTES = 60


@dag(
    schedule="30 3 * * *",
    start_date=datetime(2020, 1, 21, tzinfo=ZoneInfo("Europe/Copenhagen")),
    catchup=False,
    max_active_runs=1,
    doc_md=__doc__,
    description="Nothing is lost between sender and fact table",
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
    tags=["proof"],
)
def close_the_loop() -> None:
    """The DAG of the reconciliation."""

    @task(inlets=[Asset(f"deliveries_{feed.module}") for feed in FEEDS])
    def reconcile() -> int:
        """Compare every delivery; gives the number of facts that are where they should be."""
        from branchespor import reconciliation

        return reconciliation.close_the_loop()

    reconcile()


close_the_loop()
