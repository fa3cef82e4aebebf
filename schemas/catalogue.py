"""The catalogue of topics, users and purposes (schemas/catalogue.yaml) as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from schemas.errors import WrongInput

FILE = Path(__file__).with_name("catalogue.yaml")
DAY_MS = 86_400_000
MESSAGE_LIMIT = 1_048_576  # bytes; the producers' limit and the brokers'
PARTNER_USER = "partner-"
CLOCK = "branchespor.clock.v1"
CLOCK_KEY = "clock"  # one key, so one order
STATUS = "branchespor.status.v1"
MILESTONES = "branchespor.milestones.v1"
SOURCES = "branchespor.sources.v1"
_RIGHTS = ("writes", "reads", "groups", "transactions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic. `record` names its schema; `settings` are the broker's own words, local and production alike."""

    name: str
    record: str
    key: str
    partitions: int
    settings: Mapping[str, str]

    @property
    def subject(self) -> str:
        """Where its schemas stand in the registry."""
        return f"{self.name}-value"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """What one Kafka user may do; a name that ends with a dot is a prefix. `quota`: bytes a second, or percent."""

    name: str
    writes: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    transactions: tuple[str, ...] = ()
    quota: Mapping[str, float] | None = None

    def may(self, what: str, topic: str) -> bool:
        """Whether `what` (read or write) is allowed on a topic."""
        names = self.reads if what == "read" else self.writes
        return any(topic.startswith(name) if name.endswith(".") else topic == name for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How many copies of each record are kept, and how many must have it before it counts as written."""

    replication: int
    min_insync: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All of it; topics and users by name."""

    topics: Mapping[str, Topic]
    users: Mapping[str, User]
    partners: tuple[str, ...]
    profiles: Mapping[str, Profile]
    brokers: Mapping[str, str]
    purposes: frozenset[str]
    bases: frozenset[str]


@cache
def load() -> Catalogue:
    """The catalogue. Raises WrongInput that names what is wrong in the file."""
    text = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    partners = tuple(text["partners"])
    rows = [*text["topics"], *({"name": partner_topic(each), **text["partner_topic"]} for each in partners)]
    purposes, bases = frozenset(text["purposes"]), frozenset(text["bases"])
    for row in rows:
        if row["purpose"] not in purposes or row["basis"] not in bases:
            raise WrongInput(f"{FILE.name}: {row['name']} has no registered purpose or basis")
    users = [_user(name, row) for name, row in text["users"].items()]
    users += [_partner_user(each, text["partner_quota"]) for each in partners]
    return Catalogue(
        topics={row["name"]: _topic(row, text["families"][row["family"]]) for row in rows},
        users={user.name: user for user in users},
        partners=partners,
        profiles={name: Profile(**row) for name, row in text["profiles"].items()},
        brokers=text["brokers"],
        purposes=purposes,
        bases=bases,
    )


@cache
def fact_topic(kind: str) -> str:
    """The topic of a kind of fact: `branchespor.facts.target-group-spell.v1`."""
    kebab = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in kind).lstrip("-")
    return f"branchespor.facts.{kebab}.v1"


def partner_topic(partner: str) -> str:
    """The topic of a partner such as `akasse-901`."""
    return f"partner.{partner}.events.v1"


def partner_user(partner: str) -> str:
    """The Kafka user of a partner."""
    return f"{PARTNER_USER}{partner}"


def record_subjects(record: str) -> list[str]:
    """The subjects in the registry that hold this record's schemas, in order of the catalogue."""
    return [topic.subject for topic in load().topics.values() if topic.record == record]


def _user(name: str, row: Mapping[str, list[str]]) -> User:
    writes, reads, groups, transactions = (tuple(row.get(key, ())) for key in _RIGHTS)
    return User(name=name, writes=writes, reads=reads, groups=groups, transactions=transactions)


def _partner_user(partner: str, quota: Mapping[str, float]) -> User:
    own = f"partner.{partner}."
    return User(name=f"partner-{partner}", reads=(own,), groups=(own,), quota=quota)


def _topic(row: Mapping[str, Any], family: Mapping[str, Any]) -> Topic:
    settings = {"cleanup.policy": family["cleanup"], "max.message.bytes": str(MESSAGE_LIMIT)}
    if family["cleanup"] == "compact":
        # The active segment is never compacted: without these an erased value would stay.
        settings |= {
            "delete.retention.ms": str(family["tombstone_days"] * DAY_MS),
            "segment.ms": str(DAY_MS),
            "max.compaction.lag.ms": str(7 * DAY_MS),
        }
    else:
        settings["retention.ms"] = str(family["retention_days"] * DAY_MS)
    return Topic(
        name=row["name"], record=row["record"], key=row["key"], partitions=family["partitions"], settings=settings
    )
