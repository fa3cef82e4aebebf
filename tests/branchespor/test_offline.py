"""`check` and `decode` as a partner's developer meets them."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from branchespor.cli import branchespor, main

SAMPLES = Path(__file__).parents[1] / "samples" / "partners" / "akasse-ledighed"
GOOD = [str(SAMPLES / "good" / f"AKAS901_LEDIGHED_000{number}.csv") for number in (147, 148, 149)]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(branchespor, arguments)


def test_check_prints_the_receipt_and_says_what_it_cannot_know() -> None:
    result = run("check", "akasse-ledighed", GOOD[1], "--json")
    receipt = json.loads(result.stdout)

    assert result.exit_code == 0
    assert (receipt["verdict"], receipt["sequence"], receipt["received_at"]) == ("accepted", 148, None)
    assert "a reference to an earlier delivery" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_check_answers_no_by_exit_code_1() -> None:
    for name in ("AKAS901_LEDIGHED_000150.csv", "AKAS901_LEDIGHED_000151.csv"):
        assert run("check", "akasse-ledighed", str(SAMPLES / "bad" / name)).exit_code == 1


def test_check_of_a_file_in_another_partners_folder_is_refused() -> None:
    result = run("check", "akasse-ledighed", GOOD[0], "--partner", "902", "--json")

    assert [fault["code"] for fault in json.loads(result.stdout)["faults"]] == ["F07"]


def test_check_of_a_name_that_tells_no_partner_is_refused_not_broken(tmp_path: Path) -> None:
    copy = tmp_path / "kopi.csv"
    copy.write_bytes(Path(GOOD[0]).read_bytes())
    receipt = json.loads(run("check", "akasse-ledighed", str(copy), "--json").stdout)

    assert (receipt["partner"], [fault["code"] for fault in receipt["faults"]]) == (None, ["F07"])


def test_an_unknown_feed_or_a_file_that_cannot_be_read_is_exit_code_2(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for arguments in (
        ("check", "nosuchfeed", GOOD[0]),
        ("check", "amu", str(tmp_path / "missing.csv")),
        ("check", "amu", str(tmp_path)),
        ("decode", "amu", str(tmp_path / "fifo")),
    ):
        with pytest.raises(SystemExit) as end:
            main(arguments)
        assert end.value.code == 2


def test_decode_prints_facts_with_labels_for_persons_and_receipts_on_standard_error() -> None:
    result = run("decode", "akasse-ledighed", *GOOD)
    facts = [json.loads(line) for line in result.stdout.splitlines()]
    receipts = [json.loads(line) for line in result.stderr.splitlines()]

    assert list(facts[0]) == [
        "delivery",
        "line",
        "person",
        "kind",
        "source",
        "record_key",
        "recorded_at",
        "withdrawn",
        "placed_on",
    ]
    assert (facts[0]["person"], facts[0]["record_key"]) == ("#1", "00100001/#1")
    assert [receipt["verdict"] for receipt in receipts] == ["accepted_with_faults", "accepted", "accepted_with_faults"]
    seen = list(dict.fromkeys(fact["person"] for fact in facts))
    assert seen == [f"#{number}" for number in range(1, len(seen) + 1)]


def test_a_row_that_waited_stands_with_its_own_delivery_and_line() -> None:
    facts = [json.loads(line) for line in run("decode", "akasse-ledighed", *GOOD).stdout.splitlines()]

    assert [(fact["delivery"][-7:-4], fact["line"]) for fact in facts if fact["record_key"].startswith("00100006")] == [
        ("147", 7),
        ("148", 2),
    ]


def test_two_partners_in_one_run_have_a_memory_each(tmp_path: Path) -> None:
    other = tmp_path / "AKAS902_LEDIGHED_000001.csv"
    other.write_bytes(Path(GOOD[0]).read_bytes())
    receipts = [
        json.loads(line)["verdict"]
        for line in run("decode", "akasse-ledighed", GOOD[0], str(other)).stderr.splitlines()
    ]

    assert receipts == ["accepted_with_faults", "accepted_with_faults"]


def test_outside_synthetic_mode_the_sample_is_made_of_replacement_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRANCHESPOR_SYNTHETIC_IDENTITIES", "false")
    receipt = json.loads(run("check", "akasse-ledighed", GOOD[0], "--json").stdout)

    assert {fault["code"] for fault in receipt["faults"]} == {"R04"}
