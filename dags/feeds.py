"""One DAG per feed: land what has come, check it, publish its facts, answer the sender.

**What it does.** For each partner of the feed: `land` copies complete files (or pulls the REST feed) into landing and
writes the ledger; `process` takes the waiting deliveries of that partner in order of sequence through decoding,
identification, Great Expectations and publishing; `answer` puts the receipts into the sender's folder (or posts them)
and moves the files away.

**When it fails.** The message of the failed task names the partner, the service and the setting. Everything is safe to
run again: the work list is the intake ledger, not the run. `branchespor deliveries` shows what came of each delivery.
"""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from airflow.sdk import (
    Asset,
    AssetAlias,
    ExceptionRetryPolicy,
    RetryAction,
    RetryRule,
    dag,
    get_current_context,
    task,
)

from producers.feeds import FEEDS, Feed

DANISH = ZoneInfo("Europe/Copenhagen")

# Through an alias, since most runs hold nothing: what is scheduled on the asset is woken only when something was.
HELD = AssetAlias("held")

RETRY = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception="schemas.errors.WrongInput", action=RetryAction.FAIL, reason="the input or a setting is wrong"
        ),
    ]
)


def feed_dag(feed: Feed) -> None:
    """Make the DAG of one feed; a function, so that each task sees its own feed."""
    args: dict[str, Any] = {
        "owner": "branchespor",
        "pool": feed.pool,
        "retries": 4,
        "retry_delay": timedelta(seconds=20),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=10),
        "retry_policy": RETRY,
        "execution_timeout": timedelta(minutes=20),
    }

    @dag(
        dag_id=f"pull_{feed.module}",
        schedule=feed.schedule,
        start_date=datetime(2020, 1, 21, tzinfo=DANISH),
        catchup=False,
        max_active_runs=1,
        doc_md=__doc__,
        description=f"{feed.contract}: {feed.purpose}",
        default_args=args,
        tags=["intake", feed.transport, feed.name],
    )
    def pull() -> None:
        @task
        def land(partner: str) -> str:
            """Land what has come from one partner; gives the partner on, for the next task."""
            from branchespor.hub.arrivals import land as land_new

            land_new(feed.name, partner)
            return partner

        @task(outlets=[HELD])
        def process(partner: str) -> str:
            """Handle the partner's waiting deliveries in order; logs verdicts and counts."""
            from branchespor.hub.handling import process as process_waiting

            if process_waiting(feed.name, partner).get("held"):
                get_current_context()["outlet_events"][HELD].add(Asset("held_deliveries"))
            return partner

        @task
        def answer(partner: str) -> int:
            """Hand over the receipts; gives how many."""
            from branchespor.hub.answers import answer as answer_sender

            return answer_sender(feed.name, partner)

        answer.expand(partner=process.expand(partner=land.expand(partner=list(feed.partners))))

    pull()


for each in FEEDS:
    feed_dag(each)
