"""The schema files: equal to the dataclasses, with samples that keep decoding."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from schemas import facts, versions
from schemas.codec import Codec
from schemas.house_rules import check

SAMPLES = Path(versions.__file__).with_name("samples")
EVERY_VERSION = [each for found in versions.read().values() for each in found]


class EveryVersion:
    """Ids over every version there is, the newest of a record for writing."""

    def id_of(self, name: str) -> int:
        return max(n for n, each in enumerate(EVERY_VERSION) if each.name == name)

    def schema_of(self, schema_id: int) -> Mapping[str, Any]:
        return EVERY_VERSION[schema_id].schema


def avro_type(hint: Any) -> Any:
    """The shape the contract gives a dataclass's type: docs and names left out, symbols kept."""
    options = get_args(hint)
    if type(None) in options:
        return ["null", avro_type(next(each for each in options if each is not type(None)))]
    if hint is str:
        return "string"
    if hint is bool:
        return "boolean"
    if hint is int:
        return "int"
    if hint is Decimal:
        return ("bytes", "decimal")
    if hint is datetime:
        return ("long", "timestamp-millis")
    if hint is date:
        return ("int", "date")
    assert issubclass(hint, StrEnum)
    return ("enum", hint.__name__, [*hint, "UNKNOWN"])


def shape(type_: Any) -> Any:
    if isinstance(type_, list):
        return [shape(each) for each in type_]
    if isinstance(type_, str):
        return type_
    if type_["type"] == "enum":
        return ("enum", type_["name"], type_["symbols"])
    if type_.get("logicalType") == "uuid":
        return type_["type"]
    return (type_["type"], type_["logicalType"])


@pytest.mark.parametrize("kind", facts.KINDS)
def test_dataclass_and_schema_have_the_same_fields_types_and_order(kind: str) -> None:
    dataclass = facts.KINDS[kind]
    hints = get_type_hints(dataclass)
    expected = [(each.name, avro_type(hints[each.name])) for each in fields(dataclass)]
    schema = versions.newest()[kind]
    # `withdrawn` has a default in Python and so stands last among the common fields there as here
    assert [(each["name"], shape(each["type"])) for each in schema["fields"]] == expected


def test_the_schemas_keep_the_rules_of_the_house() -> None:
    assert check() == []


def test_every_version_has_samples() -> None:
    assert {each.file.removesuffix(".avsc") for each in EVERY_VERSION} == {path.stem for path in SAMPLES.glob("*.json")}


@pytest.mark.parametrize("file", sorted(SAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_what_a_version_wrote_is_read_today(file: Path) -> None:
    name, _, number = file.stem.partition("-")
    schema_id = next(n for n, each in enumerate(EVERY_VERSION) if (each.name, each.number) == (name, int(number)))
    codec = Codec(EveryVersion())
    for sample in json.loads(file.read_text(encoding="utf-8")):
        framed = b"\0" + schema_id.to_bytes(4, "big") + bytes.fromhex(sample["avro"])
        assert codec.decode(framed) == (name, sample["record"])


@pytest.mark.parametrize("kind", facts.KINDS)
def test_a_sample_fact_becomes_the_dataclass_and_back(kind: str) -> None:
    for sample in json.loads((SAMPLES / f"{kind}-1.json").read_text(encoding="utf-8")):
        fact = facts.from_json({"kind": kind, **sample["record"]})
        assert facts.to_json(fact) == {"kind": kind, **sample["record"]}


def test_an_identity_sees_what_the_parsing_canonical_form_leaves_out() -> None:
    schema = versions.newest()["DayBegan"]
    changed = json.loads(json.dumps(schema).replace("business day", "day of business"))
    reordered = dict(reversed(list(schema.items())))
    in_full = {**{key: value for key, value in schema.items() if key != "namespace"}, "name": "branchespor.DayBegan"}
    assert versions.identity(changed) != versions.identity(schema)
    assert versions.identity(reordered) == versions.identity(in_full) == versions.identity(schema)
