"""The frame of the command line: one line for wrong use, the exit codes, and no person number in a message."""

from pathlib import Path

import pytest

from branchespor import cli


def outcome(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str]]:
    """Exit code, and the lines on standard error; nothing may stand on standard output."""
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    shown = capsys.readouterr()
    assert not shown.out
    assert isinstance(ended.value.code, int)
    return ended.value.code, shown.err.splitlines()


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["nothing-like-it"], "No such command"),
        (["check", "amu"], "branchespor check: Missing argument 'FILE'"),
        (["check", "amu", "file", "--nope"], "No such option"),
        (["check", "no-feed", "file"], "unknown feed"),
        (["check", "amu", "not-there.csv"], "not-there.csv"),
        (["evaluate", "--facts", "not-there.jsonl", "--on", "2020-07-15"], "--facts"),
        (["evaluate", "--facts", "-", "--on", "2020-02-30"], "--on"),
        (["deliver", "visitation", __file__], "FEED must be one that comes as files: akasse-bestand"),
    ],
)
def test_wrong_use_is_exit_2_with_one_line_that_says_what(
    arguments: list[str], names: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, (line,) = outcome(capsys, *arguments)

    assert code == 2
    assert names in line


@pytest.mark.parametrize(
    "arguments",
    [
        ["person", "find", "6101900018", "--purpose", "test"],
        ["receipt", "610190-0018"],
        ["status", "6101900018", "--purpose", "test"],
        ["person", "find", "--purpose", "hvem er 610190-0018"],
        ["quarantine", "discard", "17", "--reason", "citizen 6101900018 called"],
    ],
)
def test_a_person_number_given_as_an_argument_is_not_repeated(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, (line,) = outcome(capsys, *arguments)

    assert code == 2
    assert "0018" not in line


@pytest.mark.parametrize("words", ["", "  ", "x", "x" * 201])
def test_a_reason_that_says_nothing_or_too_much_is_wrong_use(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, (line,) = outcome(capsys, "quarantine", "discard", "17", "--reason", words)

    assert code == 2
    assert "--reason" in line


@pytest.mark.parametrize(
    "arguments",
    [
        ["deliveries", "--json"],
        ["quarantine", "list"],
        ["reconcile"],
        ["verify"],
        ["erase", "00000000-0000-4000-8000-000000000001", "--reason", "the citizen asks for it"],
        ["pull", "amu"],
        ["topics", "diff"],
        ["deliver", "amu", "AMU_907001_2019K2_2020K1_20200117101500.csv"],
    ],
)
def test_where_no_stack_was_ever_started_the_exit_code_is_3_and_the_line_says_what_to_do(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BRANCHESPOR_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "AMU_907001_2019K2_2020K1_20200117101500.csv").write_text("anything", encoding="utf-8")

    code, (line,) = outcome(capsys, *arguments)

    assert code == 3
    assert "branchespor up" in line
