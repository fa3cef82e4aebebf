"""A small stack of its own per test: started, broken in every way we could think of, started again."""

import os
import signal
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from branchespor.settings import Settings
from branchespor.stack import board, database, lifecycle, overview, process_tree
from schemas.errors import Unavailable, WrongSetting

pytestmark = pytest.mark.integration

SMALL = ("postgres", "partner-sftp", "partner-http")


def wait_until(condition: Callable[[], bool], within_s: float = 60) -> None:
    give_up = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < give_up, "the condition never came true"
        time.sleep(0.1)


def start(settings: Settings) -> None:
    lifecycle.up(settings, SMALL, owner=os.getpid())


def kept_value(settings: Settings) -> int:
    with psycopg.connect(settings.dsn("owner"), autocommit=True) as conn:
        row = conn.execute("SELECT value FROM public.kept").fetchone()
    return int(row[0]) if row else 0


def keep_a_value(settings: Settings) -> None:
    with psycopg.connect(settings.dsn("owner"), autocommit=True) as conn:
        conn.execute("CREATE TABLE public.kept (value int)")
        conn.execute("INSERT INTO public.kept VALUES (7)")


def pids(settings: Settings) -> list[int]:
    picture = board.read(settings)
    return [picture.pid, *(seen.pid for seen in picture.parts.values() if seen.pid)]


def running(settings: Settings) -> list[int]:
    """Processes that were started for this home, whoever is their parent now."""
    home = settings.home.resolve()
    return [
        process.pid
        for process in process_tree.everything()
        if not process.is_zombie
        and str(home) in (process_tree.PROC / str(process.pid) / "cmdline").read_text(errors="replace")
    ] + [process.pid for process in process_tree.marked(home)]


def test_a_second_up_changes_nothing(empty_home: Settings) -> None:
    start(empty_home)
    before = pids(empty_home)
    assert lifecycle.up(empty_home, SMALL) is False
    assert pids(empty_home) == before


def test_a_part_that_is_killed_comes_back_with_its_data_and_is_counted(empty_home: Settings) -> None:
    start(empty_home)
    keep_a_value(empty_home)
    killed = board.read(empty_home).parts["postgres"].pid
    assert killed
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: (seen := board.read(empty_home).parts["postgres"]).restarts > 0 and seen.state == "ready")
    assert kept_value(empty_home) == 7
    assert "postgres is restarting: ended by signal SIGKILL" in (empty_home.home / "logs" / "supervisor.log").read_text(
        encoding="utf-8"
    )
    [row] = [row for row in overview.rows(empty_home) if row["name"] == "postgres"]
    assert (row["state"], row["restarts"] > 0) == ("ready", True)


def test_after_kill_9_of_everything_up_starts_again_with_all_data(empty_home: Settings) -> None:
    start(empty_home)
    keep_a_value(empty_home)
    for pid in pids(empty_home):
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: {row["state"] for row in overview.rows(empty_home)} == {"gone"})
    start(empty_home)
    assert kept_value(empty_home) == 7


def test_what_a_killed_supervisor_left_running_is_ended_before_the_next_start(empty_home: Settings) -> None:
    start(empty_home)
    keep_a_value(empty_home)
    supervisor, *left = pids(empty_home)
    os.kill(supervisor, signal.SIGKILL)
    wait_until(lambda: not board.read(empty_home).is_watched)
    assert {row["state"] for row in overview.rows(empty_home)} == {"unwatched"}
    start(empty_home)
    assert not set(left) & set(pids(empty_home))
    assert all(process_tree.look(pid) is None for pid in left)
    assert kept_value(empty_home) == 7


def test_down_leaves_no_process_and_with_wipe_no_data(empty_home: Settings) -> None:
    start(empty_home)
    assert running(empty_home)
    assert lifecycle.down(empty_home, wipe=True) is True
    assert running(empty_home) == []
    assert sorted(path.name for path in empty_home.home.iterdir()) == []
    assert lifecycle.down(empty_home) is False


def test_a_port_in_use_is_named_with_its_setting_and_nothing_starts(empty_home: Settings) -> None:
    with socket.create_server((empty_home.host, empty_home.port("sftp"))):
        with pytest.raises(WrongSetting, match=r"partner-sftp.*BRANCHESPOR_SFTP_PORT") as caught:
            start(empty_home)
        assert f"process {os.getpid()}" in str(caught.value)
    assert running(empty_home) == []


def test_a_part_that_fails_is_named_with_its_last_log_lines(empty_home: Settings) -> None:
    empty_home.secrets.mkdir(parents=True, mode=0o700)
    (empty_home.secrets / "ssh_host_ed25519").write_text("no key", encoding="utf-8")
    with pytest.raises(Unavailable, match=r"partner-sftp failed: ended with exit code") as caught:
        start(empty_home)
    assert "Invalid private key" in str(caught.value)
    assert board.read(empty_home).parts["postgres"].is_up


def test_parts_can_be_added_to_a_running_stack(empty_home: Settings) -> None:
    lifecycle.up(empty_home, ["partner-http"], owner=os.getpid())
    first = board.read(empty_home)
    assert lifecycle.up(empty_home, ["partner-sftp"]) is True
    second = board.read(empty_home)
    assert second.pid == first.pid
    assert second.parts["partner-http"] == first.parts["partner-http"]
    assert second.parts["partner-sftp"].is_up


def test_a_changed_password_file_is_a_changed_password(empty_home: Settings) -> None:
    start(empty_home)
    lifecycle.down(empty_home)
    path: Path = empty_home.secrets / "pg_status"
    old = empty_home.dsn("status")
    path.unlink()
    start(empty_home)
    with psycopg.connect(empty_home.dsn("status")):
        pass
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(old)


def test_parameters_statements_and_values_stay_out_of_the_databases_log(empty_home: Settings) -> None:
    start(empty_home)
    with psycopg.connect(empty_home.dsn("owner"), autocommit=True) as conn:
        conn.execute("CREATE TABLE public.canary (value text UNIQUE)")
        for _ in range(2):
            try:
                conn.execute("INSERT INTO public.canary VALUES (%s)", ("canary-of-a-value",))
            except psycopg.errors.UniqueViolation:
                continue
        with pytest.raises(psycopg.errors.DivisionByZero):
            conn.execute("SELECT 'canary-in-a-statement', 1 / 0")
    log = (empty_home.home / "logs" / "postgres.log").read_text(encoding="utf-8")
    assert "duplicate key" in log
    assert "canary-" not in log


def test_two_ups_at_once_start_one_stack(empty_home: Settings) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: lifecycle.up(empty_home, ["partner-http"], owner=os.getpid()), range(2)))
    assert running(empty_home) == [board.read(empty_home).parts["partner-http"].pid]


def test_a_note_of_a_dead_server_whose_pid_is_somebody_elses_does_not_stop_postgres(empty_home: Settings) -> None:
    lifecycle.up(empty_home, ["postgres"], owner=os.getpid())
    lifecycle.down(empty_home)
    note = database.data_folder(empty_home) / "postmaster.pid"
    note.write_text(f"{os.getpid()}\n{note.parent}\n1\n{empty_home.port('postgres')}\n\n127.0.0.1\n", encoding="utf-8")
    lifecycle.up(empty_home, ["postgres"], owner=os.getpid())
    assert database.is_ready(empty_home)
