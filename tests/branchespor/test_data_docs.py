"""Data Docs say how often each rule failed, and nothing of any row."""

import html
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from branchespor.data_docs import feed_page, index
from branchespor.intake.offline import checked, delivery_of
from producers.decoders import decoder
from producers.delivery import Delivery, Outcome
from producers.feeds import FEEDS
from schemas.errors import WrongDelivery
from schemas.feed_contracts import contract
from validation.expectations import suite

SAMPLES = Path(__file__).parents[1] / "samples" / "partners"
NAMES = [feed.name for feed in FEEDS]
AT = datetime(2020, 7, 15, 5, 0, tzinfo=UTC)


def samples(feed: str) -> list[tuple[Delivery, Outcome]]:
    """The bad deliveries of a feed, each alone."""
    files = [path for path in sorted((SAMPLES / feed / "bad").iterdir()) if path.suffix not in (".jsonl", ".json")]
    files += sorted((SAMPLES / feed / "bad").glob("*-*.json"))
    deliveries = [delivery_of(feed, path, None) for path in files]
    return [(each, checked(each, synthetic=True)) for each in deliveries]


def stored(outcomes: list[Outcome]) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """What the ledger would give of them."""
    deliveries = [
        {
            "partner": each.receipt["partner"],
            "received_at": AT,
            "sequence": each.receipt["sequence"],
            "verdict": each.receipt["verdict"],
            **each.receipt["counts"],
        }
        for each in outcomes
    ]
    total, seen = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for each in outcomes:
        total.update(each.failed)
        seen.update(each.failed.keys())
    failed = [
        {"rule": rule, "code": code, "failed": count, "deliveries": seen[rule, code], "newest": AT}
        for (rule, code), count in total.items()
    ]
    return deliveries, failed


@pytest.mark.parametrize("feed", NAMES)
def test_the_counts_of_a_delivery_are_all_its_faults_by_rules_that_there_are(feed: str) -> None:
    rules = {each.rule: each.code for each in suite(feed.replace("-", "_")).expectations}
    for _, outcome in samples(feed):
        assert sum(outcome.failed.values()) == outcome.receipt["faults_total"]
        for rule, code in outcome.failed:
            assert rules.get(rule, code) == code
            assert rule.split(".")[0] == feed


@pytest.mark.parametrize("feed", NAMES)
def test_a_page_shows_the_counts_and_no_value_of_any_row(feed: str) -> None:
    found = samples(feed)
    deliveries, failed = stored([outcome for _, outcome in found])
    page = feed_page(contract(feed), deliveries, failed)

    assert failed
    for each in failed:
        assert re.search(rf"<code>{re.escape(html.escape(str(each['rule'])))}</code></td><td>{each['code']}</td>", page)
    for value in values_of(feed, [delivery for delivery, _ in found]):
        assert html.escape(value) not in page


def values_of(feed: str, deliveries: list[Delivery]) -> set[str]:
    """Values long enough to tell something, those that the contract names, and the senders, left out."""
    known = " ".join(map(str, (contract(feed), AT, *(delivery.partner for delivery in deliveries))))
    found: set[str] = set()
    for delivery in deliveries:
        try:
            rows = decoder(feed).read(delivery).rows
        except WrongDelivery:
            continue
        found |= {value for row in rows for value in row.values.values() if value is not None and len(value) > 5}
    return {value for value in found if value not in known and not value.startswith("[")}


def test_every_rule_of_a_feed_is_listed_with_none_where_it_never_failed() -> None:
    page = feed_page(contract("amu"), [], [])

    for each in suite("amu").expectations:
        assert f"<code>{each.rule}</code></td><td>{each.code}</td>" in page
    assert "Ingen endnu" in page


def test_what_could_be_markup_stays_text_and_the_index_sums_up() -> None:
    delivery = {"partner": "<b>", "received_at": AT, "sequence": None, "verdict": "refused", "rows": 4, "accepted": 0}
    delivery |= {"unchanged": 0, "duplicate": 0, "rejected": 3, "waiting": None}
    failed = [{"rule": "amu.<i>", "code": "R01", "failed": 2, "deliveries": 1, "newest": AT}]
    page, front = feed_page(contract("amu"), [delivery], failed), index([(contract("amu"), [delivery], failed)])

    assert "<b>" not in page
    assert "<i>" not in page
    assert '<a href="amu.html">amu</a>' in front
    assert re.findall(r'<td class="n">(\d+)</td>', front) == ["1", "4", "3", "2"]
