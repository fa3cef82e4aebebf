"""What lies complete in a partner's `out/`: one listing and the look before it, and nothing that waits or sleeps."""

import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

import asyncssh

from producers.transports.names import decoded, shown

QUIET = timedelta(seconds=10)
_PART, _MARKER = ".part", ".done"

Reason = Literal["name", "twice", "no file"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file in `out/`: `name` after NFC, `remote` and `marker` (its `.done`) as the server spells them.

    `size` in bytes, `changed_s` the server's time of change in seconds.
    """

    name: str
    remote: bytes
    size: int
    changed_s: int
    marker: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Size and time of change of a file, and since when (aware) they have been so."""

    size: int
    changed_s: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Something in `out/` that is not read: `shown` is safe to log."""

    shown: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look into `out/`: complete files sorted by name, what was seen for the next look, what was refused.

    `waiting` are names of uploads that are not complete yet, with the moment since when nothing has moved in them: the
    caller tells the sender when that is too long ago (reliability.md F-29). `cut`: there was more than is read at once.
    """

    complete: Sequence[Found] = ()
    seen: Mapping[str, Seen] = field(default_factory=dict)
    refused: Sequence[Refusal] = ()
    waiting: Mapping[str, datetime] = field(default_factory=dict)
    cut: bool = False


def judged(entries: Sequence[asyncssh.SFTPName], earlier: Mapping[str, Seen], now: datetime, cut: bool) -> Look:
    """The look that a listing makes; attributes are those of `lstat`. Source: partners/README.md (SFTP).

    Complete: `NAME.done` of 0 bytes lies beside it, or size and time of change are those seen at least 10 s ago.
    """
    files: dict[str, Found] = {}
    refused: list[Refusal] = []
    twice: set[str] = set()
    for entry in entries:
        remote = entry.filename if isinstance(entry.filename, bytes) else entry.filename.encode()
        mode = entry.attrs.permissions or 0
        if remote == b"done" and stat.S_ISDIR(mode):
            continue
        name = decoded(remote)
        if name is None:
            refused.append(Refusal(shown=shown(remote), reason="name"))
        elif not stat.S_ISREG(mode):
            refused.append(Refusal(shown=shown(remote), reason="no file"))
        elif name in files:
            twice.add(name)
            refused.append(Refusal(shown=shown(remote), reason="twice"))
        else:
            files[name] = Found(
                name=name, remote=remote, size=entry.attrs.size or 0, changed_s=int(entry.attrs.mtime or 0)
            )
    # Which of two names that are one after NFC is meant, nobody can know.
    refused.extend(Refusal(shown=shown(files.pop(name).remote), reason="twice") for name in twice)
    return _complete(files, refused, earlier, now, cut)


def _complete(
    files: Mapping[str, Found], refused: Sequence[Refusal], earlier: Mapping[str, Seen], now: datetime, cut: bool
) -> Look:
    complete, seen, waiting = [], {}, {}
    for name, found in sorted(files.items()):
        if name.endswith(_MARKER):
            continue
        before = earlier.get(name)
        still = before is not None and (before.size, before.changed_s) == (found.size, found.changed_s)
        since = before.since if before is not None and still else now
        seen[name] = Seen(size=found.size, changed_s=found.changed_s, since=since)
        marker = files.get(name + _MARKER)
        if name.endswith(_PART):
            waiting[name] = since
        elif marker is not None and marker.size == 0:
            complete.append(replace(found, marker=marker.remote))
        elif now - since >= QUIET:
            complete.append(found)
        else:
            waiting[name] = since
    return Look(complete=complete, seen=seen, refused=refused, waiting=waiting, cut=cut)
