"""One contract suite for all feeds of the table: samples, verdicts, repeats, privacy, hostile input."""

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from branchespor.intake.offline import NO_MOMENT, Played, checked, delivery_of, played, printable, published
from producers.decoders import decoder
from producers.delivery import Delivery
from producers.feeds import FEEDS
from producers.memory import InMemory
from producers.vault import InMemoryVault
from schemas.facts import KINDS_OF_PERSON
from schemas.person_numbers import cleaned
from validation.receipt import COUNTED

SAMPLES = Path(__file__).parents[1] / "samples" / "partners"
NAMES = [feed.name for feed in FEEDS]
OF_CITIZENS = [feed.name for feed in FEEDS if KINDS_OF_PERSON.keys() & set(feed.kinds)]
MUTANTS = 300
NUMBERS = re.compile(rb"[0-9]{6,}-?[0-9]*")


def sample(feed: str, folder: str) -> tuple[list[Delivery], list[dict[str, Any]], list[dict[str, Any]]]:
    """Deliveries in the order of their receipts, expected facts, expected receipts."""
    home = SAMPLES / feed / folder
    receipts = json.loads((home / "receipts.json").read_text(encoding="utf-8"))
    expected = [json.loads(line) for line in (home / "expected.jsonl").read_text(encoding="utf-8").splitlines()]
    return [delivery_of(feed, home / each["file_name"], None) for each in receipts], expected, receipts


def runs(feed: str, folder: str) -> Iterator[tuple[Played, list[dict[str, Any]], list[dict[str, Any]]]]:
    """`good` in one run on an empty ledger; each delivery of `bad` alone."""
    deliveries, expected, receipts = sample(feed, folder)
    groups: Sequence[Sequence[Delivery]] = [deliveries] if folder == "good" else [[each] for each in deliveries]
    for group in groups:
        names = {each.file_name for each in group}
        yield (
            played(group, synthetic=True),
            [fact for fact in expected if fact["delivery"] in names],
            [receipt for receipt in receipts if receipt["file_name"] in names],
        )


def comparable(fact: dict[str, Any]) -> str:
    """A fact without its person, moments as instants."""
    known = {name: value for name, value in fact.items() if name not in ("person", "cpr", "old_cpr")}
    # JSON has one kind of number: 37.0 is 37.
    known |= {name: float(value) for name, value in known.items() if type(value) is int}
    if known.get("recorded_at") is not None:
        known["recorded_at"] = datetime.fromisoformat(known["recorded_at"]).timestamp()
    if fact["kind"] == "IdentityChange":
        known = {name: known[name] for name in ("delivery", "line", "kind", "day", "record_key")}
    return json.dumps(known, sort_keys=True)


@pytest.mark.parametrize("folder", ["good", "bad"])
@pytest.mark.parametrize("feed", NAMES)
def test_a_sample_gives_exactly_its_facts(feed: str, folder: str) -> None:
    for run, expected, _ in runs(feed, folder):
        found = [without_person(record) for record in published(run)]

        assert sorted(map(comparable, found)) == sorted(map(comparable, expected))
        assert [(fact["delivery"], fact["line"]) for fact in found] == [
            (fact["delivery"], fact["line"]) for fact in expected
        ]


@pytest.mark.parametrize("folder", ["good", "bad"])
@pytest.mark.parametrize("feed", NAMES)
def test_each_fact_of_a_sample_is_of_the_right_person(feed: str, folder: str) -> None:
    for run, expected, _ in runs(feed, folder):
        found = {comparable(without_person(record)): record["person"] for record in published(run)}
        numbers = {fact["cpr"] for fact in expected if "cpr" in fact}
        persons = run.vault.identify(numbers)

        for fact in expected:
            assert found[comparable(fact)] == (persons[fact["cpr"]] if "cpr" in fact else None)


def without_person(record: dict[str, Any]) -> dict[str, Any]:
    key, person = record["record_key"], record["person"]
    return {**record, "record_key": key if key is None or person is None else key.replace(person, "{person}")}


@pytest.mark.parametrize("folder", ["good", "bad"])
@pytest.mark.parametrize("feed", NAMES)
def test_a_sample_gives_exactly_its_receipts(feed: str, folder: str) -> None:
    for run, _, expected in runs(feed, folder):
        for outcome, receipt in zip(run.outcomes, expected, strict=True):
            shown = dict(outcome.receipt)
            wanted = ("code", "severity", "line", "column")
            shown["faults"] = [{name: fault[name] for name in wanted} for fault in outcome.receipt["faults"]]  # type: ignore[attr-defined]

            assert {name: shown[name] for name in receipt} == receipt


@pytest.mark.parametrize("feed", NAMES)
def test_the_same_bytes_again_are_a_duplicate_that_names_the_first_receipt(feed: str) -> None:
    deliveries, _, _ = sample(feed, "good")
    first, again = played([deliveries[0], deliveries[0]], synthetic=True).outcomes

    assert again.receipt["verdict"] == "duplicate"
    assert again.receipt["duplicate_of"] == first.receipt["receipt_id"]
    assert again.receipt["receipt_id"] != first.receipt["receipt_id"]
    assert again.receipt["counts"]["duplicate"] == first.receipt["counts"]["rows"]  # type: ignore[index]
    assert not again.facts


