"""The life of one part: prepare, wait for what it needs, start, ask until ready, start again when it dies."""

import contextlib
import os
import signal
import subprocess
import time
import traceback
from pathlib import Path

from branchespor import clock
from branchespor.settings import Settings
from branchespor.stack import parts, probes, process_tree
from branchespor.stack.board import Board, State
from branchespor.stack.parts import Part
from schemas.errors import BranchesporError, Unavailable

ASK_EVERY_S = 0.15
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.3, 30.0
# Having been ready for so long, a part that dies starts again without a longer pause.
SETTLED_S = 5
DEATHS_UNTIL_FAILED = 3
LOG_BYTES = 20_000_000


def keep(part: Part, board: Board, settings: Settings) -> None:
    """Keep a part running (or do a step once) until the stack stops. Runs in a thread of its own."""
    while not board.stopping.is_set():
        try:
            if not _get_ready(part, board, settings):
                return
            break
        except Exception as error:
            _note(error, log_path(settings, part.name))
            board.say(part.name, "failed", message=_reason(error))
            board.wait_for_retry()
    if part.step is None and not board.stopping.is_set():
        _watch(part, board, settings)


def log_path(settings: Settings, name: str) -> Path:
    """Where a part's output goes."""
    return settings.home.resolve() / "logs" / f"{name}.log"


def _get_ready(part: Part, board: Board, settings: Settings) -> bool:
    board.say(part.name, "preparing")
    part.prepare(settings)
    board.say(part.name, "waiting")
    if not board.wait_until_up(part.needs):
        return False
    if part.step is not None:
        board.say(part.name, "starting")
        part.step(settings)
        board.say(part.name, "done")
    elif busy := probes.busy_port(settings, part.ports):
        raise Unavailable(busy)
    return True


def _watch(part: Part, board: Board, settings: Settings) -> None:
    pause, deaths = FIRST_PAUSE_S, 0
    while not board.stopping.is_set():
        since = clock.now()
        board.say(part.name, "starting")
        process = board.launch(part.name, lambda: _start(part, settings))
        came_up, problem = _ask(part, board, settings, process)
        if came_up:
            board.say(part.name, "ready")
            code = process.wait()
            problem = _ending(code)
        _clean_up(board, process)
        if board.stopping.is_set():
            return
        settled = came_up and (clock.now() - since).total_seconds() > SETTLED_S
        pause, deaths = (FIRST_PAUSE_S, 0) if settled else (min(pause * 2, LONGEST_PAUSE_S), deaths + (not came_up))
        state: State = "failed" if deaths >= DEATHS_UNTIL_FAILED else "restarting"
        board.say(part.name, state, message=f"{problem}; starts again in {pause:.1f} s", restarted=True)
        board.stopping.wait(pause)


def _start(part: Part, settings: Settings) -> "subprocess.Popen[bytes]":
    if part.command is None:
        raise TypeError(f"{part.name} is no process")
    path, uid = log_path(settings, part.name), part.uid()
    if path.is_file() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    with path.open("ab") as log:
        return subprocess.Popen(
            part.command(settings),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=parts.environment(settings, part),
            start_new_session=True,
            user=uid,
            group=uid,
            extra_groups=None if uid is None else [],
            umask=0o077,
        )


def _ask(part: Part, board: Board, settings: Settings, process: "subprocess.Popen[bytes]") -> tuple[bool, str]:
    since, began = clock.now(), time.monotonic()
    last = "it gave no answer"
    while not board.stopping.is_set():
        if process.poll() is not None:
            return False, _ending(process.returncode)
        try:
            if part.is_ready(settings, since):
                return True, ""
        except Exception as error:
            last = _reason(error)
        if time.monotonic() - began > part.ready_s:
            process.kill()
            process.wait()
            return False, f"was not ready within {part.ready_s:.0f} s: {last}"
        time.sleep(ASK_EVERY_S)
    process.wait()
    return False, "stopped"


def _clean_up(board: Board, process: "subprocess.Popen[bytes]") -> None:
    """End what the dead process left: its session, and orphans that came to us."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    left = [each for each in process_tree.everything() if each.session == process.pid]
    process_tree.end([*left, *board.strays()], deadline_s=2)


def _note(error: Exception, path: Path) -> None:
    with path.open("a", encoding="utf-8") as log:
        traceback.print_exception(error, file=log)


def _ending(code: int) -> str:
    return f"ended by signal {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"


def _reason(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    text = lines[0] if lines else ""
    return text if isinstance(error, BranchesporError) else f"{type(error).__name__}: {text}"
