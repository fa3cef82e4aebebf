"""Every file and pull of a small sample through the hub's own decoders: each gets the verdict the manifest expects."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from branchespor.intake.pipeline import handle
from producers.delivery import Delivery, Outcome
from producers.memory import InMemory
from producers.vault import InMemoryVault
from simulator.case_data import CaseData, DataFile
from validation.rows import check_rows


@dataclass
class Reader:
    """Follows the cursor of the case system and lands what a pull brings (partners/visitation.md, rules 3 and 7)."""

    data: CaseData
    cursor: str | None = None
    applied: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)

    def pull(self) -> bytes:
        pages = []
        while True:
            page = self.data.page(self.cursor, 200)
            self.cursor = str(page["next"])
            pages.append(page)
            if not page["has_more"]:
                break
        details = list(self._details([item for page in pages for item in page["items"]]))  # type: ignore[attr-defined]
        return json.dumps(
            {"details": details, "pages": pages}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        ).encode()

    def _details(self, items: list[dict[str, Any]]) -> Iterator[dict[str, object]]:
        speaking: dict[str, dict[str, Any]] = {}
        for item in items:
            if item["version"] >= speaking.get(item["external_id"], item)["version"]:
                speaking[item["external_id"]] = item
        asked = [item for item in items if speaking[item["external_id"]] is item]
        before = dict(self.waiting)
        for item in asked:
            name, version = item["external_id"], item["version"]
            if version <= self.applied.get(name, 0):
                continue
            if item["change"] == 3:
                self.applied[name] = version
            else:
                yield self._detail(name, version)
        for name, version in before.items():
            if name in self.waiting and name not in speaking and version > self.applied.get(name, 0):
                yield self._detail(name, version)

    def _detail(self, name: str, version: int) -> dict[str, object]:
        status, body = self.data.detail(name)
        shown = body["version"] if status != 404 and isinstance(body, dict) else 0
        if shown >= version:
            self.applied[name] = shown
            self.waiting.pop(name, None)
        else:
            self.waiting[name] = version
        return {"body": None if status == 404 else body, "external_id": name, "status": status}


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
def hub(sample: Path) -> Hub:
    """All deliveries in the order they are sent, on an empty ledger."""
    hub = Hub()
    reader = Reader(DataFile(sample / "rest" / "visitation.json").read())
    for entry in json.loads((sample / "manifest.json").read_text(encoding="utf-8"))["deliveries"]:
        if entry["feed"] == "visitation":
            hub.take(entry, f"changes-{entry['pull']}.json", reader.pull())
        elif entry["expect"] != "incomplete":
            hub.take(entry, Path(entry["file"]).name, (sample / entry["file"]).read_bytes())
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
