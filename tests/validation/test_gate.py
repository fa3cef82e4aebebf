"""Both engines give the same verdicts on the same rows; what Great Expectations finds stays in the gate."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from branchespor.intake.offline import delivery_of
from producers.decoders import decoder
from producers.delivery import Decoded, Row
from producers.feeds import FEEDS
from schemas.errors import WrongDelivery
from validation import rows as plain
from validation.expectation import Blank, Expectation, Filled, Holds, Matches, OneOf, Suite
from validation.expectations import suite

SAMPLES = Path(__file__).parents[1] / "samples" / "partners"
HOSTILE = (
    None,
    "",
    "x",
    "-1",
    "1_000",
    "٣",
    "²",
    "0" * 500,
    "a\x00b",
    "\n0707",
    "0707\n",
    "Ã¸",
    "\ud800",
    "29-02-2021",
)


def decoded_samples(feed: str) -> Iterator[Decoded]:
    for folder in ("good", "bad"):
        home = SAMPLES / feed / folder
        for receipt in json.loads((home / "receipts.json").read_text(encoding="utf-8")):
            try:
                yield decoder(feed).read(delivery_of(feed, home / receipt["file_name"], None))
            except WrongDelivery:
                continue


def with_header(decoded: Decoded, synthetic: str) -> Mapping[str, str]:
    return {**decoded.header, "synthetic": synthetic}


def readable(decoded: Decoded) -> list[Row]:
    unreadable = {fault.line for fault in decoded.faults if fault.severity == "row"}
    return [row for row in decoded.rows if row.line not in unreadable]


def mutated(rows: list[Row], seed: random.Random, count: int) -> list[Row]:
    """Rows whose cells are exchanged for hostile texts or other rows' cells; lines are given anew."""
    found = []
    for line in range(1, count + 1):
        values = dict(seed.choice(rows).values)
        for column in seed.sample(sorted(values), k=min(len(values), seed.randrange(4))):
            values[column] = (
                seed.choice(HOSTILE) or None if seed.random() < 0.6 else seed.choice(rows).values.get(column)
            )
        found.append(Row(line=line, values=values, raw=""))
    return found


@pytest.mark.parametrize("feed", [feed.name for feed in FEEDS])
def test_both_engines_agree_on_samples_and_on_mutated_rows(feed: str) -> None:
    from validation import gate

    seed = random.Random(707)
    expectations = suite(feed.replace("-", "_"))
    samples = list(decoded_samples(feed))
    trials = [(readable(decoded), with_header(decoded, "yes")) for decoded in samples]
    everything = [row for rows, _ in trials for row in rows]
    trials += [(mutated(everything, seed, 300), with_header(samples[0], synthetic)) for synthetic in ("yes", "no")]
    for rows, header in trials:
        assert gate.check_rows(expectations, rows, header) == plain.check_rows(expectations, rows, header)


SMALL = Suite(
    feed="small",
    columns=("a", "b", "c", "d", "e"),
    expectations=(
        Expectation(rule="small.a.filled", code="R02", column="a", test=Filled()),
        Expectation(rule="small.b.form", code="R08", column="b", test=Matches("[0-9]{2}")),
        Expectation(rule="small.c.code", code="R09", column="c", test=OneOf(frozenset("JN"))),
        Expectation(rule="small.d.blank", code="R12", column="d", test=Blank(), when=lambda values: values["c"] == "N"),
        Expectation(
            rule="small.e.after-b",
            code="R07",
            column="e",
            test=Holds(lambda values, header: (values["e"] or "") >= (values["b"] or "") + header["more"]),
            needs=("b",),
        ),
    ),
)
GOOD: dict[str, str | None] = {"a": "x", "b": "11", "c": "J", "d": "x", "e": "119"}


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, []),
        ({"a": None}, ["R02"]),
        ({"b": "1"}, ["R08"]),
        ({"b": "11\n"}, ["R08"]),
        ({"b": None, "e": "9"}, []),
        ({"c": "j"}, ["R09"]),
        ({"c": None}, []),
        ({"c": "N"}, ["R12"]),
        ({"c": "N", "d": None}, []),
        ({"e": "10"}, ["R07"]),
        ({"e": None}, []),
        ({"b": "1", "e": "10"}, ["R08"]),
        ({"a": None, "c": "x", "e": "0"}, ["R02", "R09", "R07"]),
    ],
)
@pytest.mark.parametrize("engine", ["plain", "gate"])
def test_a_row_gets_the_codes_of_the_rules_it_fails_and_its_neighbours_none(
    engine: str, change: dict[str, str | None], codes: list[str]
) -> None:
    from validation import gate

    check = plain.check_rows if engine == "plain" else gate.check_rows
    rows = [Row(line=line, values=GOOD, raw="") for line in (2, 3, 5)]
    rows.insert(1, Row(line=7, values={**GOOD, **change}, raw=""))
    found = check(SMALL, rows, {"more": "8"})

    assert {line: [fault.code for fault in faults] for line, faults in found.items()} == ({7: codes} if codes else {})


