"""Held deliveries in Airflow: what people are asked there, and what becomes of their answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from branchespor import clock
from branchespor.decisions import ASKED_FOR, DISCARD, REASONS, RELEASE
from branchespor.hub import wiring
from branchespor.hub.handling import settle
from branchespor.settings import Settings, load
from producers.stores import held as store
from schemas.errors import WrongInput

AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Question:
    """What a person reads: a line, and the rest in Markdown."""

    subject: str
    body: str


def unanswered(settings: Settings | None = None, now: datetime | None = None) -> list[dict[str, Any]]:
    """One run of `release_held` for each held delivery, the oldest first: its run id and its configuration.

    The run id is that of the receipt and of the week in which it is asked, so that the same is never asked twice at
    once, a delivery that was held again is asked about again, and so is one on which nobody decided.
    """
    settings = settings or load()
    now = now or clock.now()
    with wiring.database(settings, "intake") as conn:
        waiting = store.held(conn)[:AT_ONCE]
    return [
        {
            "trigger_run_id": f"held-{each.receipt_id}-{max(now - each.checked_at, timedelta()) // ASKED_FOR + 1}",
            "conf": {"delivery": each.delivery_id},
        }
        for each in waiting
    ]


def question(identifier: str, settings: Settings | None = None) -> Question | None:
    """What is asked about a held delivery, without a value of it; None if it is held no longer."""
    with wiring.database(settings or load(), "intake") as conn:
        found = store.held(conn, identifier)
    if not found:
        return None
    from validation.codes import CODES

    each = found[0]
    number = "" if each.sequence is None else f", number {each.sequence}"
    lines = [
        f"**{each.feed}** from **{each.partner}**{number}: {each.rows} rows, held since "
        f"{each.checked_at.astimezone(clock.DANISH):%Y-%m-%d %H:%M}.",
        "",
        *(f"- **{code}** {CODES[code].en}" for code in each.codes),
        *(["- **Security alarm**: something in it was meant for another receiver."] if each.security_alarm else []),
        "",
        f"`branchespor quarantine show {each.delivery_id}` shows its faults.",
        "",
        f"*{RELEASE}*: it goes through the same checks again, what it is held for waived, and its facts are published.",
        f"*{DISCARD}*: it is refused, nothing of it is published; its number is free again.",
    ]
    return Question(f"{each.feed} from {each.partner} is held: {', '.join(each.codes)}", "\n".join(lines))


def carry_out(
    identifier: str, option: str, reason: str, by: str, settings: Settings | None = None
) -> Mapping[str, Any]:
    """Do what a person chose; gives delivery, verdict and receipt id, the verdict None if it was decided before.

    Raises WrongInput for an unknown option or reason, Unavailable while the partner's deliveries are being handled.
    """
    settings = settings or load()
    if option not in (RELEASE, DISCARD) or reason not in REASONS:
        raise WrongInput("neither option nor reason is one of those that were offered")
    with wiring.database(settings, "intake") as conn:
        if not store.held(conn, identifier):
            return {"delivery": identifier, "verdict": None, "receipt": None}
    done = settle(identifier, release=option == RELEASE, by=by, reason=reason, settings=settings)
    return {"delivery": identifier, "verdict": done["verdict"], "receipt": done["receipt_id"]}


def whose(identifier: str, settings: Settings | None = None) -> tuple[str, str]:
    """Feed and partner of a delivery. Raises WrongInput if there is none."""
    with wiring.database(settings or load(), "intake") as conn:
        row = conn.execute(
            "SELECT feed, partner FROM intake.delivery WHERE delivery_id = %s::uuid", (identifier,)
        ).fetchone()
    if row is None:
        raise WrongInput("no delivery has this id: see `branchespor deliveries`")
    return str(row[0]), str(row[1])
