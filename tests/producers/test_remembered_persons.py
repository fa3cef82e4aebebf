"""A citizen known under two ids: what a source said under one goes on under it, as if nothing had happened."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from branchespor.intake.offline import delivery_of
from branchespor.intake.pipeline import handle
from producers.delivery import Delivery, Outcome
from producers.feeds import FEEDS
from producers.memory import InMemory
from producers.vault import InMemoryVault, remembered
from schemas.facts import KINDS_OF_PERSON, to_json
from tests.producers.test_every_feed import SAMPLES
from validation.rows import check_rows

# The register itself tells of merges, and moves what it remembers with them (test_cpr.py).
FEEDS_ASKED = [feed.name for feed in FEEDS if KINDS_OF_PERSON.keys() & set(feed.kinds) and feed.name != "cpr"]


class Town(InMemoryVault):
    """A vault that can be told that everybody seen so far has another number, under which somebody knew them before."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.rounds = 0

    def identify(self, numbers: Any) -> Mapping[str, str]:
        numbers = list(numbers)
        self.seen.update(numbers)
        return super().identify(numbers)

    def merge_everybody(self) -> None:
        self.rounds += 1
        for number in sorted(self.seen):
            other = f"{number} of {self.rounds}"
            super().identify([other])
            self.link(other, number, date(2020, 1, 1))


def deliveries(feed: str) -> list[Delivery]:
    home = SAMPLES / feed / "good"
    receipts = json.loads((home / "receipts.json").read_text(encoding="utf-8"))
    return [delivery_of(feed, home / each["file_name"], None) for each in receipts]


def handled(feed: str, vault: InMemoryVault, between: Any) -> list[Outcome]:
    memories: dict[str, InMemory] = {}
    outcomes = []
    for each in deliveries(feed):
        memory = memories.setdefault(each.partner, InMemory())
        outcomes.append(handle(each, memory, vault, check_rows, synthetic=True))
        between()
    return outcomes


def said(outcomes: Sequence[Outcome], merged: Mapping[str, str]) -> list[list[str]]:
    """Facts as text, every id of a citizen as one label, by first appearance."""
    labels: dict[str, str] = {}
    found = []
    for outcome in outcomes:
        facts = []
        for each in outcome.facts:
            record = to_json(each.fact) | {"fact_id": None}
            person = record["person"]
            if person is not None:
                label = labels.setdefault(merged.get(person, person), f"#{len(labels) + 1}")
                record |= {"person": label, "record_key": str(record["record_key"]).replace(person, label)}
            facts.append(json.dumps(record | {"line": each.line}, sort_keys=True))
        found.append(facts)
    return found


@pytest.mark.parametrize("feed", FEEDS_ASKED)
def test_that_persons_were_merged_between_deliveries_changes_no_fact_and_no_receipt(feed: str) -> None:
    plain, town = InMemoryVault(), Town()
    as_ever = handled(feed, plain, lambda: None)
    merged = handled(feed, town, town.merge_everybody)

    assert town.merged()
    assert said(merged, town.merged()) == said(as_ever, {})
    assert [each.receipt for each in merged] == [each.receipt for each in as_ever]


@pytest.mark.parametrize("feed", FEEDS_ASKED)
def test_a_statement_goes_on_under_the_id_it_was_made_under(feed: str) -> None:
    town = Town()
    under: dict[tuple[str, str], set[str]] = {}
    for outcome in handled(feed, town, town.merge_everybody):
        for each in outcome.facts:
            fact = to_json(each.fact)
            person = str(fact["person"])
            citizen = town.merged().get(person, person)
            reference = str(fact["record_key"]).replace(person, citizen)
            under.setdefault((str(fact["kind"]), reference), set()).add(person)
    assert under
    assert {name: persons for name, persons in under.items() if len(persons) > 1} == {}


def test_of_several_known_ids_the_first_that_is_the_citizen_is_remembered() -> None:
    merged = {"a": "c", "b": "c"}
    assert remembered("c", ["x", "b", "a"], merged) == "b"
    assert remembered("a", ["c"], merged) == "c"
    assert remembered("c", ["x"], merged) == "c"
    assert remembered("c", [], merged) == "c"
