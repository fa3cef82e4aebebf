"""The partners' SFTP server over a real socket: who may see and do what, and how it misbehaves on request."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh
import pytest

from schemas.errors import Unavailable, WrongSetting
from simulator.misbehaviour import give
from simulator.sender import deliver
from simulator.sftp_server import listen

pytestmark = pytest.mark.integration

USERS = ("hub", "akasse-901", "akasse-902")


@dataclass(frozen=True)
class House:
    """Keys and folders of a server that is not running yet."""

    root: Path
    keys: Path

    def public(self, user: str) -> Path:
        return self.keys / f"{user}.pub"

    def private(self, user: str) -> Path:
        return self.keys / user


@pytest.fixture
def house(tmp_path: Path) -> House:
    keys = tmp_path / "keys"
    keys.mkdir()
    for name in (*USERS, "host", "other"):
        key = asyncssh.generate_private_key("ssh-ed25519")
        key.write_private_key(keys / name)
        key.write_public_key(keys / f"{name}.pub")
    (tmp_path / "root").mkdir()
    return House(root=tmp_path / "root", keys=keys)


@asynccontextmanager
async def server(house: House) -> AsyncIterator[int]:
    users = {user: house.public(user) for user in USERS}
    acceptor = await listen(house.root, "127.0.0.1", 0, house.private("host"), users)
    try:
        yield acceptor.get_port()
    finally:
        acceptor.close()
        await acceptor.wait_closed()


def login(house: House, port: int, user: str, key: str | None = None) -> asyncssh.SSHClientConnection:
    return asyncssh.connect(
        "127.0.0.1",
        port,
        username=user,
        client_keys=[str(house.private(key or user))],
        known_hosts=([asyncssh.read_public_key(house.public("host"))], [], []),
        config=[],
        agent_path=None,
    )


def as_user(house: House, user: str, work: Callable[[asyncssh.SFTPClient], Coroutine[None, None, object]]) -> object:
    """Start the server, log in, do `work`."""

    async def run() -> object:
        async with server(house) as port, login(house, port, user) as line, line.start_sftp_client() as client:
            return await work(client)

    return asyncio.run(run())


def test_a_partner_sees_out_and_receipts_and_nothing_else(house: House) -> None:
    async def look(client: asyncssh.SFTPClient) -> list[str]:
        return sorted(name for name in await client.listdir("/") if not name.startswith("."))

    assert as_user(house, "akasse-901", look) == ["out", "receipts"]


def test_the_hub_sees_every_partner(house: House) -> None:
    async def look(client: asyncssh.SFTPClient) -> list[str]:
        return sorted(name for name in await client.listdir("/") if not name.startswith("."))

    assert as_user(house, "hub", look) == ["akasse-901", "akasse-902"]


@pytest.mark.parametrize("path", ["../akasse-902/out/secret", "/../akasse-902/out/secret", "out/away"])
def test_no_way_leads_into_another_partners_folder(house: House, path: str) -> None:
    secret = house.root / "akasse-902" / "out" / "secret"
    secret.parent.mkdir(parents=True)
    secret.write_text("not yours")
    (house.root / "akasse-901" / "out").mkdir(parents=True)
    (house.root / "akasse-901" / "out" / "away").symlink_to(secret)

    async def read(client: asyncssh.SFTPClient) -> object:
        async with client.open(path) as file:
            return await file.read()

    with pytest.raises((asyncssh.SFTPPermissionDenied, asyncssh.SFTPNoSuchFile)):
        as_user(house, "akasse-901", read)


@pytest.mark.parametrize(
    "work",
    [
        pytest.param(lambda client: client.symlink("/etc", "out/link"), id="link"),
        pytest.param(lambda client: client.mkdir("out/new"), id="folder"),
        pytest.param(lambda client: client.posix_rename("out/a", "receipts/a"), id="into receipts"),
        pytest.param(lambda client: client.remove("receipts/r.json"), id="remove a receipt"),
    ],
)
def test_a_partner_writes_files_in_out_and_nothing_else(
    house: House, work: Callable[[asyncssh.SFTPClient], Coroutine[None, None, object]]
) -> None:
    for folder, name in (("out", "a"), ("receipts", "r.json")):
        (house.root / "akasse-901" / folder).mkdir(parents=True)
        (house.root / "akasse-901" / folder / name).write_text("here")

    with pytest.raises(asyncssh.SFTPPermissionDenied):
        as_user(house, "akasse-901", work)

    assert (house.root / "akasse-901" / "receipts" / "r.json").read_text() == "here"


@pytest.mark.parametrize("command", [None, "id", "scp -t out"])
def test_there_is_no_shell_and_no_command(house: House, command: str | None) -> None:
    async def run() -> None:
        async with server(house) as port, login(house, port, "akasse-901") as line:
            await line.create_process(command)

    with pytest.raises(asyncssh.ChannelOpenError):
        asyncio.run(run())


def test_there_is_no_forwarding(house: House) -> None:
    async def run() -> None:
        async with server(house) as port, login(house, port, "akasse-901") as line:
            await line.open_connection("127.0.0.1", port)

    with pytest.raises(asyncssh.ChannelOpenError):
        asyncio.run(run())


@pytest.mark.parametrize(("user", "key"), [("akasse-901", "akasse-902"), ("hub", "akasse-901"), ("root", "hub")])
def test_a_key_opens_its_own_users_door_only(house: House, user: str, key: str) -> None:
    async def run() -> None:
        async with server(house) as port, login(house, port, user, key):
            pass

    with pytest.raises(asyncssh.PermissionDenied):
        asyncio.run(run())


def test_a_password_is_no_way_in(house: House) -> None:
    async def run() -> None:
        async with (
            server(house) as port,
            asyncssh.connect(
                "127.0.0.1", port, username="hub", password="hub", client_keys=None, known_hosts=None, config=[]
            ),
        ):
            pass

    with pytest.raises(asyncssh.PermissionDenied):
        asyncio.run(run())


def test_the_hub_moves_a_file_to_done(house: House) -> None:
    (house.root / "akasse-901" / "out").mkdir(parents=True)
    (house.root / "akasse-901" / "out" / "a.csv").write_text("x")

    async def move(client: asyncssh.SFTPClient) -> None:
        await client.mkdir("akasse-901/out/done")
        await client.posix_rename("akasse-901/out/a.csv", "akasse-901/out/done/a.csv")

    as_user(house, "hub", move)

    assert (house.root / "akasse-901" / "out" / "done" / "a.csv").read_text() == "x"


def test_a_file_is_cut_in_half_on_request(house: House) -> None:
    (house.root / "akasse-901" / "out").mkdir(parents=True)
    (house.root / "akasse-901" / "out" / "a.csv").write_bytes(b"x" * 1000)
    give(house.root, {"cut": "a.csv"})

    async def read(client: asyncssh.SFTPClient) -> tuple[int, int]:
        async with client.open("akasse-901/out/a.csv", "rb") as file:
            return len(await file.read(4096)), (await client.stat("akasse-901/out/a.csv")).size or 0

    assert as_user(house, "hub", read) == (500, 1000)


def test_listings_show_hostile_names_on_request_and_stop_when_told(house: House) -> None:
    names = ["../x", "a/b", "nul\x00", "x" * 4000]
    give(house.root, {"names": names, "times": 1})

    async def look(client: asyncssh.SFTPClient) -> list[set[str]]:
        return [{str(name) for name in await client.listdir("akasse-901/out")} for _ in range(2)]

    first, second = as_user(house, "hub", look)  # type: ignore[misc]

    assert set(names) <= first
    assert not set(names) & second


def test_reading_is_slow_on_request(house: House) -> None:
    (house.root / "akasse-901" / "out").mkdir(parents=True)
    (house.root / "akasse-901" / "out" / "a.csv").write_bytes(b"x" * 1000)
    give(house.root, {"bytes_per_second": 50})

    async def read(client: asyncssh.SFTPClient) -> None:
        async with asyncio.timeout(0.5), client.open("akasse-901/out/a.csv", "rb") as file:
            await file.read(1000)

    with pytest.raises(TimeoutError):
        as_user(house, "hub", read)


def test_the_line_is_dropped_on_request(house: House) -> None:
    give(house.root, {"refuse": True})

    async def run() -> None:
        async with server(house) as port, login(house, port, "hub"):
            pass

    with pytest.raises((asyncssh.Error, OSError)):
        asyncio.run(run())


def sent(house: House, files: list[Path], key: str = "akasse-901", host: str = "host") -> int:
    async def run() -> int:
        async with server(house) as port:
            return await asyncio.to_thread(
                deliver, "127.0.0.1", port, "akasse-901", house.private(key), house.public(host), files
            )

    return asyncio.run(run())


def test_a_delivery_lies_complete_with_its_marker(house: House, tmp_path: Path) -> None:
    whole, half = tmp_path / "AKAS901_202053_ÅRSBESTAND_1.txt", tmp_path / "b.csv.part"
    whole.write_bytes(b"whole")
    half.write_bytes(b"ha")

    assert sent(house, [whole, half]) == 2

    lying = {path.name: path.read_bytes() for path in (house.root / "akasse-901" / "out").iterdir()}
    assert lying == {whole.name: b"whole", f"{whole.name}.done": b"", half.name: b"ha"}


def test_a_sender_refuses_a_server_with_another_key(house: House, tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="host key"):
        sent(house, [], host="other")


def test_a_sender_says_when_its_own_key_is_not_taken(house: House, tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="does not let akasse-901 in"):
        sent(house, [], key="other")


def test_a_sender_says_when_nobody_answers(house: House) -> None:
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:9"):
        deliver("127.0.0.1", 9, "akasse-901", house.private("akasse-901"), house.public("host"), [])


def test_a_user_whose_key_was_taken_away_is_refused_at_the_next_login(house: House) -> None:
    async def run() -> None:
        async with server(house) as port:
            async with login(house, port, "akasse-901"):
                pass
            house.public("akasse-901").unlink()
            with pytest.raises(asyncssh.PermissionDenied):
                await login(house, port, "akasse-901")

    asyncio.run(run())
