"""Begin the business day: publish `DayBegan` just after midnight, Danish time, and the days that were missed, in order.

**What it does.** The only clock of the consumers is the event `DayBegan(day)`. The task asks PostgreSQL which day was
published last and publishes every day up to today. Running it again changes nothing.

**When it fails.** Until it has run, nobody's status moves on by the passing of time. It is retried, and safe to run
by hand.
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

LATE_AFTER_MINUTES = 15


@dag(
    schedule="1 0 * * *",
    start_date=datetime(2020, 1, 21, tzinfo=ZoneInfo("Europe/Copenhagen")),
    catchup=False,
    max_active_runs=1,
    doc_md=__doc__,
    description="DayBegan: the only clock of the consumers",
    deadline=DeadlineAlert(
        name="late",
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(minutes=LATE_AFTER_MINUTES),
        callback=AsyncCallback("branchespor.alarms.run_is_late", {"within_minutes": LATE_AFTER_MINUTES}),
    ),
    default_args={
        "owner": "branchespor",
        "pool": "clock",
        "retries": 10,
        "retry_delay": timedelta(seconds=30),
        "retry_policy": ExceptionRetryPolicy(
            rules=[RetryRule(exception="schemas.errors.WrongInput", action=RetryAction.FAIL, reason="a wrong setting")]
        ),
        "execution_timeout": timedelta(minutes=10),
    },
    tags=["clock"],
)
def begin_day() -> None:
    """The DAG of the business day."""

    @task
    def publish_days() -> int:
        """Publish the days that have begun and were not published yet; gives how many."""
        from branchespor.hub.days import begin_days

        return begin_days()

    publish_days()


begin_day()
