"""One small sample for all tests of the simulator's files, and a way to serve an application over a real socket."""

import asyncio
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from branchespor.intake.pipeline import handle
from producers.delivery import Delivery, Outcome
from producers.memory import InMemory
from producers.transports.pages import Pulled
from producers.transports.pulls import pull_of
from producers.transports.rest import Endpoint, connect
from producers.vault import InMemoryVault
from simulator.http_server import application
from simulator.sample import write
from validation.rows import check_rows

FIRST_DAY, LAST_DAY = date(2020, 1, 6), date(2022, 1, 6)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """100 citizens over two years, with the year's last week and both changes of clocks in it."""
    directory = tmp_path_factory.mktemp("sample") / "out"
    write(100, 11, directory, FIRST_DAY, LAST_DAY)
    return directory


@dataclass
class Running:
    """An aiohttp application in a thread of its own."""

    app: web.Application
    port: int = 0
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    ready: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        self.loop.run_until_complete(self._start())
        self.ready.set()
        self.loop.run_forever()
        self.loop.run_until_complete(self.runner.cleanup())
        self.loop.close()

    async def _start(self) -> None:
        self.runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=0.1)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        self.port = self.runner.addresses[0][1]


@contextmanager
def served(app: web.Application) -> Iterator[str]:
    """The application on a free port of loopback; gives its base URL."""
    running = Running(app)
    thread = threading.Thread(target=running.run)
    thread.start()
    assert running.ready.wait(10)
    try:
        yield f"http://127.0.0.1:{running.port}"
    finally:
        running.loop.call_soon_threadsafe(running.loop.stop)
        thread.join(10)


@pytest.fixture(scope="session")
def serving() -> Iterator[Callable[[web.Application], str]]:
    """Serve applications until the tests are done."""
    with ExitStack() as opened:
        yield lambda app: opened.enter_context(served(app))


NOW = datetime(2022, 1, 7, tzinfo=UTC)


def never(seconds: float) -> None:
    raise AssertionError(f"nothing is to be waited for, least of all {seconds} s")


@dataclass
class Hub:
    """Everything the hub keeps, in memory."""

    vault: InMemoryVault = field(default_factory=InMemoryVault)
    memories: dict[tuple[str, str], InMemory] = field(default_factory=dict)
    outcomes: list[tuple[dict[str, Any], Outcome]] = field(default_factory=list)

    def take(self, entry: dict[str, Any], name: str, data: bytes) -> None:
        memory = self.memories.setdefault((entry["feed"], entry["partner"]), InMemory())
        delivery = Delivery(
            feed=entry["feed"],
            partner=entry["partner"],
            file_name=name,
            data=data,
            sha256=hashlib.sha256(data).hexdigest(),
            received_at=datetime.fromisoformat(entry["sent_at"]).replace(tzinfo=UTC),
        )
        self.outcomes.append((entry, handle(delivery, memory, self.vault, check_rows, synthetic=True)))


@pytest.fixture(scope="session")
def hub(sample: Path, serving: Callable[[web.Application], str], tmp_path_factory: pytest.TempPathFactory) -> Hub:
    """All deliveries in the order they are sent, on an empty ledger; the case system is asked over a real socket."""
    hub = Hub()
    tokens = {}
    for file in sorted((sample / "rest").glob("*.json")):
        tokens[file.stem] = tmp_path_factory.mktemp("secrets") / "token"
        tokens[file.stem].write_text(f"token-of-{file.stem}", encoding="utf-8")
    base_url = serving(application(sample / "rest", tokens))
    with ExitStack() as opened:
        lines = {
            feed: opened.enter_context(
                connect(Endpoint(base_url=base_url, token_file=token), sleep=never, now=lambda: NOW)
            )
            for feed, token in tokens.items()
        }

        def pulled(entry: dict[str, Any]) -> Pulled | None:
            memory = hub.memories.setdefault((entry["feed"], entry["partner"]), InMemory())
            return pull_of(entry["feed"])(lines[entry["feed"]], memory, NOW, {})

        entries = json.loads((sample / "manifest.json").read_text(encoding="utf-8"))["deliveries"]
        for entry in entries:
            if entry["user"] is None:
                brought = pulled(entry)
                assert brought is not None
                hub.take(entry, brought.file_name, brought.data)
            elif entry["expect"] != "incomplete":
                hub.take(entry, Path(entry["file"]).name, (sample / entry["file"]).read_bytes())
        for entry in entries:
            assert entry["user"] is not None or pulled(entry) is None
    return hub
