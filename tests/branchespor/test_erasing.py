"""branchespor erase: from a delivery over the topics to every table, and what the report says of it."""

import itertools
import json
import shutil
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from kafka import KafkaConsumer, TopicPartition

from branchespor import clock, erasing
from branchespor.hub import wiring
from branchespor.reconciliation import reconcile
from branchespor.registration import registry
from branchespor.settings import Settings
from branchespor.verifying import verify_everybody
from consumers import policy_file, relay
from consumers.records import Place, Record
from consumers.status import StatusHandler
from consumers.stores import due
from consumers.stores.database import connect, transaction
from producers.stores import ledger
from schemas import catalogue
from schemas.codec import Codec
from tests.branchespor.hub.test_rows_in_quarantine import handle, in_quarantine, published
from tests.branchespor.test_store_commands import run

pytestmark = pytest.mark.integration

ANOTHER = "7205851234"
FILE = (
    Path(__file__).resolve().parents[1] / "samples/partners/integration/good/INTEGRATION_0707_202031_20200727061500.csv"
)
RUNS = itertools.count()
ASKED = ("--reason", "the citizen asks for it")


@dataclass
class Town:
    """A delivery of the integration unit, taken in and applied; one of its rows was rejected and names the citizen."""

    settings: Settings
    delivery: str
    number: str
    person: str
    another: str
    records: list[Record]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.settings.dsn("postgres"), autocommit=True) as conn:
            return conn.execute(query.encode()).fetchall()

    def apply(self) -> dict[str, int]:
        """What the status consumer does with the delivery's records, on 1 August 2020 or later."""
        encode = Codec(registry(self.settings)).encode
        handler = StatusHandler(policy_file.load(), encode, catalogue.MILESTONES, catalogue.STATUS)
        with connect(self.settings.dsn("status"), "test") as conn:
            with transaction(conn):
                due.begin(conn, date(2020, 8, 1))
                counts = dict(handler.apply(conn, self.records))
            while handler.rest(conn):
                pass
        return counts


