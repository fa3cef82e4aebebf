"""The hub as SFTP client: what lies complete in a partner's `out/`, one file into landing, a receipt back, the move.

asyncssh, wrapped to block, and not paramiko: it gives listed names as bytes, so that one name that is not UTF-8 does
not break the whole listing; it pins a host key by a value handed in; it is typed; the simulator's server is made of it.
One partner at a time, in the folder of `producers.feeds.Feed.folder`. Source: partners/README.md (SFTP).
"""

import asyncio
import hashlib
import stat
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar, cast

import asyncssh

from producers.landing import Landed, land
from producers.transports.looking import Found, Look, Seen, judged
from producers.transports.names import decoded
from schemas.errors import Unavailable, WrongSetting

_BLOCK = 1 << 20
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where the partners' folders are, who we are, and the one host key that is right.

    `host_key` is a public key in OpenSSH form (`ssh-ed25519 AAAA…`), `host_key_setting` names where it comes from.
    `reply_s` is how long one answer of the server may take.
    """

    host: str
    port: int
    user: str
    key_file: Path
    host_key: str
    host_key_setting: str = "sftp_host_key"
    reply_s: float = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A file in landing. `settled` is False if it was touched meanwhile (then it is held or looked at anew, F-30)."""

    landed: Landed
    found: Found
    settled: bool


class Folder:
    """One partner's folder on the server, while `connect` holds the line. Paths are made here and nowhere else."""

    def __init__(self, client: asyncssh.SFTPClient, runner: asyncio.Runner, server: Server, folder: str) -> None:
        self._client, self._runner, self._server = client, runner, server
        self._base = folder.encode("ascii")

    def look(self, earlier: Mapping[str, Seen], now: datetime, limit: int = 1000) -> Look:
        """What lies in `out/`, compared with the `seen` of an earlier look; at most `limit` entries are read.

        Complete: `NAME.done` of 0 bytes lies beside it, or size and time of change are those seen at least 10 s ago.
        Names that are not safe, links, folders and all that is no plain file are refused without being read.
        """
        entries, cut = self._run(self._listed(limit), self._server.reply_s * 4)
        return judged(entries, earlier, now, cut)

    def fetch(
        self,
        found: Found,
        landing: Path,
        name_of: Callable[[str], str],
        *,
        limit: int,
        seconds: float,
        key: bytes | None = None,
    ) -> Fetched:
        """Copy a file into landing under `name_of(sha256)`, hashed while it is copied, then read and hashed again.

        With a `key` it lies there sealed.

        At most `limit` + 1 bytes are taken, so that a longer file is landed cut and refused with F08 like any other.
        Raises Unavailable if it takes longer than `seconds` in all, or the line breaks: nothing has landed then.
        """
        deadline = self._runner.get_loop().time() + seconds
        path = self._out(found.remote)
        landed = land(landing, name_of, self._chunks(path, limit, deadline), key)
        again, size = hashlib.sha256(), 0
        for chunk in self._chunks(path, limit, deadline):
            again.update(chunk)
            size += len(chunk)
        after = self._run(self._client.lstat(path), self._server.reply_s)
        same = (after.size, after.mtime) == (found.size, found.changed_s) and stat.S_ISREG(after.permissions or 0)
        whole = size == landed.size and (landed.size == found.size or landed.size > limit)
        return Fetched(landed=landed, found=found, settled=same and whole and again.hexdigest() == landed.sha256)

    def answer(self, name: str, receipt: bytes, text: bytes) -> None:
        """Put `NAME.receipt.json` and `NAME.receipt.txt` into `receipts/`: under another name, then renamed over."""
        for ending, content in ((".receipt.json", receipt), (".receipt.txt", text)):
            self._run(self._put(name.encode() + ending.encode(), content), self._server.reply_s * 4)

    def move(self, found: Found, suffix: str) -> bool:
        """Move an answered file and its `.done` to `out/done/`; a name that is there already gets `.suffix` behind it.

        False, and nothing is moved, if the file is no longer the one that was read: it is the next delivery then.
        Raises Unavailable if `out/done` is a link or no folder.
        """
        return self._run(self._moved(found, suffix.encode("ascii")), self._server.reply_s * 4)

    def _out(self, name: bytes) -> bytes:
        return b"/".join((self._base, b"out", name))

    def _run(self, work: Awaitable[_Result], seconds: float) -> _Result:
        async def within() -> _Result:
            async with asyncio.timeout(seconds):
                return await work

        try:
            return self._runner.run(within())
        except (OSError, asyncssh.Error, TimeoutError) as error:
            raise _unavailable(self._server, error) from None

    async def _listed(self, limit: int) -> tuple[list[asyncssh.SFTPName], bool]:
        entries: list[asyncssh.SFTPName] = []
        async for entry in self._client.scandir(self._out(b"").rstrip(b"/")):
            if entry.filename in (b".", b".."):
                continue
            if len(entries) == limit:
                return entries, True
            # The listing may follow links or say nothing: only lstat tells what lies there. Names that could lead
            # elsewhere are not asked for.
            if isinstance(entry.filename, bytes) and decoded(entry.filename) is not None:
                try:
                    entry.attrs = await self._client.lstat(self._out(entry.filename))
                except asyncssh.SFTPNoSuchFile:
                    continue
            entries.append(entry)
        return entries, False

    def _chunks(self, path: bytes, limit: int, deadline: float) -> Iterator[bytes]:
        def left() -> float:
            return max(deadline - self._runner.get_loop().time(), 0.001)

        file = self._run(self._client.open(path, "rb", encoding=None), left())
        try:
            size = 0
            while size <= limit and (chunk := self._run(file.read(min(_BLOCK, limit + 1 - size)), left())):
                size += len(chunk)
                yield cast(bytes, chunk)  # opened without an encoding
        finally:
            self._run(file.close(), self._server.reply_s)

    async def _put(self, name: bytes, content: bytes) -> None:
        path = b"/".join((self._base, b"receipts", name))
        part = path + b".part"
        # Made anew, never opened: a sender could have put a link there, to somebody else's folder.
        if await self._client.lexists(part):
            await self._client.remove(part)
        async with self._client.open(part, "xb", encoding=None) as file:
            await file.write(content)
        await self._client.posix_rename(part, path)

    async def _moved(self, found: Found, suffix: bytes) -> bool:
        path, done = self._out(found.remote), self._out(b"done")
        if not await self._client.lexists(path):
            return await self._client.lexists(b"/".join((done, found.remote)))
        now = await self._client.lstat(path)
        if (now.size, now.mtime) != (found.size, found.changed_s):
            return False
        if not await self._client.lexists(done):
            await self._client.mkdir(done)
        elif not stat.S_ISDIR((await self._client.lstat(done)).permissions or 0):
            raise NotADirectoryError
        target = b"/".join((done, found.remote))
        if await self._client.lexists(target):
            target += b"." + suffix
        await self._client.posix_rename(path, target)
        if found.marker is not None and await self._client.lexists(self._out(found.marker)):
            await self._client.posix_rename(self._out(found.marker), target + b".done")
        return True


