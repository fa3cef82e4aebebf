"""status, explain, journal, verify: what they show, and that nobody reads unseen."""

import json
import uuid
from datetime import date

import psycopg
import pytest

from branchespor import cli
from branchespor.registration import registry
from branchespor.verifying import verify_everybody
from consumers import policy_file
from consumers.records import Place, Record
from consumers.status import StatusHandler
from consumers.stores import due
from consumers.stores.database import connect, transaction
from schemas import catalogue
from schemas.codec import Codec

pytestmark = pytest.mark.integration


@pytest.fixture
def citizen(services, monkeypatch) -> str:
    """A person in the database of the services with one spell, evaluated on 1 June 2020 or later."""
    monkeypatch.setenv("BRANCHESPOR_HOME", str(services.home))
    monkeypatch.setenv("BRANCHESPOR_PORT_OFFSET", str(services.port_offset))
    person = str(uuid.uuid4())
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
    return person


def apply(services, kind: str, fact: dict[str, object]) -> None:
    """What the status consumer does with one fact on 1 June 2020 or later."""
    place = Place(catalogue.fact_topic(kind), 0)
    handler = StatusHandler(
        policy_file.load(), Codec(registry(services)).encode, catalogue.MILESTONES, catalogue.STATUS
    )
    with connect(services.dsn("status"), "test") as conn:
        with transaction(conn):
            due.begin(conn, date(2020, 6, 1))
            handler.apply(conn, [Record(place, 0, kind, fact)])
        while handler.rest(conn):
            pass


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    return int(ended.value.code or 0)


LATER = {"recorded_at": "2020-05-21T09:00:00.000Z", "received_at": "2020-05-21T10:00:00.000Z"}


def facts_of(services, person: str) -> list[dict[str, object]]:
    with psycopg.connect(services.dsn("owner")) as conn:
        rows = conn.execute("SELECT record FROM core.fact WHERE person = %s", (person,)).fetchall()
    return [{name: value for name, value in record.items() if name != "kind"} for (record,) in rows]


def log_lines(services, person: str) -> list[tuple]:
    with psycopg.connect(services.dsn("owner")) as conn:
        query = "SELECT purpose, fields FROM core.access_log WHERE person = %s ORDER BY number"
        return conn.execute(query, (person,)).fetchall()


def test_status_shows_what_is_held_and_is_logged(services, citizen, capsys):
    assert run("status", citizen, "--purpose", "a meeting", "--json") == 0

    shown = json.loads(capsys.readouterr().out)
    assert (shown["person"], shown["state"], shown["rule"], shown["eligible_from"]) == (
        citizen, "ELIGIBLE", "R2a", "2020-05-03",
    )  # fmt: skip
    assert log_lines(services, citizen) == [("a meeting", ["status"])]


def test_another_day_and_another_knowledge_are_evaluated_anew(citizen, capsys):
    assert run("status", citizen, "--on", "2020-05-02", "--purpose", "a meeting", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["on"], shown["state"], shown["expected_from"]) == ("2020-05-02", "NOT_ELIGIBLE", "2020-05-03")

    early = ("--known-at", "2020-02-04T09:59:59Z", "--purpose", "a meeting", "--json")
    assert run("status", citizen, *early) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "NOT_ELIGIBLE"


def test_explain_gives_sentences_with_their_facts(citizen, capsys):
    assert run("explain", citizen, "--on", "2020-05-03", "--purpose", "a question", "--json") == 0
    explanation = json.loads(capsys.readouterr().out)["explanation"]
    assert explanation
    assert all(each["da"] and each["en"] for each in explanation)


