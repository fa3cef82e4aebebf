"""The hub on real stores and a real broker: handled once, in order, and the same again after a crash."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from branchespor import clock
from branchespor.hub import handling, wiring
from branchespor.reconciliation import event_ids
from branchespor.settings import Settings
from producers import landing
from producers.publisher import Publisher
from producers.stores import answers, ledger, ledger_view
from schemas.errors import Unavailable, WrongInput

pytestmark = pytest.mark.integration

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "partners" / "akasse-ledighed" / "good"
FEED = "akasse-ledighed"
COUNTED = ("verdict", "rows", "accepted", "unchanged", "duplicate", "rejected", "waiting", "facts")


def land(settings: Settings, partner: str, file: Path, name: str | None = None) -> str:
    data = file.read_bytes()
    with wiring.database(settings, "intake") as conn:
        sha256 = hashlib.sha256(data).hexdigest()
        arrival, _ = ledger.arrival_number(conn, FEED, partner, sha256, name or file.name)
        landed = landing.land(
            wiring.landing(settings), lambda sha: ledger.arrival_id(FEED, partner, sha, arrival), [data]
        )
        ledger.land(
            conn,
            identifier=landed.delivery_id,
            feed=FEED,
            partner=partner,
            file_name=name or file.name,
            sha256=landed.sha256,
            arrival=arrival,
            size=landed.size,
            received_at=clock.now_ms(),
            origin=None,
        )
    return landed.delivery_id


def rows(settings: Settings, partner: str) -> dict[str, dict[str, Any]]:
    with wiring.database(settings, "intake") as conn:
        return {row["file_name"]: row for row in ledger_view.deliveries(conn, FEED) if row["partner"] == partner}


def facts(settings: Settings, delivery: str) -> set[str]:
    with wiring.database(settings, "intake") as conn:
        query = "SELECT fact_id::text FROM intake.published_fact WHERE delivery_id = %s"
        return {row[0] for row in conn.execute(query, (delivery,))}


def test_deliveries_are_handled_in_order_of_sequence_and_a_second_run_finds_nothing(services: Settings) -> None:
    files = sorted(SAMPLES.glob("*.csv"))
    ids = {file.name: land(services, "901", file) for file in reversed(files)}
    assert sum(handling.process(FEED, "901", services).values()) == 3
    found = rows(services, "901")
    assert [found[file.name]["state"] for file in files] == ["FINAL"] * 3
    checked = [found[file.name]["checked_at"] for file in files]
    assert checked == sorted(checked)
    published = set().union(*(facts(services, delivery) for delivery in ids.values()))
    assert published
    assert published <= event_ids(services)
    assert handling.process(FEED, "901", services) == {}


def test_a_crash_between_publishing_and_the_ledger_repeats_the_same_facts(
    services: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = sorted(SAMPLES.glob("*.csv"))[0]
    data = file.read_bytes().replace(b"0010", b"0077")
    other = wiring.landing(services).parent / "AKAS902_LEDIGHED_000147.csv"
    other.write_bytes(data)
    delivery = land(services, "902", other)
    before = event_ids(services)
    real = ledger.finish

    def crash(*_: object, **__: object) -> None:
        raise ConnectionAbortedError

    monkeypatch.setattr(ledger, "finish", crash)
    with pytest.raises(ConnectionAbortedError):
        handling.process(FEED, "902", services)
    first = event_ids(services) - before
    assert first
    assert rows(services, "902")[other.name]["state"] == "LANDED"
    monkeypatch.setattr(ledger, "finish", real)
    handling.process(FEED, "902", services)
    assert event_ids(services) - before == first == facts(services, delivery)


def remembered(settings: Settings, partner: str) -> dict[str, Any]:
    """What is remembered of the partner, without what each delivery has of its own: its name and when it came."""
    with wiring.database(settings, "intake") as conn:
        query = "SELECT reference, document FROM intake.memory WHERE partner = %s AND reference NOT LIKE 'frame/%%'"
        found: dict[str, Any] = dict(conn.execute(query, (partner,)).fetchall())
    for document in found.values():
        document["waiting"] = [{**each, "delivery": None, "since": None} for each in document["waiting"]]
    return found


def test_two_processes_make_of_deliveries_what_one_makes(services: Settings, request: pytest.FixtureRequest) -> None:
    files = sorted(SAMPLES.glob("*.csv"))
    found: dict[str, Any] = {}
    for partner in ("907", "908"):
        if partner == "908":
            request.getfixturevalue("shared")
        ids = [land(services, partner, file, file.name.replace("901", partner)) for file in files]
        handling.process(FEED, partner, services)
        assert set().union(*(facts(services, delivery) for delivery in ids)) <= event_ids(services)
        with wiring.database(services, "intake") as conn:
            query = "SELECT line, kind FROM intake.published_fact WHERE delivery_id = %s ORDER BY line, kind"
            published = [conn.execute(query, (delivery,)).fetchall() for delivery in ids]
        counts = [{name: row[name] for name in COUNTED} for row in rows(services, partner).values()]
        found[partner] = counts, published, remembered(services, partner)
    assert found["907"][1][0]
    assert found["907"] == found["908"]


def test_a_crash_while_two_processes_publish_repeats_the_same_facts(
    services: Settings, shared: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = sorted(SAMPLES.glob("*.csv"))[0]
    delivery = land(services, "909", file, "AKAS909_LEDIGHED_000147.csv")
    before = event_ids(services)
    real = Publisher.many_facts

    def crash(publish: Publisher, *given: Any) -> None:
        real(publish, *given)
        raise ConnectionAbortedError

    monkeypatch.setattr(Publisher, "many_facts", crash)
    with pytest.raises(ConnectionAbortedError):
        handling.process(FEED, "909", services)
    first = event_ids(services) - before
    assert first
    assert facts(services, delivery) == set()
    assert remembered(services, "909") == {}
    monkeypatch.setattr(Publisher, "many_facts", real)
    handling.process(FEED, "909", services)
    assert event_ids(services) - before == first == facts(services, delivery)


def test_a_refused_delivery_publishes_nothing_and_leaves_no_memory(services: Settings) -> None:
    broken = wiring.landing(services).parent / "AKAS903_LEDIGHED_000001.csv"
    broken.write_bytes(sorted(SAMPLES.glob("*.csv"))[0].read_bytes().replace(b"SLUT;", b"SLUT;9"))
    delivery = land(services, "903", broken)
    assert handling.process(FEED, "903", services) == {"refused": 1}
    assert facts(services, delivery) == set()
    with wiring.database(services, "intake") as conn:
        query = "SELECT count(*) FROM intake.memory WHERE partner = '903' AND reference NOT LIKE 'frame/%%'"
        assert conn.execute(query).fetchone() == (0,)


def test_the_same_bytes_again_are_a_duplicate_of_the_first_receipt(services: Settings) -> None:
    file = wiring.landing(services).parent / "AKAS904_LEDIGHED_000001.csv"
    file.write_bytes(sorted(SAMPLES.glob("*.csv"))[1].read_bytes())
    first = land(services, "904", file)
    handling.process(FEED, "904", services)
    with wiring.database(services, "intake") as conn:
        answers.mark_moved(conn, first, clock.now())
    again = land(services, "904", file)
    assert again != first
    assert handling.process(FEED, "904", services) == {"duplicate": 1}
    with wiring.database(services, "intake") as conn:
        receipts = [ledger_view.receipt(conn, delivery) for delivery in (first, again)]
    assert receipts[0] is not None
    assert receipts[1] is not None
    assert receipts[1]["duplicate_of"] == receipts[0]["receipt_id"]


def test_a_gap_is_held_and_a_person_releases_it_through_the_same_checks(services: Settings) -> None:
    files = sorted(SAMPLES.glob("*.csv"))
    names = ["AKAS905_LEDIGHED_000001.csv", "AKAS905_LEDIGHED_000003.csv"]
    ids = [land(services, "905", file, name) for file, name in zip(files, names, strict=False)]
    assert handling.process(FEED, "905", services).get("held") == 1
    assert facts(services, ids[1]) == set()
    done = handling.settle(
        ids[1], release=True, by="a caseworker", reason="nothing was sent that day", settings=services
    )
    assert done["final"] is True
    assert rows(services, "905")[names[1]]["state"] == "FINAL"
    with pytest.raises(WrongInput, match="not held"):
        handling.settle(ids[1], release=True, by="a caseworker", reason="again", settings=services)


def test_without_a_broker_nothing_is_finished_and_everything_is_there_afterwards(services: Settings) -> None:
    file = wiring.landing(services).parent / "AKAS906_LEDIGHED_000001.csv"
    file.write_bytes(sorted(SAMPLES.glob("*.csv"))[0].read_bytes())
    land(services, "906", file)
    away = services.model_copy(update={"kafka_port": services.kafka_port + 77})
    with pytest.raises(Unavailable):
        handling.process(FEED, "906", away)
    assert rows(services, "906")[file.name]["state"] == "LANDED"
    assert sum(handling.process(FEED, "906", services).values()) == 1
