"""A held delivery is decided on by a person: `ask_about_held` finds it, one run of `release_held` asks about it.

**What it does.** `ask_about_held` runs when a delivery was held, and hourly; it starts one run of `release_held` for
each. There `ask` waits for a person (*Required actions* in Airflow): **Release** lets the delivery through the same
checks again, **Discard** refuses it; the reason is chosen from a list, since nothing that people type in Airflow may
be personal. `carry_out` writes who and why into the ledger and does it, `answer` hands the final receipt over.

Waiting takes no slot and holds nothing else up. Who decides with `branchespor quarantine release` or `discard` need
not do anything here: the question ends by itself within minutes. After a week without an answer the run ends, and a
new one asks again.

**When it fails.** The delivery stays held, and nothing of it is published; clear the failed task. Running anything
again is harmless: a decision is carried out once.
"""

from datetime import timedelta
from typing import Any, Final

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import (
    Asset,
    AssetOrTimeSchedule,
    Context,
    CronTriggerTimetable,
    Param,
    dag,
    task,
)
from airflow.sdk.exceptions import TaskAwaitingInput

from branchespor.clock import DANISH
from branchespor.decisions import ASKED_FOR, DISCARD, REASONS, RELEASE
from dag_parts import START_DATE, late_after, unless_wrong

RUNS_AT_ONCE = 100
LATE_AFTER_MINUTES = 20
LOOK_AGAIN: Final = timedelta(minutes=5)
"""How soon a question ends after its delivery was decided on elsewhere."""
ARGS: dict[str, Any] = {
    "owner": "branchespor",
    "pool": "decisions",
    "retries": 5,
    "retry_delay": timedelta(seconds=30),
    "retry_policy": unless_wrong("not as offered"),
    "execution_timeout": timedelta(minutes=20),
}


class AskAboutHeld(HITLOperator):
    """Asks a person about one held delivery and gives the answer on: option, reason, by; None if none is needed.

    While nobody answers it looks every few minutes whether the delivery is still held.
    """

    def __init__(self, *, delivery: str, **kwargs: Any) -> None:
        super().__init__(response_timeout=LOOK_AGAIN, **kwargs)
        self.delivery = delivery

    template_fields = ("delivery",)

    def execute(self, context: Context) -> Any:
        """Ask, unless it is decided already."""
        from branchespor.hub.held import question

        found = question(self.delivery)
        if found is None:
            return None
        self.subject, self.body = found.subject, found.body
        return super().execute(context)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> Any:
        """The answer; without one, look, and wait on."""
        if event.get("error_type") == "timeout":
            return self._wait_on(context)
        by, reason = event["responded_by_user"], (event["params_input"] or {}).get("reason")
        if reason not in self.params.get_param("reason").schema["enum"]:
            raise ValueError("the reason must be one of the list: choose again")
        return {"option": event["chosen_options"][0], "reason": reason, "by": f"{by['name']} (Airflow)"}

    def _wait_on(self, context: Context) -> None:
        from branchespor.clock import now
        from branchespor.hub.held import question

        began = context["dag_run"].start_date
        if question(self.delivery) is None or began is None or now() - began >= ASKED_FOR:
            return
        raise TaskAwaitingInput(method_name="execute_complete", timeout=LOOK_AGAIN)


@dag(
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("20 * * * *", timezone=DANISH.key), assets=[Asset("held_deliveries")]
    ),
    start_date=START_DATE,
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    doc_md=__doc__,
    description="Starts a question for each held delivery",
    deadline=late_after(LATE_AFTER_MINUTES),
    default_args=ARGS,
    tags=["intake", "decision"],
)
def ask_about_held() -> None:
    """The DAG that starts the questions."""

    @task
    def find_held() -> list[dict[str, Any]]:
        """The runs that should be there, from the ledger: run id and delivery id."""
        from branchespor.hub.held import unanswered

        return unanswered()

    TriggerDagRunOperator.partial(
        task_id="start_question",
        trigger_dag_id="release_held",
        logical_date=None,
        skip_when_already_exists=True,
        doc_md="Starts the run of `release_held` that asks about one delivery, unless it is there.",
    ).expand_kwargs(find_held())


@dag(
    schedule=None,
    start_date=START_DATE,
    catchup=False,
    max_active_runs=RUNS_AT_ONCE,
    max_active_tasks=RUNS_AT_ONCE,
    is_paused_upon_creation=False,
    doc_md=__doc__,
    description="A person releases or discards one held delivery",
    default_args=ARGS,
    params={"delivery": Param(type="string", format="uuid", description="Id of the held delivery.")},
    tags=["intake", "decision"],
)
def release_held() -> None:
    """The DAG of one question."""

    @task
    def carry_out(decision: dict[str, str] | None, delivery: str) -> dict[str, Any]:
        """Do what was decided and write who and why into the ledger; gives delivery, verdict and receipt id."""
        from branchespor.hub.held import carry_out as do

        return dict(do(delivery, **decision)) if decision else {"delivery": delivery, "verdict": None}

    @task
    def answer(done: dict[str, Any]) -> int:
        """Hand the final receipt over to the sender; gives how many went."""
        from branchespor.hub.answers import answer as answer_sender
        from branchespor.hub.held import whose

        return answer_sender(*whose(done["delivery"])) if done["verdict"] else 0

    delivery = "{{ params.delivery }}"
    ask = AskAboutHeld(
        task_id="ask",
        delivery=delivery,
        subject="A delivery is held",
        options=[RELEASE, DISCARD],
        params={"reason": Param(REASONS[0], type="string", enum=list(REASONS), description="Why; kept in the ledger.")},
        execution_timeout=None,
        doc_md="Waits for a person; ends by itself when the delivery is decided on elsewhere.",
    )
    answer(carry_out(ask.output, delivery))


ask_about_held()
release_held()
