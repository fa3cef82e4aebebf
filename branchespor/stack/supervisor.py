"""The background process behind `branchespor up`: keeps every part, ends all of them when told to."""

import argparse
import ctypes
import fcntl
import json
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from queue import Empty, Queue

from branchespor.settings import Settings, load
from branchespor.stack import process_tree
from branchespor.stack.board import Board
from branchespor.stack.keeper import keep
from branchespor.stack.parts import stop_layers
from branchespor.stack.table import PARTS

PR_SET_CHILD_SUBREAPER = 36
LOOK_EVERY_S = 0.5


def wanted_path(settings: Settings) -> Path:
    """The list of parts to keep; read at the start and at SIGHUP."""
    return settings.home.resolve() / "run" / "wanted.json"


def lock_path(settings: Settings) -> Path:
    """Held by the one supervisor of this home, for as long as it lives."""
    return settings.home.resolve() / "run" / "supervisor.lock"


def supervise(settings: Settings, owner: int | None = None) -> int:
    """Keep the wanted parts until SIGTERM or SIGINT, or until process `owner` is gone; 4 if another one runs."""
    with lock_path(settings).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 4
        os.chdir("/")
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        board = Board(settings, _log)
        threads: dict[str, threading.Thread] = {}
        orders: Queue[str] = Queue()
        for number, order in ((signal.SIGTERM, "stop"), (signal.SIGINT, "stop"), (signal.SIGHUP, "more")):
            signal.signal(number, lambda *_, order=order: orders.put(order))
        _start_wanted(settings, board, threads)
        owner_started = process_tree.look(owner) if owner else None
        while True:
            try:
                order = orders.get(timeout=LOOK_EVERY_S)
            except Empty:
                order = ""
            _reap(board)
            if order == "more":
                board.try_again()
                _start_wanted(settings, board, threads)
            if order == "stop" or (
                owner_started and not process_tree.is_alive(owner_started.pid, owner_started.started)
            ):
                break
        _stop(settings, board, threads)
    return 0


def _start_wanted(settings: Settings, board: Board, threads: dict[str, threading.Thread]) -> None:
    names = json.loads(wanted_path(settings).read_text(encoding="utf-8"))
    for name in names:
        if name not in threads:
            board.say(name, "waiting")
    for name in names:
        if name not in threads:
            threads[name] = threading.Thread(target=keep, args=(PARTS[name], board, settings), name=name, daemon=True)
            threads[name].start()


def _reap(board: Board) -> None:
    for stray in board.strays():
        if stray.is_zombie:
            try:
                os.waitpid(stray.pid, os.WNOHANG)
            except ChildProcessError:
                continue


def _stop(settings: Settings, board: Board, threads: dict[str, threading.Thread]) -> None:
    board.stop()
    home = settings.home.resolve()
    for layer in stop_layers(PARTS, threads):
        closing = [threading.Thread(target=_stop_part, args=(name, board, home)) for name in layer]
        for thread in closing:
            thread.start()
        for thread in closing:
            thread.join()
        for name in layer:
            threads[name].join(timeout=10)
            board.say(name, "stopped")
    process_tree.end([*board.strays(), *process_tree.marked(home)], deadline_s=3)
    _reap(board)


def _stop_part(name: str, board: Board, home: Path) -> None:
    seen = board.seen().get(name)
    part = PARTS[name]
    if seen and seen.pid and (process := process_tree.look(seen.pid)) and process.started == seen.started:
        process_tree.end([process], part.stop_s, part.stop_signal)
    process_tree.end(process_tree.marked(home, name), deadline_s=2)


def _log(sentence: str, detail: str) -> None:
    logging.getLogger("supervisor").info("%s%s", sentence, f": {detail}" if detail else "")


def main() -> int:
    """Entry point of `python -m branchespor.stack.supervisor`; settings come from the environment."""
    parser = argparse.ArgumentParser(prog="branchespor.stack.supervisor")
    parser.add_argument("--owner", type=int, help="stop when this process is gone")
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    logging.getLogger("supervisor").setLevel(logging.INFO)
    # kafka-python warns of passwords in the clear at each login; here they never leave loopback.
    logging.getLogger("kafka").setLevel(logging.ERROR)
    return supervise(load(), parser.parse_args().owner)


if __name__ == "__main__":
    sys.exit(main())
