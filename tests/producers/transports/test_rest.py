"""The hub as REST client: a real server that answers as badly as real ones do."""

import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from producers.transports import rest
from producers.transports.pages import walk
from producers.transports.rest import PullStopped, connect
from schemas.errors import Unavailable, WrongSetting

pytestmark = pytest.mark.integration

NOW = datetime(2020, 7, 15, 5, 0, tzinfo=UTC)
PAGE = b'{"has_more":false,"items":[],"next":"c1"}'


def answers(http, *replies):
    """The server gives these replies in turn, the last one for ever."""
    left = list(replies)
    http.reply = lambda asked: left.pop(0) if len(left) > 1 else left[0]


def line(http, slept):
    return connect(http.endpoint, sleep=slept.append, now=lambda: NOW)


def test_the_question_carries_token_and_accept_and_the_answer_comes_as_it_is(http):
    answers(http, (200, {"ETag": '"e"'}, PAGE))
    with line(http, []) as asking:
        answer = asking.get("/v1/x/changes", {"limit": 200, "after": "c 0"})
    asked = http.asked[0]
    assert (answer.status, answer.body, answer.etag) == (200, PAGE, '"e"')
    assert (asked.path, asked.query) == ("/v1/x/changes", {"limit": "200", "after": "c 0"})
    assert (asked.headers["Authorization"], asked.headers["Accept"]) == ("Bearer first-token", "application/json")


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_was_changed_is_read_anew_once(http, status):
    def reply(asked):
        http.endpoint.token_file.write_text("second-token")
        return (200, {}, PAGE) if asked.headers["Authorization"] == "Bearer second-token" else (status, {}, b"")

    http.reply = reply
    with line(http, []) as asking:
        assert asking.get("/x").status == 200
    assert len(http.asked) == 2


@pytest.mark.parametrize(("status", "security"), [(401, False), (403, True)])
def test_a_token_still_not_taken_stops_the_pull_without_showing_it(http, status, security):
    answers(http, (status, {}, b""))
    with line(http, []) as asking, pytest.raises(PullStopped) as stopped:
        asking.get("/x")
    assert (len(http.asked), stopped.value.security) == (2, security)
    assert "first-token" not in str(stopped.value)


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        pytest.param({"Retry-After": "7"}, 7.0, id="seconds"),
        pytest.param({"Retry-After": "Wed, 15 Jul 2020 05:00:09 GMT"}, 9.0, id="date"),
        pytest.param({"Retry-After": "Wed, 15 Jul 2020 04:00:00 GMT"}, 0.0, id="date-gone-by"),
        pytest.param({"Retry-After": "soon"}, 30.0, id="unreadable"),
        pytest.param({}, 30.0, id="nothing"),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_given_the_time_it_asks_for(http, status, retry_after, seconds):
    answers(http, (status, retry_after, b""), (200, {}, PAGE))
    slept = []
    with line(http, slept) as asking:
        assert asking.get("/x").status == 200
    assert slept == [seconds]


def test_five_waits_in_a_pull_are_enough_over_all_its_questions(http):
    answers(http, *[(503, {"Retry-After": "1"}, b"")] * 3, (200, {}, PAGE), (429, {"Retry-After": "2"}, b""))
    slept = []
    with line(http, slept) as asking:
        asking.get("/x")
        with pytest.raises(Unavailable, match="does not answer"):
            asking.get("/y")
    assert slept == [1.0, 1.0, 1.0, 2.0, 2.0]


def test_a_wait_of_hours_is_left_to_the_next_pull(http):
    answers(http, (503, {"Retry-After": "86400"}, b""))
    slept = []
    with line(http, slept) as asking, pytest.raises(Unavailable):
        asking.get("/x")
    assert slept == []


def test_another_fault_of_the_server_is_tried_again_then_waited_for(http):
    answers(http, *[(500, {}, b"")] * 4, (200, {}, PAGE))
    slept = []
    with line(http, slept) as asking:
        assert asking.get("/x").status == 200
    assert slept == [1.0, 5.0, 25.0, 30.0]


def test_a_fault_that_stays_ends_the_pull(http):
    answers(http, (502, {}, b""))
    slept = []
    with line(http, slept) as asking, pytest.raises(Unavailable):
        asking.get("/x")
    assert slept == [1.0, 5.0, 25.0, *[30.0] * 5]


def test_a_cut_answer_is_never_taken_as_whole(http):
    answers(http, (200, {"Content-Length": "999", "Connection": "close"}, PAGE), (200, {}, PAGE))
    slept = []
    with line(http, slept) as asking:
        assert asking.get("/x").body == PAGE
    assert slept == [1.0]


