"""What every schema of the contract must have, and what may change between two versions (avro.md sections 6 and 7)."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from schemas import catalogue, versions
from schemas.compatibility import Incompatibility, verdict
from schemas.nodes import Node
from schemas.specification import parse_text

CLASSES = frozenset({"public", "internal", "personal", "sensitive"})
_SYMBOL = re.compile(r"[A-Z][A-Za-z0-9_]*")  # a rule such as R1b keeps the name it has in rules.md
_LOGICAL_BY_NAME = {"_day": "date", "_at": "timestamp-millis"}


def check(folder: Path = versions.FOLDER) -> list[Incompatibility]:
    """Every fault of the schema files: own rules, release list, and each version against all before it."""
    known = catalogue.load()
    listed = versions.released(folder)
    faults: list[Incompatibility] = []
    found = versions.read(folder)
    for name, each in found.items():
        trees: list[tuple[str, Node]] = []
        for version in each:
            tree = parse_text((folder / version.file).read_text(encoding="utf-8"), version.file)
            faults += _release(version, listed)
            faults += _record(version.schema, name, known.purposes, known.bases)
            faults += verdict(trees, (version.file, tree), "FULL_TRANSITIVE")
            if trees:
                faults += _evolution(trees[-1][1], tree, name, version.file)
            trees.append((version.file, tree))
    files = {version.file for each in found.values() for version in each}
    faults += [
        Incompatibility(file, "released", "is in the release list but not in the folder: bring the file back")
        for file in listed.keys() - files
    ]
    topics = {topic.record for topic in known.topics.values()}
    faults += [
        Incompatibility(name, "catalogue", "stands in only one of schemas/avro and schemas/catalogue.yaml")
        for name in sorted(topics ^ found.keys())
    ]
    return faults


def _release(version: versions.Version, listed: Mapping[str, str]) -> Iterator[Incompatibility]:
    sha256 = versions.identity(version.schema)
    if version.file not in listed:
        yield Incompatibility(version.name, "released", f'add "{version.file}": "{sha256}" to {versions.RELEASED}')
    elif listed[version.file] != sha256:
        message = f"{version.file} was changed after its release: undo it, and add version {version.number + 1}"
        yield Incompatibility(version.name, "released", message)


def _record(
    schema: Mapping[str, Any], path: str, purposes: frozenset[str], bases: frozenset[str]
) -> Iterator[Incompatibility]:
    if not schema.get("doc"):
        yield Incompatibility(path, "doc", "the record has no doc")
    for each in schema["fields"]:
        where = f"{path}.{each['name']}"
        if not each.get("doc"):
            yield Incompatibility(where, "doc", "the field has no doc")
        if each.get("classification") not in CLASSES:
            yield Incompatibility(where, "classification", f"must be one of {', '.join(sorted(CLASSES))}")
        if each.get("purpose") not in purposes or each.get("basis") not in bases:
            yield Incompatibility(where, "purpose", "purpose and basis must be registered in schemas/catalogue.yaml")
        type_ = each["type"]
        if isinstance(type_, list):
            if len(type_) != 2 or type_[0] != "null" or each.get("default", ...) is not None:
                yield Incompatibility(
                    where, "optional", "optional means a union of null, first, and one type; default null"
                )
                continue
            type_ = type_[1]
        wanted = next((kind for end, kind in _LOGICAL_BY_NAME.items() if each["name"].endswith(end)), None)
        if wanted and not (isinstance(type_, dict) and type_.get("logicalType") == wanted):
            yield Incompatibility(where, "logical_type", f"a field of this name is a {wanted}")
        yield from _type(type_, where, purposes, bases)


def _type(type_: Any, path: str, purposes: frozenset[str], bases: frozenset[str]) -> Iterator[Incompatibility]:
    kind = type_ if isinstance(type_, str) else type_["type"]
    if kind in ("float", "double"):
        yield Incompatibility(path, "no_float", "numbers with decimals are decimal, never float or double")
    elif kind == "record":
        yield from _record(type_, path, purposes, bases)
    elif kind == "array":
        yield from _type(type_["items"], f"{path}[]", purposes, bases)
    elif kind == "enum":
        if type_["symbols"][-1:] != ["UNKNOWN"] or type_.get("default") != "UNKNOWN":
            yield Incompatibility(path, "enum_default", "an enum ends with UNKNOWN, which is its default")
        if not all(_SYMBOL.fullmatch(symbol) for symbol in type_["symbols"]):
            yield Incompatibility(path, "enum_symbol", "symbols are words of our own in upper case")
    elif kind in ("map", "fixed"):
        yield Incompatibility(path, "kind", f"{kind} is not used in this contract")


def _evolution(old: Node, new: Node, path: str, file: str) -> Iterator[Incompatibility]:
    """What Avro would let pass and we do not, because a reader already out there cannot know."""
    if (old.name, list(old.aliases)) != (new.name, list(new.aliases)):
        yield Incompatibility(path, "name_stands_still", f"{file} changes a name, namespace or alias")
    gone = [symbol for symbol in old.symbols if symbol not in new.symbols]
    if gone:
        yield Incompatibility(path, "enum_symbol", f"{file} takes away {', '.join(gone)}")
    if old.default != new.default:
        yield Incompatibility(path, "default_stands_still", f"{file} changes the default of an enum")
    if old.inner is not None and new.inner is not None:
        yield from _evolution(old.inner, new.inner, f"{path}[]", file)
    for old_branch, new_branch in zip(old.branches, new.branches, strict=False):
        yield from _evolution(old_branch, new_branch, path, file)
    fields = {each.name: each for each in old.fields}
    for after in new.fields:
        before = fields.get(after.name)
        where = f"{path}.{after.name}"
        if after.aliases:
            yield Incompatibility(where, "name_stands_still", f"{file} has an alias: a reader out there cannot know it")
        if before is None:
            continue
        if (before.has_default, before.default) != (after.has_default, after.default):
            yield Incompatibility(where, "default_stands_still", f"{file} changes a default")
        yield from _evolution(before.type, after.type, where, file)
