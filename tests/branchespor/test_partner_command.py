"""A partner turned off gets in nowhere, at once; turned on again, it has what it had. On a real broker."""

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result
from kafka import KafkaConsumer
from kafka.errors import TopicAuthorizationFailedError

from branchespor import connections, partner_trial, topics
from branchespor.cli import branchespor
from branchespor.hub import arrivals
from branchespor.settings import Settings
from producers.feeds import FEED_BY_NAME
from schemas import catalogue

pytestmark = pytest.mark.integration

PARTNER, USER = "akasse-902", "partner-akasse-902"
TOPIC = catalogue.partner_topic(PARTNER)


@pytest.fixture
def run(services: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[CliRunner]:
    monkeypatch.setenv("BRANCHESPOR_HOME", str(services.home))
    monkeypatch.setenv("BRANCHESPOR_PORT_OFFSET", str(services.port_offset))
    yield CliRunner()
    connections.turn_on(services, PARTNER)
    topics.apply(services)


def called(run: CliRunner, *words: str) -> Result:
    return run.invoke(branchespor, ["partner", *words])


def read_on(consumer: KafkaConsumer) -> None:
    for _ in range(30):
        consumer.poll(timeout_ms=1000)


def kafka_checks(settings: Settings) -> dict[str, tuple[bool, str]]:
    return {each.what: (each.well, each.found) for each in partner_trial.tried(settings, PARTNER)}


def test_every_partner_of_the_table_is_listed_with_what_it_sends_and_is_told(run: CliRunner) -> None:
    rows = {row["partner"]: row for row in map(json.loads, called(run, "list", "--json").stdout.splitlines())}
    assert rows["akasse-901"]["feeds"] == ["akasse-bestand", "akasse-ledighed"]
    assert rows["akasse-901"]["topic"] == "partner.akasse-901.events.v1"
    assert rows["visitation-70700"]["folder"] is None
    assert {row["state"] for row in rows.values()} == {"on"}


def test_a_partner_that_is_on_gets_in_and_sees_its_own_topic_alone(services: Settings) -> None:
    found = kafka_checks(services)
    assert found["Kafka login"] == (True, "let in")
    assert found["its own topic"] == (True, "may DESCRIBE, READ")
    assert found["other topics"] == (True, "0 are shown")


def test_a_partner_that_is_removed_is_refused_while_it_reads_and_at_the_next_login(
    services: Settings, run: CliRunner
) -> None:
    consumer = KafkaConsumer(TOPIC, **services.kafka(USER), group_id=None, auto_offset_reset="earliest")
    try:
        consumer.poll(timeout_ms=2000)
        done = called(run, "remove", PARTNER, "--reason", "the agreement has ended")
        assert done.exit_code == 0, done.output
        with pytest.raises(TopicAuthorizationFailedError):
            read_on(consumer)
    finally:
        consumer.close()
    well, told = kafka_checks(services)["Kafka login"]
    assert well
    assert told.startswith("refused")
    assert topics.diff(services) == []


def test_who_turned_a_partner_off_and_why_is_listed_and_nothing_is_taken_from_it(
    services: Settings, run: CliRunner
) -> None:
    called(run, "remove", PARTNER, "--reason", "the agreement has ended")
    rows = {row["partner"]: row for row in map(json.loads, called(run, "list", "--json").stdout.splitlines())}
    assert (rows[PARTNER]["state"], rows[PARTNER]["off"]["reason"]) == ("off", "the agreement has ended")
    assert rows["akasse-901"]["state"] == "on"
    assert connections.is_off(services, FEED_BY_NAME["akasse-ledighed"], "902")
    # Its server is not even asked: none is up here.
    assert arrivals.land("akasse-ledighed", "902", services) == []


def test_a_partner_turned_on_again_has_its_password_rights_and_key(services: Settings, run: CliRunner) -> None:
    key = services.secrets / f"ssh_{PARTNER}.pub"
    before = key.read_bytes()
    called(run, "remove", PARTNER, "--reason", "a pause")
    assert not key.exists()
    assert called(run, "add", PARTNER).exit_code == 0
    assert key.read_bytes() == before
    assert kafka_checks(services)["its own topic"] == (True, "may DESCRIBE, READ")
    assert "was on already" in called(run, "add", PARTNER).output


def test_a_name_that_is_no_partner_is_wrong_use(run: CliRunner) -> None:
    done = called(run, "remove", "akasse-999", "--reason", "a slip")
    assert "no such partner: there are akasse-901" in str(done.exception)
