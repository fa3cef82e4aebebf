"""Every item of the list of bad input, for every feed: the answer is the one that was read against the feed's page.

The answers in `golden/` were checked one by one against the pages. After a change that means to alter some of them:
`BAD_INPUT_REWRITE=1 pytest tests/badinput`, then read the difference line by line.
"""

import ast
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from branchespor.intake.offline import NO_MOMENT, checked
from branchespor.intake.pipeline import CheckRows
from producers.decoders import decoder
from producers.delivery import Delivery
from producers.feeds import FEEDS
from schemas.errors import WrongDelivery
from tests.badinput.answers import answer, delivery
from tests.badinput.deliveries import GOOD, GOOD_BY_FEED
from tests.badinput.items import ELSEWHERE, Case, cases
from validation import rows as plain
from validation.expectations import suite

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ITEMS: Mapping[str, str] = json.loads((HERE / "list.json").read_text(encoding="utf-8"))
FEED_NAMES = [good.feed for good in GOOD]
HOSTILE = (
    "../{0}",
    "/etc/{0}",
    "a\\{0}",
    "{0}\x00.csv",
    "-{0}",
    ".{0}",
    "{0}" + "x" * 300,
    "{0}\n",
    "CON.csv",
    "{0};rm",
    "",
)


def golden(feed: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / "golden" / f"{feed}.json").read_text(encoding="utf-8"))
    return found


def answers(feed: str, check_rows: CheckRows) -> dict[str, Any]:
    return {case.item: answer(case, check_rows) for case in cases(GOOD_BY_FEED[feed])}


def rewritten(feed: str, found: Mapping[str, Any]) -> None:
    lines = ",\n".join(f" {json.dumps(item)}: {json.dumps(told, ensure_ascii=False)}" for item, told in found.items())
    (HERE / "golden" / f"{feed}.json").write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


@pytest.mark.parametrize("feed", FEED_NAMES)
def test_every_bad_delivery_gets_the_answer_that_its_page_wants(feed: str) -> None:
    found = answers(feed, plain.check_rows)
    if os.environ.get("BAD_INPUT_REWRITE"):
        rewritten(feed, found)
    assert found == golden(feed)


@pytest.mark.parametrize("feed", FEED_NAMES)
def test_the_hubs_gate_finds_the_same_in_the_rows_of_all_of_them(feed: str) -> None:
    from validation import gate

    expectations, rows, header = suite(GOOD_BY_FEED[feed].feed.replace("-", "_")), [], {}
    for case in cases(GOOD_BY_FEED[feed]):
        with suppress(WrongDelivery):
            decoded = decoder(feed).read(delivery(case))
            unreadable = {fault.line for fault in decoded.faults if fault.severity == "row"}
            rows += [row for row in decoded.rows if row.line not in unreadable]
            header = header or {**decoded.header, "synthetic": "yes"}
    # One look at all of them: each row is judged for itself, so only the numbers of the lines are made anew.
    many = [replace(row, line=number) for number, row in enumerate(rows, start=1)]
    found = gate.check_rows(expectations, many, header)
    assert found == plain.check_rows(expectations, many, header)
    assert len(found) > 5


@pytest.mark.parametrize("feed", FEED_NAMES)
def test_counts_add_up_in_every_golden_answer(feed: str) -> None:
    for item, told in golden(feed).items():
        assert told["counts"][0] == sum(told["counts"][1:]), item


def test_every_feed_of_the_table_has_a_good_delivery_to_spoil() -> None:
    assert {feed.name for feed in FEEDS} == set(FEED_NAMES)


def test_every_item_of_the_list_has_a_bad_delivery_or_another_test() -> None:
    made = {item.partition(" ")[0] for feed in FEED_NAMES for item in golden(feed)}
    assert made <= set(ITEMS)
    assert set(ITEMS) - made == set(ELSEWHERE)
    for place in ELSEWHERE.values():
        path, _, name = place.partition("::")
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, place


def test_items_that_every_file_can_suffer_are_there_for_every_feed() -> None:
    for feed in FEED_NAMES:
        made = {item.partition(" ")[0] for item in golden(feed)}
        assert {f"B-{n}" for n in (1, 2, 3, 5, 7, 8, 9, 20, 22, 23, 24, 25, 53)} - made <= {"B-5"}, feed


def test_more_rows_than_agreed_are_refused_unread() -> None:
    good = GOOD_BY_FEED["integration"]
    data = good.set_rows(good.data, lambda rows: [rows[0]] * 20_001)
    told = answer(Case(good.feed, "B-18", good.file, data), plain.check_rows)
    assert (told["verdict"], told["counts"][0], told["faults"]) == ("refused", 0, ["F08"])


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("feed", [feed.name for feed in FEEDS if feed.transport == "sftp"])
def test_a_hostile_name_is_refused(feed: str, name: str) -> None:
    good = GOOD_BY_FEED[feed]
    hostile: Delivery = replace(
        delivery(Case(feed, "B-26", good.file, good.data)), file_name=name.format(good.file), received_at=NO_MOMENT
    )
    receipt = checked(hostile, synthetic=True).receipt
    assert (receipt["verdict"], receipt["faults"][0]["code"]) == ("refused", "F07")  # type: ignore[index]
