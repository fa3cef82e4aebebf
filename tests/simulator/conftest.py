"""One small sample for all tests of the simulator's files, and a way to serve an application over a real socket."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from aiohttp import web

from simulator.sample import write

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


@pytest.fixture(scope="module")
def serving() -> Iterator[Callable[[web.Application], str]]:
    """Serve applications until the module's tests are done."""
    with ExitStack() as opened:
        yield lambda app: opened.enter_context(served(app))
