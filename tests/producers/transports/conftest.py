"""Real servers for the transports: an SFTP server and an HTTP server in threads, on free ports of loopback."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncssh
import pytest

from producers.transports.rest import Endpoint
from producers.transports.sftp import Server


class PartnerFolders(asyncssh.SFTPServer):
    """Serves one folder; `listed` are more names for every listing, `on_read` is called before each read of bytes."""

    listed: tuple[bytes, ...] = ()
    on_read: Callable[[], None] | None = None
    root = b""

    def __init__(self, channel: asyncssh.SSHServerChannel) -> None:
        super().__init__(channel, chroot=self.root)

    async def scandir(self, path: bytes):
        async for entry in super().scandir(path):
            yield entry
        for name in type(self).listed:
            yield asyncssh.SFTPName(name, attrs=asyncssh.SFTPAttrs(permissions=0o100644, size=3, mtime=1))

    async def read(self, file_obj, offset: int, size: int) -> bytes:
        if type(self).on_read is not None:
            type(self).on_read()
        return super().read(file_obj, offset, size)


@dataclass
class Partner:
    """The partner's side: its folder on the disk, and the server to be told to the hub."""

    folder: Path
    server: Server
    behaviour: type[PartnerFolders]

    @property
    def out(self) -> Path:
        return self.folder / "out"


@pytest.fixture
def partner(tmp_path: Path) -> Iterator[Partner]:
    root = tmp_path / "partners"
    for name in ("out", "receipts"):
        (root / "akasse-901" / name).mkdir(parents=True)
    host_key = asyncssh.generate_private_key("ssh-ed25519")
    hub_key = asyncssh.generate_private_key("ssh-ed25519")
    key_file = tmp_path / "hub_key"
    hub_key.write_private_key(str(key_file))
    authorized = asyncssh.import_authorized_keys(hub_key.export_public_key().decode())
    behaviour = type("Behaviour", (PartnerFolders,), {"root": bytes(root)})
    loop = asyncio.new_event_loop()

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[host_key],
            authorized_client_keys=authorized,
            sftp_factory=behaviour,
            allow_scp=False,
        )

    acceptor = loop.run_until_complete(listen())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = Server(
        host="127.0.0.1",
        port=acceptor.get_port(),
        user="hub",
        key_file=key_file,
        host_key=host_key.export_public_key().decode(),
        reply_s=5,
    )
    yield Partner(folder=root / "akasse-901", server=server, behaviour=behaviour)

    async def close() -> None:
        acceptor.close()
        await acceptor.wait_closed()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    asyncio.run_coroutine_threadsafe(close(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


@dataclass
class Asked:
    """One request as the partner's server saw it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


Reply = tuple[int, dict[str, str], bytes]


@dataclass
class Http:
    """The partner's REST server: `reply` makes the answer to a request; all requests are kept in `asked`."""

    endpoint: Endpoint
    asked: list[Asked] = field(default_factory=list)
    reply: Callable[[Asked], Reply] = lambda _: (404, {}, b"")


@pytest.fixture
def http(tmp_path: Path) -> Iterator[Http]:
    token_file = tmp_path / "token"
    token_file.write_text("first-token\n")
    token_file.chmod(0o600)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = Asked(self.command, parts.path, query, dict(self.headers), body)
            served.asked.append(asked)
            status, headers, content = served.reply(asked)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
            if "Connection" in headers:
                self.close_connection = True

        do_GET = answer
        do_POST = answer

        def log_message(self, *_: object) -> None:
            """Quiet."""

    class QuietServer(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """The hub may hang up whenever it likes."""

    server = QuietServer(("127.0.0.1", 0), Handler)
    served = Http(Endpoint(base_url=f"http://127.0.0.1:{server.server_port}", token_file=token_file))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield served
    server.shutdown()
    thread.join(10)
    server.server_close()
