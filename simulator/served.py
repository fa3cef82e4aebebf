"""What a partner's REST server holds: items in the order they were registered, cut into pulls, with their verdicts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import accumulate
from zoneinfo import ZoneInfo

from simulator.citizen import Window
from simulator.sending import Verdict

DANISH = ZoneInfo("Europe/Copenhagen")
AUTHORITY = "70700"
ITEMS_A_PULL = 8000  # a pull may bring 10,000 items


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What the HTTP server serves of one feed, and the verdict that each pull will get.

    `ends`: numbers of items after which a pull ends (no more is shown until the next pull). `events`: the items in
    order. `details`: per name its versions, each with the pull (from 1) that can see it first and either `body` or
    `slettet`.
    """

    feed: str
    partner: str
    ends: Sequence[int]
    events: Sequence[Mapping[str, object]]
    details: Mapping[str, Sequence[Mapping[str, object]]] = field(default_factory=dict)
    verdicts: Sequence[Verdict]
    last_days: Sequence[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One version of an item. `registered` is Danish local time, never ambiguous; `content` its keys beyond 1 to 6.

    `faulty`: it gets no fact. `held_back`: shown so many pulls later than its time would have it.
    """

    id: str
    version: int
    type: str
    registered: datetime
    content: Mapping[str, object]
    deleted: bool = False
    faulty: bool = False
    held_back: int = 0


def serve_items(feed: str, partner: str, items: Sequence[Item], window: Window, pulls: int) -> Served:
    """The items registered up to the window's end, in about `pulls` equal pulls."""
    known = [item for item in items if item.registered.date() <= window.last_day]
    known.sort(key=lambda item: (item.registered, item.id, item.version))
    parts = min(max(pulls, len(known) // ITEMS_A_PULL + 1), max(1, len(known)))
    batches: list[list[Item]] = [[] for _ in range(parts)]
    for place, item in enumerate(known):
        batches[min(parts - 1, place * parts // len(known) + item.held_back)].append(item)
    batches = [batch for batch in batches if batch]
    told: set[str] = set()
    verdicts: list[Verdict] = []
    for batch in batches:
        told |= {item.id for item in batch if not item.deleted and not item.faulty}
        waits = any(item.deleted and item.id not in told for item in batch)
        verdicts.append("accepted_with_faults" if waits or any(item.faulty for item in batch) else "accepted")
    return Served(
        feed=feed,
        partner=partner,
        ends=list(accumulate(len(batch) for batch in batches)),
        events=[shown(item) for batch in batches for item in batch],
        verdicts=verdicts,
        last_days=[max(item.registered for item in batch).date() for batch in batches],
    )


def shown(item: Item) -> Mapping[str, object]:
    """The item as JSON has it; a deletion has its first keys alone."""
    change = 3 if item.deleted else 1 if item.version == 1 else 2
    first = {
        "id": item.id,
        "version": item.version,
        "type": item.type,
        "aendring": change,
        "registreret": utc(item.registered),
        "myndighed": AUTHORITY,
    }
    return first if item.deleted else {**first, **item.content}


def utc(registered: datetime) -> str:
    """Danish local time as `yyyy-mm-ddThh:mm:ssZ`."""
    return f"{registered.replace(tzinfo=DANISH).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
