"""person conflicts, person settle: who became one citizen waits for somebody to look, and then does not."""

import json
import uuid
from datetime import date

import psycopg
import pytest

from branchespor.hub import wiring
from tests.branchespor.test_store_commands import apply, run

pytestmark = pytest.mark.integration


@pytest.fixture
def pair(services, monkeypatch) -> tuple[str, str]:
    """Two persons in the vault with a running course each, who became one on 20 May 2020: who stays, who was merged."""
    monkeypatch.setenv("BRANCHESPOR_HOME", str(services.home))
    monkeypatch.setenv("BRANCHESPOR_PORT_OFFSET", str(services.port_offset))
    old, new = (f"6112{year}{uuid.uuid4().int % 10000:04d}" for year in (85, 86))
    with wiring.vault(services) as vault:
        kept, merged = (vault.identify([number])[number] for number in (old, new))
        vault.link(old, new, date(2020, 5, 20))
    for person in (kept, merged):
        fact = {
            "fact_id": str(uuid.uuid4()),
            "person": person,
            "source": "visitation:70700",
            "record_key": f"00000001/{person}",
            "recorded_at": "2020-02-04T09:00:00.000Z",
            "received_at": "2020-02-04T10:00:00.000Z",
            "withdrawn": False,
            "target_group": "CASH_JOB_READY",
            "first_day": "2020-02-03",
            "last_day": None,
        }
        apply(services, "TargetGroupSpell", fact)
    return kept, merged


def change(person: str, merged: str) -> dict[str, object]:
    return {
        "event_id": str(uuid.uuid4()),
        "person": person,
        "merged_person": merged,
        "day": "2020-05-20",
        "recorded_at": "2020-05-20T00:00:00.000Z",
        "received_at": "2020-05-20T06:00:00.000Z",
    }


def listed(capsys, *options: str) -> dict[tuple[str, str], dict]:
    capsys.readouterr()
    assert run("person", "conflicts", "--json", *options) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return {(row["person"], row["merged_person"]): row for row in rows}


def test_a_pair_waits_until_somebody_has_looked_and_readers_are_told_as_long(services, pair, capsys):
    assert listed(capsys)[pair]["both_running"] is None  # known to the vault, not joined yet
    apply(services, "IdentityChange", change(*pair))
    waiting = listed(capsys)[pair]
    assert (waiting["what"], waiting["day"], waiting["both_running"]) == ("merged", "2020-05-20", True)
    assert run("status", pair[0], "--purpose", "a meeting") == 0
    assert "both had a running course" in capsys.readouterr().err

    assert run("person", "settle", str(waiting["id"]), "--reason", "one citizen indeed") == 0

    assert pair not in listed(capsys)
    assert listed(capsys, "--all")[pair]["reason"] == "one citizen indeed"
    assert run("status", pair[0], "--purpose", "a meeting") == 0
    assert "both had a running course" not in capsys.readouterr().err


def test_a_pair_is_settled_once_and_only_one_that_is_there(pair, capsys):
    number = str(listed(capsys)[pair]["id"])
    assert run("person", "settle", number, "--reason", "one citizen indeed") == 0
    assert run("person", "settle", number, "--reason", "one citizen indeed") == 2
    assert run("person", "settle", "99999999", "--reason", "one citizen indeed") == 2
    assert "is not in the queue: see `branchespor person conflicts`" in capsys.readouterr().err


def test_a_contradiction_is_listed_until_its_two_persons_are_one_by_another_way(services, pair, capsys):
    third = str(uuid.uuid4())
    apply(services, "IdentityChange", change(*pair))
    apply(services, "IdentityChange", change(third, pair[1]))
    assert listed(capsys)[third, pair[1]]["what"] == "contradiction"

    apply(services, "IdentityChange", change(pair[0], third))
    assert (third, pair[1]) not in listed(capsys)


def test_the_vaults_role_sees_pairs_and_nothing_else_of_anybody(services):
    with psycopg.connect(services.dsn("identity"), autocommit=True) as conn:
        conn.execute("SELECT * FROM core.merge_queue")
        for table in ("merged", "fact", "status", "milestone", "identity_conflict"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(f"SELECT * FROM core.{table}")
