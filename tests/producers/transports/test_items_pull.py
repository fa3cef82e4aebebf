"""One pull of a feed of items from a real server: what is asked, what lands, and the entity tag."""

import json
from datetime import UTC, datetime

import pytest

from producers import strict_json
from producers.decoders import decoder
from producers.decoders.rest_items import CURSOR, NUMBER
from producers.delivery import Delivery
from producers.memory import InMemory
from producers.transports.pulls import pull_of
from producers.transports.rest import PullStopped, connect
from schemas.errors import Unavailable, WrongDelivery

pytestmark = pytest.mark.integration

NOW = datetime(2020, 3, 2, 9, 0, tzinfo=UTC)


def page(*items, following="c1", more=False):
    return {"items": list(items), "next": following, "has_more": more}


class Server:
    """Pages by cursor, each with an entity tag; `expired`: cursors that are 410."""

    def __init__(self, pages, expired=()):
        self.pages, self.expired = pages, expired

    def __call__(self, asked):
        cursor = asked.query.get("after")
        if cursor in self.expired:
            return 410, {}, b""
        content = self.pages[cursor]
        if isinstance(content, int):
            return content, {}, b""
        body = content if isinstance(content, bytes) else json.dumps(content, indent=1).encode()
        etag = f'"{len(body)}"'
        if asked.headers.get("If-None-Match") == etag:
            return 304, {"ETag": etag}, b""
        return 200, {"ETag": etag}, body


def pulled(http, server, memory=None, etags=None, feed="jobordrer"):
    http.reply = server
    http.asked.clear()
    with connect(http.endpoint, sleep=lambda _: None, now=lambda: NOW) as line:
        memory = memory if memory is not None else InMemory()
        return pull_of(feed)(line, memory, NOW, etags if etags is not None else {})


def at(cursor, number):
    memory = InMemory()
    memory.state.update({CURSOR: cursor, NUMBER: number})
    return memory


@pytest.mark.parametrize("feed", ["jobcenter-forloeb", "vitas", "jobordrer"])
def test_pages_land_as_canonical_json_under_the_next_number(http, feed):
    pages = {"c0": page({"b": 1, "a": "å"}, more=True), "c1": page({"c": 2}, following="c2")}
    memory = at("c0", 6)
    result = pulled(http, Server(pages), memory, feed=feed)
    assert (result.file_name, result.more) == ("changes-7.json", False)
    assert result.data == strict_json.canonical({"pages": [pages["c0"], pages["c1"]]})
    assert [each.path for each in http.asked] == [f"/v1/{feed}/changes"] * 2
    assert (memory.state[CURSOR], memory.state[NUMBER]) == ("c0", 6)


def test_the_first_pull_asks_from_the_beginning_for_200(http):
    pulled(http, Server({None: page({"a": 1})}))
    assert [each.query for each in http.asked] == [{"limit": "200"}]


def test_nothing_new_is_no_delivery_and_is_not_sent_a_second_time(http):
    etags = {}
    server = Server({"c1": page()})
    assert pulled(http, server, at("c1", 1), etags) is None
    assert pulled(http, server, at("c1", 1), etags) is None
    assert [each.headers.get("If-None-Match") for each in http.asked] == [etags["c1"]]
    assert server(http.asked[0])[0] == 304


def test_the_entity_tag_of_an_answer_with_items_is_not_kept(http):
    etags = {"c1": '"old"'}
    assert pulled(http, Server({"c1": page({"a": 1})}), at("c1", 1), etags) is not None
    assert etags == {"c1": '"old"'}


def test_the_tag_of_another_cursor_is_not_sent(http):
    pulled(http, Server({"c2": page()}), at("c2", 1), {"c1": '"old"'})
    assert "If-None-Match" not in http.asked[0].headers


def test_an_expired_cursor_begins_anew(http):
    pages = {None: page({"a": 1}, following="c1", more=True), "c1": page({"b": 1}, following="c2")}
    result = pulled(http, Server(pages, expired=("c0",)), at("c0", 3))
    assert [each.query.get("after") for each in http.asked] == ["c0", None, "c1"]
    assert (result.file_name, len(json.loads(result.data)["pages"])) == ("changes-4.json", 2)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"<!doctype html>", "F02"),
        (b'{"items":[', "F05"),
        (b'{"items":[],"items":[],"next":"c","has_more":false}', "F11"),
        (b'{"items":["\xe6"],"next":"c","has_more":false}', "F03"),
    ],
)
def test_an_answer_that_is_not_strict_json_lands_in_its_place_as_it_came_and_is_refused(http, answer, code):
    result = pulled(http, Server({None: page({"a": 1}, more=True), "c1": answer}))
    assert result.data.startswith(b'{"pages":[{"has_more":true')
    assert result.data.endswith(b"," + answer + b"]}")
    assert refused(result) == code


@pytest.mark.parametrize(("answer", "code"), [(b"null", "F02"), (b'{"items":[]},{"items":[]}', "F05")], ids=str)
def test_an_answer_that_would_pass_for_something_else_between_others_lands_alone(http, answer, code):
    result = pulled(http, Server({None: page({"a": 1}, more=True), "c1": answer}))
    assert (result.data, refused(result)) == (answer, code)


def test_an_empty_answer_lands_empty(http):
    result = pulled(http, Server({None: b""}))
    assert (result.data, refused(result)) == (b"", "F01")


def refused(pulled):
    delivery = Delivery(
        feed="jobordrer", partner="70700", file_name=pulled.file_name, data=pulled.data, sha256="", received_at=NOW
    )
    with pytest.raises(WrongDelivery) as caught:
        decoder("jobordrer").read(delivery)
    return caught.value.fault.code


def test_a_page_without_its_keys_lands_for_intake_to_refuse(http):
    result = pulled(http, Server({None: {"items": []}}))
    assert json.loads(result.data) == {"pages": [{"items": []}]}
    assert refused(result) == "F04"


@pytest.mark.parametrize(("status", "error"), [(503, Unavailable), (400, PullStopped), (403, PullStopped)])
def test_a_page_that_cannot_be_had_ends_the_pull_without_a_delivery(http, status, error):
    with pytest.raises(error):
        pulled(http, Server({None: page({"a": 1}, more=True), "c1": status}))


def test_more_than_fifty_pages_go_on_with_the_next_pull(http):
    pages = {None if n == 0 else f"c{n}": page({"n": n}, following=f"c{n + 1}", more=True) for n in range(60)}
    result = pulled(http, Server(pages))
    assert (result.more, len(json.loads(result.data)["pages"])) == (True, 50)
