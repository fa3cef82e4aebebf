"""A delivery too large for memory is cut and spilled, and nothing of what comes of it is another."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from branchespor.benches.deliveries import unemployment_file
from branchespor.intake import pipeline
from branchespor.intake.offline import Played, delivery_of, played, printable
from branchespor.intake.row_faults import RowFaults
from producers import documents, spill
from producers.decoders import akasse_statements
from producers.delivery import Delivery
from producers.feeds import FEEDS
from producers.line_verdicts import LineVerdicts
from producers.made import Made, chosen
from schemas.faults import Fault
from validation.between_rows import Alike

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
    kept = spill.Spill[tuple[int, str]](list, tuple)
    for number in range(20):
        kept.append((number, "ø" * number))
        assert kept[number] == (number, "ø" * number)
    assert list(kept) == [(number, "ø" * number) for number in range(20)]
    assert kept[-3:] == [(17, "ø" * 17), (18, "ø" * 18), (19, "ø" * 19)]


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
