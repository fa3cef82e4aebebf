"""The same seed gives the same bytes, in another process and with another order of hashing."""

import hashlib
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from producers.feeds import FEEDS
from schemas.errors import WrongInput
from simulator.sample import write

FIRST_DAY, LAST_DAY = date(2020, 1, 6), date(2022, 1, 6)
PROGRAM = (
    "import sys; from datetime import date; from pathlib import Path; from simulator.sample import write; "
    "write(40, int(sys.argv[2]), Path(sys.argv[1]), date(2020, 1, 6), date(2022, 1, 6))"
)


def tree_hash(directory: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        found.update(f"{path.relative_to(directory)}\0".encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def made_in_another_process(directory: Path, seed: int, hash_seed: str) -> str:
    subprocess.run(
        [sys.executable, "-c", PROGRAM, str(directory), str(seed)],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
    )
    return tree_hash(directory)


def test_two_processes_with_different_hash_order_make_the_same_bytes(tmp_path: Path) -> None:
    first = made_in_another_process(tmp_path / "a", 5, "0")

    assert made_in_another_process(tmp_path / "b", 5, "2") == first


def test_another_seed_makes_other_people(tmp_path: Path) -> None:
    for seed in (1, 2):
        write(20, seed, tmp_path / str(seed), FIRST_DAY, LAST_DAY)

    assert tree_hash(tmp_path / "1") != tree_hash(tmp_path / "2")


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept")

    with pytest.raises(WrongInput, match="--out"):
        write(20, 1, tmp_path, FIRST_DAY, LAST_DAY)

    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_window_of_less_than_four_weeks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match="--from"):
        write(20, 1, tmp_path / "out", date(2020, 1, 6), date(2020, 1, 20))


def test_a_sample_without_a_person_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match="--persons"):
        write(0, 1, tmp_path / "out", FIRST_DAY, LAST_DAY)


@pytest.mark.parametrize("seed", range(3))
def test_forty_citizens_are_enough_for_every_feed(tmp_path: Path, seed: int) -> None:
    write(40, seed, tmp_path / "out", FIRST_DAY, LAST_DAY)

    told = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["deliveries"]
    assert {each["feed"] for each in told} == {feed.name for feed in FEEDS}


def test_one_citizen_can_be_written_too(tmp_path: Path) -> None:
    write(1, 1, tmp_path / "out", FIRST_DAY, LAST_DAY)

    assert (tmp_path / "out" / "manifest.json").exists()
