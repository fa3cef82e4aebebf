"""Work on a large delivery, done by two processes: Python runs one thread at a time, and two cores are not too much.

A process is forked for each piece of work and ends with it: what is at hand here is at hand there, and what it gives
comes back. Clients of servers are of no use after a fork: work that needs one opens its own.
"""

import gc
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, NoReturn, TypeVar

from schemas.errors import Unavailable

PROCESSES: Final = 2  # of which one is this; more would want more memory than a delivery may
MANY: Final = 50_000  # rows or facts: with fewer a second process costs more than it brings
_PLACE: Final = 4  # bytes
T = TypeVar("T")


class Stopped(RuntimeError):
    """Work in another process failed by an exception that cannot be carried over: its type and place."""


def processes_for(size: int) -> int:
    """How many processes a delivery of so many rows or facts is worth here."""
    # Where a process may not say which cores it has, a fork is not safe or not there: macOS, Windows.
    many = size >= MANY and hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(0)) > 1
    return PROCESSES if many else 1


def shares(size: int, of: int) -> list[range]:
    """The places 0 to `size` in so many runs of one length."""
    return [range(size * each // of, size * (each + 1) // of) for each in range(of)]


def side_by_side(works: Sequence[Callable[[], T]]) -> list[T]:
    """What each of these gives: the first is done here, every other one by a process of its own.

    Answers must be picklable. If one raises, its exception is raised here with its place as a note, or Stopped where it
    cannot be carried over, and the others are stopped. Raises Unavailable if a process cannot be started, or ends
    before it has answered (memory is short, the system goes down): the same again may go well.
    """
    first, *others = works
    if not others:
        return [first()]
    sys.stdout.flush()
    sys.stderr.flush()
    started: list[_Process] = []
    # A collector would touch every object there is, and so copy it: until the end it looks at new ones alone.
    gc.freeze()
    try:
        for work in others:
            with _no_signal():
                started.append(_started(work))
        return [first(), *(each.answer() for each in started)]
    finally:
        for each in started:
            each.end()
        gc.unfreeze()


@contextmanager
def parts(size: int) -> Iterator[Iterator[int]]:
    """The numbers 0 to `size`, each for one taker alone, whichever process asks first; `size` at most 10,000."""
    taken, given = os.pipe()
    try:
        with os.fdopen(given, "wb") as pipe:
            pipe.write(b"".join(number.to_bytes(_PLACE, "big") for number in range(size)))
        # A read of a pipe is not divided among readers, and all was written before anybody reads.
        yield (int.from_bytes(said, "big") for said in iter(lambda: os.read(taken, _PLACE), b""))
    finally:
        os.close(taken)


class _Process:
    """A process at work; `lifeline` is open as long as this one lives."""

    def __init__(self, pid: int, said: int, lifeline: int) -> None:
        self._pid: int | None = pid
        self._said, self._lifeline = said, lifeline

    def answer(self) -> Any:
        with os.fdopen(os.dup(self._said), "rb") as pipe:
            said = pipe.read()
        if not said:
            raise Unavailable("a second process ended before its work was done: was there enough memory?")
        well, answer = pickle.loads(said)  # noqa: S301 - of our own process
        if well:
            return answer
        raise answer

    def end(self) -> None:
        pid, self._pid = self._pid, None
        if pid is not None:
            os.close(self._said)
            os.close(self._lifeline)
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


@contextmanager
def _no_signal() -> Iterator[None]:
    """Signals wait, so that none is answered in a process that does not know yet which one it is."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _started(work: Callable[[], Any]) -> _Process:
    said, say = os.pipe()
    watched, lifeline = os.pipe()
    try:
        pid = os.fork()
    except OSError:
        for each in (said, say, watched, lifeline):
            os.close(each)
        raise Unavailable("no second process can be started: is there enough memory?") from None
    if pid == 0:
        _work(work, say, watched, (said, lifeline))
    os.close(say)
    os.close(watched)
    return _Process(pid, said, lifeline)


def _work(work: Callable[[], Any], say: int, watched: int, of_the_other: Sequence[int]) -> NoReturn:
    """The life of the other process. It never returns into what was forked, and runs nothing of its exit."""
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        for each in of_the_other:
            os.close(each)
        threading.Thread(target=_end_with, args=(watched,), daemon=True).start()
        with os.fdopen(say, "wb") as pipe:
            pipe.write(_answered(work))
    finally:
        os._exit(0)


def _end_with(watched: int) -> None:
    """Wait for the end of the process that asked: nobody would hear the answer."""
    os.read(watched, 1)
    os._exit(1)


def _answered(work: Callable[[], Any]) -> bytes:
    try:
        return pickle.dumps((True, work()), pickle.HIGHEST_PROTOCOL)
    except BaseException as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{frame.name}:{frame.lineno}"
        error.add_note(place)  # a traceback does not travel
        try:
            said = pickle.dumps((False, error), pickle.HIGHEST_PROTOCOL)
            pickle.loads(said)  # noqa: S301 - our own: not every exception comes out as it went in
        except Exception:
            said = pickle.dumps((False, Stopped(f"{type(error).__name__} at {place}")))
        return said
