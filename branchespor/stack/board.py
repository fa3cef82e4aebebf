"""What the supervisor knows of each part, written to a file on each change so that other commands can read it."""

import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal

from branchespor import clock
from branchespor.settings import Settings
from branchespor.stack import process_tree

State = Literal["waiting", "preparing", "starting", "ready", "done", "restarting", "failed", "stopped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One part as last seen. `since` is when the state began (ISO, UTC); `started` tells a recycled pid apart."""

    state: State = "waiting"
    since: str = ""
    pid: int | None = None
    started: int | None = None
    restarts: int = 0
    message: str = ""

    @property
    def is_up(self) -> bool:
        """Ready, or for a step done."""
        return self.state in ("ready", "done")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The whole stack as last written: the supervisor's process and its parts by name."""

    pid: int = 0
    started: int = 0
    parts: Mapping[str, Seen] = field(default_factory=dict)

    @property
    def is_watched(self) -> bool:
        """Whether the supervisor that wrote this still runs."""
        return bool(self.pid) and process_tree.is_alive(self.pid, self.started)


def path(settings: Settings) -> Path:
    """The state file."""
    return settings.home.resolve() / "run" / "state.json"


def read(settings: Settings) -> Picture:
    """The picture last written, an empty one if there is none (or it is not readable as one)."""
    try:
        held = json.loads(path(settings).read_text(encoding="utf-8"))
        parts = {name: Seen(**seen) for name, seen in held["parts"].items()}
        return Picture(pid=held["pid"], started=held["started"], parts=parts)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return Picture()


class Board:
    """The picture in the supervisor, shared by the threads that keep the parts."""

    def __init__(self, settings: Settings, log: Callable[[str, str], None]) -> None:
        self._path, self._log = path(settings), log
        self._changed = threading.Condition()
        me = process_tree.look(os.getpid())
        self._me = (os.getpid(), me.started if me else 0)
        self._parts: dict[str, Seen] = {}
        self.stopping = threading.Event()
        self.retry = 0

    def say(self, name: str, state: State, *, message: str = "", restarted: bool = False) -> None:
        """A part is in another state now."""
        with self._changed:
            held = self._parts.get(name, Seen())
            gone = state in ("restarting", "failed", "stopped", "done")
            self._parts[name] = replace(
                held,
                state=state,
                since=clock.now().isoformat(timespec="milliseconds"),
                message=message,
                pid=None if gone else held.pid,
                started=None if gone else held.started,
                restarts=held.restarts + restarted,
            )
            self._write()
        self._log(f"{name} is {state}", message)

    def launch(self, name: str, start: Callable[[], "subprocess.Popen[bytes]"]) -> "subprocess.Popen[bytes]":
        """Start a process and note its pid before anybody can take it for a stray."""
        with self._changed:
            process = start()
            look = process_tree.look(process.pid)
            held = self._parts.get(name, Seen())
            self._parts[name] = replace(held, pid=process.pid, started=look.started if look else 0)
            self._write()
        return process

    def seen(self) -> dict[str, Seen]:
        """A copy of the picture."""
        with self._changed:
            return dict(self._parts)

    def strays(self) -> list[process_tree.Process]:
        """Processes that lost their parent and came to us, as the subreaper."""
        with self._changed:
            own = {seen.pid for seen in self._parts.values()}
            # What we run for a moment ourselves shares our session; whoever started it waits for it.
            return [
                process
                for process in process_tree.everything()
                if process.parent == os.getpid() and process.pid not in own and process.session != os.getsid(0)
            ]

    def wait_until_up(self, names: Iterable[str]) -> bool:
        """Wait for parts to be up; False if the stack is stopping instead."""
        with self._changed:
            return self._wait(lambda: all(self._parts.get(name, Seen()).is_up for name in names))

    def wait_for_retry(self) -> bool:
        """Wait until somebody asks to try again; False if the stack is stopping instead."""
        with self._changed:
            held = self.retry
            return self._wait(lambda: self.retry > held)

    def try_again(self) -> None:
        """Let failed parts try again."""
        with self._changed:
            self.retry += 1
            self._changed.notify_all()

    def stop(self) -> None:
        """Wake everybody who waits: the stack is stopping."""
        with self._changed:
            self.stopping.set()
            self._changed.notify_all()

    def _wait(self, condition: Callable[[], bool]) -> bool:
        self._changed.wait_for(lambda: self.stopping.is_set() or condition())
        return not self.stopping.is_set()

    def _write(self) -> None:
        pid, started = self._me
        parts = {name: asdict(seen) for name, seen in self._parts.items()}
        half = self._path.with_suffix(".part")
        half.write_text(json.dumps({"pid": pid, "started": started, "parts": parts}), encoding="utf-8")
        half.replace(self._path)
        self._changed.notify_all()
