"""`branchespor generate` as a person calls it."""

import json
from pathlib import Path

import pytest

from branchespor.cli import main


def called(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return int(ended.value.code or 0)


def test_it_writes_the_days_that_were_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    days = ("--from", "2021-01-01", "--until", "2021-06-30")

    assert called("generate", "--persons", "12", "--seed", "3", "--out", str(tmp_path / "out"), *days) == 0

    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["persons"], manifest["from"], manifest["until"]) == (12, "2021-01-01", "2021-06-30")
    assert "12 citizens" in capsys.readouterr().err


def test_an_occupied_directory_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("kept")

    assert called("generate", "--persons", "12", "--seed", "3", "--out", str(tmp_path)) == 2
    assert "--out" in capsys.readouterr().err


def test_days_in_the_wrong_order_are_wrong_use(tmp_path: Path) -> None:
    days = ("--from", "2021-06-30", "--until", "2021-01-01")

    assert called("generate", "--persons", "12", "--seed", "3", "--out", str(tmp_path / "out"), *days) == 2


def test_without_days_it_makes_the_same_bytes_on_any_day_and_one_citizen_is_enough(tmp_path: Path) -> None:
    assert called("generate", "--persons", "1", "--seed", "3", "--out", str(tmp_path / "out")) == 0

    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["persons"], manifest["from"], manifest["until"]) == (1, "2019-12-31", "2021-12-31")


def test_a_place_that_cannot_be_written_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("kept")

    assert called("generate", "--persons", "1", "--seed", "3", "--out", str(tmp_path / "file" / "out")) == 2
    assert "--out" in capsys.readouterr().err


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert called("generate", "--help") == 0
    assert "branchespor generate --persons 500" in capsys.readouterr().out
