"""The landing folder: bytes of a delivery, unchanged, sealed, under our own name, before anybody looks at them."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag

from producers.sealing import SEALED, opened_stream, sealed_stream
from schemas.errors import Unavailable, WrongSetting

_PART = ".part"
_CONTEXT = "landing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """Bytes that lie in the landing folder: `path` carries the delivery id as its name, `size` counts bytes."""

    delivery_id: str
    sha256: str
    size: int
    path: Path


def prepare(folder: Path) -> Path:
    """The landing folder, resolved, made if it is not there, with mode 0700 (security.md S-46).

    Raises WrongSetting if it is a link, no folder, or belongs to somebody else.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise WrongSetting(f"the landing folder {folder} must be a folder of our own user, and no link")
    folder.chmod(0o700)
    return folder.resolve()


def land(folder: Path, name_of: Callable[[str], str], chunks: Iterable[bytes], key: bytes | None = None) -> Landed:
    """Write `chunks` to the landing folder under the name `name_of(sha256)`, a delivery id; the same twice is one.

    With a `key` they are sealed while they are written. Written under another name, synced, read again and compared,
    then renamed: a name that is there is whole. A crash or an error in `chunks` leaves at most a leftover for `sweep`.
    Hash and size are those of the plain bytes. Raises Unavailable if the disk gives back other bytes.
    """
    folder = prepare(folder)
    part = folder / f"{uuid4()}{_PART}"
    plain, written = _Counted(chunks), hashlib.sha256()
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "r+b") as file:
            for chunk in plain if key is None else sealed_stream(key, plain, _CONTEXT):
                file.write(chunk)
                written.update(chunk)
            file.flush()
            os.fsync(file.fileno())
            file.seek(0)
            if hashlib.file_digest(file, "sha256").digest() != written.digest():
                raise Unavailable(f"the disk of {folder} gave back other bytes than were written: examine it")
        delivery_id = name_of(plain.sha256)
        part.rename(contained(folder, delivery_id))
        _sync(folder)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    return Landed(delivery_id=delivery_id, sha256=plain.sha256, size=plain.size, path=folder / delivery_id)


class _Counted:
    """Chunks that are hashed and counted while they pass."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks, self._digest, self.size = chunks, hashlib.sha256(), 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._digest.update(chunk)
            self.size += len(chunk)
            yield chunk

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


def read(folder: Path, delivery_id: str, sha256: str, key: bytes | None = None) -> bytes:
    """The plain bytes of a landed delivery, sealed with `key` or not at all.

    Raises Unavailable if they are gone, no longer those of `sha256`, or sealed with another key.
    """
    path = contained(folder, delivery_id)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        raise Unavailable(f"delivery {delivery_id} is not in the landing folder: fetch it again") from None
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise Unavailable(f"delivery {delivery_id} in the landing folder is no file: fetch it again")
        data = _opened(file, delivery_id, key)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Unavailable(f"delivery {delivery_id} in the landing folder was changed: fetch it again")
    return data


def _opened(file: IO[bytes], delivery_id: str, key: bytes | None) -> bytes:
    # The keyless ones lay here before bytes were sealed; a sender's file cannot pass for a sealed one, the hash tells.
    first = file.read(len(SEALED))
    if first != SEALED or key is None:
        return first + file.read()
    try:
        return opened_stream(key, file, _CONTEXT)
    except (InvalidTag, EOFError):
        raise Unavailable(
            f"delivery {delivery_id} in the landing folder does not open with the key quarantine_aes_key: "
            "give the right key, or fetch it again"
        ) from None


def remove(folder: Path, delivery_id: str) -> bool:
    """Delete the bytes of a delivery; False if they were gone already."""
    try:
        contained(folder, delivery_id).unlink()
    except FileNotFoundError:
        return False
    _sync(folder)
    return True


def contained(folder: Path, delivery_id: str) -> Path:
    """The place of a delivery in `folder`. Raises WrongSetting for anything but a UUID: no name of a sender is used."""
    path = folder.resolve() / delivery_id
    if not _is_id(delivery_id) or path.parent != folder.resolve():
        raise WrongSetting("a name in the landing folder must be a delivery id in its canonical form")
    return path


def landed(folder: Path) -> list[str]:
    """The ids of the deliveries that lie there, sorted; those without a row in the ledger are the caller's to judge."""
    return sorted(path.name for path in folder.iterdir() if _is_id(path.name)) if folder.is_dir() else []


def sweep(folder: Path, before: datetime) -> int:
    """Remove leftovers of landings that began before `before` (aware) and never ended; gives how many."""
    gone = 0
    for path in folder.glob(f"*{_PART}"):
        with suppress(FileNotFoundError):
            if datetime.fromtimestamp(path.lstat().st_mtime, UTC) < before:
                path.unlink()
                gone += 1
    return gone


def _is_id(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
