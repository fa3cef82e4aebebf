"""What Avro's specification forbids is refused, wherever it stands in the schema."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import WrongInput
from schemas.specification import parse, parse_text


def a_record(type_: Any, **more: Any) -> dict[str, Any]:
    return {"type": "record", "name": "R", "fields": [{"name": "x", "type": type_, **more}]}


ENUM = {"type": "enum", "name": "E", "symbols": ["A", "B"]}


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param("strng", id="unknown-type"),
        pytest.param(17, id="no-schema"),
        pytest.param({}, id="no-type"),
        pytest.param({"type": {"type": "string"}}, id="a-type-inside-a-type"),
        pytest.param(["int", "int"], id="union-with-the-same-twice"),
        pytest.param([{"type": "array", "items": "int"}, {"type": "array", "items": "string"}], id="union-two-arrays"),
        pytest.param(["int", ["null", "string"]], id="union-in-a-union"),
        pytest.param([ENUM, "E"], id="union-with-the-same-name-twice"),
        pytest.param({"type": "array"}, id="array-without-items"),
        pytest.param({"type": "map"}, id="map-without-values"),
        pytest.param({"type": "record", "fields": []}, id="record-without-name"),
        pytest.param({"type": "record", "name": "R"}, id="record-without-fields"),
        pytest.param({"type": "record", "name": "1R", "fields": []}, id="name-with-a-digit-first"),
        pytest.param({"type": "record", "name": "R\n", "fields": []}, id="name-with-a-line-break"),
        pytest.param({"type": "record", "name": "å", "fields": []}, id="name-with-a-letter-beyond-ascii"),
        pytest.param({"type": "record", "name": "R", "namespace": "a..b", "fields": []}, id="empty-part-of-namespace"),
        pytest.param({"type": "record", "name": "string", "fields": []}, id="name-of-a-primitive"),
        pytest.param({"type": "record", "name": "R", "namespace": 1, "fields": []}, id="namespace-no-text"),
        pytest.param({"type": "record", "name": "R", "fields": [{"type": "int"}]}, id="field-without-name"),
        pytest.param({"type": "record", "name": "R", "fields": [{"name": "x"}]}, id="field-without-type"),
        pytest.param(
            {"type": "record", "name": "R", "fields": [{"name": "x", "type": "int"}] * 2}, id="two-fields-of-a-name"
        ),
        pytest.param(a_record("int", order="up"), id="order"),
        pytest.param(a_record("int", aliases="y"), id="aliases-no-list"),
        pytest.param(a_record("int", aliases=["a-b"]), id="alias-no-name"),
        pytest.param(a_record(a_record("int")), id="a-name-defined-twice"),
        pytest.param(a_record("Later"), id="a-name-not-defined"),
        pytest.param({**ENUM, "symbols": ["A", "A"]}, id="symbol-twice"),
        pytest.param({**ENUM, "symbols": ["a-b"]}, id="symbol-no-name"),
        pytest.param({**ENUM, "symbols": "AB"}, id="symbols-no-list"),
        pytest.param({**ENUM, "default": "C"}, id="enum-default-not-among-symbols"),
        pytest.param({"type": "fixed", "name": "F"}, id="fixed-without-size"),
        pytest.param({"type": "fixed", "name": "F", "size": -1}, id="fixed-of-negative-size"),
        pytest.param({"type": "fixed", "name": "F", "size": 4.0}, id="fixed-of-broken-size"),
        pytest.param(a_record("int", default="0"), id="default-text-for-int"),
        pytest.param(a_record("int", default=2**31), id="default-beyond-int"),
        pytest.param(a_record("int", default=True), id="default-true-for-int"),
        pytest.param(a_record("string", default=None), id="default-null-for-string"),
        pytest.param(a_record("boolean", default=0), id="default-0-for-boolean"),
        pytest.param(a_record("bytes", default="€"), id="default-bytes-beyond-255"),
        pytest.param(a_record(ENUM, default="C"), id="default-no-symbol"),
        pytest.param(a_record({"type": "array", "items": "int"}, default={}), id="default-object-for-array"),
        pytest.param(a_record({"type": "array", "items": "int"}, default=["a"]), id="default-of-an-item"),
        pytest.param(a_record({"type": "map", "values": "int"}, default=[]), id="default-list-for-map"),
        pytest.param(a_record(["null", "int"], default="a"), id="default-of-no-branch"),
        pytest.param(
            a_record({"type": "record", "name": "I", "fields": [{"name": "y", "type": "int"}]}, default={}),
            id="default-record-lacks-a-field",
        ),
    ],
)
def test_a_schema_that_the_specification_forbids_is_refused(schema: Any) -> None:
    with pytest.raises(WrongInput):
        parse(schema)


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param("string", id="a-bare-primitive"),
        pytest.param([], id="an-empty-union"),
        pytest.param(["null", "int"], id="a-union"),
        pytest.param({"type": "string", "logicalType": "date"}, id="a-logical-type-out-of-place-is-ignored"),
        pytest.param({"type": "string", "logicalType": "made-up"}, id="an-unknown-logical-type"),
        pytest.param({**ENUM, "symbols": []}, id="an-enum-without-symbols"),
        pytest.param({"type": "fixed", "name": "F", "size": 0}, id="a-fixed-of-no-bytes"),
        pytest.param(a_record(["null", "R"], default=None), id="a-record-in-itself"),
        pytest.param(a_record(["null", "int"], default=7), id="default-of-any-branch-since-1-12"),
        pytest.param(a_record("double", default=1), id="default-whole-number-for-double"),
        pytest.param(a_record("bytes", default="ÿ"), id="default-bytes"),
        pytest.param({"type": "record", "name": "a.b.R", "namespace": "c", "fields": []}, id="a-full-name"),
        pytest.param(
            {
                "type": "record",
                "name": "R",
                "namespace": "a",
                "fields": [
                    {"name": "x", "type": {**ENUM, "namespace": "b"}},
                    {"name": "y", "type": "b.E"},
                    {"name": "z", "type": {**ENUM}},
                    {"name": "w", "type": "E"},
                ],
            },
            id="the-same-short-name-in-two-namespaces",
        ),
        pytest.param(a_record("int", default=0, order="descending", anything={"at": "all"}), id="own-properties"),
    ],
)
def test_what_the_specification_allows_is_read(schema: Any) -> None:
    parse(schema)


def test_a_refusal_names_the_path() -> None:
    inner = {"type": "record", "name": "Part", "fields": [{"name": "day", "type": "dat"}]}
    with pytest.raises(WrongInput, match=r"^R\.x\[\]\.day: "):
        parse(a_record({"type": "array", "items": inner}))


@pytest.mark.parametrize("text", ["", "{", '{"type": "record" "name": "R"}', '"int', "[" * 100_000, '{"size": NaN}'])
def test_text_that_is_no_json_is_refused_by_file(text: str) -> None:
    with pytest.raises(WrongInput, match=r"^old\.avsc: "):
        parse_text(text, "old.avsc")


def test_a_forbidden_schema_ends_the_command_with_2_and_one_line(tmp_path: Path) -> None:
    good, bad = tmp_path / "1.avsc", tmp_path / "2.avsc"
    good.write_text(json.dumps(a_record("int")), encoding="utf-8")
    bad.write_text(json.dumps(a_record("int", default="x")), encoding="utf-8")
    for files in ([good, bad], [bad, good], [good, tmp_path / "missing.avsc"], [good]):
        command = [sys.executable, "-m", "branchespor", "schema", "compat", *map(str, files), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr
    assert "2.avsc: R.x: the default is no value of the type" in (
        subprocess.run(
            [sys.executable, "-m", "branchespor", "schema", "compat", str(good), str(bad)],
            capture_output=True,
            text=True,
            check=False,
        ).stderr
    )
