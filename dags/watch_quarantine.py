"""Watch the quarantine: what waits for a decision longer than agreed is told every morning.

**What it does.** Held deliveries and rejected rows that have waited longer than `BRANCHESPOR_QUARANTINE_DAYS` (30), or
soon will, are logged by feed and sender, as counts. The bytes of rows that were decided on so long ago are taken out.
Nothing that waits is ever deleted.

**When it fails.** Something has waited too long: that is the alarm. `branchespor quarantine overdue` shows what,
`quarantine list` the rows; release or discard them. It is safe to run by hand.
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
    schedule="10 6 * * *",
    start_date=datetime(2020, 1, 21, tzinfo=ZoneInfo("Europe/Copenhagen")),
    catchup=False,
    max_active_runs=1,
    doc_md=__doc__,
    description="Held deliveries and rejected rows that nobody has decided on",
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
        "retry_delay": timedelta(minutes=1),
        "retry_policy": ExceptionRetryPolicy(
            rules=[RetryRule(exception="schemas.errors.WrongInput", action=RetryAction.FAIL, reason="an alarm")]
        ),
        "execution_timeout": timedelta(minutes=10),
    },
    tags=["clock", "decision"],
)
def watch_quarantine() -> None:
    """The DAG of the watch over the quarantine."""

    @task
    def tell_overdue() -> int:
        """Log what waits too long; fails if anything does, else gives 0."""
        from branchespor.hub.rows import watch
        from schemas.errors import WrongInput

        if late := watch():
            raise WrongInput(f"{late} in quarantine wait too long for a decision: `branchespor quarantine overdue`")
        return late

    tell_overdue()


watch_quarantine()
