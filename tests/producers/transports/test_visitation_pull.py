"""One pull of visitation from a real server: what is asked, in which order, and what lands."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from producers import strict_json
from producers.decoders.visitation import CURSOR, NUMBER
from producers.decoders.visitation_waiting import Waiting, keep
from producers.memory import InMemory
from producers.transports.rest import PullStopped, connect
from producers.transports.visitation import pull
from schemas.errors import Unavailable

pytestmark = pytest.mark.integration

NOW = datetime(2020, 3, 2, 9, 0, tzinfo=UTC)


def event(external_id, version=1, change=1, event_id=None):
    return {
        "event_id": event_id or int(external_id) * 100 + version,
        "entity": "visitation",
        "external_id": external_id,
        "version": version,
        "change": change,
        "registered_at": "2020-03-02T09:00:00Z",
    }


class CaseSystem:
    """Pages by cursor, details by id (status and body), and the full re-read."""

    def __init__(self, pages, details=None, everything=None, expired=False):
        self.pages, self.details, self.everything, self.expired = pages, details or {}, everything or {}, expired

    def __call__(self, asked):
        if asked.path == "/v1/visitation/changes":
            if self.expired:
                return 410, {}, b""
            return 200, {}, self.bytes(self.pages[asked.query.get("after")])
        if asked.path == "/v1/visitation/all":
            return 200, {}, self.bytes(self.everything[asked.query.get("after")])
        status, content = self.details[asked.path.removeprefix("/v1/visitation/")]
        return status, {}, self.bytes(content)

    @staticmethod
    def bytes(content):
        return content if isinstance(content, bytes) else json.dumps(content, indent=1).encode()


def page(*items, following="c1", more=False):
    return {"items": list(items), "next": following, "has_more": more}


def pulled(http, system, memory=None, now=NOW):
    http.reply = system
    http.asked.clear()
    with connect(http.endpoint, sleep=lambda _: None, now=lambda: now) as line:
        return pull(line, memory if memory is not None else InMemory(), now, {})


def details_asked(http):
    return [each.path.rsplit("/", 1)[1] for each in http.asked if each.path[-8:].isdigit()]


def waits(memory, external_id, version=1, since=NOW):
    keep(
        memory,
        [Waiting(external_id=external_id, version=version, delivery="x", line=1, since=since.isoformat())],
    )


def test_pages_and_details_land_as_canonical_json_under_the_next_number(http):
    body = {"version": 1, "external_id": "40000001"}
    system = CaseSystem(
        {"c0": page(event("40000001"), following="c1", more=True), "c1": page(event("40000002"), following="c2")},
        {"40000001": (200, body), "40000002": (404, b"")},
    )
    memory = InMemory()
    memory.state.update({CURSOR: "c0", NUMBER: 6})
    result = pulled(http, system, memory)
    assert result.file_name == "changes-7.json"
    assert result.data == strict_json.canonical(
        {
            "details": [
                {"body": body, "external_id": "40000001", "status": 200},
                {"body": None, "external_id": "40000002", "status": 404},
            ],
            "pages": [system.pages["c0"], system.pages["c1"]],
        }
    )
    assert (memory.state[CURSOR], memory.state[NUMBER], result.more) == ("c0", 6, False)


def test_details_are_asked_after_the_last_page_for_the_item_that_speaks_alone(http):
    system = CaseSystem(
        {
            None: page(
                event("40000003", version=1),
                event("40000001"),
                event("40000003", version=2),
                event("40000002", change=3),
                event("40000004", event_id=5),
                event("40000005", event_id=5),
                event("40000006") | {"change": 9},
            )
        },
        {"40000003": (200, {}), "40000001": (410, {"version": 1})},
    )
    pulled(http, system)
    assert details_asked(http) == ["40000001", "40000003"]


def test_a_version_already_applied_is_not_fetched(http):
    memory = InMemory()
    memory.put("40000001", {"applied": 2, "statements": {}})
    result = pulled(http, CaseSystem({None: page(event("40000001", version=2))}), memory)
    assert (details_asked(http), json.loads(result.data)["details"]) == ([], [])


def test_waiting_items_are_asked_again_last_and_once(http):
    memory = InMemory()
    waits(memory, "40000009")
    system = CaseSystem({None: page(event("40000001"))}, {"40000001": (404, b""), "40000009": (404, b"")})
    pulled(http, system, memory)
    assert details_asked(http) == ["40000001", "40000009"]


def test_nothing_new_is_no_delivery(http):
    assert pulled(http, CaseSystem({None: page(following="c0")})) is None


@pytest.mark.parametrize(
    ("answer", "brought"),
    [
        pytest.param((200, {"version": 2}), True, id="there"),
        pytest.param((410, {"version": 2}), True, id="gone"),
        pytest.param((200, {"version": "x"}), True, id="there-with-a-fault"),
        pytest.param((404, b""), False, id="not-there"),
        pytest.param((200, {"version": 1}), False, id="older"),
    ],
)
def test_an_awaited_detail_alone_is_a_delivery_only_when_it_settles(http, answer, brought):
    memory = InMemory()
    waits(memory, "40000009", version=2)
    result = pulled(http, CaseSystem({None: page()}, {"40000009": answer}), memory)
    assert (result is not None) == brought


def test_an_item_that_has_waited_its_days_is_not_asked_for(http):
    memory = InMemory()
    waits(memory, "40000009", since=NOW - timedelta(days=2, seconds=1))
    assert pulled(http, CaseSystem({None: page()}), memory) is None
    assert details_asked(http) == []


def test_an_expired_cursor_is_a_full_re_read(http):
    everything = {
        None: {"as_of": "2020-07-03T04:00:00Z", "changes_cursor": "c9", "items": [1], "next": "a1", "has_more": True},
        "a1": {"as_of": "2020-07-03T04:00:00Z", "changes_cursor": "c9", "items": [2], "next": None, "has_more": False},
    }
    result = pulled(http, CaseSystem({}, everything=everything, expired=True))
    assert (result.file_name, json.loads(result.data)) == (
        "all-1.json",
        {"pages": [everything[None], everything["a1"]]},
    )


@pytest.mark.parametrize(
    "answer", [b"<!doctype html>", b'{"items":[', b'{"items":[],"items":[]}', b'{"items":["\xe6"]}'], ids=str
)
def test_a_page_that_cannot_be_read_lands_alone_as_it_came(http, answer):
    result = pulled(http, CaseSystem({None: page(event("40000001"), more=True), "c1": answer}))
    assert (result.file_name, result.data, details_asked(http)) == ("changes-1.json", answer, [])


@pytest.mark.parametrize("answer", [b"<!doctype html>", b'null,"status":404},{"body":{}', b'{"cpr":"1","cpr":"2"}'])
def test_a_detail_that_cannot_be_read_lands_alone_and_is_never_spliced_in(http, answer):
    result = pulled(http, CaseSystem({None: page(event("40000001"))}, {"40000001": (200, answer)}))
    assert result.data == answer


def test_a_page_without_its_keys_lands_for_intake_to_refuse(http):
    result = pulled(http, CaseSystem({None: {"items": []}}))
    assert json.loads(result.data) == {"details": [], "pages": [{"items": []}]}


@pytest.mark.parametrize(("status", "error"), [(503, Unavailable), (400, PullStopped), (403, PullStopped)])
def test_a_page_or_detail_that_cannot_be_had_ends_the_pull_without_a_delivery(http, status, error):
    with pytest.raises(error):
        pulled(http, CaseSystem({None: page(event("40000001"))}, {"40000001": (status, b"")}))


def test_more_than_fifty_pages_go_on_with_the_next_pull(http):
    class Endless(CaseSystem):
        def __call__(self, asked):
            number = int(asked.query.get("after", "c0")[1:]) + 1
            deletion = event(f"{40000000 + number}", change=3)
            return 200, {}, self.bytes(page(deletion, following=f"c{number}", more=True))

    result = pulled(http, Endless({}))
    assert (result.more, len(json.loads(result.data)["pages"])) == (True, 50)
