"""A hub with nothing but one REST feed: deliveries in, outcomes, facts and memory out."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from branchespor.intake.pipeline import handle
from producers import strict_json
from producers.delivery import Delivery, FactOfLine, Outcome, Settled
from producers.memory import InMemory
from producers.vault import InMemoryVault
from schemas.facts import JsonValue, to_json
from validation.rows import check_rows

NOW = datetime(2020, 3, 2, 9, 0, tzinfo=UTC)
COUNTS = ("accepted", "unchanged", "duplicate", "rejected", "waiting")


class RestHub:
    """Handles deliveries of one feed, numbered as they come."""

    def __init__(self, feed: str, partner: str) -> None:
        self.feed, self.partner = feed, partner
        self.memory, self.vault = InMemory(), InMemoryVault()
        self.deliveries = 0
        self.outcome: Outcome = Outcome(receipt={})

    def raw(self, data: bytes, name: str | None = None, at: datetime = NOW) -> "RestHub":
        """Any bytes as the next delivery."""
        self.deliveries += 1
        delivery = Delivery(
            feed=self.feed,
            partner=self.partner,
            file_name=name or f"changes-{self.deliveries}.json",
            data=data,
            sha256=hashlib.sha256(data).hexdigest(),
            received_at=at,
        )
        self.outcome = handle(delivery, self.memory, self.vault, check_rows)
        assert self.outcome.trouble is None
        counts = self.receipt["counts"]
        assert counts["rows"] == sum(counts[each] for each in COUNTS)
        return self

    def send(self, *items: Any, at: datetime = NOW, **more: Any) -> "RestHub":
        """One page of items; `more` stands beside the pages. Its cursor makes the same items other bytes."""
        page = {"has_more": False, "items": list(items), "next": f"c{self.deliveries}"}
        return self.raw(strict_json.canonical({"pages": [page], **more}), at=at)

    @property
    def receipt(self) -> Any:
        """The last receipt."""
        return self.outcome.receipt

    @property
    def verdict(self) -> str:
        """Its verdict."""
        return str(self.receipt["verdict"])

    @property
    def counts(self) -> dict[str, int]:
        """Its counts that are not 0, without the rows."""
        return {name: number for name, number in self.receipt["counts"].items() if number and name != "rows"}

    @property
    def faults(self) -> list[tuple[str, int | None, str | None]]:
        """Code, line and column of what it lists."""
        return [(each["code"], each["line"], each["column"]) for each in self.receipt["faults"]]

    @property
    def facts(self) -> list[FactOfLine]:
        """The facts of the last delivery."""
        return list(self.outcome.facts)

    @property
    def settled(self) -> list[Settled]:
        """Rows of earlier deliveries that were settled by the last one."""
        return list(self.outcome.settled)

    def told(self, *fields: str) -> list[tuple[JsonValue, ...]]:
        """These fields of the last delivery's facts; `line` too."""
        records = [{"line": each.line, **to_json(each.fact)} for each in self.facts]
        return [tuple(record[name] for name in fields) for record in records]

    def person(self, number: str) -> str:
        """The person behind a number."""
        return self.vault.identify([number])[number]

    @property
    def everything_kept(self) -> str:
        """All that the hub keeps or shows of what came in, as text."""
        documents = {**self.memory.all(), "state": self.memory.state}
        shown = [to_json(each.fact) for each in self.facts]
        rows = [each.raw for each in self.outcome.rejected]
        return json.dumps([documents, shown, rows, self.receipt], ensure_ascii=False, default=str)


@pytest.fixture
def hub_of() -> Callable[[str, str], RestHub]:
    """Makes the hub of a feed and its partner."""
    return RestHub