def test_no_answer_in_time_is_tried_again(http):
    silent = threading.Event()
    slept = []

    def reply(asked):
        if not slept:
            silent.wait(60)
        return 200, {}, PAGE

    def sleep(seconds):
        slept.append(seconds)
        silent.set()

    http.reply = reply
    impatient = replace(http.endpoint, answer_s=0.5)
    with connect(impatient, sleep=sleep, now=lambda: NOW) as asking:
        assert asking.get("/x").status == 200
    assert slept
    assert set(slept) <= {1.0, 5.0, 25.0}


def test_no_server_is_unavailable(http):
    nobody = replace(http.endpoint, base_url="http://127.0.0.1:1")
    slept = []
    with connect(nobody, sleep=slept.append, now=lambda: NOW) as asking, pytest.raises(Unavailable):
        asking.get("/x")
    assert len(slept) == 8


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_never_followed(http, status):
    answers(http, (status, {"Location": f"{http.endpoint.base_url}/elsewhere"}, b""))
    with line(http, []) as asking, pytest.raises(PullStopped, match="redirect"):
        asking.get("/x")
    assert [asked.path for asked in http.asked] == ["/x"]


@pytest.mark.parametrize("status", [400, 404, 410, 418, 304, 204])
def test_an_answer_that_was_not_agreed_stops_the_pull_at_once(http, status):
    answers(http, (status, {}, b""))
    with line(http, []) as asking, pytest.raises(PullStopped):
        asking.get("/x", {"after": "secret-cursor"})
    assert len(http.asked) == 1


def test_a_message_shows_no_cursor(http):
    answers(http, (400, {}, b""))
    with line(http, []) as asking, pytest.raises(PullStopped) as stopped:
        asking.get("/x", {"after": "secret-cursor"})
    assert "secret-cursor" not in str(stopped.value)


def test_an_endless_answer_is_read_to_the_limit(http, monkeypatch):
    monkeypatch.setattr(rest, "LIMIT", 1000)
    answers(http, (200, {}, b"x" * 200_000))
    with line(http, []) as asking:
        assert len(asking.get("/x").body) == 1001


def test_a_receipt_is_posted_with_its_id_and_a_conflict_means_taken(http):
    answers(http, (409, {}, b""))
    with line(http, []) as asking:
        asking.post_receipt(b"{}", "b3c1")
    asked = http.asked[0]
    assert (asked.method, asked.path, asked.body) == ("POST", "/receipts", b"{}")
    assert asked.headers["Idempotency-Key"] == "b3c1"


def test_a_missing_token_file_is_named(http, tmp_path):
    nowhere = replace(http.endpoint, token_file=tmp_path / "nowhere")
    with pytest.raises(WrongSetting, match="nowhere"):
        connect(nowhere, now=lambda: NOW).__enter__()


def page(items, following, more):
    return b'{"has_more":%s,"items":%s,"next":"%s"}' % (b"true" if more else b"false", items, following.encode())


def test_pages_are_read_until_there_is_no_more(http):
    answers(http, (200, {}, page(b"[1,2]", "c1", True)), (200, {}, page(b"[3]", "c2", False)))
    with line(http, []) as asking:
        pages = walk(asking, "/changes", None)
    assert [each["items"] for each in pages.pages] == [[1, 2], [3]]
    assert [asked.query for asked in http.asked] == [{"limit": "200"}, {"limit": "200", "after": "c1"}]
    assert not pages.more


def test_at_most_fifty_pages_are_read_in_a_pull(http):
    http.reply = lambda asked: (200, {}, page(b"[1]", f"c{len(http.asked)}", True))
    with line(http, []) as asking:
        pages = walk(asking, "/changes", "c0")
    assert (len(pages.pages), pages.more, len(http.asked)) == (50, True, 50)


def test_a_cursor_that_stands_still_ends_the_walk(http):
    answers(http, (200, {}, page(b"[1]", "c1", True)))
    with line(http, []) as asking:
        assert len(walk(asking, "/changes", "c1").pages) == 1


def test_a_page_that_is_not_strict_json_is_kept_as_it_came(http):
    answers(http, (200, {}, page(b"[1]", "c1", True)), (200, {}, b"<!doctype html>"))
    with line(http, []) as asking:
        pages = walk(asking, "/changes", None)
    assert (len(pages.pages), pages.raw) == (1, b"<!doctype html>")


def test_the_entity_tag_is_sent_back_with_its_cursor_and_304_means_nothing_new(http):
    answers(http, (200, {"ETag": '"a"'}, page(b"[1]", "c1", False)), (304, {}, b""))
    with line(http, []) as asking:
        first = walk(asking, "/changes", "c0")
        second = walk(asking, "/changes", "c1", first.etag)
    assert http.asked[1].headers["If-None-Match"] == '"a"'
    assert (second.pages, second.etag) == ([], '"a"')


def test_an_expired_cursor_is_told_from_a_wrong_one(http):
    answers(http, (410, {}, b""))
    with line(http, []) as asking:
        assert walk(asking, "/changes", "c0").expired
