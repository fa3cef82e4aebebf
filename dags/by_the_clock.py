"""What runs by the clock and not for one feed: the business day, the watches, the proof that nothing is lost."""

from collections.abc import Callable
from datetime import timedelta
from inspect import getdoc
from typing import Any

from airflow.sdk import Asset, dag, task

from dag_parts import START_DATE, late_after, unless_wrong
from producers.feeds import FEEDS


def by_the_clock(
    *,
    schedule: str,
    description: str,
    tags: list[str],
    late_after_minutes: int,
    retry_delay: timedelta,
    timeout: timedelta,
    retries: int = 3,
    why_wrong: str = "a wrong setting",
) -> Callable[[Callable[[], None]], Callable[[], Any]]:
    """The decorator of a DAG of this file; what it does and what to do when it fails stand in its docstring.

    `why_wrong`: what wrong input means here, on which no task is tried again.
    """

    def make(function: Callable[[], None]) -> Callable[[], Any]:
        return dag(
            schedule=schedule,
            start_date=START_DATE,
            catchup=False,
            max_active_runs=1,
            doc_md=getdoc(function),  # without the indentation, which Markdown takes for code
            description=description,
            deadline=late_after(late_after_minutes),
            default_args={
                "owner": "branchespor",
                "pool": "clock",
                "retries": retries,
                "retry_delay": retry_delay,
                "retry_policy": unless_wrong(why_wrong),
                "execution_timeout": timeout,
            },
            tags=tags,
        )(function)

    return make


@by_the_clock(
    schedule="1 0 * * *",
    description="DayBegan: the only clock of the consumers",
    tags=["clock"],
    late_after_minutes=15,
    retries=10,
    retry_delay=timedelta(seconds=30),
    timeout=timedelta(minutes=10),
)
def begin_day() -> None:
    """Begin the business day: publish `DayBegan` just after midnight, Danish time, and missed days before, in order.

    **What it does.** The only clock of the consumers is the event `DayBegan(day)`. The task asks PostgreSQL which day
    was published last and publishes every day up to today. Running it again changes nothing.

    **When it fails.** Until it has run, nobody's status moves on by the passing of time. It is retried, and safe to run
    by hand.
    """

    @task
    def publish_days() -> int:
        """Publish the days that have begun and were not published yet; gives how many."""
        from branchespor.hub.days import begin_days

        return begin_days()

    publish_days()


@by_the_clock(
    schedule="30 3 * * *",
    description="Nothing is lost between sender and fact table",
    tags=["proof"],
    late_after_minutes=60,
    retry_delay=timedelta(minutes=5),
    timeout=timedelta(minutes=30),
)
def close_the_loop() -> None:
    """Close the loop every night: sender's rows, ledger, topics and fact table say the same, per delivery.

    **What it does.** `branchespor reconcile` for all deliveries: rows add up, every published fact lies on its topic
    and is applied. It reads what all feeds' DAGs took in (their assets), and runs by the clock, not for each of them.

    **When it fails.** The message names the deliveries that are not whole. Facts that are still on their way are given
    time by the retries; what is missing after them is missing: `branchespor reconcile ID` names the facts.
    """

    @task(inlets=[Asset(f"deliveries_{feed.module}") for feed in FEEDS])
    def reconcile() -> int:
        """Compare every delivery; gives the number of facts that are where they should be."""
        from branchespor import reconciliation

        return reconciliation.close_the_loop()

    reconcile()


@by_the_clock(
    schedule="40 2 * * *",
    description="Landed bytes are kept as long as agreed, no longer",
    tags=["clock", "retention"],
    late_after_minutes=60,
    retry_delay=timedelta(minutes=5),
    timeout=timedelta(minutes=30),
)
def delete_landed() -> None:
    """Delete landed bytes every night, as many days after the final receipt as the feed's contract says.

    **What it does.** Bytes of deliveries that were answered (30 days ago; `jobcenter-forloeb`, which may hold free
    text, 7) are deleted from landing, and the ledger says when. Held and unanswered deliveries keep theirs. Facts,
    receipts and rejected rows are not touched.

    **When it fails.** Nothing is lost: the next run finds the same. It is safe to run by hand.
    """

    @task
    def delete_bytes() -> int:
        """Delete what was kept as long as agreed; gives the number of deliveries."""
        from branchespor.hub.retention import delete_landed as delete

        return delete()

    delete_bytes()


@by_the_clock(
    schedule="10 6 * * *",
    description="Held deliveries and rejected rows that nobody has decided on",
    tags=["clock", "decision"],
    late_after_minutes=20,
    retry_delay=timedelta(minutes=1),
    timeout=timedelta(minutes=10),
    why_wrong="an alarm",
)
def watch_quarantine() -> None:
    """Watch the quarantine: what waits for a decision longer than agreed is told every morning.

    **What it does.** Held deliveries and rejected rows that have waited longer than `BRANCHESPOR_QUARANTINE_DAYS` (30),
    or soon will, are logged by feed and sender, as counts. The bytes of rows that were decided on so long ago are taken
    out. Nothing that waits is ever deleted.

    **When it fails.** Something has waited too long: that is the alarm. `branchespor quarantine overdue` shows what,
    `quarantine list` the rows; release or discard them. It is safe to run by hand.
    """

    @task
    def tell_overdue() -> int:
        """Log what waits too long; fails if anything does, else gives 0."""
        from branchespor.hub.rows import watch
        from schemas.errors import WrongInput

        if late := watch():
            raise WrongInput(f"{late} in quarantine wait too long for a decision: `branchespor quarantine overdue`")
        return late

    tell_overdue()


@by_the_clock(
    schedule="*/15 * * * *",
    description="SourceOverdue and SourceRecovered: who has not sent what was promised",
    tags=["clock", "intake"],
    late_after_minutes=20,
    retry_delay=timedelta(seconds=30),
    timeout=timedelta(minutes=10),
)
def watch_sources() -> None:
    """Watch the senders: what is missing becomes `SourceOverdue`, and `SourceRecovered` when it comes.

    **What it does.** Each feed's page says when a delivery is due and how much grace it has; Danish public holidays are
    known. The watch compares that with the intake ledger and publishes what has changed to `branchespor.sources.v1`.
    `branchespor sources` shows the same.

    **When it fails.** Nothing is lost: the next run finds the same. It is safe to run by hand.
    """

    @task
    def compare_with_promises() -> int:
        """Publish who is overdue and who has recovered; gives how many events."""
        from branchespor.hub.freshness import watch

        return watch()

    compare_with_promises()


for each in (begin_day, close_the_loop, delete_landed, watch_quarantine, watch_sources):
    each()
