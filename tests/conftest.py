"""Fixtures for all rooms: real services for `integration`, the whole stack for `e2e`, no network for the rest."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest

from branchespor.settings import Settings, load

# All ports stay below 32768: from there on the system gives ports to connections, and one of the services' own
# connections could hold the port of a service that starts later.
OFFSETS = range(1000, 13500, 500)
# Tests see the settings they state, not those of whoever runs them; only where jars come from is taken over.
GIVEN = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("BRANCHESPOR_")}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test that needs services pays for their start, which takes long on a machine under load."""
    for item in items:
        started = item.get_closest_marker("integration") or item.get_closest_marker("e2e")
        if started and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(900))


@pytest.fixture(scope="session")
def services() -> Iterator[Settings]:
    """PostgreSQL, Kafka and the registry of this run alone, tables, topics, users and schemas made; `integration`."""
    yield from _run(("kafka", "registry", "topics", "schemas"))


@pytest.fixture(scope="session")
def stack() -> Iterator[Settings]:
    """The whole local stack of this run alone; for `e2e`."""
    yield from _run(None)


@pytest.fixture
def empty_home() -> Iterator[Settings]:
    """Settings of a stack that has not been started, with ports of its own; whatever runs there is ended."""
    with _home() as settings:
        yield settings


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A unit test that connects anywhere but to a server of its own process fails."""
    if request.node.get_closest_marker("integration") or request.node.get_closest_marker("e2e"):
        return
    if "loopback" in request.fixturenames:
        return

    def refuse(self: socket.socket, address: Any) -> NoReturn:
        raise AssertionError(f"a unit test connects to {address}: mark it integration, or use the fixture loopback")

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family == getattr(socket, "AF_UNIX", None):
            return _CONNECT(self, address)
        refuse(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded)


@pytest.fixture
def loopback() -> None:
    """For a unit test that starts a server in its own process and talks to it."""


_CONNECT = socket.socket.connect


@contextmanager
def _home() -> Iterator[Settings]:
    from branchespor.stack import lifecycle

    # Short, and open to PostgreSQL's own user, as /tmp is and pytest's own folders are not.
    home = Path(tempfile.mkdtemp(prefix="branchespor-test-", dir="/tmp"))
    passed_on = ("BRANCHESPOR_JARS", "BRANCHESPOR_MAVEN_REPOSITORY_URL")
    kept = {name: GIVEN[name] for name in passed_on if name in GIVEN}
    settings = load({**kept, "BRANCHESPOR_HOME": str(home), "BRANCHESPOR_PORT_OFFSET": str(_free_offset())})
    try:
        yield settings
    finally:
        lifecycle.down(settings, wipe=True)
        shutil.rmtree(home, ignore_errors=True)


def _run(only: tuple[str, ...] | None) -> Iterator[Settings]:
    from branchespor.stack import lifecycle

    with _home() as settings:
        lifecycle.up(settings, only, owner=os.getpid())
        yield settings


def _free_offset() -> int:
    from branchespor.stack import probes
    from branchespor.stack.table import PARTS

    ports = tuple(port for part in PARTS.values() for port in part.ports)
    # Two runs that start at the same moment look at different places first.
    first = os.getpid() % len(OFFSETS)
    for offset in (*OFFSETS[first:], *OFFSETS[:first]):
        if probes.busy_port(Settings(port_offset=offset), ports) is None:
            return offset
    raise RuntimeError("no free range of ports for the services of the tests")
