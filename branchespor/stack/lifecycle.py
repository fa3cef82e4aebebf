"""Starting and stopping the local stack from outside: what `branchespor up` and `down`, and the tests, call."""

import fcntl
import json
import os
import shutil
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from branchespor.settings import Settings
from branchespor.stack import board, database, parts, probes, process_tree, secret_files
from branchespor.stack.board import Picture, Seen
from branchespor.stack.keeper import log_path
from branchespor.stack.supervisor import wanted_path
from branchespor.stack.table import PARTS
from schemas.errors import Unavailable, WrongSetting

GIVE_UP_S = 600
LOOK_EVERY_S = 0.1
STOP_S = 90
LINES_OF_LOG = 20


def up(
    settings: Settings,
    only: Iterable[str] | None = None,
    report: Callable[[str], None] = lambda _: None,
    owner: int | None = None,
) -> bool:
    """Start the stack, or the named parts and what they need, and wait until all are healthy.

    False if all ran already. With `owner` the stack stops by itself when that process is gone. Raises WrongSetting
    for a port in use, Unavailable that names the part that failed, with its last log lines.
    """
    began = time.monotonic()
    names = parts.wanted(PARTS, only)
    _make_folders(settings)
    with _alone(settings):
        secret_files.make_missing(settings)
        picture = board.read(settings)
        if picture.is_watched:
            if all(name in picture.parts and picture.parts[name].is_up for name in names):
                return False
            _want(settings, {*picture.parts, *names})
            os.kill(picture.pid, signal.SIGHUP)
        else:
            end_leftovers(settings)
            _refuse_busy_ports(settings, names)
            _want(settings, names)
            _spawn(settings, owner)
    _wait(settings, names, picture.parts if picture.is_watched else {}, report, began)
    return True


def down(settings: Settings, wipe: bool = False, report: Callable[[str], None] = lambda _: None) -> bool:
    """Stop everything in reverse order; False if nothing ran. With `wipe` all goes but the jars."""
    if not board.path(settings).parent.is_dir():
        return False
    with _alone(settings):
        picture = board.read(settings)
        ran = picture.is_watched
        if ran:
            os.kill(picture.pid, signal.SIGTERM)
            _wait_for_end(settings, picture, report)
        ran = end_leftovers(settings) > 0 or ran
        board.path(settings).unlink(missing_ok=True)
        if wipe:
            database.wipe(settings)
            for name in ("data", "logs", "secrets", "run", "partners", "partners-off", "landing", "sample"):
                shutil.rmtree(settings.home.resolve() / name, ignore_errors=True)
    return ran


def end_leftovers(settings: Settings) -> int:
    """End what a supervisor that was killed left running; gives the number of processes ended.

    They are known by the mark in their environment, or, where a program wrote over it, by the session that
    the state file says was theirs.
    """
    home = settings.home.resolve()
    sessions = {seen.pid: seen.started for seen in board.read(settings).parts.values() if seen.pid}
    found = {process.pid: process for process in process_tree.marked(home)}
    for process in process_tree.everything():
        leader = process_tree.look(process.session)
        # A session's number is not given away while it has members; a leader of another age has it anew.
        if process.session in sessions and (leader is None or leader.started == sessions[process.session]):
            found[process.pid] = process
    server = board.read(settings).parts.get("postgres", Seen()).pid
    process_tree.end([process for process in found.values() if process.session != server], 5)
    # Last, since the others write to it; its children leave by themselves.
    process_tree.end(
        [process for process in found.values() if process.pid == server], 10, PARTS["postgres"].stop_signal
    )
    process_tree.end(found.values(), 1)
    return len(found)