def test_journal_gives_what_was_announced_in_order(services, citizen, capsys):
    assert run("journal", citizen, "--purpose", "a question", "--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["number"], line["milestone"]) for line in lines] == [(1, "TARGET_GROUP_CHANGED"), (2, "ELIGIBLE")]
    assert log_lines(services, citizen) == [("a question", ["journal"]), ("a question", ["facts"])]


def test_journal_reads_as_it_read_at_an_earlier_moment_and_on_an_earlier_day(services, citizen, capsys):
    with psycopg.connect(services.dsn("owner")) as conn:
        (moment,) = conn.execute("SELECT clock_timestamp()").fetchone()
    (spell,) = facts_of(services, citizen)
    apply(services, "TargetGroupSpell", spell | {"fact_id": str(uuid.uuid4()), "last_day": "2020-05-20"} | LATER)

    def numbers(*arguments: str) -> list[int]:
        run("journal", citizen, "--purpose", "a question", "--json", *arguments)
        return [json.loads(line)["number"] for line in capsys.readouterr().out.splitlines()]

    everything = numbers()
    assert len(everything) > 2
    assert numbers("--known-at", moment.isoformat()) == [1, 2]
    assert numbers("--on", "2020-05-31") == []
    assert numbers("--on", "2999-12-31") == everything


def test_journal_shows_what_waits_and_for_what(services, citizen, capsys):
    decision = {
        "fact_id": str(uuid.uuid4()),
        "person": citizen,
        "source": "jobcenter-forloeb:70700",
        "record_key": f"S1/{citizen}",
        "recorded_at": "2020-05-11T09:00:00.000Z",
        "received_at": "2020-05-11T10:00:00.000Z",
        "withdrawn": False,
        "track": "T1",
        "decision": "ACCEPTED",
        "day": "2020-05-11",
        "branchespor": "IND",
        "disco3": "722",
        "override": False,
        "plan_first_day": None,
        "plan_last_day": None,
    }
    apply(services, "TrackDecision", decision)
    assert run("journal", citizen, "--purpose", "a question") == 0
    assert "2020-05-11  TRACK_ACCEPTED  waits for M05" in capsys.readouterr().out
    assert run("journal", citizen, "--purpose", "a question", "--json") == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (last["number"], last["milestone"], last["WAITING_FOR"]) == (None, "TRACK_ACCEPTED", "M05")


def test_a_trace_of_a_fact_leads_to_what_it_caused_and_of_a_milestone_to_what_it_rests_on(services, citizen, capsys):
    [fact] = [each["fact_id"] for each in facts_of(services, citizen)]
    assert run("trace", fact, "--purpose", "a question", "--json") == 0
    steps = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["step"], each.get("type")) for each in steps] == [
        ("fact", None), ("milestone", "TARGET_GROUP_CHANGED"), ("milestone", "ELIGIBLE"),
    ]  # fmt: skip
    assert log_lines(services, citizen) == [("a question", ["trace"])]
    assert run("trace", steps[-1]["milestone"], "--purpose", "a question") == 0
    shown = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in shown] == [["fact", fact], ["milestone", steps[-1]["milestone"]]]
    assert shown[-1].endswith("not sent yet")
    assert citizen not in "".join(shown)


def test_an_event_nobody_knows_is_a_no_that_is_logged_too(services, citizen):
    assert run("trace", str(uuid.uuid4()), "--purpose", "a try of mine") == 1
    with psycopg.connect(services.dsn("owner")) as conn:
        [(person, purpose)] = conn.execute(
            "SELECT person, purpose FROM core.access_log ORDER BY number DESC LIMIT 1"
        ).fetchall()
    assert (person, purpose) == (None, "a try of mine")


def test_a_person_nobody_knows_is_a_no_that_is_logged_too(services, citizen):
    nobody = str(uuid.uuid4())
    assert run("status", nobody, "--purpose", "a try") == 1
    assert log_lines(services, nobody) == [("a try", ["status"])]


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("status", "not-an-id", "--purpose", "a meeting"), id="no-person-id"),
        pytest.param(("status", str(uuid.UUID(int=1))), id="no-purpose"),
        pytest.param(("status", str(uuid.UUID(int=1)), "--purpose", " x "), id="a-purpose-that-says-nothing"),
        pytest.param(("status", str(uuid.UUID(int=1)), "--purpose", "why", "--on", "2020-02-30"), id="no-such-day"),
        pytest.param(
            ("explain", str(uuid.UUID(int=1)), "--purpose", "why", "--known-at", "2020-02-03T12:00:00"), id="no-zone"
        ),
    ],
)
def test_wrong_use_is_told_apart(citizen, arguments):
    assert run(*arguments) == 2


