"""What a partner does: upload under `NAME.part`, rename, lay `NAME.done` beside it (partners/README.md, SFTP)."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import asyncssh

from schemas.errors import Unavailable, WrongSetting


def deliver(
    host: str,
    port: int,
    user: str,
    key: Path,
    host_key_pub: Path,
    files: Iterable[Path],
    done_marker: bool = True,
) -> int:
    """Upload `files` into `out/` over one connection, in order; gives how many. A file `X.part` is left half uploaded.

    `key` is the partner's private key, `host_key_pub` the server's pinned public one. Raises Unavailable if the server
    cannot be reached, WrongSetting if it has another key or does not take ours.
    """
    contents = [(file.name, file.read_bytes()) for file in files]
    return asyncio.run(_deliver(host, port, user, key, host_key_pub, contents, done_marker))


async def _deliver(
    host: str, port: int, user: str, key: Path, host_key_pub: Path, files: list[tuple[str, bytes]], done_marker: bool
) -> int:
    for file in (host_key_pub, key):
        if not file.is_file():
            raise Unavailable(f"secret file {file} is missing: run `branchespor up` first")
    pinned = asyncssh.read_public_key(host_key_pub)
    try:
        async with (
            asyncssh.connect(
                host,
                port,
                username=user,
                client_keys=[str(key)],
                known_hosts=([pinned], [], []),
                config=[],
                agent_path=None,
                connect_timeout=10,
            ) as connection,
            connection.start_sftp_client() as client,
        ):
            for name, content in files:
                await _upload(client, name, content, done_marker)
    except asyncssh.HostKeyNotVerifiable:
        raise WrongSetting(f"{host}:{port} shows another host key than {host_key_pub}") from None
    except asyncssh.PermissionDenied:
        raise WrongSetting(f"{host}:{port} does not let {user} in with the key {key}") from None
    except (OSError, asyncssh.Error) as error:
        raise Unavailable(f"SFTP server {host}:{port}: {type(error).__name__}; is partner-sftp up?") from None
    return len(files)


async def _upload(client: asyncssh.SFTPClient, name: str, content: bytes, done_marker: bool) -> None:
    target = f"out/{name}"
    if name.endswith(".part"):
        await _put(client, target, content)
        return
    await _put(client, f"{target}.part", content)
    await client.posix_rename(f"{target}.part", target)
    if done_marker:
        await _put(client, f"{target}.done", b"")


async def _put(client: asyncssh.SFTPClient, target: str, content: bytes) -> None:
    async with client.open(target, "wb") as remote:
        await remote.write(content)
