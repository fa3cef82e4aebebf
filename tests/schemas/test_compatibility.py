"""Verdicts on pairs of schemas, as the specification and the table of avro.md section 6 give them."""

import json
from pathlib import Path
from typing import Any

import avro.errors
import avro.schema
import pytest
from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branchespor.cli import branchespor
from schemas.compatibility import cannot_read, verdict
from schemas.errors import WrongInput
from schemas.specification import parse


def a_record(*fields: dict[str, Any], name: str = "Spell", **more: Any) -> dict[str, Any]:
    return {"type": "record", "name": name, "namespace": "n", "fields": list(fields), **more}


def a_field(type_: Any, name: str = "x", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": type_, **more}


def an_enum(*symbols: str, **more: Any) -> dict[str, Any]:
    return {"type": "enum", "name": "Group", "symbols": list(symbols), **more}


def logical(base: str, logical_type: str, **more: Any) -> dict[str, Any]:
    return {"type": base, "logicalType": logical_type, **more}


def faults(reader: Any, writer: Any) -> list[tuple[str, str]]:
    return [(each.path, each.rule) for each in cannot_read(("reader", parse(reader)), ("writer", parse(writer)))]


PROMOTIONS = {
    "int": {"long", "float", "double"},
    "long": {"float", "double"},
    "float": {"double"},
    "string": {"bytes"},
    "bytes": {"string"},
    "boolean": set[str](),
    "double": set[str](),
    "null": set[str](),
}


@pytest.mark.parametrize("written", PROMOTIONS)
@pytest.mark.parametrize("read", PROMOTIONS)
def test_only_the_specifications_promotions_are_readable(written: str, read: str) -> None:
    expected = [] if read == written or read in PROMOTIONS[written] else [("Spell.x", "type_mismatch")]
    assert faults(a_record(a_field(read)), a_record(a_field(written))) == expected


FIXED_4 = {"type": "fixed", "name": "F", "size": 4}


@pytest.mark.parametrize(
    ("reader", "writer", "expected"),
    [
        pytest.param(a_field("int"), None, [("Spell.x", "reader_field_missing_default_value")], id="new-field"),
        pytest.param(a_field("int", default=0), None, [], id="new-field-with-default"),
        pytest.param(None, a_field("int"), [], id="field-the-reader-does-not-want"),
        pytest.param(a_field("int", "y", aliases=["x"]), a_field("int"), [], id="field-by-alias-of-the-reader"),
        pytest.param(
            a_field("int", "y"),
            a_field("int", aliases=["y"]),
            [("Spell.y", "reader_field_missing_default_value")],
            id="an-alias-of-the-writer-helps-nobody",
        ),
        pytest.param(
            a_field(an_enum("A")), a_field(an_enum("A", "B")), [("Spell.x", "missing_enum_symbols")], id="new-symbol"
        ),
        pytest.param(
            a_field(an_enum("A", "U", default="U")), a_field(an_enum("A", "B")), [], id="new-symbol-with-enum-default"
        ),
        pytest.param(
            a_field(an_enum("A"), default="A"),
            a_field(an_enum("A", "B")),
            [("Spell.x", "missing_enum_symbols")],
            id="the-fields-default-is-not-the-enums",
        ),
        pytest.param(a_field(an_enum("B", "A")), a_field(an_enum("A", "B")), [], id="symbols-in-another-order"),
        pytest.param(
            a_field(an_enum("A")),
            a_field({**an_enum("A"), "name": "Other"}),
            [("Spell.x", "name_mismatch")],
            id="enum-of-another-name",
        ),
        pytest.param(
            a_field({**an_enum("A"), "namespace": "m"}), a_field(an_enum("A")), [], id="namespaces-are-not-compared"
        ),
        pytest.param(
            a_field({**an_enum("A"), "aliases": ["Other"]}),
            a_field({**an_enum("A"), "name": "Other"}),
            [],
            id="enum-by-alias-in-the-readers-namespace",
        ),
        pytest.param(
            a_field({**an_enum("A"), "aliases": ["Other"]}),
            a_field({**an_enum("A"), "name": "Other", "namespace": "m"}),
            [("Spell.x", "name_mismatch")],
            id="an-alias-is-a-full-name",
        ),
        pytest.param(a_field(["null", "string"]), a_field("string"), [], id="union-reads-its-branch"),
        pytest.param(
            a_field("string"), a_field(["null", "string"]), [("Spell.x", "type_mismatch")], id="null-is-no-string"
        ),
        pytest.param(a_field(["int", "string"]), a_field(["string", "int"]), [], id="branches-in-another-order"),
        pytest.param(
            a_field(["null", "string"]),
            a_field(["null", "string", "int"]),
            [("Spell.x", "missing_union_branch")],
            id="a-branch-more",
        ),
        pytest.param(a_field(["null", "double"]), a_field(["null", "int"]), [], id="branch-by-promotion"),
        pytest.param(a_field("long"), a_field(["int", "long"]), [], id="every-branch-is-readable"),
        pytest.param(a_field(FIXED_4), a_field(FIXED_4), [], id="fixed"),
        pytest.param(
            a_field({**FIXED_4, "size": 8}), a_field(FIXED_4), [("Spell.x", "fixed_size_mismatch")], id="fixed-size"
        ),
        pytest.param(
            a_field({**FIXED_4, "name": "G"}), a_field(FIXED_4), [("Spell.x", "name_mismatch")], id="fixed-name"
        ),
        pytest.param(
            a_field({"type": "array", "items": "int"}),
            a_field({"type": "array", "items": "string"}),
            [("Spell.x[]", "type_mismatch")],
            id="items",
        ),
        pytest.param(
            a_field({"type": "map", "values": "int"}),
            a_field({"type": "map", "values": "long"}),
            [("Spell.x{}", "type_mismatch")],
            id="values",
        ),
        pytest.param(
            a_field({"type": "map", "values": "int"}),
            a_field({"type": "array", "items": "int"}),
            [("Spell.x", "type_mismatch")],
            id="map-and-array",
        ),
        pytest.param(
            a_field(["null", a_record(a_field("int", "z"), name="Part")]),
            a_field(["null", a_record(name="Part")]),
            [("Spell.x.z", "reader_field_missing_default_value")],
            id="a-record-in-a-union-is-told-with-its-own-path",
        ),
        pytest.param(
            a_field(logical("long", "timestamp-micros")),
            a_field(logical("long", "timestamp-millis")),
            [("Spell.x", "logical_type")],
            id="millis-to-micros",
        ),
        pytest.param(a_field("int"), a_field(logical("int", "date")), [("Spell.x", "logical_type")], id="date-goes"),
        pytest.param(a_field(logical("int", "date")), a_field("int"), [("Spell.x", "logical_type")], id="date-comes"),
        pytest.param(
            a_field(logical("bytes", "decimal", precision=6, scale=3)),
            a_field(logical("bytes", "decimal", precision=6, scale=2)),
            [("Spell.x", "logical_type")],
            id="scale",
        ),
        pytest.param(
            a_field(logical("bytes", "decimal", precision=7, scale=2)),
            a_field(logical("bytes", "decimal", precision=6, scale=2)),
            [("Spell.x", "logical_type")],
            id="precision",
        ),
        pytest.param(
            a_field(logical("bytes", "decimal", precision=6, scale=0)),
            a_field(logical("bytes", "decimal", precision=6)),
            [],
            id="scale-0-is-the-default",
        ),
        pytest.param(
            a_field("bytes"),
            a_field(logical("bytes", "decimal", precision=2, scale=3)),
            [],
            id="an-invalid-decimal-is-to-be-ignored",
        ),
        pytest.param(
            a_field(logical("string", "somebody-elses-type")),
            a_field("string"),
            [],
            id="an-unknown-logical-type-is-to-be-ignored",
        ),
        pytest.param(
            a_field(["null", logical("int", "date")]),
            a_field(["null", "int"]),
            [("Spell.x", "logical_type")],
            id="logical-type-in-a-union",
        ),
        pytest.param(
            a_field({"type": "array", "items": logical("string", "uuid")}),
            a_field({"type": "array", "items": "string"}),
            [("Spell.x[]", "logical_type")],
            id="logical-type-of-items",
        ),
    ],
)
def test_what_a_reader_cannot_read(reader: Any, writer: Any, expected: list[tuple[str, str]]) -> None:
    reads, wrote = (a_record(*([] if each is None else [each])) for each in (reader, writer))
    assert faults(reads, wrote) == expected


def test_every_fault_is_told_with_its_path() -> None:
    old = a_record(a_field("int", "a"), a_field("string", "b"), a_field(an_enum("A"), "c"))
    new = a_record(a_field("string", "a"), a_field("string", "d"), a_field({**an_enum("A"), "name": "E"}, "c"))
    told = verdict([("1", parse(old))], ("2", parse(new)), "FULL")
    assert {(each.path, each.rule) for each in told} == {
        ("Spell.a", "type_mismatch"),
        ("Spell.d", "reader_field_missing_default_value"),
        ("Spell.c", "name_mismatch"),
        ("Spell.b", "reader_field_missing_default_value"),
    }


def test_a_recursive_schema_ends_and_a_fault_inside_is_told_once() -> None:
    def tree(leaf: str) -> dict[str, Any]:
        return a_record(a_field(leaf, "leaf"), a_field({"type": "array", "items": "Tree"}, "parts"), name="Tree")

    assert faults(tree("int"), tree("int")) == []
    assert faults(tree("int"), tree("long")) == [("Tree.leaf", "type_mismatch")]


OLD = a_record(a_field("int", "a"))
WITH_DEFAULT = a_record(a_field("int", "a"), a_field("int", "b", default=0))
WITHOUT_DEFAULT = a_record(a_field("int", "a"), a_field("int", "b"))
EMPTY = a_record()


@pytest.mark.parametrize(
    ("olds", "new", "mode", "compatible"),
    [
        ([OLD], WITH_DEFAULT, "FULL_TRANSITIVE", True),
        ([OLD], WITHOUT_DEFAULT, "BACKWARD", False),
        ([OLD], WITHOUT_DEFAULT, "FORWARD", True),
        ([OLD], EMPTY, "BACKWARD", True),
        ([OLD], EMPTY, "FORWARD", False),
        ([OLD], EMPTY, "FULL", False),
        ([OLD, WITH_DEFAULT], WITHOUT_DEFAULT, "BACKWARD", True),
        ([OLD, WITH_DEFAULT], WITHOUT_DEFAULT, "BACKWARD_TRANSITIVE", False),
        ([OLD, WITH_DEFAULT], WITHOUT_DEFAULT, "FULL", True),
        ([OLD, WITH_DEFAULT], WITHOUT_DEFAULT, "FULL_TRANSITIVE", False),
        ([WITHOUT_DEFAULT, OLD], OLD, "FORWARD", True),
        ([WITHOUT_DEFAULT, OLD], OLD, "FORWARD_TRANSITIVE", False),
        ([OLD], a_record(a_field("string", "a")), "NONE", True),
    ],
)
def test_a_mode_says_who_must_read_whom(olds: list[Any], new: Any, mode: Any, compatible: bool) -> None:
    trees = [(str(n), parse(old)) for n, old in enumerate(olds)]
    assert (verdict(trees, ("new", parse(new)), mode) == []) is compatible


BASE = a_record(
    a_field(logical("string", "uuid"), "id"),
    a_field(an_enum("A", "B", "UNKNOWN", default="UNKNOWN"), "group"),
    a_field(["null", logical("int", "date")], "last_day", default=None),
    a_field("int", "number"),
)


def changed(**fields: Any) -> dict[str, Any]:
    """BASE with some fields replaced, None: taken away."""
    kept = [fields.get(each["name"], each) for each in BASE["fields"]]
    added = [each for name, each in fields.items() if name not in {field["name"] for field in BASE["fields"]}]
    return {**BASE, "fields": [each for each in [*kept, *added] if each is not None]}


@pytest.mark.parametrize(
    ("new", "path"),
    [
        pytest.param(changed(more=a_field("int", "more", default=0)), None, id="new-field-with-default"),
        pytest.param(changed(more=a_field("int", "more")), "Spell.more", id="new-field-without-default"),
        pytest.param(changed(last_day=None), None, id="remove-a-field-with-default"),
        pytest.param(changed(number=None), "Spell.number", id="remove-a-required-field"),
        pytest.param(
            changed(number=a_field("int", "count", aliases=["number"])), "Spell.number", id="rename-even-with-an-alias"
        ),
        pytest.param({**BASE, "name": "Other", "aliases": ["n.Spell"]}, "Spell", id="rename-the-record"),
        pytest.param(changed(number=a_field("long", "number")), "Spell.number", id="widen"),
        pytest.param(changed(id=a_field(logical("bytes", "uuid"), "id")), "Spell.id", id="string-to-bytes"),
        pytest.param(
            changed(group=a_field(an_enum("A", "B", "C", "UNKNOWN", default="UNKNOWN"), "group")), None, id="new-symbol"
        ),
        pytest.param(
            changed(last_day=a_field(["null", logical("int", "date"), "string"], "last_day", default=None)),
            "Spell.last_day",
            id="a-branch-more",
        ),
        pytest.param(
            changed(last_day=a_field(["null", "int"], "last_day", default=None)), "Spell.last_day", id="logical-type"
        ),
        pytest.param({**BASE, "doc": "other words"}, None, id="doc"),
    ],
)
def test_the_rules_of_evolution_hold_in_full_transitive_mode(new: Any, path: str | None) -> None:
    told = verdict([("1", parse(BASE))], ("2", parse(new)), "FULL_TRANSITIVE")
    assert {each.path for each in told} == (set() if path is None else {path})


TYPES = st.recursive(
    st.sampled_from(["null", "boolean", "int", "long", "float", "double", "bytes", "string"])
    | st.sampled_from(
        [an_enum("A"), an_enum("A", "B"), an_enum("A", "B", default="A"), FIXED_4, {**FIXED_4, "size": 2}]
    ),
    lambda inner: st.one_of(
        inner.map(lambda each: {"type": "array", "items": each}),
        inner.map(lambda each: {"type": "map", "values": each}),
        st.lists(inner.filter(lambda each: not isinstance(each, list)), min_size=1, max_size=3),
    ),
    max_leaves=4,
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(reader=TYPES, writer=TYPES)
def test_on_structure_the_verdict_is_apaches(reader: Any, writer: Any) -> None:
    try:
        theirs = [avro.schema.make_avsc_object(a_record(a_field(each))) for each in (reader, writer)]
    except avro.errors.AvroException:
        return
    result = ReaderWriterCompatibilityChecker().get_compatibility(*theirs).compatibility
    ours = faults(a_record(a_field(reader)), a_record(a_field(writer)))
    assert (ours == []) is (result is SchemaCompatibilityType.compatible)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(schema=TYPES)
def test_we_allow_the_types_that_apache_allows(schema: Any) -> None:
    record = a_record(a_field(schema))
    try:
        avro.schema.make_avsc_object(record)
    except avro.errors.AvroException:
        with pytest.raises(WrongInput):
            parse(record)
        return
    parse(record)


def compat(tmp_path: Path, *schemas: Any, options: tuple[str, ...] = ("--json",)) -> Result:
    files = []
    for number, schema in enumerate(schemas):
        file = tmp_path / f"{number}.avsc"
        file.write_text(schema if isinstance(schema, str) else json.dumps(schema), encoding="utf-8")
        files.append(str(file))
    return CliRunner().invoke(branchespor, ["schema", "compat", *files, *options])


def test_the_command_answers_in_json_and_by_exit_code(tmp_path: Path) -> None:
    good = compat(tmp_path, OLD, WITH_DEFAULT)
    assert (good.exit_code, json.loads(good.stdout)) == (0, {"compatible": True, "faults": []})
    bad = compat(tmp_path, OLD, a_record(a_field(logical("int", "date"), "a")))
    answer = json.loads(bad.stdout)
    assert (bad.exit_code, answer["compatible"]) == (1, False)
    assert [(each["path"], each["rule"]) for each in answer["faults"]] == [("Spell.a", "logical_type")]


def test_the_command_takes_a_mode(tmp_path: Path) -> None:
    assert compat(tmp_path, OLD, WITHOUT_DEFAULT, options=("--mode", "FORWARD", "--json")).exit_code == 0
    assert compat(tmp_path, OLD, WITHOUT_DEFAULT, options=("--mode", "BACKWARD")).exit_code == 1
