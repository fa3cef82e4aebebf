"""Close the loop every night: sender's rows, ledger, topics and fact table say the same, per delivery.

**What it does.** `branchespor reconcile` for all deliveries: rows add up, every published fact lies on its topic and is
applied.

**When it fails.** The message names the deliveries that are not whole. Facts that are still on their way are given time
by the retries; what is missing after them is missing: `branchespor reconcile ID` names the facts.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from airflow.sdk import dag, task


@dag(
    schedule="30 3 * * *",
    start_date=datetime(2020, 1, 21, tzinfo=ZoneInfo("Europe/Copenhagen")),
    catchup=False,
    max_active_runs=1,
    doc_md=__doc__,
    description="Nothing is lost between sender and fact table",
    default_args={
        "owner": "branchespor",
        "pool": "clock",
        "retries": 3,
        "retry_delay": timedelta(minutes=5),
        "execution_timeout": timedelta(minutes=30),
    },
    tags=["proof"],
)
def close_the_loop() -> None:
    """The DAG of the reconciliation."""

    @task
    def reconcile() -> int:
        """Compare every delivery; gives the number of facts that are where they should be."""
        from branchespor import reconciliation

        return reconciliation.close_the_loop()

    reconcile()


close_the_loop()
