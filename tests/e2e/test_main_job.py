"""The main job on the whole stack: every delivery answered as promised, every fact applied once, nothing leaked."""

import json
import os
import re
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from kafka import KafkaConsumer, TopicPartition

from branchespor import airflow_api, clock
from branchespor.cli import branchespor
from branchespor.decisions import DISCARD, REASONS
from branchespor.demo import result, steps
from branchespor.hub import wiring
from branchespor.reconciliation import NotWhole, close_the_loop, reconcile
from branchespor.settings import Settings
from branchespor.stack import board
from producers.feeds import FEEDS
from producers.stores import ledger_view
from schemas.errors import Unavailable
from simulator.misbehaviour import give

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

PERSONS, SEED = 60, 7


WATCHING = ("close_the_loop", "delete_landed", "watch_quarantine", "watch_sources")
LATE_FEED = "akasse-ledighed"
LATE = 6
"""So many files of each partner of this feed are handed in only while services are being killed."""


def unsaid(_: str) -> None:
    """Progress that nobody reads."""


@pytest.fixture(scope="module")
def whole_town(stack: Settings) -> steps.Sample:
    """The sample municipality, as it lies on disk."""
    return steps.sample(stack, PERSONS, SEED, unsaid)


@pytest.fixture(scope="module")
def town(stack: Settings, whole_town: steps.Sample) -> steps.Sample:
    """What of it was delivered, pulled and applied: all but the newest files of one feed."""
    by_partner: dict[str, list[Mapping[str, Any]]] = {}
    for entry in whole_town.files:
        if entry["feed"] == LATE_FEED:
            by_partner.setdefault(entry["partner"], []).append(entry)
    late = {each["file"] for entries in by_partner.values() for each in entries[-LATE:]}
    assert len(late) == LATE * len(by_partner) > 0
    deliveries = [each for each in whole_town.manifest["deliveries"] if each["file"] not in late]
    sample = replace(whole_town, manifest={**whole_town.manifest, "deliveries": deliveries})
    steps.deliver(stack, sample, unsaid)
    steps.run_dags(stack, unsaid)
    steps.settle(stack)
    return sample


