"""The schema files in schemas/avro: every version of every record, the newest, and the identity of each (avro.md 4)."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from schemas.errors import WrongInput

FOLDER = Path(__file__).parent / "avro"
RELEASED = "released.json"
_FILE = re.compile(r"([A-Z][A-Za-z]*)-([1-9][0-9]*)\.avsc")
_TYPE_WORDS = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of one record's schema; `name` without namespace, `number` from 1."""

    name: str
    number: int
    file: str
    schema: Schema


def read(folder: Path = FOLDER) -> dict[str, list[Version]]:
    """All versions by record name, oldest first. Raises WrongInput that names the file."""
    found: dict[str, list[Version]] = {}
    for path in sorted(folder.glob("*.avsc")):
        match = _FILE.fullmatch(path.name)
        if match is None:
            raise WrongInput(f"{path}: a schema file is named Record-NUMBER.avsc")
        try:
            schema = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            raise WrongInput(f"{path}: not JSON in UTF-8") from None
        if not isinstance(schema, dict) or schema.get("name") != match[1]:
            raise WrongInput(f"{path}: must hold the record {match[1]}")
        version = Version(name=match[1], number=int(match[2]), file=path.name, schema=schema)
        found.setdefault(match[1], []).append(version)
    for versions in found.values():
        versions.sort(key=lambda each: each.number)
    return found


@cache
def newest() -> Mapping[str, Schema]:
    """The schema in use of each record, by name."""
    return {name: versions[-1].schema for name, versions in read().items()}


def released(folder: Path = FOLDER) -> dict[str, str]:
    """The release list: file name to identity."""
    try:
        listed = json.loads((folder / RELEASED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise WrongInput(f"{folder / RELEASED}: missing or not JSON") from None
    return {str(file): str(sha256) for file, sha256 in listed.items()}


def full_name(schema: Mapping[str, Any], namespace: str = "") -> tuple[str, str]:
    """Full name of a named schema and the namespace its inside inherits (Avro specification, Names)."""
    name = str(schema["name"])
    if "." not in name:
        own = schema.get("namespace", namespace)
        name = f"{own}.{name}" if own else name
    return name, name.rpartition(".")[0]


def in_full(schema: Any, namespace: str = "") -> Any:
    """The same schema with every name and reference in full and no `namespace`, all else kept."""
    if isinstance(schema, str):
        return schema if schema in _TYPE_WORDS or "." in schema or not namespace else f"{namespace}.{schema}"
    if isinstance(schema, list):
        return [in_full(branch, namespace) for branch in schema]
    full = {key: value for key, value in schema.items() if key != "namespace"}
    kind = schema["type"]
    if kind in ("record", "error", "enum", "fixed"):
        full["name"], namespace = full_name(schema, namespace)
    if kind in ("record", "error"):
        full["fields"] = [{**field, "type": in_full(field["type"], namespace)} for field in schema["fields"]]
    elif kind in ("array", "map"):
        inside = "items" if kind == "array" else "values"
        full[inside] = in_full(schema[inside], namespace)
    elif not isinstance(kind, str):
        full["type"] = in_full(kind, namespace)
    return full


def identity(schema: Mapping[str, Any]) -> str:
    """SHA-256 of the whole schema as normalised JSON: keys sorted, no spaces, names in full."""
    text = json.dumps(in_full(schema), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
