"""One pull of arbejdsmarkedsbalance from a real server: one publication, and the data it speaks of."""

import json
from datetime import UTC, datetime

import pytest

from producers.decoders.arbejdsmarkedsbalance import CURSOR, NUMBER
from producers.memory import InMemory
from producers.transports.pulls import pull_of
from producers.transports.rest import PullStopped, connect

pytestmark = pytest.mark.integration

NOW = datetime(2020, 3, 2, 9, 0, tzinfo=UTC)
DATA = {"columns": ["Periode"], "rows": [["2020H1"]]}
PATH = "/v1/arbejdsmarkedsbalance/data/AMB01"


def publication(**changed):
    return {"id": "AMB01-2020H1", "version": 1, "aendring": 1, "periode": "2020H1", **changed}


def page(*items, more=False):
    return {"items": list(items), "next": "p1", "has_more": more}


def pulled(http, answer, data=(200, DATA), cursor=None, expired=None, etags=None):
    def reply(asked):
        if asked.path == PATH:
            status, content = data
            return status, {}, content if isinstance(content, bytes) else json.dumps(content).encode()
        if expired is not None and asked.query.get("after") == expired:
            return 410, {}, b""
        return 200, {"ETag": '"1"'}, answer if isinstance(answer, bytes) else json.dumps(answer).encode()

    http.reply = reply
    http.asked.clear()
    memory = InMemory()
    memory.state.update({CURSOR: cursor, NUMBER: 2} if cursor else {})
    with connect(http.endpoint, sleep=lambda _: None, now=lambda: NOW) as line:
        return pull_of("arbejdsmarkedsbalance")(line, memory, NOW, etags if etags is not None else {})


def test_one_page_of_one_publication_and_its_data_are_one_delivery(http):
    result = pulled(http, page(publication(), more=True), cursor="p0")
    asked = [(each.path, each.query) for each in http.asked]
    assert asked == [
        ("/v1/arbejdsmarkedsbalance/changes", {"limit": "1", "after": "p0"}),
        (PATH, {"period.H": "2020H1", "format": "json"}),
    ]
    assert (result.file_name, result.more) == ("changes-3.json", True)
    assert json.loads(result.data) == {
        "details": [{"body": DATA, "id": "AMB01-2020H1", "status": 200}],
        "pages": [page(publication(), more=True)],
    }


@pytest.mark.parametrize("item", [publication(aendring=3), publication(periode="../../etc"), "text"], ids=str)
def test_no_data_are_asked_for_a_deleted_publication_or_one_not_as_agreed(http, item):
    result = pulled(http, page(item))
    assert json.loads(result.data)["details"] == []
    assert len(http.asked) == 1


def test_data_that_are_not_there_end_the_pull_without_a_delivery(http):
    with pytest.raises(PullStopped):
        pulled(http, page(publication()), data=(404, {}))


def test_data_that_cannot_be_read_land_in_their_place_as_they_came(http):
    result = pulled(http, page(publication()), data=(200, b"<html>"))
    assert result.data.startswith(b'{"details":[{"body":<html>,"id":"AMB01-2020H1","status":200}],"pages":[{')


@pytest.mark.parametrize("raw", [b'null,"status":404},{"body":{}', b""])
def test_data_that_would_pass_for_something_else_land_as_they_came_and_cannot_be_read(http, raw):
    result = pulled(http, page(publication()), data=(200, raw))
    assert result.data == raw or b'{"body":,' in result.data


def test_nothing_new_is_no_delivery_and_its_tag_is_kept(http):
    etags = {}
    assert pulled(http, page(), cursor="p1", etags=etags) is None
    assert etags == {"p1": '"1"'}


def test_an_expired_cursor_begins_with_the_first_publication(http):
    result = pulled(http, page(publication()), cursor="p9", expired="p9")
    assert [each.query.get("after") for each in http.asked[:2]] == ["p9", None]
    assert result is not None
