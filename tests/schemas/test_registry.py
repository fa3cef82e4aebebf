"""The registry client: known for life, and away is never the same as unknown."""

import json
import socket
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from branchespor import registration
from branchespor.settings import Settings
from schemas import catalogue, versions
from schemas.codec import Codec
from schemas.errors import Unavailable, WrongInput
from schemas.registry import FULL_TRANSITIVE, Registry

Answer = tuple[int, bytes]
SCHEMA = json.dumps(versions.newest()["DayBegan"])


@pytest.fixture
def answering(loopback: None) -> Iterator[Callable[[Callable[[str], Answer]], tuple[Registry, list[str]]]]:
    """Starts a server that answers as it is told and notes what it was asked."""
    servers = []

    def start(answer: Callable[[str], Answer]) -> tuple[Registry, list[str]]:
        asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                status, body = answer(self.path)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_PUT = do_GET

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return Registry(f"http://127.0.0.1:{server.server_port}", "reader", "x", timeout_s=5), asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_schema_is_asked_for_once(answering: Any) -> None:
    registry, asked = answering(lambda path: (200, json.dumps({"schema": SCHEMA}).encode()))
    for _ in range(3):
        assert registry.schema_of(7) == versions.newest()["DayBegan"]
    assert asked == ["/schemas/ids/7"]


def test_only_the_registrys_own_word_makes_an_id_unknown(answering: Any) -> None:
    registry, asked = answering(lambda path: (404, b'{"error_code": 40403, "message": "not found"}'))
    assert registry.schema_of(7) is None
    assert registry.schema_of(7) is None
    assert len(asked) == 2  # unknown is not remembered: it may be registered in a moment


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(404, b"<html>no such page</html>", id="404-of-something-else"),
        pytest.param(404, b'{"error": "not found"}', id="404-without-the-code"),
        pytest.param(500, b'{"error_code": 50001}', id="its-store-is-away"),
        pytest.param(401, b"", id="password-refused"),
        pytest.param(200, b"", id="empty"),
        pytest.param(200, b"[]", id="no-object"),
        pytest.param(200, b'{"schema": 17}', id="schema-no-text"),
        pytest.param(200, b'{"schema": "{"}', id="schema-no-json"),
        pytest.param(200, b'{"schema": "\\"string\\""}', id="schema-no-record"),
        pytest.param(200, b"[" * 100_000, id="nested-nonsense"),
    ],
)
def test_a_registry_that_answers_nonsense_is_away(answering: Any, status: int, body: bytes) -> None:
    registry, _ = answering(lambda path: (status, body))
    with pytest.raises(Unavailable):
        registry.schema_of(7)


def test_a_registry_that_nobody_runs_is_away(loopback: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]
    with pytest.raises(Unavailable, match="BRANCHESPOR_REGISTRY_PORT"):
        Registry(f"http://127.0.0.1:{port}", "reader", "x").schema_of(1)


def test_our_id_is_the_one_of_the_same_schema_not_of_the_newest(answering: Any) -> None:
    newer = json.dumps({**versions.newest()["DayBegan"], "doc": "newer than we are"})

    def answer(path: str) -> Answer:
        number = path.rpartition("/")[2]
        if number == "versions":
            return 200, b"[1, 2]"
        return 200, json.dumps({"id": 40 + int(number), "schema": SCHEMA if number == "1" else newer}).encode()

    registry, _ = answering(answer)
    assert registry.id_of("DayBegan") == 41


def test_a_schema_not_registered_yet_is_waited_for(answering: Any) -> None:
    registry, _ = answering(lambda path: (404, b'{"error_code": 40401}'))
    with pytest.raises(Unavailable, match="lacks the newest schema of DayBegan"):
        registry.id_of("DayBegan")


@pytest.mark.integration
def test_every_schema_is_registered_under_every_subject_and_only_once(services: Settings) -> None:
    registration.register(services)
    assert registration.register(services) == []
    registry = registration.registry(services)
    for topic in catalogue.load().topics.values():
        held = registry.versions(topic.subject)
        wanted = [versions.identity(each.schema) for each in reversed(versions.read()[topic.record])]
        assert [versions.identity(schema) for _, schema in held] == wanted
    assert registry.compatibility() == FULL_TRANSITIVE


@pytest.mark.integration
def test_the_registry_refuses_an_incompatible_version_and_a_reader_who_writes(services: Settings) -> None:
    subject = catalogue.load().topics[catalogue.CLOCK].subject
    broken = {**versions.newest()["DayBegan"], "fields": versions.newest()["DayBegan"]["fields"][:1]}
    with pytest.raises(WrongInput, match="refuses the schema"):
        registration.registry(services, "admin").register(subject, broken)
    with pytest.raises(Unavailable, match="refuses user or password"):
        registration.registry(services).register(subject, versions.newest()["DayBegan"])


@pytest.mark.integration
def test_two_processes_understand_each_other_by_the_registrys_ids(services: Settings) -> None:
    record = {"event_id": "0190f0a0-0000-4000-8000-000000000001", "day": "2020-02-29"}
    framed = Codec(registration.registry(services)).encode("DayBegan", record)
    assert Codec(registration.registry(services)).decode(framed) == ("DayBegan", record)
