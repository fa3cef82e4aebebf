"""Held deliveries as Airflow asks about them: one question each, an answer carried out once, who and why kept."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from branchespor import clock
from branchespor.decisions import ASKED_FOR, DISCARD, REASONS, RELEASE
from branchespor.hub import handling, held, wiring
from branchespor.settings import Settings
from producers import landing
from producers.stores import ledger, ledger_view
from schemas.errors import Unavailable, WrongInput

pytestmark = pytest.mark.integration

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "partners" / "akasse-ledighed" / "good"
FEED = "akasse-ledighed"


def held_delivery(settings: Settings, partner: str) -> str:
    """The first and third delivery of a sender, handled: the third is held for the gap."""
    first, _, third = sorted(SAMPLES.glob("*.csv"))
    for file, name in ((first, f"AKAS{partner}_LEDIGHED_000001.csv"), (third, f"AKAS{partner}_LEDIGHED_000003.csv")):
        data = file.read_bytes()
        identifier = ledger.arrival_id(FEED, partner, hashlib.sha256(data).hexdigest(), 1)
        landed = landing.land(wiring.landing(settings), lambda _, own=identifier: own, [data])
        with wiring.database(settings, "intake") as conn:
            ledger.land(
                conn,
                identifier=identifier,
                feed=FEED,
                partner=partner,
                file_name=name,
                sha256=landed.sha256,
                arrival=1,
                size=landed.size,
                received_at=clock.now_ms(),
                origin=None,
            )
    assert handling.process(FEED, partner, settings).get("held") == 1
    return identifier


def decision(settings: Settings, identifier: str) -> tuple[object, ...]:
    with wiring.database(settings, "intake") as conn:
        query = "SELECT state, verdict, decided_by, reason FROM intake.delivery WHERE delivery_id = %s::uuid"
        row = conn.execute(query, (identifier,)).fetchone()
    assert row is not None
    return row


def questions(settings: Settings, identifier: str, later: timedelta = timedelta()) -> list[str]:
    found = held.unanswered(settings, clock.now() + later)
    return [each["trigger_run_id"] for each in found if each["conf"] == {"delivery": identifier}]


def test_each_held_delivery_is_asked_about_once_a_week_until_it_is_decided_on(services: Settings) -> None:
    identifier = held_delivery(services, "911")
    first = questions(services, identifier)
    assert len(first) == 1
    assert questions(services, identifier, ASKED_FOR - timedelta(minutes=1)) == first
    assert questions(services, identifier, ASKED_FOR) != first
    held.carry_out(identifier, DISCARD, REASONS[3], "somebody", services)
    assert questions(services, identifier) == []


def test_the_question_tells_feed_sender_codes_and_counts_and_nothing_of_the_file(services: Settings) -> None:
    identifier = held_delivery(services, "912")
    asked = held.question(identifier, services)
    assert asked is not None
    assert asked.subject == "akasse-ledighed from 912 is held: H03"
    assert "8 rows" in asked.body
    assert "A sequence number is missing" in asked.body
    assert "AKAS" not in asked.subject + asked.body


def test_a_release_goes_through_the_checks_and_keeps_who_and_why(services: Settings) -> None:
    identifier = held_delivery(services, "913")
    done = held.carry_out(identifier, RELEASE, REASONS[2], "admin (Airflow)", services)
    assert done["verdict"] == "accepted_with_faults"
    assert decision(services, identifier) == ("FINAL", done["verdict"], "admin (Airflow)", REASONS[2])
    with wiring.database(services, "intake") as conn:
        receipt = ledger_view.receipt(conn, identifier)
    assert receipt is not None
    assert receipt["receipt_id"] == done["receipt"]


def test_a_discarded_delivery_is_refused_and_publishes_nothing(services: Settings) -> None:
    identifier = held_delivery(services, "914")
    assert held.carry_out(identifier, DISCARD, REASONS[3], "admin (Airflow)", services)["verdict"] == "refused"
    assert decision(services, identifier) == ("FINAL", "refused", "admin (Airflow)", REASONS[3])
    with wiring.database(services, "intake") as conn:
        query = "SELECT count(*) FROM intake.published_fact WHERE delivery_id = %s::uuid"
        assert conn.execute(query, (identifier,)).fetchone() == (0,)


def test_what_was_decided_on_the_command_line_is_left_alone(services: Settings) -> None:
    identifier = held_delivery(services, "915")
    handling.settle(identifier, release=True, by="a colleague", reason="nothing was sent", settings=services)
    assert held.question(identifier, services) is None
    assert held.carry_out(identifier, DISCARD, REASONS[0], "admin (Airflow)", services)["verdict"] is None
    assert decision(services, identifier)[2:] == ("a colleague", "nothing was sent")


def test_only_what_was_offered_is_carried_out(services: Settings) -> None:
    identifier = held_delivery(services, "916")
    for option, reason in ((RELEASE, "a text of my own"), ("Delete", REASONS[0])):
        with pytest.raises(WrongInput, match="offered"):
            held.carry_out(identifier, option, reason, "admin (Airflow)", services)
    assert decision(services, identifier)[0] == "HELD"


def test_while_the_senders_deliveries_are_handled_a_decision_is_tried_again(services: Settings) -> None:
    identifier = held_delivery(services, "917")
    with wiring.database(services, "intake") as conn, ledger.lease(conn, FEED, "917") as mine:
        assert mine
        with pytest.raises(Unavailable, match="try again"):
            held.carry_out(identifier, RELEASE, REASONS[0], "admin (Airflow)", services)
    assert decision(services, identifier)[0] == "HELD"
    assert held.carry_out(identifier, RELEASE, REASONS[0], "admin (Airflow)", services)["verdict"]
