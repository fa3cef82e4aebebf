"""The partners' SFTP server: one folder a partner, keys only, SFTP only, and misbehaviour on request (S-44 to S-48)."""

import asyncio
import os
import signal
import stat
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import asyncssh

from simulator.misbehaviour import CONTROL_FILE, Orders

HUB = "hub"
INBOX, RECEIPTS = "out", "receipts"
WRITING = asyncssh.FXF_WRITE | asyncssh.FXF_APPEND | asyncssh.FXF_CREAT | asyncssh.FXF_TRUNC


def serve(root: Path, host: str, port: int, host_key: Path, user_keys: Mapping[str, Path]) -> None:
    """Serve until SIGTERM or SIGINT. `user_keys`: user name → public key file (OpenSSH form), read at each login.

    User `hub` sees `root`, every other user only `root/USER` with `out/` and `receipts/`, which are made if missing.
    Raises OSError if the port is taken.
    """
    os.umask(0o077)
    asyncio.run(_serve(root, host, port, host_key, user_keys))


async def _serve(root: Path, host: str, port: int, host_key: Path, user_keys: Mapping[str, Path]) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    acceptor = await listen(root, host, port, host_key, user_keys)
    await stopped.wait()
    acceptor.close()
    await acceptor.wait_closed()


async def listen(
    root: Path, host: str, port: int, host_key: Path, user_keys: Mapping[str, Path]
) -> asyncssh.SSHAcceptor:
    """Begin to serve in the running loop; port 0 takes a free one (`get_port()` of the acceptor)."""
    root = root.resolve()
    for user in user_keys:
        for folder in () if user == HUB else (INBOX, RECEIPTS):
            (root / user / folder).mkdir(parents=True, exist_ok=True)
    orders = Orders(root / CONTROL_FILE)

    def folders(channel: asyncssh.SSHServerChannel[bytes]) -> asyncssh.SFTPServer:
        user = str(channel.get_extra_info("username"))
        return Folders(channel, root if user == HUB else root / user, orders, writes_everywhere=user == HUB)

    return await asyncssh.listen(
        host,
        port,
        server_factory=lambda: Door(user_keys, orders),
        server_host_keys=[str(host_key)],
        sftp_factory=folders,
        allow_scp=False,
        allow_pty=False,
        agent_forwarding=False,
        x11_forwarding=False,
        reuse_address=True,
    )


class Door(asyncssh.SSHServer):
    """Who may come in: a known user with its own key. No password, no forwarding."""

    def __init__(self, user_keys: Mapping[str, Path], orders: Orders) -> None:
        self._user_keys, self._orders = user_keys, orders

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Drop the line at once if the control file says so."""
        if self._orders.standing().get("refuse") is True:
            self._orders.take()
            conn.abort()

    def begin_auth(self, username: str) -> bool:
        """Nobody comes in without a proof."""
        return True

    def public_key_auth_supported(self) -> bool:
        """The only proof there is."""
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Whether it is the key of this user; whose key file was taken away has none."""
        path = self._user_keys.get(username)
        return path is not None and path.is_file() and asyncssh.read_public_key(path) == key