@contextmanager
def connect(server: Server, folder: str) -> Iterator[Folder]:
    """A line to the server for one partner's folder, closed at the end.

    Raises WrongSetting if the server has another host key than the pinned one, or does not take our key; Unavailable
    if it cannot be reached or stops answering.
    """
    try:
        pinned = asyncssh.import_public_key(server.host_key)
        key = asyncssh.read_private_key(server.key_file)
    except (asyncssh.KeyImportError, OSError):
        raise WrongSetting(
            f"{server.host_key_setting} must be a public key in OpenSSH form, and {server.key_file} a private key"
        ) from None
    with asyncio.Runner() as runner:
        options = asyncssh.SSHClientConnectionOptions(
            known_hosts=([pinned], [], []),
            username=server.user,
            client_keys=[key],
            preferred_auth=["publickey"],
            agent_path=None,
            config=[],
            connect_timeout=server.reply_s,
            login_timeout=server.reply_s,
            keepalive_interval=server.reply_s,
        )
        try:
            connection = runner.run(_connected(server, options))
        except asyncssh.HostKeyNotVerifiable:
            raise WrongSetting(
                f"{server.host}:{server.port} shows another host key than {server.host_key_setting} says: either "
                "somebody else answers there, or the key was changed; ask the owner, then correct the setting"
            ) from None
        except asyncssh.PermissionDenied:
            raise WrongSetting(
                f"{server.host}:{server.port} does not let user {server.user} in with the key {server.key_file}"
            ) from None
        except (OSError, asyncssh.Error, TimeoutError) as error:
            raise _unavailable(server, error) from None
        try:
            client = runner.run(_opened(connection))
            yield Folder(client, runner, server, folder)
        finally:
            connection.abort()
            runner.run(connection.wait_closed())


async def _connected(server: Server, options: asyncssh.SSHClientConnectionOptions) -> asyncssh.SSHClientConnection:
    return await asyncssh.connect(server.host, server.port, options=options)


async def _opened(connection: asyncssh.SSHClientConnection) -> asyncssh.SFTPClient:
    return await connection.start_sftp_client(path_encoding=None)


def _unavailable(server: Server, error: Exception) -> Unavailable:
    # The kind of error only: its text may hold a path of the partner.
    return Unavailable(f"SFTP server {server.host}:{server.port}: {type(error).__name__}; is it up, and the line free?")
