"""Every line of the two example files is an equality."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from branchespor.simulation import play
from consumers.policy_file import load
from consumers.rules import evaluate

SAMPLES = Path(__file__).parents[2] / "samples" / "rules"
EXAMPLES = [json.loads(line) for line in (SAMPLES / "examples.jsonl").read_text(encoding="utf-8").splitlines()]
JOURNALS = [json.loads(line) for line in (SAMPLES / "journal-examples.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_the_answer_of_an_example_is_the_one_expected(example):
    known_at = None if example["known_at"] is None else datetime.fromisoformat(example["known_at"])
    answer = evaluate(example["facts"], date.fromisoformat(example["on"]), known_at, load()).to_json()
    assert {name: answer[name] for name in example["expect"]} == example["expect"]


@pytest.mark.parametrize("example", JOURNALS, ids=lambda example: example["id"])
def test_the_journal_of_an_example_is_the_one_expected(example):
    first, last = date.fromisoformat(example["from"]), date.fromisoformat(example["until"])
    told = [each.to_json() for each in play(example["facts"], first, last, load()) if each.course is not None]
    keys = [key for key in example["expect"][0] if key not in ("person", "number")]
    assert [[line[key] for key in keys] for line in told] == [[line[key] for key in keys] for line in example["expect"]]
    assert [line["number"] for line in example["expect"]] == list(range(1, len(told) + 1))
