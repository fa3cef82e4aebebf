"""Bytes to lines and fields: no line or quote is guessed."""

import pytest

from producers.text import fields, lines


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a;b", ["a", "b"]),
        (" a ;\u00a0b\u00a0", ["a", "b"]),
        ("\ta;b", ["\ta", "b"]),
        ('"a;b";c', ["a;b", "c"]),
        ('"a""b";""', ['a"b', ""]),
        ('a"b;c', ['a"b', "c"]),
        (' "a";b', ['"a"', "b"]),
        ('"a"x;b', ["ax", "b"]),
        ('a;"b', None),
        ('"a;b""', None),
        ('"', None),
        ("", [""]),
    ],
)
def test_a_quote_opens_with_the_first_character_and_closes_on_its_line(line: str, expected: list[str] | None) -> None:
    assert fields(line) == expected


def test_a_contract_that_trims_first_knows_the_quote_behind_blanks() -> None:
    assert fields(' "a;b" ;c', blanks_before_quote=True) == ["a;b", "c"]


def test_lines_are_counted_by_every_end_and_nothing_stands_behind_the_last() -> None:
    assert lines("a\r\nb\rc\n\nd\n") == [(1, "a"), (2, "b"), (3, "c"), (4, ""), (5, "d")]
    assert lines("a\rb\n", cr_alone=False) == [(1, "a\rb")]
