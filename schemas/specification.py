"""Avro's specification of schemas (1.12), strictly: JSON to a tree, or WrongInput with the path of what it forbids."""

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from schemas.errors import WrongInput
from schemas.nodes import FieldNode, Node, fits, logical_in_force

PRIMITIVES = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})
NAMED = frozenset({"record", "enum", "fixed"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def parse_text(text: str, where: str) -> Node:
    """The tree of one schema in JSON text. Raises WrongInput naming `where` (a file) and the path inside."""

    def refuse(constant: str) -> NoReturn:
        raise ValueError(constant)

    try:
        schema = json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise WrongInput(f"{where}: not JSON") from None
    try:
        return parse(schema)
    except WrongInput as error:
        raise WrongInput(f"{where}: {error}") from None
    except RecursionError:
        raise WrongInput(f"{where}: nested too deeply") from None


def parse(schema: Any) -> Node:
    """The tree of one schema. Raises WrongInput with the path of what the specification forbids."""
    return _Parser().type_of(schema, "", "schema")


class _Parser:
    def __init__(self) -> None:
        self.names: dict[str, Node] = {}

    def type_of(self, schema: Any, namespace: str, path: str) -> Node:
        if isinstance(schema, str):
            return self._reference(schema, namespace, path)
        if isinstance(schema, list):
            return self._union(schema, namespace, path)
        if not isinstance(schema, dict):
            raise WrongInput(f"{path}: a schema is a name, an object or a list")
        kind = schema.get("type")
        if isinstance(kind, str) and kind in NAMED:
            return self._named(kind, schema, namespace, path)
        if kind in ("array", "map"):
            inside = "items" if kind == "array" else "values"
            if inside not in schema:
                raise WrongInput(f"{path}: {kind} without {inside}")
            return Node(
                kind=kind, inner=self.type_of(schema[inside], namespace, path + ("[]" if kind == "array" else "{}"))
            )
        if not isinstance(kind, str):
            raise WrongInput(f"{path}: `type` must be the name of a type")
        node = self._reference(kind, namespace, path)
        return Node(kind=kind, logical=logical_in_force(kind, 0, schema)) if kind in PRIMITIVES else node

    def _reference(self, name: str, namespace: str, path: str) -> Node:
        if name in PRIMITIVES:
            return Node(kind=name)
        found = self.names.get(_full(name, namespace))
        if found is None:
            raise WrongInput(f"{path}: no type of this name is defined before")
        return found

    def _union(self, branches: list[Any], namespace: str, path: str) -> Node:
        nodes = [self.type_of(branch, namespace, path) for branch in branches]
        if any(node.kind == "union" for node in nodes):
            raise WrongInput(f"{path}: a union directly in a union")
        known = [node.name or node.kind for node in nodes]
        if len(set(known)) < len(known):
            raise WrongInput(f"{path}: a union with the same type twice")
        return Node(kind="union", branches=nodes)

    def _named(self, kind: str, schema: Mapping[str, Any], namespace: str, path: str) -> Node:
        name = schema.get("name")
        own_space = schema.get("namespace", namespace)
        if not isinstance(name, str) or not isinstance(own_space, str):
            raise WrongInput(f"{path}: {kind} without a name, or with a namespace that is no text")
        full = _full(name, own_space)
        if not _is_full_name(full) or full.rpartition(".")[2] in PRIMITIVES:
            raise WrongInput(f"{path}: the name of this {kind} is not allowed")
        if full in self.names:
            raise WrongInput(f"{path}: a type of this name is defined twice")
        inside = full.rpartition(".")[0]
        path = path if path != "schema" else full.rpartition(".")[2]
        node = Node(kind=kind, name=full, aliases=[_full(each, inside) for each in _aliases(schema, path)])
        self.names[full] = node
        if kind == "record":
            self._fields(node, schema.get("fields"), inside, path)
        elif kind == "enum":
            _fill_enum(node, schema, path)
        else:
            node.size = schema.get("size", -1)
            if type(node.size) is not int or node.size < 0:
                raise WrongInput(f"{path}: size of a fixed must be a whole number from 0")
            node.logical = logical_in_force(kind, node.size, schema)
        return node

    def _fields(self, node: Node, fields: Any, namespace: str, path: str) -> None:
        if not isinstance(fields, list):
            raise WrongInput(f"{path}: record without a list of fields")
        for each in fields:
            name = each.get("name") if isinstance(each, dict) else None
            if not isinstance(name, str) or _NAME.fullmatch(name) is None or "type" not in each:
                raise WrongInput(f"{path}: a field needs an allowed name and a type")
            if any(name == other.name for other in node.fields):
                raise WrongInput(f"{path}.{name}: two fields of this name")
            if each.get("order", "ignore") not in ("ascending", "descending", "ignore"):
                raise WrongInput(f"{path}.{name}: order must be ascending, descending or ignore")
            type_ = self.type_of(each["type"], namespace, f"{path}.{name}")
            aliases = _aliases(each, f"{path}.{name}")
            has_default = "default" in each
            one = FieldNode(
                name=name, aliases=aliases, type=type_, has_default=has_default, default=each.get("default")
            )
            node.fields.append(one)
            if has_default and not fits(one.default, type_):
                raise WrongInput(f"{path}.{name}: the default is no value of the type")


def _full(name: str, namespace: str) -> str:
    return f"{namespace}.{name}" if namespace and "." not in name else name


def _is_full_name(full: str) -> bool:
    return all(_NAME.fullmatch(part) for part in full.split("."))


def _aliases(schema: Mapping[str, Any], path: str) -> list[str]:
    aliases = schema.get("aliases", [])
    if not isinstance(aliases, list) or not all(isinstance(each, str) and _is_full_name(each) for each in aliases):
        raise WrongInput(f"{path}: aliases must be a list of names")
    return aliases


def _fill_enum(node: Node, schema: Mapping[str, Any], path: str) -> None:
    symbols = schema.get("symbols")
    if not isinstance(symbols, list) or not all(isinstance(each, str) and _NAME.fullmatch(each) for each in symbols):
        raise WrongInput(f"{path}: symbols must be a list of names")
    if len(set(symbols)) < len(symbols):
        raise WrongInput(f"{path}: a symbol stands twice")
    node.symbols, node.default = symbols, schema.get("default")
    if "default" in schema and node.default not in symbols:
        raise WrongInput(f"{path}: the default is none of the symbols")