@pytest.fixture
def run(stack: Settings, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("BRANCHESPOR_HOME", str(stack.home))
    monkeypatch.setenv("BRANCHESPOR_PORT_OFFSET", str(stack.port_offset))
    return CliRunner()


def deliveries(settings: Settings) -> list[Mapping[str, Any]]:
    with wiring.database(settings, "intake") as conn:
        return list(ledger_view.deliveries(conn))


def test_every_delivery_has_the_verdict_that_was_promised(stack: Settings, town: steps.Sample) -> None:
    promised = {
        (each["feed"], each["partner"], Path(each["file"]).name): each["expect"]
        for each in town.files
        if each["expect"] != "incomplete"
    }
    promised |= {
        (each["feed"], each["partner"], f"changes-{each['pull']}.json"): each["expect"]
        for each in town.manifest["deliveries"]
        if each["user"] is None
    }
    found = {(row["feed"], row["partner"], row["file_name"]): row["verdict"] for row in deliveries(stack)}
    assert found == promised
    assert {feed for feed, _, _ in found} == {feed.name for feed in FEEDS}


def test_every_delivery_has_its_receipt_in_the_senders_folder_and_its_file_is_done(
    stack: Settings, town: steps.Sample
) -> None:
    partners = stack.home.resolve() / "partners"
    for entry in town.files:
        name, folder = Path(entry["file"]).name, partners / entry["user"]
        if entry["expect"] == "incomplete":
            assert (folder / "out" / name).exists()
            continue
        receipt = json.loads((folder / "receipts" / f"{name}.receipt.json").read_text(encoding="utf-8"))
        counts = receipt["counts"]
        assert receipt["verdict"] == entry["expect"]
        assert counts["rows"] == sum(number for what, number in counts.items() if what != "rows")
        assert (folder / "receipts" / f"{name}.receipt.txt").exists()
        assert (folder / "out" / "done" / name).exists()
        assert not (folder / "out" / name).exists()


def test_every_answer_that_was_pulled_has_its_receipt_posted(stack: Settings, town: steps.Sample) -> None:
    folder = stack.home.resolve() / "partners" / "rest" / "receipts"
    posted = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")]
    found = Counter((each["feed"], each["file_name"], each["verdict"]) for each in posted)
    pulls = [each for each in town.manifest["deliveries"] if each["user"] is None]
    assert found == Counter((each["feed"], f"changes-{each['pull']}.json", each["expect"]) for each in pulls)
    for each in posted:
        counts = each["counts"]
        assert counts["rows"] == sum(number for what, number in counts.items() if what != "rows")


def test_nothing_is_missing_between_ledger_topic_and_fact_table(stack: Settings, town: steps.Sample) -> None:
    found = reconcile(stack, None, clock.now())
    assert sum(each.facts for each in found) > 200
    assert [each for each in found if not each.whole] == []


def test_a_missing_fact_is_found_and_named(stack: Settings, town: steps.Sample, run: CliRunner) -> None:
    with wiring.database(stack, "owner") as conn:
        row = conn.execute("SELECT f.fact_id, f::text FROM core.fact f LIMIT 1").fetchone()
        assert row is not None
        conn.execute("CREATE TABLE core.aside AS SELECT * FROM core.fact WHERE fact_id = %s", (row[0],))
        conn.execute("DELETE FROM core.fact WHERE fact_id = %s", (row[0],))
        try:
            answer = run.invoke(branchespor, ["reconcile"])
            assert answer.exit_code == 1
            assert str(row[0]) in answer.output
            with pytest.raises(NotWhole, match="1 of"):
                close_the_loop(stack)
        finally:
            conn.execute("INSERT INTO core.fact SELECT * FROM core.aside")
            conn.execute("DROP TABLE core.aside")
    assert run.invoke(branchespor, ["reconcile"]).exit_code == 0


def test_status_and_journal_are_those_of_the_facts(stack: Settings, town: steps.Sample, run: CliRunner) -> None:
    answer = run.invoke(branchespor, ["verify"])
    assert answer.exit_code == 0, answer.output


def test_some_are_covered_and_partners_were_told(stack: Settings, town: steps.Sample) -> None:
    with wiring.database(stack, "status") as conn:
        states = Counter(row[0] for row in conn.execute("SELECT document->>'state' FROM core.status"))
        types = {row[0] for row in conn.execute("SELECT DISTINCT type FROM core.milestone")}
    with wiring.database(stack, "partners") as conn:
        told = dict(conn.execute("SELECT partner, count(*) FROM core.told GROUP BY 1").fetchall())
    assert states["ELIGIBLE"] > 0
    assert states["NOT_ELIGIBLE"] > 0
    assert {"ELIGIBLE", "ELIGIBILITY_LOST", "TARGET_GROUP_CHANGED", "JOB_STARTED"} <= types
    assert set(told) <= {"akasse-901", "akasse-902", "amu-907001", "amu-907002"}
    assert told


def test_what_a_partner_was_told_is_traced_back_to_the_rows_of_the_files_it_rests_on(
    stack: Settings, town: steps.Sample, run: CliRunner
) -> None:
    with wiring.database(stack, "partners") as conn:
        [(event,)] = conn.execute("SELECT event_id::text FROM core.told ORDER BY number LIMIT 1").fetchall()
    answer = run.invoke(branchespor, ["trace", event, "--purpose", "a school asks", "--json"])
    assert answer.exit_code == 0, answer.output
    way = [json.loads(line) for line in answer.output.splitlines()]
    assert list(dict.fromkeys(each["step"] for each in way)) == ["row", "fact", "milestone", "told"]
    assert {each["fact"] for each in way if each["step"] == "row"} == {
        each["fact"] for each in way if each["step"] == "fact"
    }
    pulled = {f"changes-{each['pull']}.json" for each in town.manifest["deliveries"] if each["user"] is None}
    delivered = {Path(entry["file"]).name for entry in town.files} | pulled
    assert {each["file"] for each in way if each["step"] == "row"} <= delivered
    assert event in {each["event"] for each in way if each["step"] == "told" and each["sent_at"] is not None}


def test_an_offered_track_is_judged_by_the_labour_market_balance(stack: Settings, town: steps.Sample) -> None:
    with wiring.database(stack, "status") as conn:
        rows = conn.execute(
            "SELECT document->'details'->'conformity'->'shortage'->>'verdict' FROM core.milestone"
            " WHERE type = 'TRACK_OFFERED'"
        )
        verdicts = Counter(row[0] for row in rows)
    assert verdicts["true"] + verdicts["false"] > 0


def test_running_everything_again_changes_nothing(stack: Settings, town: steps.Sample) -> None:
    before = result.fingerprint(stack)
    assert steps.deliver(stack, town, unsaid) == 0
    steps.run_dags(stack, unsaid)
    steps.settle(stack)
    assert result.fingerprint(stack) == before


def test_the_result_can_be_shown(stack: Settings, town: steps.Sample) -> None:
    assert len(result.parts(stack)) >= 7


def test_airflow_parsed_every_dag_file(stack: Settings) -> None:
    with airflow_api.connect(stack) as airflow:
        assert airflow.import_errors() == []


def test_a_server_that_is_away_is_named_tried_again_and_nothing_is_lost(stack: Settings, town: steps.Sample) -> None:
    before = result.fingerprint(stack)
    give(stack.home.resolve() / "partners" / "rest", {"mode": "unavailable", "retry_after": 1, "times": 3})
    sftp = stack.home.resolve() / "partners"
    give(sftp, {"refuse": True})
    try:
        with airflow_api.connect(stack) as airflow:
            rest_run = airflow.start("pull_visitation")
            sftp_run = airflow.start("pull_amu")
            assert airflow.wait("pull_visitation", rest_run, 120) == "success"
            await_(lambda: "up_for_retry" in {each["state"] for each in airflow.tasks("pull_amu", sftp_run)})
            log = "".join(
                path.read_text(encoding="utf-8")
                for path in (stack.home / "logs" / "airflow").rglob("attempt=1.log")
                if sftp_run in str(path)
            )
            assert re.search(r"amu of 90700[12]: SFTP server 127\.0\.0\.1:\d+", log), (
                "the failed attempt names partner and server"
            )
            assert "BRANCHESPOR_SFTP_PORT" in log
            give(sftp, None)
            assert airflow.wait("pull_amu", sftp_run, 240) == "success"
    finally:
        give(sftp, None)
        give(stack.home.resolve() / "partners" / "rest", None)
    assert result.fingerprint(stack) == before


def test_services_killed_during_a_run_come_back_and_nothing_is_lost(
    stack: Settings, town: steps.Sample, whole_town: steps.Sample, run: CliRunner
) -> None:
    assert steps.deliver(stack, whole_town, unsaid) > LATE
    with airflow_api.connect(stack) as airflow:
        run_id = airflow.start("pull_akasse_ledighed")

        def processing() -> bool:
            tasks = airflow.tasks("pull_akasse_ledighed", run_id)
            return any(each["task_id"] == "process" and each["state"] == "running" for each in tasks)

        await_(processing)
        killed = [
            board.read(stack).parts[name].pid for name in ("kafka", "status", "relay", "partner-sftp", "postgres")
        ]
        for pid in killed:
            assert pid
            os.kill(pid, signal.SIGKILL)

        def state() -> str:
            try:
                return airflow.state("pull_akasse_ledighed", run_id)
            except Unavailable:  # its database is among the killed
                return "unknown"

        await_(lambda: state() in ("success", "failed"), 420)
        assert state() == "success"
    steps.settle(stack)
    found = {(row["partner"], row["file_name"]): row["verdict"] for row in deliveries(stack)}
    late = [each for each in whole_town.files if each["feed"] == LATE_FEED and each["expect"] != "incomplete"]
    assert {(each["partner"], Path(each["file"]).name): each["expect"] for each in late}.items() <= found.items()
    assert run.invoke(branchespor, ["reconcile"]).exit_code == 0
    assert run.invoke(branchespor, ["verify"]).exit_code == 0


def test_a_run_carries_a_note_with_the_counts_of_each_sender(stack: Settings, town: steps.Sample) -> None:
    with airflow_api.connect(stack) as airflow:
        notes = [airflow.note("pull_akasse_ledighed", run) for run in airflow.runs("pull_akasse_ledighed")]
    lines = [line for note in notes if note for line in note.splitlines()]
    assert {line.partition(":")[0] for line in lines} == {"901", "902"}
    for line in lines:
        assert re.fullmatch(r"90[12]: \d+ deliver(y|ies) \([a-z0-9_, ]+\); \d+ rows = [a-z0-9+ ]+", line), line


def test_every_dag_that_watches_proves_or_deletes_runs_and_changes_nothing(stack: Settings, town: steps.Sample) -> None:
    before = result.fingerprint(stack)
    with airflow_api.connect(stack) as airflow:
        runs = {name: airflow.start(name) for name in WATCHING}
        assert {name: airflow.wait(name, run, 240) for name, run in runs.items()} == dict.fromkeys(WATCHING, "success")
    assert result.fingerprint(stack) == before


def test_a_backfill_of_past_days_runs_and_changes_nothing(stack: Settings, town: steps.Sample) -> None:
    before = result.fingerprint(stack)
    first = datetime(2020, 3, 2, tzinfo=UTC)
    with airflow_api.connect(stack) as airflow:
        airflow.backfill("pull_arbejdsmarkedsbalance", first, first + timedelta(days=2))

        def states() -> list[str]:
            runs = [run for run in airflow.runs("pull_arbejdsmarkedsbalance") if run.startswith("backfill")]
            return [airflow.state("pull_arbejdsmarkedsbalance", run) for run in runs]

        await_(lambda: len(states()) == 2 and set(states()) <= {"success", "failed"}, 240)
        assert set(states()) == {"success"}
    assert result.fingerprint(stack) == before


def test_a_person_decides_on_a_held_delivery_in_airflow_and_who_and_why_stand_in_the_ledger(
    stack: Settings, town: steps.Sample
) -> None:
    held = next(row for row in deliveries(stack) if row["verdict"] == "held")
    with airflow_api.connect(stack) as airflow, airflow_api.connect(stack, "viewer") as viewer:

        def asked() -> list[str]:
            if "release_held" not in airflow.dags():
                return []
            return [run for run in airflow.runs("release_held") if f"held-{held['receipt_id']}-" in run]

        def waits() -> bool:
            return {each["state"] for each in airflow.tasks("release_held", asked()[0])} >= {"awaiting_input"}

        await_(lambda: bool(asked()) and waits(), 400)
        where = f"release_held/dagRuns/{asked()[0]}/taskInstances/ask/-1"
        with pytest.raises(Unavailable, match="403"):
            viewer.respond(where, DISCARD, REASONS[3])
        airflow.respond(where, DISCARD, REASONS[3])
        assert airflow.wait("release_held", asked()[0], 240) == "success"
    with wiring.database(stack, "intake") as conn:
        query = "SELECT verdict, decided_by, reason, receipt_sent_at IS NOT NULL FROM intake.delivery"
        found = conn.execute(f"{query} WHERE delivery_id = %s::uuid", (held["delivery_id"],)).fetchone()
    assert found == ("refused", "admin (Airflow)", REASONS[3], True)


def await_(condition: Callable[[], bool], within_s: float = 120) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "the condition never came true"
        time.sleep(0.2)


def numbers_of(town: steps.Sample) -> re.Pattern[bytes]:
    text = (town.folder / "citizens.jsonl").read_text(encoding="utf-8")
    numbers = sorted(set(re.findall(r"(?<![0-9])[6-9][0-9]{9}(?![0-9])", text)))
    assert len(numbers) >= PERSONS
    either = "|".join(f"{number[:6]}[- ]?{number[6:]}" for number in numbers)
    return re.compile(f"(?<![0-9])(?:{either})(?![0-9])".encode())


def kafka_bytes(settings: Settings) -> Iterator[bytes]:
    consumer = KafkaConsumer(**settings.kafka("admin"), group_id=None, enable_auto_commit=False)
    try:
        for topic in sorted(consumer.topics()):
            places = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic)]
            consumer.assign(places)
            ends = consumer.end_offsets(places)
            consumer.seek_to_beginning(*places)
            while any(consumer.position(place) < ends[place] for place in places):
                for records in consumer.poll(timeout_ms=500, max_records=5000).values():
                    for record in records:
                        yield record.key or b""
                        yield record.value or b""
                        yield b" ".join(name.encode() + b"=" + value for name, value in record.headers)
    finally:
        consumer.close()


