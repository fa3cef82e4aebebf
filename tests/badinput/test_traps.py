"""Every trap of the partners' pages: deliveries that make it, and the answers and facts that the page wants.

Kept and rewritten as the answers of test_bad_input.py are.
"""

import importlib
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from branchespor.intake.pipeline import handle
from producers.delivery import Outcome
from producers.feeds import FEEDS
from producers.memory import InMemory
from producers.vault import InMemoryVault
from tests.badinput.answers import delivery, kept
from tests.badinput.items import Case
from tests.badinput.trap_feeds import FEEDS_WITH_TRAPS, Files
from validation.rows import check_rows

HERE = Path(__file__).parent
TRAPS: list[tuple[str, str, Files]] = [
    (feed, title, files)
    for feed in FEEDS_WITH_TRAPS
    for title, files in importlib.import_module(f"tests.badinput.traps.{feed.replace('-', '_')}").TRAPS.items()
]


def told(outcome: Outcome) -> dict[str, Any]:
    """The answer, and the facts by kind: of no line means that they follow from silence."""
    facts = Counter(
        f"{each.fact.kind}{' withdrawn' if each.fact.withdrawn else ''}{'' if each.line else ', silence'}"
        for each in outcome.facts
    )
    changes = {"IdentityChange": len(outcome.identity_changes)} if outcome.identity_changes else {}
    alarm = {"alarm": True} if outcome.security_alarm else {}
    return {**kept(outcome.receipt), "facts": {**dict(sorted(facts.items())), **changes}, **alarm}


def answers(feed: str, files: Files) -> list[dict[str, Any]]:
    """What comes of the deliveries in order, from an empty ledger; each sender has its own memory."""
    memories: dict[str, InMemory] = {}
    vault = InMemoryVault()
    found = []
    for name, data in files:
        one = delivery(Case(feed, "", name, data))
        found.append(told(handle(one, memories.setdefault(one.partner, InMemory()), vault, check_rows)))
    return found


def golden(feed: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / "golden" / f"traps-{feed}.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module", autouse=True)
def _rewritten() -> None:
    if not os.environ.get("BAD_INPUT_REWRITE"):
        return
    for feed in FEEDS_WITH_TRAPS:
        lines = [
            f" {json.dumps(title, ensure_ascii=False)}: [\n"
            + ",\n".join(f"  {json.dumps(each, ensure_ascii=False)}" for each in answers(feed, files))
            + "\n ]"
            for of, title, files in TRAPS
            if of == feed
        ]
        (HERE / "golden" / f"traps-{feed}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


@pytest.mark.parametrize(("feed", "title", "files"), TRAPS, ids=[f"{feed}: {title}" for feed, title, _ in TRAPS])
def test_a_trap_gets_the_answers_and_facts_that_its_page_wants(feed: str, title: str, files: Files) -> None:
    assert answers(feed, files) == golden(feed)[title]


def test_every_feed_of_the_table_has_its_traps() -> None:
    assert {feed.name for feed in FEEDS} == set(FEEDS_WITH_TRAPS)


@pytest.mark.parametrize("feed", FEEDS_WITH_TRAPS)
def test_no_golden_answer_is_left_without_its_trap(feed: str) -> None:
    assert set(golden(feed)) == {title for of, title, _ in TRAPS if of == feed}