@pytest.mark.parametrize("feed", NAMES)
def test_the_same_deliveries_give_the_same_receipt_ids_and_facts_on_every_run(feed: str) -> None:
    deliveries, _, _ = sample(feed, "good")
    one, other = played(deliveries, synthetic=True), played(deliveries, synthetic=True)

    assert [each.receipt for each in one.outcomes] == [each.receipt for each in other.outcomes]
    assert list(printable(one)) == list(printable(other))


@pytest.mark.parametrize("feed", OF_CITIZENS)
def test_outside_synthetic_mode_invented_numbers_are_replacement_numbers(feed: str) -> None:
    for delivery in sample(feed, "good")[0][:1]:
        outcome = checked(delivery, synthetic=False)
        codes = {fault["code"] for fault in outcome.receipt["faults"]}  # type: ignore[attr-defined]

        assert "R04" in codes
        assert not outcome.facts


@pytest.mark.parametrize("feed", NAMES)
@pytest.mark.parametrize("folder", ["good", "bad"])
def test_no_receipt_fact_or_memory_holds_a_person_number(feed: str, folder: str) -> None:
    deliveries, expected, _ = sample(feed, folder)
    numbers = {cleaned(fact["cpr"]) for fact in expected if "cpr" in fact}
    run = played(deliveries, synthetic=True)
    shown = json.dumps([each.receipt for each in run.outcomes]) + json.dumps(list(printable(run)))

    assert not [number for number in numbers if number in shown]


def mutants(data: bytes, seed: random.Random) -> bytes:
    """One way of going wrong on the way: bits, cuts, splices, encodings, hostile characters."""
    at = seed.randrange(len(data))
    match seed.randrange(9):
        case 0:
            return data[:at] + bytes([data[at] ^ 1 << seed.randrange(8)]) + data[at + 1 :]
        case 1:
            return data[:at]
        case 2:
            return data[:at] + data[seed.randrange(len(data)) :]
        case 3:
            return data.decode("latin-1").encode("utf-8")
        case 4:
            hostile = seed.choice(
                [b"\x00", b'"', b";", b"\r", b"\x81", b"\xff", "٣".encode(), b"1_0", b"\xa0", b"{", b"\\u0000"]
            )
            return data[:at] + hostile + data[at:]
        case 5:
            lines = data.splitlines(keepends=True)
            seed.shuffle(lines)
            return b"".join(lines)
        case 6:
            return data[:at] + seed.choice([b"9", b"-", b"00000000"]) * seed.choice([1, 200_000]) + data[at:]
        case 7:
            other = bytes(
                seed.choice(b"0123456789") if 48 <= each <= 57 and seed.random() < 0.02 else each for each in data
            )
            return other
        case _:
            lines = data.splitlines(keepends=True)
            return b"".join(line for line in lines if seed.random() > 0.1)


def renamed(name: str, seed: random.Random) -> str:
    """The name, sometimes with other digits: quarters, weeks, days and numbers that cannot be."""
    if seed.random() < 0.7:
        return name
    return "".join(seed.choice("0123456789") if each.isdigit() and seed.random() < 0.3 else each for each in name)


@pytest.mark.parametrize("feed", NAMES)
def test_whatever_happens_to_a_file_there_is_one_verdict_and_the_counts_add_up(feed: str) -> None:
    seed = random.Random(707)
    originals = [each for folder in ("good", "bad") for each in sample(feed, folder)[0]]
    for _ in range(MUTANTS):
        original = seed.choice(originals)
        data = mutants(original.data, seed)
        for _ in range(seed.randrange(3)):
            data = mutants(data, seed) if data else data
        mutant = Delivery(
            feed=feed,
            partner=original.partner,
            file_name=renamed(original.file_name, seed),
            data=data,
            sha256=str(seed.random()),
            received_at=NO_MOMENT,
        )
        outcome = checked(mutant, synthetic=True)
        receipt = outcome.receipt
        counts: dict[str, int] = receipt["counts"]  # type: ignore[assignment]

        shown = json.dumps([(fault["da"], fault["en"], fault["column"]) for fault in receipt["faults"]])  # type: ignore[attr-defined]
        assert not [number for number in set(NUMBERS.findall(data)) if number.decode() in shown]
        assert outcome.trouble is None
        assert receipt["verdict"] in ("accepted", "accepted_with_faults", "refused", "held")
        assert counts["rows"] == sum(counts[name] for name in COUNTED)
        assert not (receipt["verdict"] == "accepted" and counts["rejected"])


def test_every_row_of_the_table_has_its_files_and_sample() -> None:
    for feed in FEEDS:
        assert decoder(feed.name).CONTRACT.id == feed.contract
        assert (SAMPLES / feed.name / "good" / "receipts.json").is_file()


def test_every_empty_file_is_refused_as_empty() -> None:
    for feed in FEEDS:
        first = sample(feed.name, "good")[0][0]
        for data in (b"", b"  \r\n\t\n"):
            empty = replace(first, data=data, sha256="0")
            receipt = checked(empty, synthetic=True).receipt

            assert [fault["code"] for fault in receipt["faults"]] == ["F01"]  # type: ignore[attr-defined]


def test_a_memory_is_unchanged_by_a_refused_delivery_but_for_the_history() -> None:
    from branchespor.intake.pipeline import handle
    from validation.rows import check_rows

    memory = InMemory()
    refused = next(each for each in sample("akasse-ledighed", "bad")[0] if each.file_name.endswith("000151.csv"))
    outcome = handle(refused, memory, InMemoryVault(), check_rows)

    assert outcome.receipt["verdict"] == "refused"
    assert set(memory.state) == {"frame"}
    assert all(reference.startswith("frame/") for reference in memory.all())