def test_no_number_of_a_citizen_stands_anywhere_but_in_the_identity_schema(stack: Settings, town: steps.Sample) -> None:
    number = numbers_of(town)
    home = stack.home.resolve()
    assert number.search(b"".join(path.read_bytes() for path in (town.folder / "sftp").rglob("*") if path.is_file()))

    landed = list((home / "landing").iterdir())
    assert len(landed) > 20
    for path in [*landed, *(home / "logs").rglob("*"), *(home / "partners").rglob("*.receipt.*")]:
        if path.is_file():
            assert number.search(path.read_bytes()) is None, f"a number stands in {path.name}"
    seen = 0
    for content in kafka_bytes(stack):
        seen += 1
        assert number.search(content) is None, "a number stands in a record"
    assert seen > 500
    for database, role, without in (
        ("branchespor", "owner", ["--exclude-schema=identity"]),
        ("airflow", "airflow", []),
    ):
        assert number.search(dump(stack, database, role, without)) is None, f"a number stands in database {database}"


def dump(settings: Settings, database: str, role: str, options: list[str]) -> bytes:
    from branchespor.stack import database as local

    arguments = [local.program(settings, "pg_dump"), "--data-only", *options, settings.dsn(role, database)]
    return subprocess.run(arguments, check=True, capture_output=True).stdout
