"""JSON from outside is read strictly, and every way to be wrong has its code."""

import pytest

from producers import strict_json
from schemas.errors import WrongDelivery
from schemas.json_text import integer_of, text_of


def code(data):
    with pytest.raises(WrongDelivery) as wrong:
        strict_json.read(data)
    fault = wrong.value.fault
    assert (fault.line, fault.column, wrong.value.rows) == (None, None, 0)
    return fault.code


NESTED = b'{"a":' + b"[" * 31 + b"]" * 31 + b"}"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"", "F01", id="no-bytes"),
        pytest.param(b" \r\n\t", "F01", id="white-space"),
        pytest.param(b" <html>", "F02", id="login-page"),
        pytest.param(b"[]", "F02", id="a-list"),
        pytest.param(b'\xef\xbb\xbf{"a":1}', "F02", id="byte-order-mark"),
        pytest.param('{"a":1}'.encode("utf-16"), "F02", id="utf-16"),
        pytest.param(b'{"a":1,"pages":[{"b":[]},<html>]}', "F02", id="login-page-among-the-pages"),
        pytest.param(b'{"a":"\xe6"}', "F03", id="latin-1"),
        pytest.param(b'{"a":"\xed\xa0\x80"}', "F03", id="half-a-surrogate-in-bytes"),
        pytest.param(b'{"a":1', "F05", id="cut"),
        pytest.param(b'{"a":1}{"a":1}', "F05", id="two-documents"),
        pytest.param(b'{"a":01}', "F05", id="leading-zero"),
        pytest.param(b'{"a":1,}', "F05", id="comma-at-the-end"),
        pytest.param(b'{"a":"\n"}', "F05", id="control-character-in-a-text"),
        pytest.param(b'{"details":[<html>],"pages":[]}', "F05", id="html-elsewhere"),
        pytest.param(b'{"a":1,"a":1', "F05", id="cut-comes-before-key-twice"),
        pytest.param(b'{"a":1,"a":1}', "F11", id="key-twice"),
        pytest.param(b'{"a":{"b":1,"\\u0062":1}}', "F11", id="key-twice-spelt-in-two-ways"),
        pytest.param(b'{"a":NaN}', "F11", id="nan"),
        pytest.param(b'{"a":-Infinity}', "F11", id="infinity"),
        pytest.param(b'{"a":1e999}', "F11", id="larger-than-any-number"),
        pytest.param(b'{"a":' + b"1" * 19 + b"}", "F11", id="19-characters"),
        pytest.param(b'{"a":' + b"1" * 5000 + b"}", "F11", id="5000-digits"),
        pytest.param(b'{"a":' + b"[" * 32 + b"]" * 32 + b"}", "F11", id="nesting-33"),
        pytest.param(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "F11", id="100000-brackets"),
        pytest.param(b'{"a":' + b"[" * 100_000, "F05", id="100000-brackets-never-closed"),
    ],
)
def test_a_wrong_document_has_its_code(data, expected):
    assert code(data) == expected


def test_brackets_in_texts_are_no_nesting_and_32_levels_are_read():
    assert strict_json.read(NESTED)
    assert strict_json.read(b'{"a":"' + b"[" * 500 + b'"}')


def test_18_characters_of_a_number_are_read():
    assert strict_json.read(b'{"a":999999999999999999}') == {"a": 999_999_999_999_999_999}


@pytest.mark.timeout(10)
def test_a_text_of_escaped_quotes_never_closed_is_refused_in_no_time():
    assert code(b'{"a":"' + b'\\"' * 2_000_000) == "F05"


def test_canonical_json_is_sorted_and_bare():
    assert strict_json.canonical({"b": [1, None], "a": "æ"}) == '{"a":"æ","b":[1,null]}'.encode()


def test_half_a_surrogate_pair_survives_as_an_escape():
    value = strict_json.read(b'{"a":"\\ud800"}')
    assert strict_json.canonical(value) == b'{"a":"\\ud800"}'


def test_values_of_different_types_are_different_texts():
    texts = [text_of(value) for value in (2, "2", 2.0, True, "true", "\x012", [2], {"a": 2})]
    assert len(set(texts)) == len(texts)
    assert [integer_of(text) for text in texts] == [2, *[None] * 7]


def test_texts_are_trimmed_and_blank_is_none():
    assert [text_of(value) for value in (None, "", " \u00a0", " a ")] == [None, None, None, "a"]
