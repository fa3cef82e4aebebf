"""Failpoints: spots where a test can kill, delay or fail a process; inert and free unless armed (reliability.md 2)."""

import os
import random
import re
import signal
import time
from dataclasses import dataclass

from schemas import errors
from schemas.errors import WrongSetting

_BATCH = (
    "polled",
    "placed",
    "claimed",
    "facts_inserted",
    "persons_locked",
    "evaluated",
    "status_written",
    "outbox_written",
    "before_commit",
    "after_commit",
    "offsets_shown",
)
NAMES = frozenset(
    [f"status.{spot}" for spot in (*_BATCH, "merged", "due_claimed", "due_before_commit", "day_moved")]
    + [f"partners.{spot}" for spot in _BATCH if spot not in ("facts_inserted", "status_written")]
    + [f"relay.{spot}" for spot in ("after_read", "after_send", "after_ack", "after_mark")]
)

_SPEC = re.compile(
    r"(?P<name>[a-z_.]+)=(?P<action>kill9|sleep:(?P<seconds>[0-9.]+)|raise:(?P<error>[A-Za-z]+))(?:@1/(?P<rate>[1-9][0-9]*))?"
)


@dataclass(frozen=True, slots=True)
class _Action:
    kind: str
    seconds: float
    error: type[Exception] | None
    one_in: int


_armed: dict[str, _Action] = {}
_random = random.Random()  # noqa: S311 - faults, not secrets


def arm(text: str, seed: int = 0) -> None:
    """Arm the failpoints of `text` ("status.before_commit=kill9@1/40,relay.after_ack=sleep:5"); "" disarms all.

    Raises WrongSetting for a name that is not in NAMES, an unknown action, an error that schemas.errors does not have.
    """
    _armed.clear()
    _random.seed(seed)
    for spec in filter(None, text.split(",")):
        match = _SPEC.fullmatch(spec.strip())
        if match is None or match["name"] not in NAMES:
            raise WrongSetting(
                "BRANCHESPOR_FAILPOINTS: want NAME=kill9, sleep:S or raise:ERROR, with @1/N if not each time; "
                f"names: {', '.join(sorted(NAMES))}"
            )
        error = getattr(errors, match["error"], None) if match["error"] else None
        if match["error"] and not (isinstance(error, type) and issubclass(error, errors.BranchesporError)):
            raise WrongSetting("BRANCHESPOR_FAILPOINTS: raise: wants the name of an error of schemas.errors")
        seconds = float(match["seconds"] or 0)
        _armed[match["name"]] = _Action(match["action"].partition(":")[0], seconds, error, int(match["rate"] or 1))


def failpoint(name: str) -> None:
    """Do here what was armed for `name`; nothing by default."""
    if _armed and name in _armed:
        _do(_armed[name])


def _do(action: _Action) -> None:
    if _random.randrange(action.one_in):
        return
    if action.kind == "kill9":
        os.kill(os.getpid(), signal.SIGKILL)
    elif action.kind == "sleep":
        time.sleep(action.seconds)
    elif action.error is not None:
        raise action.error("a failpoint raised this")
