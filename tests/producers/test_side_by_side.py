"""Work done by two processes: answers come back, and so does whatever went wrong."""

import errno
import os
import signal
from pathlib import Path

import pytest

from producers.side_by_side import MANY, Stopped, parts, processes_for, shares, side_by_side
from schemas.errors import Unavailable


def raises(error):
    raise error


class NotCarried(Exception):
    """Cannot be made again of its arguments."""

    def __init__(self, one, two):
        super().__init__(f"{one} {two}")


def test_each_work_is_done_once_in_a_process_of_its_own():
    here, there = side_by_side([lambda: (os.getpid(), "one"), lambda: (os.getpid(), "two")])
    assert here == (os.getpid(), "one")
    assert there[0] != os.getpid()
    assert there[1] == "two"


def test_one_work_needs_no_other_process():
    assert side_by_side([os.getpid]) == [os.getpid()]


def test_what_is_at_hand_here_is_at_hand_there_and_an_answer_may_be_large():
    rows = list(range(200_000))
    one, two = side_by_side([lambda: rows[:100_000], lambda: rows[100_000:]])
    assert one + two == rows


def test_an_error_of_the_other_process_is_raised_here():
    with pytest.raises(Unavailable, match="is away"):
        side_by_side([lambda: 1, lambda: raises(Unavailable("the database is away"))])


def test_an_error_that_cannot_be_carried_over_is_told_by_type_and_place_without_its_message():
    with pytest.raises(Stopped, match=r"^NotCarried at raises:\d+$"):
        side_by_side([lambda: 1, lambda: raises(NotCarried("a", "secret"))])


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_that_is_ended_from_outside_may_do_better_another_time(number):
    with pytest.raises(Unavailable, match="before its work was done"):
        side_by_side([lambda: 1, lambda: os.kill(os.getpid(), number)])


def test_an_error_says_where_it_came_from():
    def trips():
        raise KeyError("a secret")

    with pytest.raises(KeyError) as error:
        side_by_side([lambda: 1, trips])
    assert [note.split(":")[0] for note in error.value.__notes__] == ["trips"]


def test_no_memory_for_a_second_process_is_a_matter_of_time_and_leaves_nothing_open(monkeypatch):
    def refuse():
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    before = len(os.listdir("/proc/self/fd"))
    monkeypatch.setattr(os, "fork", refuse)
    with pytest.raises(Unavailable, match="no second process"):
        side_by_side([lambda: 1, lambda: 2])
    assert len(os.listdir("/proc/self/fd")) == before


def children():
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text()


def test_nothing_is_left_open_and_no_process_remains():
    started = children()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        side_by_side([lambda: 1, lambda: 2])
    assert len(os.listdir("/proc/self/fd")) == before
    assert children() == started


def test_where_cores_cannot_be_counted_one_process_does_it_all(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity")
    assert processes_for(10**9) == 1


def test_a_small_delivery_is_one_process_work():
    assert processes_for(MANY - 1) == 1


def test_the_other_process_ends_when_the_work_here_fails():
    reading, writing = os.pipe()

    def wait_for_ever():
        os.write(writing, str(os.getpid()).encode())
        signal.pause()

    def fail():
        raise Unavailable(os.read(reading, 20).decode())

    with pytest.raises(Unavailable) as error:
        side_by_side([fail, wait_for_ever])
    with pytest.raises(ProcessLookupError):
        os.kill(int(str(error.value)), 0)
    os.close(reading)
    os.close(writing)


def test_the_other_process_ends_with_the_one_that_asked():
    reading, writing = os.pipe()

    def wait_for_ever():
        os.write(writing, f"{os.getpid()}\n".encode())
        signal.pause()

    def asks():
        side_by_side([signal.pause, wait_for_ever])

    asking = os.fork()
    if asking == 0:
        try:
            asks()
        finally:
            os._exit(0)
    os.close(writing)
    grandchild = int(os.read(reading, 20))
    os.kill(asking, signal.SIGKILL)
    os.waitpid(asking, 0)
    # The pipe has no writer left when the grandchild is gone.
    assert os.read(reading, 1) == b""
    os.close(reading)
    assert grandchild > 0


def test_each_part_is_given_to_one_taker_alone():
    with parts(500) as left:
        here, there = side_by_side([lambda: list(left), lambda: list(left)])
    assert sorted(here + there) == list(range(500))


@pytest.mark.parametrize(("size", "of"), [(0, 2), (1, 2), (7, 2), (10, 1), (10, 3)])
def test_shares_are_all_the_places_once(size, of):
    assert [place for share in shares(size, of) for place in share] == list(range(size))
