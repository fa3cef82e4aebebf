"""Work done by two processes: answers come back, and so does whatever went wrong."""

import os
import signal

import pytest

from producers.side_by_side import Stopped, parts, shares, side_by_side
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


def test_a_process_that_is_killed_is_an_error():
    with pytest.raises(Stopped, match="before its work was done"):
        side_by_side([lambda: 1, lambda: os.kill(os.getpid(), signal.SIGKILL)])


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

    def kill_the_asking():
        grandchild = int(os.read(reading, 20))
        return grandchild

    asking = os.fork()
    if asking == 0:
        try:
            asks()
        finally:
            os._exit(0)
    os.close(writing)
    grandchild = kill_the_asking()
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
