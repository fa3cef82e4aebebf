"""Every sentence said of the examples, as a file one can read: a changed word is a changed line of it."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from consumers.policy_file import load
from consumers.rules import evaluate

SAMPLES = Path(__file__).parents[2] / "samples" / "rules"
SENTENCES = SAMPLES / "explanations.txt"


def sentences() -> Iterator[str]:
    """Of each example the sentences of its day; of the borders of its periods the codes and the ids of the facts."""
    policies = load()
    for line in (SAMPLES / "examples.jsonl").read_text(encoding="utf-8").splitlines():
        example = json.loads(line)
        known_at = None if example["known_at"] is None else datetime.fromisoformat(example["known_at"])
        answer = evaluate(example["facts"], date.fromisoformat(example["on"]), known_at, policies)
        yield f"{example['id']}, {example['on']}: {answer.state}"
        for reason in answer.explanation:
            yield f"  {reason['code']} ({', '.join(reason['facts'])})"
            yield f"    {reason['da']}"
            yield f"    {reason['en']}"
        for day in sorted({border for period in answer.periods for border in borders(period)}):
            reasons = evaluate(example["facts"], day, known_at, policies).explanation
            told = "; ".join(" ".join([reason["code"], *reason["facts"]]) for reason in reasons)
            yield f"  {day}: {told}"


def borders(period) -> list[date]:
    first = date.fromisoformat(period["first_day"])
    days = [first - timedelta(days=1), first]
    if period["last_day"] is not None:
        days.append(date.fromisoformat(period["last_day"]) + timedelta(days=1))
    return days


def test_what_is_said_of_the_examples_is_what_was_read_and_approved():
    """If the new words are right: python -m tests.consumers.rules.test_explanations_of_the_examples."""
    assert list(sentences()) == SENTENCES.read_text(encoding="utf-8").splitlines()


if __name__ == "__main__":
    SENTENCES.write_text("\n".join(sentences()) + "\n", encoding="utf-8")
