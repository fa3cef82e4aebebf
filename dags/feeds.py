"""One DAG per feed: land what has come, check it, publish its facts, answer the sender.

**What it does.** For each partner of the feed: `land` copies complete files (or pulls the REST feed) into landing and
writes the ledger; `process` takes the waiting deliveries of that partner in order of sequence through decoding,
identification, Great Expectations and publishing; `answer` puts the receipts into the sender's folder (or posts them),
moves the files away, and notes on the run how much came. What came is an event of the feed's asset, with counts.

**When it fails.** The message of the failed task names the partner, the service and the setting. Everything is safe to
run again, a backfill of any days too: the work list is the intake ledger, not the run. `branchespor deliveries` shows
what came of each delivery. A run that has not ended within half an hour is told in the triggerer's log: *run is late*.
"""

from datetime import timedelta
from typing import Any, Final

from airflow.sdk import Asset, AssetAlias, dag, get_current_context, task

from dag_parts import START_DATE, late_after, unless_wrong
from producers.feeds import FEEDS, Feed

LATE_AFTER_MINUTES: Final = 30
# Through aliases, since most runs bring nothing: an event comes only when something came, or was held.
CAME, HELD = AssetAlias("came"), AssetAlias("held")
BY_PARTNER = "{{ partner }}"


def feed_dag(feed: Feed) -> None:
    """Make the DAG of one feed; a function, so that each task sees its own feed."""
    args: dict[str, Any] = {
        "owner": "branchespor",
        "pool": feed.pool,
        "retries": 4,
        "retry_delay": timedelta(seconds=20),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=10),
        "retry_policy": unless_wrong("the input or a setting is wrong"),
        "execution_timeout": timedelta(minutes=20),
        "map_index_template": BY_PARTNER,
    }

    @dag(
        dag_id=f"pull_{feed.module}",
        schedule=feed.schedule,
        start_date=START_DATE,
        catchup=False,
        max_active_runs=1,
        doc_md=__doc__,
        description=f"{feed.contract}: {feed.purpose}",
        default_args=args,
        deadline=late_after(LATE_AFTER_MINUTES),
        tags=["intake", feed.transport, feed.name],
    )
    def pull() -> None:
        @task
        def land(partner: str) -> str:
            """Land what has come from one partner; gives the partner on, for the next task."""
            from branchespor.hub.arrivals import land as land_new

            get_current_context()["partner"] = partner
            land_new(feed.name, partner)
            return partner

        @task(outlets=[CAME, HELD])
        def process(partner: str) -> str:
            """Handle the partner's waiting deliveries in order; logs verdicts and counts."""
            from branchespor.hub.handling import process as process_waiting

            context = get_current_context()
            context["partner"] = partner
            verdicts = process_waiting(feed.name, partner)
            if verdicts:
                came = context["outlet_events"][CAME]
                came.add(Asset(f"deliveries_{feed.module}"), extra={"partner": partner, **verdicts})
            if verdicts.get("held"):
                context["outlet_events"][HELD].add(Asset("held_deliveries"))
            return partner

        @task
        def answer(partner: str) -> int:
            """Hand over the receipts, then note on the run what came; gives how many receipts went."""
            from branchespor.hub.answers import answer as answer_sender
            from branchespor.hub.notes import tell

            context = get_current_context()
            context["partner"] = partner
            sent = answer_sender(feed.name, partner)
            run, mine = context["dag_run"], context["ti"]
            if run.start_date is not None:
                tell(feed.name, partner, run.start_date, mine.dag_id, mine.run_id, f"{mine.task_id}/{mine.map_index}")
            return sent

        answer.expand(partner=process.expand(partner=land.expand(partner=list(feed.partners))))

    pull()


for each in FEEDS:
    feed_dag(each)