def test_no_rows_have_no_faults() -> None:
    from validation import gate

    assert gate.check_rows(SMALL, [], {}) == {}


def test_the_order_of_rows_changes_no_verdict() -> None:
    from validation import gate

    rows = [Row(line=line, values={**GOOD, "b": str(line)}, raw="") for line in range(1, 40)]
    header = {"more": "8"}
    assert gate.check_rows(SMALL, rows, header) == gate.check_rows(SMALL, rows[::-1], header)


def test_more_failures_than_the_budget_are_all_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from validation import gate

    monkeypatch.setattr(gate, "MOST_FAILURES_AT_ONCE", 7)
    monkeypatch.setattr(gate, "ROWS_AT_ONCE", 30)
    rows = [Row(line=line, values={**GOOD, "b": "x", "c": "?"}, raw="") for line in range(1, 60)]
    header = {"more": "8"}

    assert gate.check_rows(SMALL, rows, header) == plain.check_rows(SMALL, rows, header)


def test_each_text_is_asked_once_and_codes_once_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    from validation import gate

    asked: list[str | None] = []
    whole = gate._frame

    def frame(cells: Mapping[str, list[str | None]], groups: Mapping[str, object]) -> object:
        asked.extend(text for texts in cells.values() for text in texts)
        return whole(cells, groups)  # type: ignore[arg-type]

    monkeypatch.setattr(gate, "_frame", frame)
    monkeypatch.setattr(gate, "_PREPARED", {})
    rows = [Row(line=line, values={**GOOD, "b": "1", "c": "?"}, raw="") for line in range(1, 30)]
    for _ in range(2):
        assert gate.check_rows(SMALL, rows, {"more": "8"}) == plain.check_rows(SMALL, rows, {"more": "8"})
    # Both passes of the first time, and of the second time the form alone: what it says of a text is not kept.
    assert (asked.count("?"), asked.count("1")) == (2, 4)


def test_an_expectation_with_its_answer_kept_says_what_the_built_in_one_says() -> None:
    from validation import gate

    for test in (Filled(), Blank(), Matches("[0-9]"), OneOf(frozenset("JN")), Holds(lambda values, header: True)):
        ours = gate._expectation_of(test, "a", {"rule_id": "small.0"})
        theirs = type(ours).__base__(**ours.dict(exclude_defaults=True))
        assert ours.configuration.kwargs == theirs.configuration.kwargs
        assert ours.configuration is ours.configuration
        assert ours.configuration.to_domain_obj().map_metric == theirs.map_metric


def test_a_rule_that_cannot_run_is_our_fault_and_tells_no_value() -> None:
    from validation import gate

    def broken(values: Mapping[str, str | None], header: Mapping[str, str]) -> bool:
        raise ValueError(f"cannot read {values['a']}")

    rule = Expectation(rule="broken.a", code="R06", column="a", test=Holds(broken))
    rows = [Row(line=1, values={"a": "6104851234"}, raw="")]
    with pytest.raises(gate.GateFailed) as failure:
        gate.check_rows(Suite(feed="broken", columns=("a",), expectations=(rule,)), rows, {})

    assert "6104851234" not in str(failure.value)
    assert failure.value.__cause__ is None


def test_a_missing_column_is_our_fault_not_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    from validation import gate

    whole = gate._frame
    monkeypatch.setattr(gate, "_frame", lambda cells, groups: whole(cells, groups).drop(columns=next(iter(cells))))
    with pytest.raises(gate.GateFailed):
        gate.check_rows(SMALL, [Row(line=1, values=GOOD, raw="")], {"more": "8"})


def test_a_small_delivery_passes_quickly_once_the_gate_is_warm() -> None:
    from validation import gate

    expectations = suite("akasse_ledighed")
    decoded = next(decoded_samples("akasse-ledighed"))
    header = with_header(decoded, "yes")
    gate.check_rows(expectations, readable(decoded), header)
    # CPU time: the machine may be busy with other things.
    started = time.process_time()
    gate.check_rows(expectations, readable(decoded), header)

    assert time.process_time() - started < 1.0


def test_great_expectations_is_imported_by_the_gate_alone() -> None:
    program = (
        "import sys, branchespor.intake.offline, producers.feeds, schemas.facts, validation.rows;"
        "from producers.decoders import decoder; from producers.feeds import FEEDS;"
        "from validation.expectations import suite;"
        "[(decoder(feed.name), suite(feed.module)) for feed in FEEDS];"
        "sys.exit(any(name.split('.')[0] in ('great_expectations', 'pandas', 'kafka') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
