"""A REST feed through the hub, from a partner's server to its receipts: cursor, entity tag, refusal, beginning anew."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from branchespor.hub import answers, arrivals, handling, wiring
from branchespor.settings import Settings
from branchespor.stack import probes
from producers.decoders.rest_items import CURSOR
from producers.stores import ledger_view
from producers.stores.looks import earlier_etags
from producers.stores.memory import StoredMemory
from simulator.misbehaviour import give

pytestmark = pytest.mark.integration

FEED, PARTNER = "jobordrer", "70700"
SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "partners" / FEED / "good" / "changes-1.json"


@pytest.fixture(scope="module")
def partner(services: Settings) -> Iterator[Path]:
    """The partner's server, with three items in two pulls; gives its folder."""
    folder = services.home.resolve() / "partners" / "rest"
    folder.mkdir(parents=True, exist_ok=True)
    items = [item for page in json.loads(SAMPLE.read_text(encoding="utf-8"))["pages"] for item in page["items"]]
    served = {"ends": [2, len(items)], "events": items, "details": {}}
    (folder / f"{FEED}.json").write_text(json.dumps(served), encoding="utf-8")
    own = {"BRANCHESPOR_HOME": str(services.home), "BRANCHESPOR_PORT_OFFSET": str(services.port_offset)}
    command = [sys.executable, "-m", "branchespor", "serve", "partner-http"]
    with subprocess.Popen(command, env={**os.environ, **own}) as server:
        try:
            while not probes.listens(services.host, services.port("partner_http")):
                assert server.poll() is None
                time.sleep(0.05)
            yield folder
        finally:
            server.terminate()


def run(settings: Settings) -> list[tuple[str, str]]:
    """Land, handle and answer once; gives name and verdict of what came."""
    before = {row["delivery_id"] for row in rows(settings)}
    arrivals.land(FEED, PARTNER, settings)
    handling.process(FEED, PARTNER, settings)
    answers.answer(FEED, PARTNER, settings)
    came = [row for row in rows(settings) if row["delivery_id"] not in before]
    return sorted((row["file_name"], row["verdict"]) for row in came)


def rows(settings: Settings) -> list[dict[str, Any]]:
    with wiring.database(settings, "intake") as conn:
        return list(ledger_view.deliveries(conn, FEED))


def cursor(settings: Settings) -> str:
    with wiring.database(settings, "intake") as conn:
        return str(StoredMemory(conn, FEED, PARTNER).state[CURSOR])


def test_everything_new_is_pulled_in_one_run_and_each_answer_gets_its_receipt(
    services: Settings, partner: Path
) -> None:
    assert run(services) == [("changes-1.json", "accepted"), ("changes-2.json", "accepted")]
    posted = [json.loads(path.read_text(encoding="utf-8")) for path in (partner / "receipts").glob("*.json")]
    assert sorted(each["file_name"] for each in posted) == ["changes-1.json", "changes-2.json"]


def test_nothing_new_is_no_delivery_and_its_entity_tag_is_kept_for_the_cursor(
    services: Settings, partner: Path
) -> None:
    assert run(services) == []
    with wiring.database(services, "intake") as conn:
        assert list(earlier_etags(conn, FEED, PARTNER)) == [cursor(services)]
    assert run(services) == []


def test_a_refused_answer_is_handed_in_once_and_the_cursor_stays(services: Settings, partner: Path) -> None:
    stood = cursor(services)
    give(partner, {"mode": "login_page", "path": f"/v1/{FEED}"})
    try:
        assert run(services) == [("changes-3.json", "refused")]
        assert run(services) == []
    finally:
        give(partner, None)
    assert cursor(services) == stood
    assert run(services) == []


def test_after_an_expired_cursor_everything_comes_again_and_changes_nothing(services: Settings, partner: Path) -> None:
    stood = cursor(services)
    give(partner, {"mode": "expired", "path": f"/v1/{FEED}", "times": 1})
    try:
        came = run(services)
    finally:
        give(partner, None)
    assert [verdict for _, verdict in came] == ["duplicate", "duplicate"]
    assert cursor(services) == stood
    assert all(row["facts"] == 0 for row in rows(services) if row["verdict"] == "duplicate")
