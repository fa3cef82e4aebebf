"""The case system over a real socket: pages, details as they stood, receipts, and misbehaviour on request."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web

from simulator.http_server import application
from simulator.misbehaviour import give

pytestmark = pytest.mark.integration

TOKEN = "a-token-for-tests"


def body(version: int, ends: str | None) -> dict[str, object]:
    return {"external_id": "40000001", "version": version, "gyldig_til": ends}


def event(number: int, external_id: str, version: int, change: int) -> dict[str, object]:
    return {"event_id": number, "external_id": external_id, "version": version, "change": change, "registered_at": "r"}


DATA: dict[str, Any] = {
    "ends": [3, 5],
    "events": [
        event(1, "40000001", 1, 1),
        event(2, "40000002", 1, 1),
        event(3, "40000003", 1, 1),
        event(4, "40000001", 2, 2),
        event(5, "40000002", 2, 3),
    ],
    "details": {
        "40000001": [
            {"version": 1, "seen_from": 1, "body": body(1, None)},
            {"version": 2, "seen_from": 2, "body": body(2, "2020-07-01")},
        ],
        "40000002": [
            {"version": 1, "seen_from": 1, "body": {"external_id": "40000002", "version": 1}},
            {"version": 2, "seen_from": 2, "slettet": {"external_id": "40000002", "slettet": "s", "version": 2}},
        ],
        "40000003": [{"version": 1, "seen_from": 2, "body": {"external_id": "40000003", "version": 1}}],
    },
}


@dataclass
class CaseSystem:
    """A running server and a client with the token."""

    folder: Path
    client: httpx.Client
    receipts: Path
    token_file: Path

    def changes(self, after: str | None = None, limit: int = 200) -> dict[str, Any]:
        parameters: dict[str, str | int] = {"limit": limit, **({"after": after} if after else {})}
        answer = self.client.get("/v1/visitation/changes", params=parameters)
        assert answer.status_code == 200
        page: dict[str, Any] = answer.json()
        return page

    def detail(self, external_id: str) -> httpx.Response:
        return self.client.get(f"/v1/visitation/{external_id}")


@pytest.fixture
def case_system(tmp_path: Path, serving: Callable[[web.Application], str]) -> Iterator[CaseSystem]:
    folder = tmp_path / "rest"
    folder.mkdir()
    (folder / "visitation.json").write_text(json.dumps(DATA), encoding="utf-8")
    token = tmp_path / "token"
    token.write_text(f"{TOKEN}\n", encoding="utf-8")
    other = tmp_path / "other"
    other.write_text("of-another-feed", encoding="utf-8")
    tokens = {"visitation": token, "arbejdsmarkedsbalance": other}
    base_url = serving(application(folder, tokens, tmp_path / "receipts"))
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=base_url, headers=headers, timeout=5) as client:
        yield CaseSystem(folder=folder, client=client, receipts=tmp_path / "receipts", token_file=token)


def test_pages_go_on_until_the_pull_ends_and_the_next_pull_brings_the_rest(case_system: CaseSystem) -> None:
    first = case_system.changes(limit=2)
    second = case_system.changes(first["next"], limit=2)
    third = case_system.changes(second["next"], limit=2)
    nothing = case_system.changes(third["next"], limit=2)

    assert [[item["event_id"] for item in page["items"]] for page in (first, second, third)] == [[1, 2], [3], [4, 5]]
    assert [page["has_more"] for page in (first, second, third, nothing)] == [True, False, False, False]
    assert nothing == {"items": [], "has_more": False, "next": third["next"]}


def test_a_detail_stands_as_it_stood_in_its_pull(case_system: CaseSystem) -> None:
    cursor = case_system.changes()["next"]
    before = [case_system.detail(each) for each in ("40000001", "40000002", "40000003", "49999999")]
    case_system.changes(cursor)
    after = [case_system.detail(each) for each in ("40000001", "40000002", "40000003")]

    assert [answer.status_code for answer in before] == [200, 200, 404, 404]
    assert [answer.status_code for answer in after] == [200, 410, 200]
    assert (before[0].json()["version"], after[0].json()["version"]) == (1, 2)
    assert after[1].json() == {"external_id": "40000002", "slettet": "s", "version": 2}


def test_the_re_read_gives_every_statement_as_it_stands_at_the_end(case_system: CaseSystem) -> None:
    first = case_system.client.get("/v1/visitation/all", params={"limit": 1}).json()
    second = case_system.client.get("/v1/visitation/all", params={"limit": 1, "after": first["next"]}).json()

    assert first["items"] == [body(2, "2020-07-01")]
    assert second["items"] == [{"external_id": "40000003", "version": 1}]
    assert (first["has_more"], second["has_more"], second["next"]) == (True, False, None)
    assert case_system.changes(second["changes_cursor"])["items"] == []


@pytest.mark.parametrize("question", ["after=c9999999", "after=x1", "limit=0", "limit=501", "limit=many"])
def test_a_wrong_question_is_400(case_system: CaseSystem, question: str) -> None:
    assert case_system.client.get(f"/v1/visitation/changes?{question}").status_code == 400


@pytest.mark.parametrize("path", ["/v1/visitation/changes", "/v1/visitation/all", "/v1/visitation/40000001"])
@pytest.mark.parametrize("token", ["unknown", "of-another-feed"])
def test_nothing_is_answered_without_the_feeds_own_token(case_system: CaseSystem, path: str, token: str) -> None:
    assert case_system.client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_feed_that_nobody_serves_is_not_answered(case_system: CaseSystem) -> None:
    assert case_system.client.get("/v1/vitas/changes").status_code == 401


def test_the_data_of_a_publication_are_asked_for_by_their_period(case_system: CaseSystem) -> None:
    versions = [{"version": 1, "seen_from": 1, "body": {"columns": [], "rows": []}}]
    published = {"ends": [1], "events": [{"id": "AMB01-2020H1"}], "details": {"2020H1": versions}}
    (case_system.folder / "arbejdsmarkedsbalance.json").write_text(json.dumps(published), encoding="utf-8")

    def asked(question: str) -> httpx.Response:
        path, token = "/v1/arbejdsmarkedsbalance/data/AMB01", {"Authorization": "Bearer of-another-feed"}
        return case_system.client.get(f"{path}?{question}", headers=token)

    assert asked("period.H=2020H1&format=json").json() == {"columns": [], "rows": []}
    assert asked("period.H=2020H2&format=json").status_code == 404
    assert asked("period.H=2020&format=json").status_code == 400


def test_a_new_token_holds_at_once(case_system: CaseSystem) -> None:
    case_system.token_file.write_text("another", encoding="utf-8")

    assert case_system.detail("40000001").status_code == 401
    answer = case_system.client.get("/v1/visitation/40000001", headers={"Authorization": "Bearer another"})
    assert answer.status_code == 200


def test_an_unchanged_page_is_304(case_system: CaseSystem) -> None:
    etag = case_system.client.get("/v1/visitation/changes").headers["ETag"]

    assert case_system.client.get("/v1/visitation/changes", headers={"If-None-Match": etag}).status_code == 304


def test_a_receipt_is_kept_once_under_its_key(case_system: CaseSystem) -> None:
    statuses = [
        case_system.client.post("/receipts", content=content, headers={"Idempotency-Key": "k-1"}).status_code
        for content in (b'{"a":1}', b'{"a":1}', b'{"a":2}')
    ]

    assert statuses == [201, 200, 409]
    assert (case_system.receipts / "k-1.json").read_bytes() == b'{"a":1}'


@pytest.mark.parametrize("key", ["", "../k", "a/b", "k" * 65])
def test_a_receipt_under_no_safe_key_is_400(case_system: CaseSystem, key: str) -> None:
    answer = case_system.client.post("/receipts", content=b"{}", headers={"Idempotency-Key": key})

    assert answer.status_code == 400


def test_it_is_unavailable_so_many_times_and_then_well_again(case_system: CaseSystem) -> None:
    give(case_system.folder, {"mode": "unavailable", "times": 2, "retry_after": 7})

    answers = [case_system.client.get("/v1/visitation/changes") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].headers["Retry-After"] == "7"


@pytest.mark.parametrize(("mode", "status"), [("unauthorized", 401), ("error", 500), ("login_page", 200)])
def test_other_answers_come_on_request(case_system: CaseSystem, mode: str, status: int) -> None:
    give(case_system.folder, {"mode": mode})

    answer = case_system.client.get("/v1/visitation/changes")

    assert answer.status_code == status
    assert answer.content.startswith(b"<!DOCTYPE html>") == (mode == "login_page")


def test_a_cursor_expires_on_request(case_system: CaseSystem) -> None:
    give(case_system.folder, {"mode": "expired"})

    assert case_system.client.get("/v1/visitation/changes?after=c0000003").status_code == 410
    assert case_system.client.get("/v1/visitation/all").status_code == 200


def test_half_an_answer_comes_on_request(case_system: CaseSystem) -> None:
    give(case_system.folder, {"mode": "cut"})

    with pytest.raises(httpx.RemoteProtocolError):
        case_system.client.get("/v1/visitation/changes")


def test_an_answer_is_slow_on_request(case_system: CaseSystem) -> None:
    give(case_system.folder, {"mode": "slow", "seconds": 30, "path": "/v1/visitation/40000001"})

    with pytest.raises(httpx.ReadTimeout):
        case_system.client.get("/v1/visitation/40000001", timeout=0.3)
    assert case_system.changes()["items"]


def test_it_says_that_it_is_up_without_a_token_and_whatever_it_was_told(case_system: CaseSystem) -> None:
    give(case_system.folder, {"mode": "error"})

    assert case_system.client.get("/health", headers={"Authorization": ""}).status_code == 200


def test_there_may_be_no_data_set_yet(case_system: CaseSystem) -> None:
    (case_system.folder / "visitation.json").unlink()

    assert case_system.changes() == {"items": [], "has_more": False, "next": "c0000000"}
