"""Every file and pull of a small sample through the hub's own decoders: each gets the verdict the manifest expects."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from branchespor.intake.pipeline import handle
from producers.delivery import Delivery, Outcome
from producers.memory import InMemory
from producers.transports.rest import Endpoint, connect
from producers.transports.visitation import pull
from producers.vault import InMemoryVault
from simulator.http_server import application
from validation.rows import check_rows

pytestmark = pytest.mark.integration

NOW = datetime(2022, 1, 7, tzinfo=UTC)


def never(seconds: float) -> None:
    raise AssertionError(f"nothing is to be waited for, least of all {seconds} s")


@dataclass
class Hub:
    """Everything the hub keeps, in memory."""

    vault: InMemoryVault = field(default_factory=InMemoryVault)
    memories: dict[tuple[str, str], InMemory] = field(default_factory=dict)
    outcomes: list[tuple[dict[str, Any], Outcome]] = field(default_factory=list)

    def take(self, entry: dict[str, Any], name: str, data: bytes) -> None:
        memory = self.memories.setdefault((entry["feed"], entry["partner"]), InMemory())
        delivery = Delivery(
            feed=entry["feed"],
            partner=entry["partner"],
            file_name=name,
            data=data,
            sha256=hashlib.sha256(data).hexdigest(),
            received_at=datetime.fromisoformat(entry["sent_at"]).replace(tzinfo=UTC),
        )
        self.outcomes.append((entry, handle(delivery, memory, self.vault, check_rows, synthetic=True)))


@pytest.fixture(scope="module")
def hub(sample: Path, serving: Callable[[web.Application], str], tmp_path_factory: pytest.TempPathFactory) -> Hub:
    """All deliveries in the order they are sent, on an empty ledger; the case system is asked over a real socket."""
    token = tmp_path_factory.mktemp("secrets") / "token"
    token.write_text("a-token-for-tests", encoding="utf-8")
    base_url = serving(application(sample / "rest" / "visitation.json", token))
    hub = Hub()
    memory = hub.memories.setdefault(("visitation", "70700"), InMemory())
    with connect(Endpoint(base_url=base_url, token_file=token), sleep=never, now=lambda: NOW) as line:
        for entry in json.loads((sample / "manifest.json").read_text(encoding="utf-8"))["deliveries"]:
            if entry["feed"] == "visitation":
                pulled = pull(line, memory, NOW)
                assert pulled is not None
                hub.take(entry, pulled.file_name, pulled.data)
            elif entry["expect"] != "incomplete":
                hub.take(entry, Path(entry["file"]).name, (sample / entry["file"]).read_bytes())
        assert pull(line, memory, NOW) is None
    return hub


def test_every_delivery_gets_the_verdict_the_manifest_expects(hub: Hub) -> None:
    assert len(hub.outcomes) > 100
    for entry, outcome in hub.outcomes:
        assert outcome.receipt["verdict"] == entry["expect"], (entry["file"], outcome.receipt["counts"])


def test_the_hub_knows_every_citizen_once(hub: Hub) -> None:
    persons = {fact.fact.person for _, outcome in hub.outcomes for fact in outcome.facts}

    assert len(persons) == 100


def test_a_changed_number_is_told_before_anybody_uses_it(hub: Hub) -> None:
    changes = [change for _, outcome in hub.outcomes for change in outcome.identity_changes]

    assert changes
    assert all(change.merged_person is None for change in changes)


def test_every_kind_of_fact_of_the_five_feeds_comes(hub: Hub) -> None:
    kinds = {type(fact.fact).__name__ for _, outcome in hub.outcomes for fact in outcome.facts}

    assert kinds == {
        "TargetGroupSpell",
        "DagpengePeriod",
        "AbsenceSpell",
        "EmploymentSpell",
        "MembershipSpell",
        "ResidenceSpell",
        "PersonStatus",
        "Training",
    }


def test_rows_wait_are_corrected_and_are_taken_back(hub: Hub) -> None:
    waiting = sum(outcome.receipt["counts"]["waiting"] for _, outcome in hub.outcomes)  # type: ignore[index]
    withdrawn = {entry["feed"] for entry, outcome in hub.outcomes for fact in outcome.facts if fact.fact.withdrawn}

    assert waiting > 0
    assert {"akasse-ledighed", "visitation"} <= withdrawn
