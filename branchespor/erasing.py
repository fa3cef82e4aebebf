"""A citizen erased in every store of ours, and the report that proves it (docs/decisions/0015)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from time import monotonic, sleep
from typing import Any

import structlog
from cryptography.exceptions import InvalidTag

from branchespor import clock
from branchespor.hub import wiring
from branchespor.settings import Settings
from consumers.stores import erasure
from consumers.stores.database import Connection, Contended, connect, transaction
from consumers.stores.erasure import Erasure
from producers.feeds import FEEDS
from producers.sealing import key_from_text, opened_row
from producers.stores import ledger, quarantined_rows
from producers.stores.numbers import numbers_of
from schemas import catalogue
from schemas.errors import Unavailable, WrongSetting

ROLE = "erasure"
QUARANTINE, LANDING = "intake.rejected_row", "landing"
WAIT_S = 60  # how long deliveries or a rebuild under way are waited for
RELAY_S = 20.0  # how long a tombstone is waited for
_SEGMENT_DAYS = 7  # a record goes with its segment, which the broker closes after a week at the latest
_COMPACTED_DAYS = 8  # segment.ms and max.compaction.lag.ms of the catalogue

_NAMED_BY = {
    "person": "under an id that leads to no number, with references of the source; until retention",
    "reference": "under the partner's own reference; until retention",
}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """What a store held of the citizen before, what this run took out, what is there now; `why` it may stay."""

    store: str
    found: int
    deleted: int
    left: int
    why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A topic that keeps records of the citizen's ids, without a way to a number, until this day at the latest."""

    topic: str
    until: date
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The proof. `told`: events each partner was given, which a person must tell; `late`: facts put aside since."""

    erasure: Erasure
    stores: Sequence[Store]
    topics: Sequence[Kept]

    @property
    def left(self) -> Sequence[Store]:
        """Stores that hold something of the citizen that must not be there."""
        return [store for store in self.stores if store.left and store.why is None]

    def to_json(self) -> dict[str, Any]:
        """All of it as one JSON object."""
        made = asdict(self.erasure)
        return {
            "whole": not self.left,
            **{name: made[name] for name in ("persons", "erased_by", "reason", "told", "late")},
            "erased_at": self.erasure.erased_at.isoformat(),
            "stores": [asdict(store) for store in self.stores],
            "topics": [{**asdict(topic), "until": topic.until.isoformat()} for topic in self.topics],
        }


def erase(settings: Settings, person: str, who: str, reason: str) -> Report | None:
    """Erase the citizen who has or had this id, and look afterwards; None: nobody has or had it.

    All of PostgreSQL goes in one transaction, in which no delivery is handled; what comes before it is found again by
    the next run. Raises Unavailable if a service is away, or deliveries or a rebuild are under way,
    WrongSetting if the vault's key is another one.
    """
    with connect(settings.dsn(ROLE), "erase") as conn:
        if not erasure.ids(conn, person):
            return None
        try:
            rows, taken = _in_the_database(settings, conn, person, who, reason)
        except Contended as error:
            raise Unavailable(f"deliveries are handled, or status is built anew: try again later ({error})") from None
        return _report(settings, conn, person, rows, taken)


def _in_the_database(
    settings: Settings, conn: Connection, person: str, who: str, reason: str
) -> tuple[dict[str, tuple[int, int]], int]:
    with transaction(conn):
        conn.execute(f"SET LOCAL lock_timeout = '{WAIT_S}s'")
        # What intake remembers is searched as a whole: a quarter of a minute for each million documents.
        conn.execute("SET LOCAL statement_timeout = '10min'")
        ledger.no_delivery_under_way(conn, ((feed.name, partner) for feed in FEEDS for partner in feed.partners))
        persons = erasure.ids(conn, person)
        with wiring.database(settings, "identity") as vault:
            numbers = _numbers(settings, vault, persons)
        taken = _from_quarantine(settings, numbers, who, reason)
        return erasure.erase(conn, person, who, reason, catalogue.STATUS), taken


def _numbers(settings: Settings, vault: ledger.Connection, persons: Iterable[str]) -> set[str]:
    try:
        return numbers_of(vault, key_from_text(settings.secret("identity_aes_key")), persons)
    except InvalidTag:
        raise WrongSetting("secret file identity_aes_key is not the key of this vault: nothing was erased") from None


def _from_quarantine(settings: Settings, numbers: Iterable[str], who: str, reason: str) -> int:
    """Rejected rows that hold one of the numbers lose their bytes; gives how many."""
    said = "|".join(f"{number[:6]}[^0-9]?{number[6:]}" for number in numbers)
    if not said:
        return 0
    pattern, key = re.compile(f"(?<![0-9])(?:{said})(?![0-9])"), wiring.quarantine_key(settings)
    with wiring.database(settings, "intake") as conn:
        found = [row[0] for row in quarantined_rows.sealed_rows(conn) if _says(key, pattern, *row[1:])]
        return quarantined_rows.erase(conn, found, who, reason) if found else 0


def _says(key: bytes, pattern: re.Pattern[str], delivery: str, line: int, sealed: bytes) -> bool:
    try:
        return pattern.search(opened_row(key, bytes(sealed), delivery, line)) is not None
    except InvalidTag:
        log.error("a row in quarantine cannot be opened, so not be searched", delivery=delivery, line=line)
        return False


def _report(settings: Settings, conn: Connection, person: str, rows: dict[str, tuple[int, int]], taken: int) -> Report:
    made = _when_tombstones_are_sent(conn, person)
    stores = [
        Store(store=each.store, found=rows[each.store][0], deleted=rows[each.store][1], left=each.rows, why=each.why)
        for each in erasure.left(conn, person)
    ]
    days = max(feed.agreed.own.delivery.landed_days for feed in FEEDS)
    stores += [
        Store(store=QUARANTINE, found=taken, deleted=taken, left=0, why="rows with the number; sealed, by their text"),
        Store(
            store=LANDING,
            found=made.landed,
            deleted=0,
            left=made.landed,
            why=f"sealed deliveries of many; deleted {days} days after their final receipt at the latest",
        ),
        Store(store=catalogue.STATUS, found=len(made.persons), deleted=0, left=made.unsent, why=None),
    ]
    return Report(erasure=made, stores=stores, topics=_topics(made))


def _when_tombstones_are_sent(conn: Connection, person: str) -> Erasure:
    end = monotonic() + RELAY_S
    while True:
        made = erasure.erasure(conn, person)
        if made is None:
            raise LookupError("an erasure that was just made is not there")
        if not made.unsent or monotonic() > end:
            return made
        sleep(0.2)


def _topics(made: Erasure) -> list[Kept]:
    day, kept = clock.danish_day(made.erased_at), []
    for topic in catalogue.load().topics.values():
        if topic.name == catalogue.STATUS:
            kept.append(
                Kept(topic=topic.name, until=day + timedelta(_COMPACTED_DAYS), why="tombstone, then compaction")
            )
        elif topic.key == "person" or any(topic.name == catalogue.partner_topic(each) for each in made.told):
            days = int(topic.settings["retention.ms"]) // catalogue.DAY_MS + _SEGMENT_DAYS
            kept.append(Kept(topic=topic.name, until=day + timedelta(days), why=_NAMED_BY[topic.key]))
    return kept