def test_the_reading_role_sees_no_person_but_through_the_logged_functions(services, citizen):
    with psycopg.connect(services.dsn("web_read"), autocommit=True) as conn:
        for table in ("fact", "status", "milestone", "person", "told", "access_log"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(f"SELECT * FROM core.{table}")
        with pytest.raises(psycopg.errors.CheckViolation):
            conn.execute("SELECT * FROM core.read_status('me', %s, '  ')", (citizen,))


def test_a_changed_line_of_the_access_log_is_found(services, citizen):
    run("status", citizen, "--purpose", "a meeting")
    with psycopg.connect(services.dsn("web_read")) as conn:
        assert conn.execute("SELECT core.access_log_broken_at()").fetchone() == (None,)
    with psycopg.connect(services.dsn("postgres")) as conn:
        with conn.transaction(force_rollback=True):
            conn.execute("UPDATE core.access_log SET purpose = 'curiosity' WHERE person = %s", (citizen,))
            assert conn.execute("SELECT core.access_log_broken_at() IS NOT NULL").fetchone() == (True,)
        with conn.transaction(force_rollback=True):
            conn.execute("DELETE FROM core.access_log WHERE number = 1")
            assert conn.execute("SELECT core.access_log_broken_at() IS NOT NULL").fetchone() == (True,)


@pytest.fixture
def old_id(services, citizen) -> str:
    """Another id of the citizen, with an announcement of its own, which became the citizen's on 20 May 2020."""
    old = str(uuid.uuid4())
    fact = {
        "fact_id": str(uuid.uuid4()),
        "person": old,
        "source": "visitation:70700",
        "record_key": f"00000002/{old}",
        "recorded_at": "2020-02-04T09:00:00.000Z",
        "received_at": "2020-02-04T10:00:00.000Z",
        "withdrawn": False,
        "target_group": "SICKNESS",
        "first_day": "2019-10-01",
        "last_day": "2020-02-02",
    }
    apply(services, "TargetGroupSpell", fact | {"last_day": None})
    ended = {"fact_id": str(uuid.uuid4()), "recorded_at": "2020-02-05T09:00:00.000Z"}
    apply(services, "TargetGroupSpell", fact | ended)
    change = {
        "event_id": str(uuid.uuid4()),
        "person": citizen,
        "merged_person": old,
        "day": "2020-05-20",
        "recorded_at": "2020-05-20T00:00:00.000Z",
        "received_at": "2020-05-20T06:00:00.000Z",
    }
    apply(services, "IdentityChange", change)
    return old


def test_who_is_asked_for_under_an_old_id_is_answered_under_the_new_one(services, citizen, old_id, capsys):
    assert run("status", old_id, "--purpose", "a meeting", "--json") == 0
    told = capsys.readouterr()
    shown = json.loads(told.out)
    assert (shown["person"], shown["asked_for"], shown["state"]) == (citizen, old_id, "ELIGIBLE")
    assert f"{old_id} is one citizen with {citizen} since 2020-05-20" in told.err
    assert log_lines(services, old_id) == []
    assert log_lines(services, citizen) == [("a meeting", ["status"])]

    assert run("explain", old_id, "--purpose", "a meeting", "--json") == 0
    under_old = json.loads(capsys.readouterr().out)
    assert run("explain", citizen, "--purpose", "a meeting", "--json") == 0
    assert under_old == json.loads(capsys.readouterr().out) | {"asked_for": old_id}


def test_the_journal_of_one_citizen_holds_both_with_the_ids_they_were_announced_under(
    services, citizen, old_id, capsys
):
    shown = []
    for person in (citizen, old_id):
        assert run("journal", person, "--purpose", "a question", "--json") == 0
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        shown.append([(line["person"], line["number"], line["milestone"]) for line in lines])
    assert shown[0] == shown[1]
    assert shown[0] == [
        (citizen, 1, "TARGET_GROUP_CHANGED"), (citizen, 2, "ELIGIBLE"),
        (old_id, 1, "TARGET_GROUP_CHANGED"), (old_id, 2, "TARGET_GROUP_CHANGED"),
        (citizen, 3, "ELIGIBILITY_REVISED"),
    ]  # fmt: skip
    with psycopg.connect(services.dsn("status")) as conn:
        found, _ = due.business_day(conn)  # 1 June 2020, unless another test has taken the services further
    assert run("journal", citizen, "--purpose", "a question") == 0
    assert f"TARGET_GROUP_CHANGED (found {found})  as {old_id}" in capsys.readouterr().out


def test_the_way_of_a_fact_that_came_under_an_old_id_leads_to_what_was_announced_then(
    services, citizen, old_id, capsys
):
    with psycopg.connect(services.dsn("owner")) as conn:
        query = "SELECT fact_id::text FROM core.fact WHERE record ->> 'person' = %s AND record ->> 'last_day' IS NULL"
        [(fact,)] = conn.execute(query, (old_id,)).fetchall()
        query = "SELECT milestone_id::text FROM core.milestone WHERE person = %s AND position = 1"
        [(milestone,)] = conn.execute(query, (old_id,)).fetchall()
    assert run("trace", fact, "--purpose", "a question", "--json") == 0
    steps = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert milestone in [step.get("milestone") for step in steps if step["step"] == "milestone"]
    assert log_lines(services, citizen) == [("a question", ["trace"])]


def test_a_picture_of_an_old_id_is_the_citizens(citizen, old_id, tmp_path):
    assert run("explain", old_id, "--purpose", "a question", "--svg", str(tmp_path / "old.svg")) == 0
    assert run("explain", citizen, "--purpose", "a question", "--svg", str(tmp_path / "new.svg")) == 0
    assert (tmp_path / "old.svg").read_bytes() == (tmp_path / "new.svg").read_bytes()


def test_verify_names_person_and_field_that_differ(services, citizen, capsys):
    assert verify_everybody(services, "test", workers=1).differences == []
    with psycopg.connect(services.dsn("postgres"), autocommit=True) as conn:
        [(held,)] = conn.execute("SELECT document FROM core.status WHERE person = %s", (citizen,)).fetchall()
        conn.execute(
            "UPDATE core.status SET document = jsonb_set(document, '{rule}', '\"R1a\"') WHERE person = %s", (citizen,)
        )
        try:
            assert run("verify", "--workers", "1", "--json") == 1
        finally:
            conn.execute("UPDATE core.status SET document = %s::jsonb WHERE person = %s", (json.dumps(held), citizen))
    assert json.loads(capsys.readouterr().out) == {"person": citizen, "field": "status.rule"}
    assert run("verify") == 0


def test_policies_are_compared_on_everybody_in_the_store_and_that_is_logged(services, citizen, capsys):
    same = str(policy_file.PACKAGED)
    assert run("policy", "compare", same, same, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found["totals"].values()) == {0}
    with psycopg.connect(services.dsn("owner")) as conn:
        [[purpose]] = conn.execute("SELECT purpose FROM core.access_log ORDER BY number DESC LIMIT 1").fetchall()
    assert purpose == "policy compare"
