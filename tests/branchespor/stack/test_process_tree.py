"""Processes: recognised, found by their mark, ended together with what they started."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from branchespor.stack import process_tree

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)",
]


def wait_until(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < give_up, "the condition never came true"
        time.sleep(0.02)


def test_a_recycled_pid_is_not_mistaken() -> None:
    me = process_tree.look(os.getpid())
    assert me is not None
    assert process_tree.is_alive(me.pid, me.started)
    assert not process_tree.is_alive(me.pid, me.started - 1)


def test_a_zombie_is_not_alive() -> None:
    with subprocess.Popen(SLEEP) as child:
        process = process_tree.look(child.pid)
        assert process is not None
        child.kill()
        wait_until(lambda: (seen := process_tree.look(child.pid)) is not None and seen.is_zombie)
        assert not process_tree.is_alive(process.pid, process.started)


def test_a_marked_process_is_found_by_home_and_part(tmp_path: Path) -> None:
    marks = {process_tree.MARK_HOME: str(tmp_path), process_tree.MARK_PART: "kafka"}
    with subprocess.Popen(SLEEP, env={**os.environ, **marks}) as child:
        wait_until(lambda: [each.pid for each in process_tree.marked(tmp_path, "kafka")] == [child.pid])
        assert process_tree.marked(tmp_path, "postgres") == []
        assert process_tree.marked(tmp_path / "other") == []
        process_tree.end(process_tree.marked(tmp_path), deadline_s=5)
        assert child.wait() != 0


def test_one_that_ignores_the_request_is_killed_after_the_deadline() -> None:
    with subprocess.Popen(STUBBORN, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "deaf\n"
        process = process_tree.look(child.pid)
        assert process is not None
        process_tree.end([process], deadline_s=0.2)
        assert child.wait() == -9
