"""The hub at a partner's SFTP folder: a real server, and one that misbehaves."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import asyncssh
import pytest

from producers import landing
from producers.transports.sftp import connect
from schemas.errors import Unavailable, WrongSetting
from schemas.ids import delivery_id

pytestmark = pytest.mark.integration

NOW = datetime(2020, 7, 15, 5, 0, tzinfo=UTC)
LATER = NOW + timedelta(seconds=10)
NAME_OF = partial(delivery_id, "akasse-ledighed", "901")


def put(partner, name, content=b"a;b\n", done=False):
    (partner.out / name).write_bytes(content)
    if done:
        (partner.out / f"{name}.done").touch()


def names(look):
    return [found.name for found in look.complete]


def test_a_file_with_its_done_file_is_complete_at_once(partner):
    put(partner, "A.csv", done=True)
    with connect(partner.server, "akasse-901") as folder:
        look = folder.look({}, NOW)
    assert (names(look), look.refused, dict(look.waiting)) == (["A.csv"], [], {})


def test_a_done_file_with_content_says_nothing(partner):
    put(partner, "A.csv")
    put(partner, "A.csv.done", b"x")
    with connect(partner.server, "akasse-901") as folder:
        assert names(folder.look({}, NOW)) == []


def test_without_a_done_file_two_looks_ten_seconds_apart_must_agree(partner):
    put(partner, "A.csv")
    with connect(partner.server, "akasse-901") as folder:
        first = folder.look({}, NOW)
        assert (names(first), dict(first.waiting)) == ([], {"A.csv": NOW})
        assert names(folder.look(first.seen, NOW + timedelta(seconds=9))) == []
        assert names(folder.look(first.seen, LATER)) == ["A.csv"]


def test_a_file_that_grew_between_the_looks_is_not_complete(partner):
    put(partner, "A.csv")
    with connect(partner.server, "akasse-901") as folder:
        first = folder.look({}, NOW)
        put(partner, "A.csv", b"a;b\nc;d\n")
        second = folder.look(first.seen, LATER)
    assert (names(second), second.waiting["A.csv"]) == ([], LATER)


def test_an_upload_under_its_other_name_waits_however_long(partner):
    put(partner, "A.csv.part")
    with connect(partner.server, "akasse-901") as folder:
        first = folder.look({}, NOW)
        second = folder.look(first.seen, NOW + timedelta(hours=3))
    assert (names(second), dict(second.waiting)) == ([], {"A.csv.part": NOW})


def test_links_folders_and_pipes_are_refused_without_being_read(partner):
    put(partner, "good.csv", done=True)
    (partner.out / "link.csv").symlink_to(partner.out / "good.csv")
    (partner.out / "folder.csv").mkdir()
    (partner.out / "done").mkdir()
    os.mkfifo(partner.out / "pipe.csv")
    with connect(partner.server, "akasse-901") as folder:
        look = folder.look({}, NOW)
    assert names(look) == ["good.csv"]
    assert sorted((each.shown, each.reason) for each in look.refused) == [
        ("folder.csv", "no file"),
        ("link.csv", "no file"),
        ("pipe.csv", "no file"),
    ]


HOSTILE = (
    b"../x.csv",
    b"a/b.csv",
    b"/etc/passwd",
    b"a\\b.csv",
    b"nul\0.csv",
    b"-rf.csv",
    b".hidden",
    b"x" * 4000,
    b"line\nbreak.csv",
    b"CON.csv",
    b";rm.csv",
    b"caf\xe9.csv",
    b"..",
    b"tail.",
    b"a..b",
)


def test_a_hostile_listing_is_refused_name_by_name_and_the_good_file_is_still_found(partner):
    put(partner, "good.csv", done=True)
    partner.behaviour.listed = HOSTILE
    with connect(partner.server, "akasse-901") as folder:
        look = folder.look({}, NOW)
    assert names(look) == ["good.csv"]
    assert {each.reason for each in look.refused} == {"name"}
    assert len(look.refused) == len(HOSTILE) - 1  # `..` is part of every listing
    assert all(each.shown.isprintable() and each.shown.isascii() and len(each.shown) <= 60 for each in look.refused)


def test_a_person_number_in_a_refused_name_is_not_shown(partner):
    partner.behaviour.listed = (b";6104851234.csv",)
    with connect(partner.server, "akasse-901") as folder:
        assert [each.shown for each in folder.look({}, NOW).refused] == [";##########.csv"]


def test_a_listing_is_read_to_its_limit_only(partner):
    partner.behaviour.listed = tuple(b";%d" % number for number in range(100))
    with connect(partner.server, "akasse-901") as folder:
        look = folder.look({}, NOW, limit=20)
    assert (look.cut, len(look.refused)) == (True, 20)


def test_names_are_compared_after_nfc(partner):
    decomposed = "Ma\u030aned.csv"
    put(partner, decomposed)
    put(partner, "M\u00e5ned.csv.done", b"")
    with connect(partner.server, "akasse-901") as folder:
        found = folder.look({}, NOW).complete[0]
        assert (found.name, found.remote) == ("M\u00e5ned.csv", decomposed.encode())
        assert folder.move(found, "2")
    assert sorted(path.name for path in (partner.out / "done").iterdir()) == [decomposed, f"{decomposed}.done"]


def test_two_names_that_are_one_after_nfc_are_both_refused(partner):
    put(partner, "Ma\u030aned.csv", done=True)
    put(partner, "M\u00e5ned.csv", done=True)
    with connect(partner.server, "akasse-901") as folder:
        look = folder.look({}, NOW)
    assert (names(look), {each.reason for each in look.refused}) == ([], {"twice"})


def fetched(partner, tmp_path, *, limit=10_000_000, seconds=20.0):
    with connect(partner.server, "akasse-901") as folder:
        found = folder.look({}, NOW).complete[0]
        return folder.fetch(found, tmp_path / "landing", NAME_OF, limit=limit, seconds=seconds)


def test_a_fetched_file_lies_in_landing_under_its_delivery_id_byte_for_byte(partner, tmp_path):
    content = os.urandom(3_000_001)
    put(partner, "A.csv", content, done=True)
    result = fetched(partner, tmp_path)
    assert result.settled
    assert result.landed.path.read_bytes() == content
    assert result.landed.path.name == NAME_OF(result.landed.sha256)
    assert landing.landed(tmp_path / "landing") == [result.landed.delivery_id]


def test_a_file_that_grows_while_it_is_read_is_not_settled(partner, tmp_path):
    put(partner, "A.csv", b"a" * 100, done=True)

    def grow():
        partner.behaviour.on_read = None
        with (partner.out / "A.csv").open("ab") as file:
            file.write(b"b")

    partner.behaviour.on_read = staticmethod(grow)
    assert not fetched(partner, tmp_path).settled


def test_a_file_replaced_by_another_of_the_same_size_and_time_is_not_settled(partner, tmp_path):
    put(partner, "A.csv", b"a" * 100, done=True)
    times = (partner.out / "A.csv").stat()
    reads = []

    def swap():
        reads.append(1)
        if len(reads) == 3:
            (partner.out / "A.csv").write_bytes(b"b" * 100)
            os.utime(partner.out / "A.csv", ns=(times.st_atime_ns, times.st_mtime_ns))

    partner.behaviour.on_read = staticmethod(swap)
    assert not fetched(partner, tmp_path).settled


def test_a_file_over_the_limit_lands_cut_one_byte_behind_it(partner, tmp_path):
    put(partner, "A.csv", b"a" * 5000, done=True)
    result = fetched(partner, tmp_path, limit=1000)
    assert (result.landed.size, result.settled) == (1001, True)


def test_a_file_that_takes_too_long_leaves_nothing_in_landing(partner, tmp_path):
    put(partner, "A.csv", b"a" * 5000, done=True)
    with pytest.raises(Unavailable, match="SFTP server"):
        fetched(partner, tmp_path, seconds=0.0)
    assert list((tmp_path / "landing").iterdir()) == []


def test_receipts_are_whole_when_they_have_their_names(partner):
    with connect(partner.server, "akasse-901") as folder:
        folder.answer("A.csv", b"{}", "på dansk".encode())
        folder.answer("A.csv", b'{"again":1}', "på dansk".encode())
    receipts = {path.name: path.read_bytes() for path in (partner.folder / "receipts").iterdir()}
    assert receipts == {"A.csv.receipt.json": b'{"again":1}', "A.csv.receipt.txt": "på dansk".encode()}


def test_a_receipt_is_not_written_through_a_link_of_the_sender(partner, tmp_path):
    elsewhere = partner.folder.parent / "elsewhere"
    elsewhere.write_bytes(b"not yours")
    for name in ("A.csv.receipt.json", "A.csv.receipt.json.part"):
        (partner.folder / "receipts" / name).symlink_to(elsewhere)
    with connect(partner.server, "akasse-901") as folder:
        folder.answer("A.csv", b"{}", b"da")
    assert elsewhere.read_bytes() == b"not yours"
    assert not (partner.folder / "receipts" / "A.csv.receipt.json").is_symlink()


def test_nothing_is_moved_through_a_link_of_the_sender(partner):
    elsewhere = partner.folder.parent / "elsewhere"
    elsewhere.mkdir()
    (partner.out / "done").symlink_to(elsewhere)
    put(partner, "A.csv", done=True)
    with connect(partner.server, "akasse-901") as folder:
        found = next(iter(folder.look({}, NOW).complete))
        with pytest.raises(Unavailable):
            folder.move(found, "x")
    assert (list(elsewhere.iterdir()), (partner.out / "A.csv").exists()) == ([], True)


def test_a_line_that_breaks_while_a_file_is_read_leaves_nothing_in_landing(partner, tmp_path):
    put(partner, "A.csv", b"a" * 5000, done=True)

    def cut():
        raise OSError("disk away")

    partner.behaviour.on_read = staticmethod(cut)
    with pytest.raises(Unavailable, match="SFTP server"):
        fetched(partner, tmp_path)
    assert list((tmp_path / "landing").iterdir()) == []


def test_an_answered_file_moves_to_done_with_its_done_file_and_never_over_an_older_one(partner):
    for content in (b"first", b"second"):
        put(partner, "A.csv", content, done=True)
        with connect(partner.server, "akasse-901") as folder:
            assert folder.move(folder.look({}, NOW).complete[0], "0123abcd")
    assert {path.name: path.read_bytes() for path in (partner.out / "done").iterdir()} == {
        "A.csv": b"first",
        "A.csv.done": b"",
        "A.csv.0123abcd": b"second",
        "A.csv.0123abcd.done": b"",
    }
    assert [path.name for path in partner.out.iterdir()] == ["done"]


def test_a_file_put_anew_after_it_was_read_is_not_moved_away(partner):
    put(partner, "A.csv", b"first", done=True)
    with connect(partner.server, "akasse-901") as folder:
        found = folder.look({}, NOW).complete[0]
        put(partner, "A.csv", b"another one")
        assert not folder.move(found, "x")
    assert (partner.out / "A.csv").read_bytes() == b"another one"


def test_a_move_that_was_done_before_a_crash_is_done(partner):
    put(partner, "A.csv", done=True)
    with connect(partner.server, "akasse-901") as folder:
        found = folder.look({}, NOW).complete[0]
        assert folder.move(found, "x")
        assert folder.move(found, "x")


def test_a_server_with_another_host_key_is_refused_by_the_name_of_the_setting(partner):
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    with pytest.raises(WrongSetting, match="sftp_host_key"):
        connect(replace(partner.server, host_key=other), "akasse-901").__enter__()


def test_our_key_not_taken_is_a_wrong_setting(partner, tmp_path):
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(str(tmp_path / "other"))
    with pytest.raises(WrongSetting, match="does not let user hub in"):
        connect(replace(partner.server, key_file=tmp_path / "other"), "akasse-901").__enter__()


def test_a_missing_key_file_is_a_wrong_setting(partner, tmp_path):
    with pytest.raises(WrongSetting, match="nowhere"):
        connect(replace(partner.server, key_file=tmp_path / "nowhere"), "akasse-901").__enter__()


def test_no_server_is_unavailable(partner):
    with pytest.raises(Unavailable, match="SFTP server"):
        connect(replace(partner.server, port=1), "akasse-901").__enter__()


def test_a_folder_that_is_not_there_is_unavailable(partner):
    with connect(partner.server, "akasse-902") as folder, pytest.raises(Unavailable):
        folder.look({}, NOW)
