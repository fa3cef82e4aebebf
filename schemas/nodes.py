"""The tree of a schema, and what the specification says of single types: logical types in force, allowed defaults."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# logical type -> what it may annotate; elsewhere, and where the name is unknown, the specification wants it ignored
_LOGICAL = {
    "big-decimal": {"bytes"},
    "date": {"int"},
    "time-millis": {"int"},
    "time-micros": {"long"},
    **{f"{local}timestamp-{unit}": {"long"} for local in ("", "local-") for unit in ("millis", "micros", "nanos")},
}


@dataclass(eq=False, slots=True, kw_only=True)
class Node:
    """One type. `name` and `aliases` are full; `logical`: type, precision, scale in words; None if not in force.

    `branches`: of a union; `inner`: items of an array, values of a map; `default`: of an enum.
    """

    kind: str
    name: str = ""
    aliases: Sequence[str] = ()
    fields: "list[FieldNode]" = field(default_factory=list)
    symbols: Sequence[str] = ()
    default: str | None = None
    branches: "Sequence[Node]" = ()
    inner: "Node | None" = None
    size: int = 0
    logical: tuple[str, ...] | None = None


@dataclass(eq=False, slots=True, kw_only=True)
class FieldNode:
    """One field of a record; `default` is the JSON value, meaningful only if `has_default`."""

    name: str
    aliases: Sequence[str]
    type: Node
    has_default: bool
    default: Any


def logical_in_force(kind: str, size: int, schema: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The logical type of a schema object, None where the specification wants it ignored."""
    logical = schema.get("logicalType")
    if not isinstance(logical, str):
        return None
    if logical == "decimal":
        precision, scale = schema.get("precision"), schema.get("scale", 0)
        if kind not in ("bytes", "fixed") or type(precision) is not int or type(scale) is not int:
            return None
        most = precision if kind == "bytes" else len(str((1 << (8 * size - 1)) - 1)) - 1 if size else 0
        return (
            ("decimal", f"precision {precision}", f"scale {scale}")
            if 0 <= scale <= precision and 0 < precision <= most
            else None
        )
    if logical in ("uuid", "duration"):
        wanted = {"uuid": (("string", 0), ("fixed", 16)), "duration": (("fixed", 12),)}[logical]
        return (logical,) if (kind, size) in wanted else None
    return (logical,) if kind in _LOGICAL.get(logical, ()) else None


def fits(value: Any, node: Node) -> bool:
    """Whether a JSON value is a default of this type; of a union: of any of its branches."""
    match node.kind:
        case "null":
            return value is None
        case "boolean":
            return type(value) is bool
        case "int" | "long":
            bits = 31 if node.kind == "int" else 63
            return type(value) is int and -(1 << bits) <= value < 1 << bits
        case "float" | "double":
            return type(value) in (int, float)
        case "string":
            return isinstance(value, str)
        case "bytes":
            return isinstance(value, str) and all(ord(letter) < 256 for letter in value)
        case "fixed":
            return isinstance(value, str) and len(value) == node.size and all(ord(letter) < 256 for letter in value)
        case "enum":
            return value in node.symbols
        case "array":
            return isinstance(value, list) and node.inner is not None and _all_fit(value, node.inner)
        case "map":
            return isinstance(value, dict) and node.inner is not None and _all_fit(value.values(), node.inner)
        case "union":
            return any(fits(value, branch) for branch in node.branches)
        case _:
            return isinstance(value, dict) and all(
                fits(value[each.name], each.type) if each.name in value else each.has_default for each in node.fields
            )


def _all_fit(values: Iterable[Any], node: Node) -> bool:
    return all(fits(value, node) for value in values)
