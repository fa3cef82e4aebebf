"""The landing folder keeps bytes whole, ours alone, under our own names."""

import hashlib
import os
import stat
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from producers import landing
from schemas.errors import Unavailable, WrongSetting
from schemas.ids import delivery_id

NAME_OF = partial(delivery_id, "amu", "907001")


def test_landed_bytes_are_those_that_came_and_only_ours_to_read(tmp_path):
    old = os.umask(0)
    try:
        landed = landing.land(tmp_path / "landing", NAME_OF, [b"ab", b"", b"c"])
    finally:
        os.umask(old)
    assert landed.path.read_bytes() == b"abc"
    assert (landed.size, landed.path.name) == (3, NAME_OF(landed.sha256))
    assert stat.S_IMODE(landed.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(landed.path.parent.stat().st_mode) == 0o700


def test_the_same_bytes_twice_are_one_file(tmp_path):
    first, second = (landing.land(tmp_path, NAME_OF, [b"abc"]) for _ in range(2))
    assert first == second
    assert landing.landed(tmp_path) == [first.delivery_id]


def test_what_breaks_off_leaves_nothing(tmp_path):
    def cut():
        yield b"ab"
        raise Unavailable("cut")

    with pytest.raises(Unavailable):
        landing.land(tmp_path, NAME_OF, cut())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/b", "", ".", "x\0", "6C3F7A52-1D0E-5F47-9B1A-0B7A4D2C9E10"])
def test_no_name_but_a_delivery_id_is_used(tmp_path, name):
    with pytest.raises(WrongSetting):
        landing.land(tmp_path, lambda _: name, [b"abc"])
    with pytest.raises(WrongSetting):
        landing.contained(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def test_reading_gives_the_landed_bytes(tmp_path):
    landed = landing.land(tmp_path, NAME_OF, [b"abc"])
    assert landing.read(tmp_path, landed.delivery_id, landed.sha256) == b"abc"


def test_changed_bytes_are_not_read_as_the_delivery(tmp_path):
    landed = landing.land(tmp_path, NAME_OF, [b"abc"])
    landed.path.write_bytes(b"abd")
    with pytest.raises(Unavailable, match="was changed"):
        landing.read(tmp_path, landed.delivery_id, landed.sha256)


@pytest.mark.parametrize("put", [lambda path: path.symlink_to("/etc/hostname"), os.mkfifo])
def test_a_link_or_pipe_in_its_place_is_not_opened(tmp_path, put):
    landed = landing.land(tmp_path, NAME_OF, [b"abc"])
    landed.path.unlink()
    put(landed.path)
    with pytest.raises(Unavailable):
        landing.read(tmp_path, landed.delivery_id, landed.sha256)


def test_a_landing_folder_that_is_a_link_is_refused(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(WrongSetting, match="link"):
        landing.land(tmp_path / "link", NAME_OF, [b"abc"])


def test_the_sweep_removes_what_never_ended_and_nothing_else(tmp_path):
    landed = landing.land(tmp_path, NAME_OF, [b"abc"])
    (tmp_path / "left.part").write_bytes(b"ab")
    began = datetime.fromtimestamp((tmp_path / "left.part").stat().st_mtime, UTC)
    assert landing.sweep(tmp_path, began) == 0
    assert landing.sweep(tmp_path, began + timedelta(seconds=1)) == 1
    assert landing.landed(tmp_path) == [landed.delivery_id]
    assert not (tmp_path / "left.part").exists()


KEY, OTHER_KEY = b"k" * 32, b"o" * 32
LARGE = [b"6104851234;" * 1000] * 300  # 3.3 MB in chunks that do not fit the blocks


def test_sealed_bytes_do_not_lie_there_readable_and_come_back_as_they_came(tmp_path):
    landed = landing.land(tmp_path, NAME_OF, LARGE, KEY)
    plain = b"".join(LARGE)
    assert (landed.size, landed.sha256) == (len(plain), hashlib.sha256(plain).hexdigest())
    assert b"6104851234" not in landed.path.read_bytes()
    assert landing.read(tmp_path, landed.delivery_id, landed.sha256, KEY) == plain


def test_the_same_bytes_have_the_same_name_sealed_or_not(tmp_path):
    assert landing.land(tmp_path, NAME_OF, [b"abc"], KEY) == landing.land(tmp_path, NAME_OF, [b"abc"])


def test_an_empty_delivery_can_be_sealed(tmp_path):
    landed = landing.land(tmp_path, NAME_OF, [], KEY)
    assert landing.read(tmp_path, landed.delivery_id, landed.sha256, KEY) == b""


def test_what_lay_there_before_sealing_is_still_read(tmp_path):
    landed = landing.land(tmp_path, NAME_OF, [b"abc"])
    assert landing.read(tmp_path, landed.delivery_id, landed.sha256, KEY) == b"abc"


def cut(data: bytes) -> bytes:
    return data[:-20]


def flipped(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def turned(data: bytes) -> bytes:
    """The first two blocks in each other's place."""
    first = 12 + int.from_bytes(data[8:12], "big")
    second = first + 4 + int.from_bytes(data[first : first + 4], "big")
    return data[:8] + data[first:second] + data[8:first] + data[second:]


@pytest.mark.parametrize("change", [cut, flipped, turned])
def test_sealed_bytes_that_were_changed_are_not_read(tmp_path, change):
    landed = landing.land(tmp_path, NAME_OF, LARGE, KEY)
    landed.path.write_bytes(change(landed.path.read_bytes()))
    with pytest.raises(Unavailable):
        landing.read(tmp_path, landed.delivery_id, landed.sha256, KEY)


def test_another_key_opens_nothing_and_the_message_names_the_key(tmp_path):
    landed = landing.land(tmp_path, NAME_OF, [b"abc"], KEY)
    with pytest.raises(Unavailable, match="quarantine_aes_key"):
        landing.read(tmp_path, landed.delivery_id, landed.sha256, OTHER_KEY)
