"""Deliveries from files, handled on an empty ledger: what `check` and `decode` show."""

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from branchespor.intake.pipeline import handle
from producers.decoders import decoder
from producers.delivery import Delivery, FactOfLine, IdentityChange, Outcome
from producers.feeds import FEED_BY_NAME
from producers.memory import InMemory
from producers.vault import InMemoryVault, Vault
from schemas.errors import WrongInput
from schemas.facts import COMMON_FIELDS, moment_text, to_json
from validation.rows import check_rows

# Nothing is received offline: facts need a moment, and it is never shown.
NO_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
ONLY_THE_HUB_KNOWS = (
    "not judged here, only the hub can know: duplicate, volume, sequence, gap, mass closing, "
    "a reference to an earlier delivery"
)


@dataclass(frozen=True, slots=True)
class Played:
    """Deliveries that were handled in order, and what came of each."""

    deliveries: Sequence[Delivery]
    outcomes: Sequence[Outcome]
    vault: Vault


def delivery_of(feed: str, path: Path, partner: str | None) -> Delivery:
    """A file as a delivery. Raises WrongInput for an unknown feed or a file that cannot be read."""
    if feed not in FEED_BY_NAME:
        raise WrongInput(f"unknown feed: there are {', '.join(FEED_BY_NAME)}")
    if path.exists() and not path.is_file():
        raise WrongInput(f"cannot read {path}: it is no ordinary file")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WrongInput(f"cannot read {path}: {error.strerror}") from None
    name = unicodedata.normalize("NFC", path.name)
    owner = partner if partner is not None else decoder(feed).partner_of(name, data)
    return Delivery(
        feed=feed,
        partner=owner or "",
        file_name=name,
        data=data,
        sha256=hashlib.sha256(data).hexdigest(),
        received_at=NO_MOMENT,
    )


def checked(delivery: Delivery, *, synthetic: bool) -> Outcome:
    """The hub's verdict on one file, without what only the hub can know."""
    return handle(delivery, InMemory(), InMemoryVault(), check_rows, synthetic=synthetic, alone=True)


def played(deliveries: Sequence[Delivery], *, synthetic: bool) -> Played:
    """The deliveries of one feed, handled in order on an empty ledger; each partner has its own memory."""
    memories: dict[str, InMemory] = {}
    vault = InMemoryVault()
    outcomes = [
        handle(each, memories.setdefault(each.partner, InMemory()), vault, check_rows, synthetic=synthetic)
        for each in deliveries
    ]
    return Played(deliveries, outcomes, vault)


def printable(run: Played) -> Iterator[dict[str, Any]]:
    """What was published with person labels `#1`, `#2` … by first appearance, in keys too, in place of our ids.

    A fact of no person has `person` null.
    """
    labels: dict[str, str] = {}
    for record in published(run):
        person, key = record["person"], record["record_key"]
        if person is None:
            yield record
            continue
        label = labels.setdefault(person, f"#{len(labels) + 1}")
        yield {**record, "person": label, "record_key": None if key is None else key.replace(person, label)}


def published(run: Played) -> list[dict[str, Any]]:
    """The facts and identity changes in order of delivery, then line; a row that waited stands with its delivery."""
    place = {each.file_name: number for number, each in reversed(list(enumerate(run.deliveries)))}
    found: list[tuple[int, int, dict[str, Any]]] = []
    for number, outcome in enumerate(run.outcomes):
        source = f"{run.deliveries[number].feed}:{run.deliveries[number].partner}"
        for change in outcome.identity_changes:
            found.append((place[change.delivery], change.line, _change(change, source)))
        for fact in outcome.facts:
            found.append((place[fact.delivery], fact.line, _fact(fact)))
    return [record for _, _, record in sorted(found, key=lambda each: each[:2])]


def _fact(fact: FactOfLine) -> dict[str, Any]:
    record = to_json(fact.fact)
    own = {name: value for name, value in record.items() if name not in COMMON_FIELDS and name != "kind"}
    return {
        "delivery": fact.delivery,
        "line": fact.line,
        **{name: record.get(name) for name in ("person", "kind", "source", "record_key", "recorded_at", "withdrawn")},
        **own,
    }


def _change(change: IdentityChange, source: str) -> dict[str, Any]:
    return {
        "delivery": change.delivery,
        "line": change.line,
        "person": change.person,
        "kind": "IdentityChange",
        "source": source,
        "record_key": None,
        "recorded_at": moment_text(change.recorded_at),
        "withdrawn": False,
        "day": _iso(change.day),
    }


def _iso(day: date) -> str:
    return day.isoformat()


def exit_code(receipts: Sequence[Mapping[str, object]]) -> int:
    """0 if every receipt says accepted, else 1."""
    return 0 if all(receipt["verdict"] == "accepted" for receipt in receipts) else 1
