"""The values a schema allows: from JSON form to what Avro writes, and back; a refusal names the field, never the value.

Encoders in general round, cut, drop and fill in (avro.md section 1). So every value is checked here, both ways.
"""

from collections.abc import Mapping
from typing import Any

from schemas.scalars import READERS, WRITERS, Convert, Refused, Table

__all__ = ["Convert", "Refused", "reader", "writer"]


def writer(schema: Any, path: str) -> Convert:
    """A function from a value in JSON form (schemas.facts.to_json) to what the Avro writer takes without logical types.

    It raises Refused for everything that Avro would round, cut, drop or fill in, and for a written UNKNOWN.
    """
    return _compile(schema, path, WRITERS, {})


def reader(schema: Any, path: str) -> Convert:
    """The way back, for what was read without logical types; raises Refused for what no writer of ours may write."""
    return _compile(schema, path, READERS, {})


def _compile(schema: Any, path: str, table: Table, named: dict[str, Any]) -> Convert:
    if isinstance(schema, list):
        inside = _compile(schema[1], path, table, named)
        return lambda value: None if value is None else inside(value)
    if isinstance(schema, str):
        schema = named.get(schema.rpartition(".")[2], {"type": schema})
    kind = schema["type"]
    if "name" in schema:
        named[schema["name"]] = schema
    if kind == "record":
        fields = {
            each["name"]: _compile(each["type"], f"{path}.{each['name']}", table, named) for each in schema["fields"]
        }
        return _record(fields, path)
    if kind == "array":
        item = _compile(schema["items"], f"{path}[]", table, named)
        return _array(item, path)
    return table[schema.get("logicalType", kind)](schema, path)


def _record(fields: Mapping[str, Convert], path: str) -> Convert:
    def record(value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise Refused(path, "must be an object")
        if value.keys() != fields.keys():
            missing, extra = len(fields.keys() - value.keys()), len(value.keys() - fields.keys())
            raise Refused(path, f"must have the schema's fields: {missing} missing, {extra} too many")
        return {name: convert(value[name]) for name, convert in fields.items()}

    return record


def _array(item: Convert, path: str) -> Convert:
    def array(value: Any) -> list[Any]:
        if not isinstance(value, list | tuple):
            raise Refused(path, "must be a list")
        return [item(each) for each in value]

    return array