def last_lines(path: Path, count: int) -> list[str]:
    """The last lines of a log, fewer if it has fewer, none if it is not there."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", errors="replace") as file:
        return [line.rstrip("\n") for line in deque(file, maxlen=count)]


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """One `up` or `down` at a time decides what to do; a second one then finds it done."""
    with (board.path(settings).parent / "up.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_folders(settings: Settings) -> None:
    home = settings.home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    (home / "data").mkdir(exist_ok=True)
    # Passable, not readable: PostgreSQL's own user must reach its folder below.
    for open_folder in (home, home / "data"):
        open_folder.chmod(0o711)
    for name in ("logs", "run", "partners", "landing"):
        (home / name).mkdir(exist_ok=True, mode=0o700)
        (home / name).chmod(0o700)
    for folder in secret_files.partner_folders():
        for name in ("out", "receipts"):
            (home / "partners" / folder / name).mkdir(parents=True, exist_ok=True)
    (home / "partners" / "rest" / "receipts").mkdir(parents=True, exist_ok=True)


def _refuse_busy_ports(settings: Settings, names: Iterable[str]) -> None:
    for name in names:
        if busy := probes.busy_port(settings, PARTS[name].ports):
            raise WrongSetting(f"{name} cannot start: {busy}")


def _want(settings: Settings, names: Iterable[str]) -> None:
    chosen = [name for name in PARTS if name in set(names)]
    wanted_path(settings).write_text(json.dumps(chosen), encoding="utf-8")


def _spawn(settings: Settings, owner: int | None) -> None:
    command = [sys.executable, "-m", "branchespor.stack.supervisor"] + (
        [] if owner is None else ["--owner", str(owner)]
    )
    board.path(settings).unlink(missing_ok=True)
    output = os.open(log_path(settings, "supervisor"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    try:
        # Not subprocess: its object would complain of a process that is meant to outlive us.
        supervisor = os.posix_spawn(
            command[0],
            command,
            parts.environment(settings),
            setsid=True,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, nothing, 0),
                (os.POSIX_SPAWN_DUP2, output, 1),
                (os.POSIX_SPAWN_DUP2, output, 2),
            ],
        )
    finally:
        os.close(output)
        os.close(nothing)
    while not board.read(settings).is_watched:
        if os.waitpid(supervisor, os.WNOHANG)[0]:
            raise Unavailable(_failure(settings, "supervisor", "it ended"))
        time.sleep(LOOK_EVERY_S)


def _wait(
    settings: Settings,
    names: list[str],
    known: Mapping[str, Seen],
    report: Callable[[str], None],
    began: float,
) -> None:
    shown: dict[str, Seen] = {}
    while time.monotonic() - began < GIVE_UP_S:
        picture = board.read(settings)
        for name in names:
            seen = picture.parts.get(name, Seen())
            if seen.state == "failed" and seen == known.get(name):
                seen = Seen()  # of before we asked to try again
            if seen.state != shown.get(name, Seen()).state and seen.state in ("ready", "done", "restarting", "failed"):
                report(f"{time.monotonic() - began:6.1f} s  {name:<22} {seen.state}  {seen.message}".rstrip())
            shown[name] = seen
        if failed := [name for name in names if shown[name].state == "failed"]:
            raise Unavailable(_failure(settings, failed[0], shown[failed[0]].message))
        if all(seen.is_up for seen in shown.values()):
            return
        if not picture.is_watched:
            raise Unavailable(_failure(settings, "supervisor", "it ended"))
        time.sleep(LOOK_EVERY_S)
    late = ", ".join(name for name, seen in shown.items() if not seen.is_up)
    raise Unavailable(f"not healthy after {GIVE_UP_S} s: {late}; look at `branchespor ps` and `branchespor logs NAME`")


def _failure(settings: Settings, name: str, message: str) -> str:
    lines = last_lines(log_path(settings, name), LINES_OF_LOG)
    shown = "".join(f"\n  | {line}" for line in lines)
    return f"{name} failed: {message}\nlast lines of {log_path(settings, name)}:{shown or ' none'}"


def _wait_for_end(settings: Settings, picture: Picture, report: Callable[[str], None]) -> None:
    began, told = time.monotonic(), set[str]()
    while process_tree.is_alive(picture.pid, picture.started):
        for name, seen in board.read(settings).parts.items():
            if seen.state == "stopped" and name not in told and PARTS[name].command:
                told.add(name)
                report(f"{time.monotonic() - began:6.1f} s  {name:<22} stopped")
        if time.monotonic() - began > STOP_S:
            os.kill(picture.pid, signal.SIGKILL)
        time.sleep(LOOK_EVERY_S)
