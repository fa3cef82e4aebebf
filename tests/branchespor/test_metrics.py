"""`branchespor metrics` against real stores: what monitoring reads is what is there."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner
from prometheus_client.parser import text_string_to_metric_families

from branchespor.cli import branchespor
from branchespor.hub import freshness
from branchespor.measures import exposition
from branchespor.settings import Settings

pytestmark = pytest.mark.integration

NOW = datetime(2026, 1, 7, 11, tzinfo=UTC)


def measures(text: str) -> Mapping[tuple[str, frozenset[tuple[str, str]]], float]:
    families = text_string_to_metric_families(text)
    return {
        (sample.name.removeprefix("branchespor_"), frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def test_a_sender_who_is_overdue_reads_one(services: Settings) -> None:
    freshness.watch(services, NOW)
    sender = frozenset({"feed": "akasse-bestand", "partner": "901"}.items())
    assert measures(exposition(services, NOW).decode())["source_overdue", sender] == 0
    later = measures(exposition(services, NOW + timedelta(days=20000)).decode())
    assert later["source_overdue", sender] == 1


def test_records_put_aside_and_events_unsent_are_counted(services: Settings) -> None:
    none = frozenset[tuple[str, str]]()
    partners = frozenset({("consumer", "partners")})
    before = measures(exposition(services, NOW).decode())
    with psycopg.connect(services.dsn("postgres")) as conn:
        conn.execute("INSERT INTO core.poison VALUES ('partners', 'a topic', 0, 1, 'unreadable')")
        conn.execute(
            "INSERT INTO core.outbox (event_id, topic, key, type, source, occurred_at)"
            " VALUES (gen_random_uuid(), 'a topic', 'key', 'type', 'source', now())"
        )
    try:
        after = measures(exposition(services, NOW).decode())
    finally:
        with psycopg.connect(services.dsn("postgres")) as conn:
            conn.execute("DELETE FROM core.poison WHERE topic = 'a topic'")
            conn.execute("DELETE FROM core.outbox WHERE topic = 'a topic'")
    assert after["records_aside", partners] == before["records_aside", partners] + 1
    assert after["outbox_unsent", none] == before["outbox_unsent", none] + 1


def test_the_file_is_written_whole_and_has_no_number_of_a_person(
    services: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRANCHESPOR_HOME", str(services.home))
    monkeypatch.setenv("BRANCHESPOR_PORT_OFFSET", str(services.port_offset))
    file = tmp_path / "branchespor.prom"
    answer = CliRunner().invoke(branchespor, ["metrics", "--out", str(file)])
    assert answer.exit_code == 0, answer.output
    text = file.read_text(encoding="utf-8")
    assert [each.name for each in tmp_path.iterdir()] == [file.name]
    assert ("persons_held", frozenset()) in measures(text)
    assert not re.search(r"\b[0-9]{6}-?[0-9]{4}\b", re.sub(r" [0-9.e+-]+$", "", text, flags=re.MULTILINE))
