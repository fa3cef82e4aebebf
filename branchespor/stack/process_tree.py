"""Processes as /proc shows them: recognised by start time, found by the mark in their environment, ended for good."""

import os
import signal
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

# In the environment of everything the supervisor starts; grandchildren inherit it.
MARK_HOME = "STACK_OF_BRANCHESPOR"
MARK_PART = "STACK_PART_OF_BRANCHESPOR"
PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Process:
    """One process at one time: a recycled pid has another `started` (clock ticks since boot)."""

    pid: int
    started: int
    parent: int
    session: int
    state: str

    @property
    def is_zombie(self) -> bool:
        """Dead, but nobody has waited for it."""
        return self.state == "Z"


def look(pid: int) -> Process | None:
    """The process with this pid, None if there is none."""
    try:
        text = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name in parentheses may hold anything: count the fields from the last closing one (proc(5)).
    fields = text[text.rindex(")") + 2 :].split()
    return Process(pid, int(fields[19]), int(fields[1]), int(fields[3]), fields[0])


def is_alive(pid: int, started: int) -> bool:
    """Whether exactly this process still runs (a zombie does not)."""
    process = look(pid)
    return process is not None and process.started == started and not process.is_zombie


def everything() -> Iterable[Process]:
    """All processes one can see."""
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (process := look(int(entry.name))) is not None:
            yield process


def environment(pid: int) -> Mapping[str, str]:
    """The environment a process was started with; empty if it is gone or not ours to read."""
    try:
        raw = (PROC / str(pid) / "environ").read_bytes()
    except OSError:
        return {}
    pairs = (item.partition("=") for item in os.fsdecode(raw).split("\0") if item)
    return {name: value for name, _, value in pairs}


def memory_bytes(pid: int) -> int:
    """Memory of a process, each shared page counted in parts (PSS); 0 if it is gone or not ours to read."""
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def marked(home: Path, part: str | None = None) -> list[Process]:
    """Living processes of the stack with this home, of one part or of all; never this process itself."""
    found = []
    for process in everything():
        if process.pid == os.getpid() or process.is_zombie:
            continue
        marks = environment(process.pid)
        if marks.get(MARK_HOME) == str(home) and part in (None, marks.get(MARK_PART)):
            found.append(process)
    return found


def end(processes: Iterable[Process], deadline_s: float, first: signal.Signals = signal.SIGTERM) -> None:
    """Ask each to stop, wait up to `deadline_s` seconds for all, then kill what is left."""
    waiting = list(processes)
    for process in waiting:
        _send(process, first)
    give_up = time.monotonic() + deadline_s
    while (
        waiting := [process for process in waiting if is_alive(process.pid, process.started)]
    ) and time.monotonic() < give_up:
        time.sleep(0.05)
    for process in waiting:
        _send(process, signal.SIGKILL)
    give_up = time.monotonic() + 5
    while any(is_alive(process.pid, process.started) for process in waiting) and time.monotonic() < give_up:
        time.sleep(0.02)


def _send(process: Process, number: signal.Signals) -> None:
    if is_alive(process.pid, process.started):
        try:
            os.kill(process.pid, number)
        except ProcessLookupError:
            return
