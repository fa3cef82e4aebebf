"""Rejected rows: shown by their shape, released through the same checks after a mend, told about when they lie long."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from branchespor import clock
from branchespor.cli import branchespor
from branchespor.hub import handling, rows, wiring
from branchespor.hub.retention import delete_landed
from branchespor.measures import exposition
from branchespor.reconciliation import event_ids
from branchespor.settings import Settings
from producers import landing
from producers.feeds import FEEDS
from producers.stores import answers, ledger, quarantine
from schemas.errors import Unavailable, WrongInput

pytestmark = pytest.mark.integration

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "partners"


def handle(settings: Settings, feed: str, partner: str, data: bytes, name: str, *, strict: bool) -> str:
    """Land and handle one delivery; `strict`: in the belief that every invented number is a replacement number."""
    identifier = ledger.arrival_id(feed, partner, hashlib.sha256(data).hexdigest(), 1)
    landed = landing.land(wiring.landing(settings), lambda _: identifier, [data])
    with wiring.database(settings, "intake") as conn:
        ledger.land(
            conn,
            identifier=identifier,
            feed=feed,
            partner=partner,
            file_name=name,
            sha256=landed.sha256,
            arrival=1,
            size=landed.size,
            received_at=clock.now_ms(),
            origin=None,
        )
    handling.process(feed, partner, settings.model_copy(update={"synthetic_identities": not strict}))
    return identifier


def unemployment(settings: Settings, partner: str) -> str:
    """A delivery of an a-kasse all of whose rows were rejected by a wrong setting."""
    file = sorted((SAMPLES / "akasse-ledighed" / "good").glob("*.csv"))[0]
    return handle(
        settings, "akasse-ledighed", partner, file.read_bytes(), f"AKAS{partner}_LEDIGHED_000001.csv", strict=True
    )


def in_quarantine(settings: Settings, delivery: str) -> list[int]:
    with wiring.database(settings, "intake") as conn:
        query = (
            "SELECT id FROM intake.rejected_row WHERE delivery_id = %s::uuid AND state = 'QUARANTINED' ORDER BY line"
        )
        return [int(row[0]) for row in conn.execute(query, (delivery,))]


def counts(settings: Settings, delivery: str) -> dict[str, int]:
    names = ("rows", "accepted", "unchanged", "duplicate", "rejected", "waiting", "facts")
    with wiring.database(settings, "intake") as conn:
        row = conn.execute(
            f"SELECT {', '.join(names)} FROM intake.delivery WHERE delivery_id = %s::uuid", (delivery,)
        ).fetchone()
    assert row is not None
    return dict(zip(names, row, strict=True))


def published(settings: Settings, delivery: str) -> set[str]:
    with wiring.database(settings, "intake") as conn:
        query = "SELECT fact_id::text FROM intake.published_fact WHERE delivery_id = %s::uuid"
        return {row[0] for row in conn.execute(query, (delivery,))}


def test_a_row_is_shown_by_its_shape_and_never_by_a_value(services: Settings) -> None:
    delivery = unemployment(services, "921")
    found = rows.shown(str(in_quarantine(services, delivery)[0]), services)
    assert found["faults"][0]["code"] == "R04"
    assert "sealed" not in found
    signs = set(found["shape"])
    assert signs & set("9") == {"9"}
    assert not signs & set("012345678")
    assert not [letter for letter in signs if letter.isalpha() and letter not in "xX"]


def test_a_row_whose_fault_still_stands_stays_where_it_is(services: Settings) -> None:
    delivery = unemployment(services, "922")
    before = counts(services, delivery)
    number = in_quarantine(services, delivery)[0]
    strict = services.model_copy(update={"synthetic_identities": False})
    assert rows.release(number, "somebody", "to see", strict) == {
        "verdict": "rejected",
        "facts": 0,
        "faults": [{"code": "R04", "column": "cpr", "line": 2}],
    }
    assert counts(services, delivery) == before
    assert number in in_quarantine(services, delivery)


def test_after_the_mend_rows_are_taken_in_one_by_one_as_if_they_had_been_right(services: Settings) -> None:
    delivery = unemployment(services, "923")
    assert counts(services, delivery)["accepted"] == 0
    good = handle(
        services,
        "akasse-ledighed",
        "924",
        sorted((SAMPLES / "akasse-ledighed" / "good").glob("*.csv"))[0].read_bytes(),
        "AKAS924_LEDIGHED_000001.csv",
        strict=False,
    )
    for number in in_quarantine(services, delivery):
        rows.release(number, "somebody", "the setting was wrong", services)
    found, wanted = counts(services, delivery), counts(services, good)
    assert found == wanted
    assert len(published(services, delivery)) == wanted["facts"] > 0
    assert published(services, delivery) <= event_ids(services)


def test_who_released_a_row_and_why_are_kept_and_it_is_released_once(services: Settings) -> None:
    delivery = unemployment(services, "925")
    number = in_quarantine(services, delivery)[0]
    assert rows.release(number, "somebody", "the setting was wrong", services)["verdict"] == "accepted"
    found = rows.shown(str(number), services)
    assert (found["state"], found["decided_by"], found["reason"]) == (
        "RELEASED",
        "somebody",
        "the setting was wrong",
    )
    facts = published(services, delivery)
    with pytest.raises(WrongInput, match="not in quarantine"):
        rows.release(number, "somebody", "again", services)
    assert published(services, delivery) == facts


def test_a_discarded_row_is_released_no_more(services: Settings) -> None:
    delivery = unemployment(services, "926")
    number = in_quarantine(services, delivery)[0]
    with wiring.database(services, "intake") as conn:
        quarantine.discard_row(conn, number, "somebody", "sent again")
    with pytest.raises(WrongInput, match="not in quarantine"):
        rows.release(number, "somebody", "after all", services)


def test_a_row_waits_while_the_senders_deliveries_are_handled(services: Settings) -> None:
    number = in_quarantine(services, unemployment(services, "927"))[0]
    with wiring.database(services, "intake") as conn, ledger.lease(conn, "akasse-ledighed", "927") as mine:
        assert mine
        with pytest.raises(Unavailable, match="being handled"):
            rows.release(number, "somebody", "the setting was wrong", services)


def test_a_row_of_a_total_is_released_while_no_newer_total_speaks_and_closes_nothing(services: Settings) -> None:
    first, second = sorted((SAMPLES / "akasse-bestand" / "good").glob("*.txt"))[:2]
    delivery = handle(services, "akasse-bestand", "901", first.read_bytes(), first.name, strict=True)
    numbers = in_quarantine(services, delivery)
    assert rows.release(numbers[0], "somebody", "the setting was wrong", services)["verdict"] == "accepted"
    assert len(published(services, delivery)) == 1
    handle(services, "akasse-bestand", "901", second.read_bytes(), second.name, strict=False)
    with pytest.raises(WrongInput, match="newer delivery"):
        rows.release(numbers[1], "somebody", "the setting was wrong", services)


def ages(settings: Settings, partner: str, **later: Any) -> list[tuple[int, int, int]]:
    found = rows.overdue(settings, clock.now() + timedelta(**later))
    return [(each["waiting"], each["past"], each["soon"]) for each in found if each["partner"] == partner]


def test_what_lies_too_long_is_told_first_as_soon_then_as_past(services: Settings) -> None:
    delivery = unemployment(services, "928")
    waiting = len(in_quarantine(services, delivery))
    assert ages(services, "928") == [(waiting, 0, 0)]
    assert ages(services, "928", days=24) == [(waiting, 0, waiting)]
    assert ages(services, "928", days=31) == [(waiting, waiting, 0)]
    with wiring.database(services, "intake") as conn:
        quarantine.discard_row(conn, in_quarantine(services, delivery)[0], "somebody", "sent again")
    assert ages(services, "928", days=31) == [(waiting - 1, waiting - 1, 0)]


def test_the_watch_takes_the_bytes_out_of_old_decisions_alone(services: Settings) -> None:
    delivery = unemployment(services, "929")
    decided, waits = in_quarantine(services, delivery)[:2]
    with wiring.database(services, "intake") as conn:
        quarantine.discard_row(conn, decided, "somebody", "sent again")
    assert rows.watch(services, clock.now() + timedelta(days=31)) >= 1
    assert rows.shown(str(decided), services)["shape"] is None
    assert rows.shown(str(decided), services)["reason"] == "sent again"
    assert rows.shown(str(waits), services)["shape"]


def lies(settings: Settings, delivery: str) -> bool:
    return delivery in landing.landed(wiring.landing(settings))


def test_landed_bytes_go_thirty_days_after_the_receipt_and_their_rows_are_asked_for_anew(services: Settings) -> None:
    delivery = unemployment(services, "930")
    number = in_quarantine(services, delivery)[0]
    delete_landed(services, clock.now() + timedelta(days=31))
    assert lies(services, delivery), "its receipt has not gone yet"
    with wiring.database(services, "intake") as conn:
        answers.mark_answered(conn, delivery, clock.now())
        answers.mark_moved(conn, delivery, clock.now())
    delete_landed(services, clock.now() + timedelta(days=29))
    assert lies(services, delivery)
    assert delete_landed(services, clock.now() + timedelta(days=31)) >= 1
    assert not lies(services, delivery)
    assert delete_landed(services, clock.now() + timedelta(days=31)) == 0
    with pytest.raises(WrongInput, match="ask for it anew"):
        rows.release(number, "somebody", "the setting was wrong", services)


def test_free_text_of_the_jobcentre_is_kept_for_a_week() -> None:
    days = {feed.name: feed.agreed.own.delivery.landed_days for feed in FEEDS}
    assert days.pop("jobcenter-forloeb") == 7
    assert set(days.values()) == {30}


def test_monitoring_reads_how_many_lie_too_long(services: Settings) -> None:
    delivery = unemployment(services, "931")
    labels = '{feed="akasse-ledighed",partner="931",what="row"}'
    now = exposition(services, clock.now()).decode()
    assert f"branchespor_quarantine_past_retention{labels} 0.0" in now
    later = exposition(services, clock.now() + timedelta(days=31)).decode()
    assert f"branchespor_quarantine_past_retention{labels} {len(in_quarantine(services, delivery))}.0" in later


def test_the_receipt_command_tells_which_rows_were_decided_on(
    services: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRANCHESPOR_HOME", str(services.home))
    monkeypatch.setenv("BRANCHESPOR_PORT_OFFSET", str(services.port_offset))
    delivery = unemployment(services, "932")
    released, discarded = in_quarantine(services, delivery)[:2]
    rows.release(released, "somebody", "the setting was wrong", services)
    with wiring.database(services, "intake") as conn:
        quarantine.discard_row(conn, discarded, "somebody", "sent again")
    told = CliRunner().invoke(branchespor, ["receipt", delivery]).output
    assert "line 2 was rejected and is released since" in told
    assert "line 3 was rejected and is discarded since" in told
