"""What the jobcentre's case system serves: thin events in order, details with versions (partners/visitation.md)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from random import Random
from typing import Any

from simulator.citizen import HOME, Citizen, Window
from simulator.sending import Verdict
from simulator.served import AUTHORITY, DANISH, Served
from simulator.visitation_statements import Told, statements

Event = Mapping[str, Any]

FIRST_ID = 40_000_000
CREATED, UPDATED, DELETED = 1, 2, 3
PULLS = 6
EVENTS_A_PULL = 5000  # a pull may bring 10,000 items
REPEATED_SHARE, LAGGING_SHARE, NEWER_SHARE = 0.01, 0.01, 0.01


def case_system(citizens: Sequence[Citizen], seed: int, window: Window) -> Served:
    """Everything the case system registered up to the end of the window, cut into a handful of pulls."""
    rng = Random(f"{seed}/visitation")
    told = [each for statement in statements(rng, citizens) for each in statement]
    told = [each for each in told if each.registered.date() <= window.last_day]
    told.sort(key=lambda each: (each.registered, each.statement, each.version))
    pulls = _pulls(len(told), window, told)
    served, details = _served(rng, told, pulls)
    faulty = {f"{FIRST_ID + each.statement}" for each in told if each.faulty}
    batches = [[event for number, event in served if number == pull] for pull in range(1, len(pulls) + 1)]
    return Served(
        feed="visitation",
        partner=AUTHORITY,
        ends=list(accumulate(len(batch) for batch in batches)),
        events=[event for _, event in served],
        details=details,
        verdicts=[_verdict(batch, details, pull, faulty) for pull, batch in enumerate(batches, start=1)],
        last_days=[told[end - 1].registered.date() for end in pulls],
    )


def _verdict(batch: Sequence[Event], details: Mapping[str, Sequence[Event]], pull: int, faulty: set[str]) -> Verdict:
    """With faults if an item that speaks for its statement is put aside, or waits for a detail that lags behind."""
    newest: dict[str, Event] = {}
    for event in batch:
        held = newest.setdefault(event["external_id"], event)
        if event["version"] > held["version"]:
            newest[event["external_id"]] = event
    for external_id, event in newest.items():
        seen = [each["version"] for each in details[external_id] if each["seen_from"] <= pull]
        behind = max(seen, default=0) < event["version"]
        if event["change"] != DELETED and (external_id in faulty or behind):
            return "accepted_with_faults"
    return "accepted"


def _pulls(count: int, window: Window, told: Sequence[Told]) -> list[int]:
    """After how many of the versions each pull ends: the stock at the window's start, then equal parts."""
    stock = sum(each.registered.date() <= window.first_day for each in told)
    parts = max(PULLS - 1, count // EVENTS_A_PULL)
    ends = [stock + (count - stock) * part // parts for part in range(parts + 1)]
    return sorted({end for end in ends if end > 0})


def _served(
    rng: Random, told: Sequence[Told], pulls: Sequence[int]
) -> tuple[list[tuple[int, Event]], dict[str, list[Event]]]:
    events: list[tuple[int, Event]] = []
    details: dict[str, list[Event]] = {}
    for index, each in enumerate(told):
        pull = next(number for number, end in enumerate(pulls, start=1) if index < end)
        external_id = f"{FIRST_ID + each.statement}"
        event: Event = {
            "change": DELETED if each.body is None else CREATED if each.version == 1 else UPDATED,
            "entity": "visitation",
            "event_id": 1001 + index,
            "external_id": external_id,
            "registered_at": _moment(each.registered),
            "version": each.version,
        }
        events += [(pull, event)] * (2 if rng.random() < REPEATED_SHARE else 1)
        seen_from = pull
        if each.body is not None and not each.faulty:
            lagging, newer = rng.random() < LAGGING_SHARE, rng.random() < NEWER_SHARE
            seen_from += 1 if lagging and pull < len(pulls) else -1 if newer and pull > 1 else 0
        details.setdefault(external_id, []).append(_detail(each, external_id, seen_from))
    return events, details


def _detail(each: Told, external_id: str, seen_from: int) -> Event:
    shown: dict[str, object] = {"version": each.version, "seen_from": seen_from}
    if each.body is None:
        gone = {"external_id": external_id, "slettet": _moment(each.registered), "version": each.version}
        return {**shown, "slettet": gone}
    identity = {"external_id": external_id, "kommune": HOME, "version": each.version}
    return {**shown, "body": {**identity, "registreret": _moment(each.registered), **each.body}}


def _moment(registered: datetime) -> str:
    return registered.replace(tzinfo=DANISH).isoformat(timespec="milliseconds")
