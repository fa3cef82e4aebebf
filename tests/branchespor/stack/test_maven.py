"""Fetching the pinned jars: from a real HTTP server that may send the wrong thing."""

import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from branchespor.stack import maven
from branchespor.stack.maven import Artifact, WrongJar
from schemas.errors import Unavailable

CONTENT = b"a jar" * 1000


class _Shelf(http.server.BaseHTTPRequestHandler):
    """Sends what `content` holds for a path, after `refusals` answers of 503."""

    content: dict[str, bytes]
    refusals: int
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if type(self).refusals > 0:
            type(self).refusals -= 1
            self.send_error(503)
            return
        body = self.content.get(self.path)
        if body is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def shelf(loopback: None) -> Iterator[tuple[str, type[_Shelf]]]:
    handler = type("Shelf", (_Shelf,), {"content": {}, "refusals": 0, "asked": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    thread.join()
    server.server_close()


def an_artifact(content: bytes = CONTENT) -> Artifact:
    sha256 = hashlib.sha256(content).hexdigest()
    names = {"group": "org.example.jars", "artifact": "thing", "version": "1.2", "classifier": "", "extension": "jar"}
    return Artifact(**names, sha256=sha256, size=len(content), part="kafka")


def test_a_jar_is_fetched_once_and_then_taken_from_the_folder(shelf: tuple[str, type[_Shelf]], tmp_path: Path) -> None:
    url, server = shelf
    server.content["/org/example/jars/thing/1.2/thing-1.2.jar"] = CONTENT
    for _ in range(2):
        [path] = maven.fetch([an_artifact()], tmp_path, url)
        assert path.read_bytes() == CONTENT
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "sent", [pytest.param(b"b" + CONTENT[1:], id="one-byte-flipped"), pytest.param(CONTENT + b"x", id="longer")]
)
def test_a_wrong_jar_is_refused_and_leaves_no_file(
    shelf: tuple[str, type[_Shelf]], tmp_path: Path, sent: bytes
) -> None:
    url, server = shelf
    server.content["/org/example/jars/thing/1.2/thing-1.2.jar"] = sent
    with pytest.raises(WrongJar, match=r"thing-1\.2\.jar"):
        maven.fetch([an_artifact()], tmp_path, url)
    assert list(tmp_path.iterdir()) == []


def test_a_jar_changed_in_the_folder_is_noticed_and_fetched_again(
    shelf: tuple[str, type[_Shelf]], tmp_path: Path
) -> None:
    url, server = shelf
    server.content["/org/example/jars/thing/1.2/thing-1.2.jar"] = CONTENT
    (tmp_path / "thing-1.2.jar").write_bytes(b"changed")
    assert maven.faults([an_artifact()], tmp_path) == ["thing-1.2.jar"]
    maven.fetch([an_artifact()], tmp_path, url)
    assert maven.faults([an_artifact()], tmp_path) == []


def test_a_busy_server_is_asked_again(shelf: tuple[str, type[_Shelf]], tmp_path: Path) -> None:
    url, server = shelf
    server.content["/org/example/jars/thing/1.2/thing-1.2.jar"] = CONTENT
    server.refusals = 1
    assert len(maven.fetch([an_artifact()], tmp_path, url)) == 1


def test_a_missing_jar_names_file_and_setting_at_once(shelf: tuple[str, type[_Shelf]], tmp_path: Path) -> None:
    url, server = shelf
    with pytest.raises(Unavailable, match=r"thing-1\.2\.jar.*BRANCHESPOR_MAVEN_REPOSITORY_URL"):
        maven.fetch([an_artifact()], tmp_path, url)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("mirror_of", "is_used"),
    [
        ("*", True),
        ("external:*", True),
        ("central", True),
        ("foo,central", True),
        ("*,!central", False),
        ("foo", False),
    ],
)
def test_the_mirror_of_mavens_settings_is_used_where_it_stands_for_central(
    tmp_path: Path, mirror_of: str, is_used: bool
) -> None:
    settings_xml = tmp_path / "settings.xml"
    settings_xml.write_text(
        '<settings xmlns="http://maven.apache.org/SETTINGS/1.2.0"><mirrors><mirror><id>m</id>'
        f"<mirrorOf>{mirror_of}</mirrorOf><url>https://mirror.example/maven/</url></mirror></mirrors></settings>",
        encoding="utf-8",
    )
    wanted = "https://mirror.example/maven" if is_used else maven.CENTRAL
    assert maven.repository_url(None, settings_xml) == wanted
    assert maven.repository_url("https://own.example/", settings_xml) == "https://own.example"


def test_the_lock_names_every_jar_of_kafka_and_the_registry_once() -> None:
    kafka, registry = maven.locked("kafka"), maven.locked("registry")
    assert (len(kafka), len(registry)) == (93, 1)
    assert len({row.file_name for row in kafka}) == 93
    assert all(len(row.sha256) == 64 and row.size > 0 for row in kafka + registry)