class Folders(asyncssh.SFTPServer):
    """What one user sees. A partner writes in `out/` only; links are neither made nor followed out of the folder."""

    def __init__(
        self, channel: asyncssh.SSHServerChannel[bytes], root: Path, orders: Orders, *, writes_everywhere: bool
    ) -> None:
        super().__init__(channel, chroot=os.fsencode(root))
        self._root, self._orders, self._writes_everywhere = os.fsencode(root), orders, writes_everywhere
        self._names: dict[int, bytes] = {}

    def map_path(self, path: bytes) -> bytes:
        """The path on the disk; SFTPPermissionDenied if its folder is reached by a link that leads out."""
        mapped = super().map_path(path)
        if mapped.rstrip(b"/") != self._root:
            self._stay_inside(os.path.dirname(mapped))
        return mapped

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        """A file to read, or to write where this user may."""
        if pflags & WRITING:
            self._may_write(path)
        self._follow(path)
        file = super().open(path, pflags, attrs)
        self._names[id(file)] = os.path.basename(path)
        return file

    def close(self, file_obj: object) -> None:
        """Forget the file's name and close it."""
        self._names.pop(id(file_obj), None)
        super().close(file_obj)

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        """Bytes of a file; slowly, half of them or without end if the control file says so."""
        orders = self._orders.standing()
        rate, cut = orders.get("bytes_per_second"), orders.get("cut")
        if orders.get("endless") is True:
            self._orders.take()
            return b"0" * size
        if isinstance(rate, int) and rate > 0:
            size = min(size, max(1, rate // 10))
            await asyncio.sleep(size / rate)
        if cut is True or cut == os.fsdecode(self._names.get(id(file_obj), b"")):
            half = os.fstat(file_obj.fileno()).st_size // 2  # type: ignore[attr-defined]  # asyncssh hands on a plain file
            size = max(0, min(size, half - offset))
        read = super().read(file_obj, offset, size)
        assert isinstance(read, bytes)  # noqa: S101 - asyncssh may give an awaitable only where a subclass does
        return read

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        """The names in a folder, and hostile ones besides if the control file says so."""
        self._follow(path)
        async for name in super().scandir(path):
            yield name
        hostile = self._orders.standing().get("names")
        if isinstance(hostile, list) and os.path.basename(path.rstrip(b"/")) == INBOX.encode():
            self._orders.take()
            for text in hostile:
                attrs = asyncssh.SFTPAttrs(permissions=stat.S_IFREG | 0o600, size=1000, atime=1, mtime=1)
                yield asyncssh.SFTPName(str(text).encode("utf-8", "surrogateescape"), attrs=attrs)

    def stat(self, path: bytes) -> os.stat_result:
        """Attributes of what lies there; not through a link that leads out."""
        self._follow(path)
        return os.stat(self.map_path(path))

    def setstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        """Change attributes where this user may write."""
        self._may_write(path)
        self._follow(path)
        super().setstat(path, attrs)

    def remove(self, path: bytes) -> None:
        """Remove a file where this user may write."""
        self._may_write(path)
        super().remove(path)

    def mkdir(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        """Only the hub makes folders (`out/done/`)."""
        self._hub_only()
        super().mkdir(path, attrs)

    def rmdir(self, path: bytes) -> None:
        """Only the hub removes folders."""
        self._hub_only()
        super().rmdir(path)

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Rename where this user may write."""
        self._may_write(oldpath)
        self._may_write(newpath)
        super().rename(oldpath, newpath)

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Rename over whatever is there, where this user may write."""
        self._may_write(oldpath)
        self._may_write(newpath)
        super().posix_rename(oldpath, newpath)

    def symlink(self, oldpath: bytes, newpath: bytes) -> None:
        """Never."""
        raise asyncssh.SFTPPermissionDenied("no links here")

    def link(self, oldpath: bytes, newpath: bytes) -> None:
        """Never."""
        raise asyncssh.SFTPPermissionDenied("no links here")

    def _hub_only(self) -> None:
        if not self._writes_everywhere:
            raise asyncssh.SFTPPermissionDenied("not for partners")

    def _may_write(self, path: bytes) -> None:
        inside = os.path.relpath(self.map_path(path), self._root).split(b"/")
        if not self._writes_everywhere and (inside[0] != INBOX.encode() or len(inside) < 2):
            raise asyncssh.SFTPPermissionDenied("partners write in out/ only")

    def _follow(self, path: bytes) -> None:
        self._stay_inside(self.map_path(path))

    def _stay_inside(self, path: bytes) -> None:
        real = os.path.realpath(path)
        if real != self._root and not real.startswith(self._root + b"/"):
            raise asyncssh.SFTPPermissionDenied("outside the folder")
