"""A database and topics of its own for each test of the consumers, and facts to put there."""

import itertools
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg import sql

from branchespor.migrate import migrate
from branchespor.settings import Settings
from consumers import batch, failpoints, policy_file, verification
from consumers.batch import Batch
from consumers.records import Handler, Hold, Place, Poison, Record
from consumers.status import StatusHandler
from consumers.stores import everybody, offsets
from consumers.stores.database import Connection, connect
from schemas import catalogue, ids
from schemas.codec import Codec, FileIds

CLOCK = Place(catalogue.CLOCK, 0)


@dataclass
class Database:
    """An empty database of the product, reached as any of its roles."""

    settings: Settings
    name: str
    opened: list[Connection] = field(default_factory=list)

    def dsn(self, role: str) -> str:
        return self.settings.dsn(role, self.name)

    def connect(self, role: str) -> Connection:
        self.opened.append(connect(self.dsn(role), "test"))
        return self.opened[-1]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.dsn("postgres")) as conn:
            return conn.execute(query.encode()).fetchall()

    def value(self, query: str) -> Any:
        [[value]] = self.rows(query)
        return value

    def differences(self) -> list[verification.Difference]:
        """Where status or journal of anybody is not what all facts say."""
        with connect(self.dsn("status"), "test") as conn:
            day = everybody.business_day(conn)
            assert day is not None
            persons = [person for chunk in everybody.chunks(conn, 500) for person in chunk]
            return verification.of_persons(conn, persons, day, policy_file.load())


@pytest.fixture
def database(services: Settings) -> Iterator[Database]:
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(services.dsn("postgres", "postgres"), autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE {} OWNER owner").format(sql.Identifier(name)))
        with psycopg.connect(services.dsn("postgres", name), autocommit=True) as inside:
            inside.execute("ALTER SCHEMA public OWNER TO owner")
        migrate(services.dsn("owner", name))
    made = Database(services, name)
    yield made
    for each in made.opened:
        each.close()
    with psycopg.connect(services.dsn("postgres", "postgres"), autocommit=True) as conn:
        conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(autouse=True)
def no_failpoint_left() -> Iterator[None]:
    yield
    failpoints.arm("")


class Writer:
    """A consumer without Kafka: what it is given lies on partitions in that order, and is applied batch by batch."""

    def __init__(self, database: Database, handler: Handler, name: str = "status") -> None:
        self.conn, self.handler, self.name = database.connect(name), handler, name
        self.holds: dict[Place, Hold] = {}

    def batch(self, records: Sequence[Record], poisons: Sequence[Poison] = ()) -> Batch:
        """Records and poison as a batch that starts where this consumer stands."""
        whole = Batch()
        new = {each.place for each in (*records, *poisons)} - self.holds.keys()
        if new:
            self.holds |= offsets.take_over(self.conn, self.name, new)
        for each in records:
            offset = whole.nexts.get(each.place, self.holds[each.place].next_offset)
            whole.records.append(replace(each, offset=offset))
            whole.nexts[each.place] = offset + 1
        for aside in poisons:
            offset = whole.nexts.get(aside.place, self.holds[aside.place].next_offset)
            whole.poisons.append(replace(aside, offset=offset))
            whole.nexts[aside.place] = offset + 1
        return whole

    def commit(self, whole: Batch) -> dict[str, int]:
        counts = batch.commit(self.conn, self.name, self.holds, whole, self.handler)
        for place, after in whole.nexts.items():
            self.holds[place] = Hold(self.holds[place].epoch, after)
        return dict(counts)

    def take(self, *records: Record, poisons: Sequence[Poison] = ()) -> dict[str, int]:
        """Apply these as one batch and work off what is due."""
        whole = self.batch(records, poisons)
        counts = self.commit(whole) if whole.nexts else {}
        self.rest()
        return counts

    def rest(self) -> None:
        while self.handler.rest(self.conn):
            pass


@pytest.fixture
def codec() -> Codec:
    return Codec(FileIds())


@pytest.fixture
def status_handler(codec: Codec) -> StatusHandler:
    return StatusHandler(policy_file.load(), codec.encode, catalogue.MILESTONES, catalogue.STATUS)


@pytest.fixture
def a_writer(database: Database, status_handler: StatusHandler) -> Callable[..., Writer]:
    """A status consumer of its own, or another handler's; a second one takes the partitions over from the first."""
    return lambda handler=status_handler, name="status": Writer(database, handler, name)


@pytest.fixture
def day_began() -> Callable[[str], Record]:
    return lambda day: Record(CLOCK, 0, "DayBegan", {"event_id": str(uuid.uuid4()), "day": day})


@pytest.fixture
def a_fact() -> Callable[..., Record]:
    """A fact as a record: the kind, its own fields, and what differs from one person in group CASH_JOB_READY."""
    numbers = itertools.count(1)

    def build(kind: str = "TargetGroupSpell", **changed: Any) -> Record:
        own = {
            "TargetGroupSpell": {"target_group": "CASH_JOB_READY", "first_day": "2020-02-03", "last_day": None},
            "EmploymentSpell": {
                "employment": "ORDINARY",
                "first_day": "2020-06-02",
                "last_day": None,
                "weekly_hours": 37,
            },
            "MembershipSpell": {"akasse": "901", "insurance": "FULL_TIME", "first_day": "2015-01-01", "last_day": None},
            "Training": {
                "enrolment": "H0000001",
                "track": None,
                "institution": "907001",
                "course": "40001",
                "first_day": "2020-05-04",
                "last_day": "2020-06-30",
                "outcome": None,
            },
            "TrackDecision": {
                "track": "T1",
                "decision": "OFFERED",
                "day": "2020-02-10",
                "branchespor": "IND",
                "disco3": "722",
                "override": True,
                "plan_first_day": "2020-03-02",
                "plan_last_day": "2020-06-26",
            },
            "Placement": {
                "placement": "P1",
                "track": "T1",
                "placement_kind": "PRAKTIK",
                "cvr": "10000009",
                "p_number": "1000000009",
                "weekly_hours": 37,
                "first_day": "2020-05-11",
                "last_day": "2020-05-29",
            },
            "Meeting": {"meeting": "M1", "held_on": "2020-02-12", "booked_for": "2020-02-12", "joint": True},
        }[kind]
        person = changed.pop("person", "00000000-0000-4000-8000-000000000001")
        common = {
            "person": person,
            "source": changed.pop("source", "visitation:70700"),
            "record_key": changed.pop("record_key", f"{next(numbers):08d}/{person}"),
            "recorded_at": changed.pop("recorded_at", "2020-02-04T09:00:00.000Z"),
            "received_at": changed.pop("received_at", "2020-02-04T10:00:00.000Z"),
            "withdrawn": changed.pop("withdrawn", False),
        }
        assert changed.keys() <= own.keys(), changed.keys()
        own |= changed
        named = {**common, "recorded_at": datetime.fromisoformat(common["recorded_at"]).astimezone(UTC)}
        del named["received_at"]
        fact_id = ids.fact_id(kind=kind, content=own, **named)
        return Record(Place(catalogue.fact_topic(kind), 0), 0, kind, {"fact_id": fact_id, **common, **own})

    return build