@pytest.fixture
def town(services: Settings, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setenv("BRANCHESPOR_HOME", str(services.home))
    monkeypatch.setenv("BRANCHESPOR_PORT_OFFSET", str(services.port_offset))
    # A citizen, a week and so a delivery of its own for each test; of all others the unit says the same.
    nth = next(RUNS)
    number, monday = f"6101900{100 + nth}", date(2020, 7, 27) + timedelta(weeks=nth)
    data = FILE.read_bytes().replace(b"INT-00101;6101900018", f"INT-{20000 + nth};{number}".encode())
    data = data.replace(b"INT-00110;8512690088;01-05-2020", f"INT-00110;{number};31-02-2020".encode())
    name = f"INTEGRATION_0707_2020{monday.isocalendar().week}_{monday:%Y%m%d}061500.csv"
    delivery = handle(services, "integration", "0707", data, name, strict=False)
    with wiring.vault(services) as vault:
        person, another = (vault.find(each) for each in (number, ANOTHER))
    assert person
    assert another
    made = Town(services, delivery, number, person, another, [])
    facts = published(services, delivery)
    assert facts
    made.records = [record for record in on_topics(services) if record.value.get("fact_id") in facts]
    made.apply()
    return made


def read(settings: Settings, topics: list[str]) -> Iterator[Any]:
    """Every record on these topics now."""
    consumer = KafkaConsumer(
        **settings.kafka("admin"),
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
    )
    try:
        places = [TopicPartition(name, n) for name in topics for n in consumer.partitions_for_topic(name) or ()]
        consumer.assign(places)
        ends = consumer.end_offsets(places)
        consumer.seek_to_beginning(*places)
        while any(consumer.position(place) < ends[place] for place in places):
            for records in consumer.poll(timeout_ms=500).values():
                yield from records
    finally:
        consumer.close()


def on_topics(settings: Settings) -> list[Record]:
    codec = Codec(registry(settings))
    topics = [name for name in catalogue.load().topics if name.startswith("branchespor.facts.")]
    return [
        Record(Place(each.topic, each.partition), each.offset, *codec.decode(each.value))
        for each in read(settings, topics)
    ]


@pytest.fixture
def relaying(services: Settings) -> Callable[[], Any]:
    @contextmanager
    def start() -> Iterator[None]:
        stop = threading.Event()
        thread = threading.Thread(target=relay.run, args=(services.dsn("relay"), services.kafka("relay"), stop))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(60)

    return start


def report(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The last report, among lines of the relay's log."""
    found: dict[str, Any] = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    return found


def of_store(shown: dict[str, Any], name: str) -> tuple[int, int, int]:
    [store] = [each for each in shown["stores"] if each["store"] == name]
    return store["found"], store["deleted"], store["left"]


def test_a_citizen_is_erased_from_the_vault_to_the_topic_and_the_report_proves_it(town, relaying, capsys):
    before = town.rows(f"SELECT count(*) FROM core.fact WHERE person = '{town.another}'")
    [(facts,)] = town.rows(f"SELECT count(*) FROM core.fact WHERE person = '{town.person}'")
    with relaying():
        assert run("erase", town.person, *ASKED, "--json") == 0
    shown = report(capsys)

    assert (shown["whole"], shown["persons"], shown["told"]) == (True, [town.person], {})
    assert of_store(shown, "core.fact") == (facts, facts, 0)
    for store in ("identity.identifier", "identity.person", "core.status", "intake.memory"):
        assert of_store(shown, store) == (1, 1, 0), store
    kept = {each["store"] for each in shown["stores"] if each["left"]}
    assert kept == {"core.erasure", "core.erased", "core.erased_fact", "core.access_log", "landing"}
    assert all(each["why"] for each in shown["stores"] if each["left"])
    values = [each.value for each in read(town.settings, [catalogue.STATUS]) if each.key == town.person.encode()]
    assert values[0] is not None
    assert values[-1] is None
    until = {each["topic"]: each["until"] for each in shown["topics"]}
    assert until[catalogue.MILESTONES] > until[catalogue.fact_topic("IntegrationPeriod")] > until[catalogue.STATUS]

    with wiring.vault(town.settings) as vault:
        assert vault.find(town.number) is None
    assert town.rows(f"SELECT count(*) FROM core.fact WHERE person = '{town.another}'") == before
    assert run("status", town.person, "--purpose", "a meeting") == 1
    assert run("status", town.another, "--purpose", "a meeting") == 0


def test_a_rejected_row_with_the_number_loses_its_bytes_and_no_other_does(town, relaying, capsys):
    query = f"SELECT line, sealed = '', state FROM intake.rejected_row WHERE delivery_id = '{town.delivery}' ORDER BY 1"
    before = town.rows(query)
    assert len(before) > 1
    with relaying():
        assert run("erase", town.person, *ASKED, "--json") == 0
    assert of_store(report(capsys), "intake.rejected_row") == (1, 1, 0)
    after = town.rows(query)
    assert [row[1:] for row in after if row not in before] == [(True, "DISCARDED")]
    assert len(in_quarantine(town.settings, town.delivery)) == len(before) - 1


def test_nothing_is_missing_and_nothing_is_wrong_afterwards_and_late_records_do_not_bring_anybody_back(
    town, relaying, capsys
):
    [(facts,)] = town.rows(f"SELECT count(*) FROM core.fact WHERE person = '{town.person}'")
    with relaying():
        assert run("erase", town.person, *ASKED) == 0
        assert town.apply()["erased"] == facts  # the topic read again
        assert run("erase", town.person, *ASKED, "--json") == 0
    again = report(capsys)
    assert [each["store"] for each in again["stores"] if each["deleted"]] == []
    [found] = reconcile(town.settings, town.delivery, clock.now())
    assert (found.whole, found.erased, found.applied) == (True, facts, found.facts - facts)
    erased = f"SELECT fact_id FROM core.erased_fact WHERE person = '{town.person}'"
    assert (
        town.rows(f"SELECT line FROM intake.published_fact WHERE fact_id IN ({erased})") == [(0,)] * facts
    )  # no way to the row of the landed file
    assert verify_everybody(town.settings, "test", workers=1).differences == []


def test_a_run_killed_between_quarantine_and_tables_is_finished_by_the_next(town, relaying, capsys):
    emptied = f"SELECT count(*) FROM intake.rejected_row WHERE delivery_id = '{town.delivery}' AND sealed = ''"
    facts = f"SELECT count(*) FROM core.fact WHERE person = '{town.person}'"
    [(before,)] = town.rows(facts)
    command = [sys.executable, "-m", "branchespor", "erase", town.person, *ASKED]
    with psycopg.connect(town.settings.dsn("postgres")) as conn:
        conn.execute("SELECT FROM core.business_day FOR UPDATE")  # where the run has to wait
        with subprocess.Popen(command) as running:
            while town.rows(emptied) == [(0,)]:
                assert running.poll() is None
                time.sleep(0.1)
            running.kill()
    assert town.rows(facts) == [(before,)]
    with relaying():
        assert run("erase", town.person, *ASKED, "--json") == 0
    shown = report(capsys)
    assert (of_store(shown, "core.fact"), shown["whole"]) == ((before, before, 0), True)


def test_with_the_key_of_another_vault_nobody_is_erased(town, tmp_path, monkeypatch, capsys):
    home = tmp_path / "home"
    shutil.copytree(town.settings.secrets, home / "secrets")
    (home / "secrets" / "identity_aes_key").chmod(0o600)
    shutil.copy(town.settings.secrets / "quarantine_aes_key", home / "secrets" / "identity_aes_key")
    monkeypatch.setenv("BRANCHESPOR_HOME", str(home))
    assert run("erase", town.person, *ASKED) == 2
    assert "identity_aes_key" in capsys.readouterr().err
    with wiring.vault(town.settings) as vault:
        assert vault.find(town.number) == town.person


def test_a_number_that_comes_again_is_a_new_person_that_leads_nowhere(town, relaying):
    with relaying():
        assert run("erase", town.person, *ASKED) == 0
    with wiring.vault(town.settings) as vault:
        anew = vault.identify([town.number])[town.number]
    assert anew != town.person
    assert run("status", anew, "--purpose", "a meeting") == 1


def test_a_tombstone_that_is_not_on_the_topic_yet_is_a_no_until_the_relay_has_sent_it(
    town, relaying, capsys, monkeypatch
):
    monkeypatch.setattr(erasing, "RELAY_S", 0.5)
    assert run("erase", town.person, *ASKED) == 1
    assert f"{catalogue.STATUS} still holds 1" in capsys.readouterr().err
    monkeypatch.undo()
    monkeypatch.setenv("BRANCHESPOR_HOME", str(town.settings.home))
    monkeypatch.setenv("BRANCHESPOR_PORT_OFFSET", str(town.settings.port_offset))
    with relaying():
        assert run("erase", town.person, *ASKED) == 0


def test_while_a_delivery_is_handled_nobody_is_erased(town, capsys, monkeypatch):
    monkeypatch.setattr(erasing, "WAIT_S", 1)
    with wiring.database(town.settings, "intake") as conn, ledger.lease(conn, "amu", "907001") as mine:
        assert mine
        assert run("erase", town.person, *ASKED) == 3
    assert "deliveries are handled" in capsys.readouterr().err
    with wiring.vault(town.settings) as vault:
        assert vault.find(town.number) == town.person


def test_an_id_nobody_had_is_a_no_and_a_reason_with_a_number_is_wrong_use(town, capsys):
    assert run("erase", str(uuid.uuid4()), *ASKED) == 1
    assert run("erase", town.person, "--reason", f"asked by {town.number}") == 2
    assert run("erase", town.person, "--reason", "  ") == 2
    assert run("erase", town.number, *ASKED) == 2
    shown = capsys.readouterr()
    assert town.number not in shown.out + shown.err
