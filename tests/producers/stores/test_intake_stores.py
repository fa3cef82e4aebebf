"""The vault, the memory and the ledger on a real PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import psycopg
import pytest

from branchespor.hub import wiring
from branchespor.settings import Settings
from producers.delivery import Outcome, RejectedRow, Settled
from producers.stores import answers, ledger, ledger_view, rule_counts
from producers.stores.memory import StoredMemory
from schemas.faults import Fault

pytestmark = pytest.mark.integration

AT = datetime(2020, 7, 15, 5, 0, tzinfo=UTC)
KEY = bytes(32)


@contextmanager
def intake(settings: Settings) -> Iterator[ledger.Connection]:
    with wiring.database(settings, "intake") as conn:
        yield conn


def a_partner() -> str:
    return uuid4().hex[:12]


def a_number(n: int) -> str:
    return f"61{n % 12 + 1:02d}85{uuid4().int % 10000:04d}"


def a_delivery(conn: ledger.Connection, partner: str, name: str = "A_1.csv", sha256: str | None = None) -> str:
    sha256 = sha256 or uuid4().hex * 2
    arrival, _ = ledger.arrival_number(conn, "amu", partner, sha256, name)
    identifier = ledger.arrival_id("amu", partner, sha256, arrival)
    ledger.land(
        conn,
        identifier=identifier,
        feed="amu",
        partner=partner,
        file_name=name,
        sha256=sha256,
        arrival=arrival,
        size=10,
        received_at=AT,
        origin=None,
    )
    return identifier


def an_outcome(verdict: str = "accepted", *, final: bool = True, rejected: int = 0, waiting: int = 0) -> Outcome:
    counts = {"rows": 3, "accepted": 3 - rejected - waiting, "unchanged": 0, "duplicate": 0}
    receipt = {
        "receipt_id": str(uuid4()),
        "final": final,
        "verdict": verdict,
        "feed": "amu",
        "contract": "amu/1.0",
        "sequence": 1,
        "counts": {**counts, "rejected": rejected, "waiting": waiting},
        "faults": [],
    }
    rows = [RejectedRow(line=n + 2, faults=[Fault(code="R06", line=n + 2)], raw="6104851234") for n in range(rejected)]
    return Outcome(receipt=receipt, rejected=rows)


def finish(conn: ledger.Connection, identifier: str, outcome: Outcome, partner: str = "") -> None:
    with conn.transaction():
        ledger.finish(conn, identifier, outcome, {**outcome.receipt, "partner": partner}, AT, KEY)


def test_a_number_leads_to_one_person_for_good_and_stands_nowhere_in_the_clear(services: Settings) -> None:
    numbers = [a_number(n) for n in range(5)]
    with wiring.vault(services) as vault:
        first = vault.identify(numbers)
    with wiring.vault(services) as vault:
        assert vault.identify(reversed(numbers)) == first
    assert len(set(first.values())) == 5
    with wiring.database(services, "identity") as conn:
        rows = conn.execute("SELECT i::text, encode(ciphertext, 'escape') FROM identity.identifier i").fetchall()
    assert not any(number in text for number in numbers for row in rows for text in row)


def test_two_connections_that_meet_a_new_citizen_make_one_person(services: Settings) -> None:
    number = a_number(1)
    with wiring.vault(services) as one, wiring.vault(services) as other:
        assert one.identify([number]) == other.identify([number])


def test_a_changed_number_leads_to_the_same_person_and_the_pair_is_told_once(services: Settings) -> None:
    old, new = a_number(1), a_number(2)
    with wiring.vault(services) as vault:
        person = vault.identify([old])[old]
        link = vault.link(old, new, date(2020, 7, 1))
        assert link is not None
        assert (link.person, link.merged_person) == (person, None)
        assert vault.link(old, new, date(2020, 7, 1)) is None
        assert vault.identify([old, new]) == {old: person, new: person}


def test_the_delivery_that_told_a_pair_is_answered_the_same_again(services: Settings) -> None:
    old, new = a_number(5), a_number(6)
    with wiring.vault(services) as vault:
        vault.identify([old, new])
        first = vault.link(old, new, date(2020, 7, 1), told_by="one")
        again = vault.link(old, new, date(2020, 7, 1), told_by="one")
        assert first is not None
        assert again is not None
        assert (again.person, again.merged_person) == (first.person, first.merged_person)
        assert vault.link(old, new, date(2020, 7, 1), told_by="other") is None


def test_two_persons_found_to_be_one_go_to_the_conflict_queue_and_the_older_stays(services: Settings) -> None:
    old, new = a_number(3), a_number(4)
    with wiring.vault(services) as vault:
        older = vault.identify([new])[new]
        younger = vault.identify([old])[old]
        link = vault.link(old, new, date(2020, 7, 1))
        assert link is not None
        assert (link.person, link.merged_person) == (older, younger)
        assert set(vault.identify([old, new]).values()) == {older}
    with wiring.database(services, "identity") as conn:
        query = "SELECT person::text FROM identity.conflict WHERE merged_person = %s"
        assert conn.execute(query, (younger,)).fetchall() == [(older,)]


def test_whoever_became_another_person_leads_to_the_one_that_stays_at_the_end(services: Settings) -> None:
    numbers = [a_number(serial) for serial in (21, 22, 23)]
    with wiring.vault(services) as vault:
        first, second, third = (vault.identify([number])[number] for number in numbers)
        vault.link(numbers[2], numbers[1], date(2020, 7, 1))
        assert vault.merged().get(third) == second
        vault.link(numbers[1], numbers[0], date(2020, 7, 2))
        merged = vault.merged()
    assert (merged.get(first), merged.get(second), merged.get(third)) == (None, first, first)


def test_no_other_role_reads_the_vault(services: Settings) -> None:
    for role in ("intake", "status", "relay", "partners", "web_read"):
        with wiring.database(services, role) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("SELECT 1 FROM identity.identifier")


def test_memory_is_kept_only_by_save_and_read_back_as_it_was(services: Settings) -> None:
    partner = a_partner()
    with intake(services) as conn:
        forgotten = StoredMemory(conn, "amu", partner)
        forgotten.put("H0000001", {"n": 1})
        kept = StoredMemory(conn, "amu", partner)
        assert kept.get("H0000001") is None
        kept.put("H0000002", {"days": ["2020-01-01"], "n": None})
        kept.state["last"] = 7
        kept.save()
        again = StoredMemory(conn, "amu", partner)
        again.load_all()
        assert again.all() == {"H0000002": {"days": ["2020-01-01"], "n": None}}
        assert again.state == {"last": 7}
        assert StoredMemory(conn, "amu", a_partner()).state == {}


def test_what_was_changed_here_wins_over_what_is_loaded_later(services: Settings) -> None:
    partner = a_partner()
    with intake(services) as conn:
        memory = StoredMemory(conn, "amu", partner)
        memory.put("H0000001", {"n": 1})
        memory.save()
        memory = StoredMemory(conn, "amu", partner)
        memory.put("H0000001", {"n": 2})
        memory.load_all()
        assert memory.all() == {"H0000001": {"n": 2}}


def test_the_same_bytes_are_one_arrival_until_the_file_was_moved_away(services: Settings) -> None:
    partner, sha256 = a_partner(), uuid4().hex * 2
    with intake(services) as conn:
        first = a_delivery(conn, partner, "A_1.csv", sha256)
        assert ledger.arrival_number(conn, "amu", partner, sha256, "A_1.csv") == (1, True)
        assert ledger.arrival_number(conn, "amu", partner, sha256, "B_2.csv") == (2, False)
        answers.mark_moved(conn, first, AT)
        assert ledger.arrival_number(conn, "amu", partner, sha256, "A_1.csv") == (2, False)
        assert a_delivery(conn, partner, "A_1.csv", sha256) != first


def test_a_delivery_is_finished_once_and_counts_must_add_up(services: Settings) -> None:
    partner = a_partner()
    with intake(services) as conn:
        identifier = a_delivery(conn, partner)
        finish(conn, identifier, an_outcome())
        with pytest.raises(LookupError, match="final already"):
            finish(conn, identifier, an_outcome())
        other = a_delivery(conn, partner, "A_2.csv")
        wrong = an_outcome()
        wrong = Outcome(receipt={**wrong.receipt, "counts": {**dict(wrong.receipt["counts"]), "rows": 4}})  # type: ignore[call-overload]
        with pytest.raises(psycopg.errors.CheckViolation):
            finish(conn, other, wrong)
        assert [each.delivery_id for each in ledger.waiting(conn, "amu", partner)] == [other]


def test_a_rejected_row_is_kept_sealed(services: Settings) -> None:
    partner = a_partner()
    with intake(services) as conn:
        identifier = a_delivery(conn, partner)
        finish(conn, identifier, an_outcome("accepted_with_faults", rejected=1))
        rows = conn.execute(
            "SELECT line, codes, sealed FROM intake.rejected_row WHERE delivery_id = %s", (identifier,)
        ).fetchall()
    assert [(row[0], row[1]) for row in rows] == [(2, ["R06"])]
    assert b"6104851234" not in bytes(rows[0][2])


def test_a_row_that_waited_is_counted_where_it_was_settled_to(services: Settings) -> None:
    partner = a_partner()
    with intake(services) as conn:
        first = a_delivery(conn, partner, "A_1.csv")
        finish(conn, first, an_outcome("accepted_with_faults", waiting=1), partner)
        second = a_delivery(conn, partner, "A_2.csv")
        settled = an_outcome()
        settled = Outcome(receipt=settled.receipt, settled=[Settled(delivery="A_1.csv", line=3, verdict="accepted")])
        finish(conn, second, settled, partner)
        query = "SELECT accepted, waiting FROM intake.delivery WHERE delivery_id = %s"
        assert conn.execute(query, (first,)).fetchone() == (3, 0)
        assert [(row["line"], row["verdict"]) for row in ledger_view.settled_rows(conn, first)] == [(3, "accepted")]


def test_a_second_task_of_the_same_partner_gets_no_lease(services: Settings) -> None:
    partner = a_partner()
    with intake(services) as one, intake(services) as other:
        with ledger.lease(one, "amu", partner) as mine, ledger.lease(other, "amu", partner) as theirs:
            assert (mine, theirs) == (True, False)
        with ledger.lease(other, "amu", partner) as theirs:
            assert theirs


def test_the_counts_per_rule_of_a_delivery_are_those_of_its_last_answer(services: Settings) -> None:
    partner = a_partner()
    with intake(services) as conn:
        before = {(each["rule"], each["code"]): each["failed"] for each in rule_counts.of_feed(conn, "amu")}
        identifier = a_delivery(conn, partner)
        finish(conn, identifier, replace(an_outcome("held", final=False), failed={("amu", "H01"): 1}))
        finish(conn, identifier, replace(an_outcome(), failed={("amu.UDD.form", "R09"): 7, ("amu", "N05"): 1}))
        after = {(each["rule"], each["code"]): each["failed"] for each in rule_counts.of_feed(conn, "amu")}
        newest = [each for each in rule_counts.newest_deliveries(conn, "amu", 1000) if each["partner"] == partner]

    assert after.get(("amu", "H01"), 0) == before.get(("amu", "H01"), 0)
    assert after["amu.UDD.form", "R09"] - before.get(("amu.UDD.form", "R09"), 0) == 7
    assert [(each["verdict"], each["rows"]) for each in newest] == [("accepted", 3)]
