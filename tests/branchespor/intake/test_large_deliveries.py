"""A delivery too large for memory is cut and spilled, and nothing of what comes of it is another."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branchespor.benches.deliveries import unemployment_file
from branchespor.intake import pipeline
from branchespor.intake.offline import Played, delivery_of, played, printable
from branchespor.intake.overlay import Overlay
from branchespor.intake.row_faults import RowFaults
from producers import documents, made, side_by_side, spill
from producers.decoders import akasse_statements
from producers.decoders.akasse_ledighed import COLUMNS
from producers.delivery import Delivery
from producers.feeds import FEEDS
from producers.line_verdicts import LineVerdicts
from producers.made import Made, chosen, order_of
from producers.memory import InMemory, Memory
from producers.vault import InMemoryVault, Vault
from schemas.errors import Unavailable
from schemas.faults import Fault
from validation.between_rows import Alike
from validation.rows import check_rows

SAMPLES = Path(__file__).parents[2] / "samples" / "partners"


def deliveries(feed: str) -> Iterator[Sequence[Delivery]]:
    for folder in ("good", "bad"):
        home = SAMPLES / feed / folder
        names = [each["file_name"] for each in json.loads((home / "receipts.json").read_text(encoding="utf-8"))]
        found = [delivery_of(feed, home / name, None) for name in names]
        yield from [found] if folder == "good" else ([each] for each in found)


def seen(run: Played) -> Any:
    rejected = [[(row.line, row.raw, row.faults) for row in outcome.rejected] for outcome in run.outcomes]
    failed = [outcome.failed for outcome in run.outcomes]
    return list(printable(run)), [outcome.receipt for outcome in run.outcomes], rejected, failed


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if two of everything were all that memory can hold."""
    monkeypatch.setattr(spill, "IN_MEMORY", 2)
    monkeypatch.setattr(documents, "IN_MEMORY", 2)
    monkeypatch.setattr(pipeline, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(akasse_statements, "ROWS_AT_ONCE", 2)


@pytest.mark.parametrize("feed", [feed.name for feed in FEEDS])
def test_what_comes_of_a_delivery_does_not_depend_on_where_it_is_cut(feed: str, request: pytest.FixtureRequest) -> None:
    groups = list(deliveries(feed))
    whole = [seen(played(group, synthetic=True)) for group in groups]
    request.getfixturevalue("cut")
    assert [seen(played(group, synthetic=True)) for group in groups] == whole


@pytest.mark.parametrize("feed", [feed.name for feed in FEEDS])
def test_what_comes_of_a_delivery_does_not_depend_on_how_many_processes_look_at_it(
    feed: str, request: pytest.FixtureRequest
) -> None:
    groups = list(deliveries(feed))
    whole = [seen(played(group, synthetic=True)) for group in groups]
    request.getfixturevalue("shared")
    assert [seen(played(group, synthetic=True)) for group in groups] == whole


class Shareable(InMemory):
    """A memory that a forked process has as it was."""

    def elsewhere(self) -> AbstractContextManager[Memory]:  # type: ignore[override]
        return nullcontext(Overlay(self))


class Known(InMemoryVault):
    """A vault in which every number has its person from the beginning, in every process the same."""

    def identify(self, numbers: Iterable[str]) -> Mapping[str, str]:
        return {number: str(uuid5(NAMESPACE_URL, number)) for number in numbers}

    def elsewhere(self) -> AbstractContextManager[Vault]:  # type: ignore[override]
        return nullcontext(self)


ROWS = st.lists(
    st.tuples(
        st.sampled_from("NNNRRS"),
        st.integers(1, 5).map(lambda number: f"0000000{number}"),
        st.sampled_from(["LEDIG", "LEDIG", "ARBEJDE"]),
        st.sampled_from(["6101901234", "6201901234"]),
        st.integers(1, 28),
        st.integers(0, 4),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(ROWS, min_size=1, max_size=3))
def test_two_processes_make_of_rows_what_one_makes(files: list[list[Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    results = []
    for many in (10**9, 1):
        monkeypatch.setattr(side_by_side, "MANY", many)
        monkeypatch.setattr(side_by_side.os, "sched_getaffinity", lambda _: {0, 1})
        memory, vault = Shareable(), Known()
        outcomes = [
            pipeline.handle(delivery, memory, vault, check_rows)
            for number, rows in enumerate(files, start=1)
            if (delivery := a_file(number, rows))
        ]
        results.append(
            [
                (
                    outcome.receipt,
                    [fact.line for fact in outcome.facts],
                    # A row that waited has the line of its own delivery: which of two such comes first says nothing.
                    sorted(outcome.facts, key=lambda fact: (fact.line, fact.delivery)),
                    sorted(outcome.settled, key=repr),
                    outcome.failed,
                )
                for outcome in outcomes
            ]
            + [(dict(sorted(memory.all().items())), {**memory.state})]
        )
    assert results[0] == results[1]


def test_rows_of_a_large_delivery_are_taken_in_their_order_whichever_process_takes_them(shared: None) -> None:
    rows = [("R", f"0000000{number}", "LEDIG", "6101901234", 3, 4) for number in range(1, 8)]
    rows += [("N", f"0000000{number}", "LEDIG", "6101901234", 2, 1) for number in range(1, 7)]
    memory = Shareable()
    outcome = pipeline.handle(a_file(1, rows), memory, Known(), check_rows)
    assert outcome.receipt["counts"] | {"rows": 13, "accepted": 12, "waiting": 1} == outcome.receipt["counts"]
    assert [(each.line, each.fact.recorded_at.minute) for each in outcome.facts] == [
        *((line, 4) for line in range(2, 8)),
        *((line, 1) for line in range(9, 15)),
    ]
    assert list(memory.state["akasse_waiting"]) == ["00000007"]


def test_what_waited_no_longer_stands_among_what_waits() -> None:
    memory = Shareable()
    for number, row in enumerate(
        [("R", "00000001", "LEDIG", "6101901234", 3, 4), ("N", "00000001", "LEDIG", "6101901234", 2, 1)]
    ):
        pipeline.handle(a_file(number + 1, [row]), memory, Known(), check_rows)
        assert list(memory.state["akasse_waiting"]) == ["00000001"] * (number == 0)


def test_a_second_process_that_is_ended_holds_no_delivery(shared: None) -> None:
    here = os.getpid()

    def check(*given: Any) -> Any:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return check_rows(*given)

    memory, rows = Shareable(), [("N", f"0000000{number}", "LEDIG", "6101901234", 3, 4) for number in range(1, 8)]
    with pytest.raises(Unavailable):
        pipeline.handle(a_file(1, rows), memory, Known(), check)
    assert (memory.all(), memory.state) == ({}, {})


def test_a_fault_of_ours_in_a_second_process_holds_the_delivery_and_says_where(shared: None) -> None:
    here = os.getpid()

    def check(*given: Any) -> Any:
        return check_rows(*given) if os.getpid() == here else {}["secret"]  # type: ignore[typeddict-item]

    rows = [("N", f"0000000{number}", "LEDIG", "6101901234", 3, 4) for number in range(1, 8)]
    outcome = pipeline.handle(a_file(1, rows), Shareable(), Known(), check)
    assert outcome.receipt["faults"][0]["code"] == "H06"
    assert (outcome.trouble or "").startswith("KeyError at check:")


def a_file(number: int, rows: Sequence[Any]) -> Delivery:
    lines = [";".join(COLUMNS)]
    for handling, sagsnr, art, cpr, day, minute in rows:
        days = [f"{day:02d}-01-2020", "", "", "", "37" if art == "ARBEJDE" else ""] if handling != "S" else [""] * 5
        lines.append(";".join([sagsnr, handling, art, cpr, "0707", *days, f"0{number}-02-2020 08:0{minute}:00"]))
    data = "\r\n".join([*lines, f"SLUT;{len(rows)}", ""]).encode("cp1252")
    return Delivery(
        feed="akasse-ledighed",
        partner="901",
        file_name=f"AKAS901_LEDIGHED_{number:06d}.csv",
        data=data,
        sha256=hashlib.sha256(data).hexdigest(),
        received_at=datetime(2020, 2, 10, tzinfo=UTC) + number * timedelta(days=20),
    )


def test_a_delivery_three_times_as_large_takes_little_more_memory(tmp_path: Path) -> None:
    program = (
        "import resource, sys; from pathlib import Path;"
        "from branchespor.intake.offline import checked, delivery_of;"
        "outcome = checked(delivery_of('akasse-ledighed', Path(sys.argv[1]), '901'), synthetic=True);"
        "print(outcome.receipt['counts']['rows'], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    peaks = []
    for rows in (12_000, 36_000):
        file = tmp_path / str(rows) / "AKAS901_LEDIGHED_000001.csv"
        file.parent.mkdir()
        file.write_bytes(unemployment_file(rows, bad_percent=5, seed=1))
        done = subprocess.run([sys.executable, "-c", program, str(file)], capture_output=True, text=True, check=True)
        counted, peak = map(int, done.stdout.split())
        assert counted == rows
        peaks.append(peak)
    # Kilobytes; a row as objects takes over five of them.
    assert (peaks[1] - peaks[0]) / 24_000 < 1


def test_a_spill_gives_back_in_order_what_was_put_in(cut: None) -> None:
    kept = spill.Spill[tuple[int, str]]()
    for number in range(20):
        kept.append((number, "ø" * number))
        assert kept[number] == (number, "ø" * number)
    assert list(kept) == [(number, "ø" * number) for number in range(20)]
    assert kept[-3:] == [(17, "ø" * 17), (18, "ø" * 18), (19, "ø" * 19)]


def test_a_spill_is_filled_by_another_process() -> None:
    kept = spill.Spill[tuple[int, str]](on_disk=True)

    def fill() -> Any:
        for number in range(20):
            kept.append((number, "ø" * number))
        return kept.ends

    _, ends = side_by_side.side_by_side([list, fill])
    kept.filled(ends)
    assert list(kept) == [(number, "ø" * number) for number in range(20)]


def test_documents_written_by_another_process_are_found_by_reference(cut: None) -> None:
    kept, into = documents.Documents(), spill.Spill[tuple[str, str]](on_disk=True)
    for number in range(9):
        kept.put(f"r{number % 5}", {"number": number})
    written = documents.Written(into, kept.write(into))
    assert [written.get(f"r{number}") for number in (0, 3, 4)] == [{"number": 5}, {"number": 8}, {"number": 4}]
    assert [written.get(reference) for reference in ("", "r", "r35", "z")] == [None] * 4
    assert dict(written.items()) == {f"r{number % 5}": {"number": number} for number in range(4, 9)}


def test_documents_give_the_newest_of_each_reference_in_order(cut: None) -> None:
    kept = documents.Documents()
    for number in range(9):
        kept.put(f"r{number % 5}", {"number": number})
        assert kept.get(f"r{number % 5}") == {"number": number}
    assert kept.get("r9") is None
    assert [(name, json.loads(text)["number"]) for name, text in kept.texts()] == [
        ("r0", 5),
        ("r1", 6),
        ("r2", 7),
        ("r3", 8),
        ("r4", 4),
    ]


def test_verdicts_by_line_are_a_mapping() -> None:
    verdicts = LineVerdicts()
    verdicts[7], verdicts[2], verdicts[3] = "waiting", "accepted", "rejected"
    verdicts[7] = "unchanged"
    del verdicts[3]
    assert dict(verdicts) == {2: "accepted", 7: "unchanged"}
    assert verdicts.get(3) is verdicts.get(1_000_000) is None


def test_made_members_are_a_sequence() -> None:
    squares = Made(5, lambda index: index * index)
    assert list(squares) == [0, 1, 4, 9, 16]
    assert (squares[-1], squares[1:3], len(squares)) == (16, [1, 4], 5)
    assert list(chosen(squares, [4, 0])) == [16, 0]
    with pytest.raises(IndexError):
        squares[5]


@given(keys=st.lists(st.integers(-5, 5)))
def test_places_in_order_of_their_keys_are_those_of_a_stable_sort(keys: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(made, "SORTED_AT_ONCE", 3)
        assert list(order_of(keys)) == sorted(range(len(keys)), key=keys.__getitem__)


def test_row_faults_name_the_line_and_are_kept_apart_where_they_differ() -> None:
    faults = RowFaults()
    for line in (3, 5):
        faults.put(line, [Fault(code="R01", line=line, detail={"found": line})])
    faults.add(5, Fault(code="R11", line=5, other_line=3))
    copied = faults.copy()
    copied.add(3, Fault(code="R15", line=3))
    assert faults[3] == [Fault(code="R01", line=3, detail={"found": 3})]
    assert faults[5] == [Fault(code="R01", line=5, detail={"found": 5}), Fault(code="R11", line=5, other_line=3)]
    assert (faults.codes(), copied.codes()) == ({"R01", "R11"}, {"R01", "R11", "R15"})


def test_alike_finds_every_key_that_comes_again() -> None:
    alike = Alike()
    for place, key in enumerate("abcabd"):
        alike.add(place, key)
    assert sorted(alike.groups()) == [[0, 3], [1, 4]]
