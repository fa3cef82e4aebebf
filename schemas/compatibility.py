"""Whether versions of a schema understand each other: Avro's rules of resolution, and ours on logical types."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from schemas.nodes import FieldNode, Node

Mode = Literal["FULL_TRANSITIVE", "FULL", "BACKWARD_TRANSITIVE", "BACKWARD", "FORWARD_TRANSITIVE", "FORWARD", "NONE"]
MODES: tuple[Mode, ...] = get_args(Mode)

_PROMOTIONS = {
    ("int", "long"),
    ("int", "float"),
    ("int", "double"),
    ("long", "float"),
    ("long", "double"),
    ("float", "double"),
    ("string", "bytes"),
    ("bytes", "string"),
}
LOGICAL_TYPE = "logical_type"


@dataclass(frozen=True, slots=True)
class Incompatibility:
    """One fault: `path` from the root record, `rule` one of ours or of Avro's checkers, `message` a sentence."""

    path: str
    rule: str
    message: str


def verdict(olds: Sequence[tuple[str, Node]], new: tuple[str, Node], mode: Mode) -> list[Incompatibility]:
    """Every fault between the new schema and the old ones (oldest first), each given as (label, schema).

    BACKWARD: the new one reads what the old wrote; FORWARD: the old ones read what the new writes; FULL: both. Without
    _TRANSITIVE only the last old one counts.
    """
    if mode == "NONE":
        return []
    faults: list[Incompatibility] = []
    for old in olds if mode.endswith("_TRANSITIVE") else olds[-1:]:
        found: list[Incompatibility] = []
        if not mode.startswith("FORWARD"):
            found += cannot_read(new, old)
        if not mode.startswith("BACKWARD"):
            found += cannot_read(old, new)
        # a logical type differs both ways round: once is enough
        told = set()
        for fault in found:
            key = (fault.path, fault.rule, "" if fault.rule == LOGICAL_TYPE else fault.message)
            if key not in told:
                faults.append(fault)
            told.add(key)
    return faults


def cannot_read(reader: tuple[str, Node], writer: tuple[str, Node]) -> list[Incompatibility]:
    """Every reason why `reader` cannot read what `writer` wrote; empty: it can."""
    (reader_label, reads), (writer_label, wrote) = reader, writer
    found = _Walk().compare(reads, wrote, reads.name.rpartition(".")[2] or reads.kind)
    who = f"{reader_label} cannot read what {writer_label} wrote"
    return [Incompatibility(path, rule, f"{who}: {reason}") for path, rule, reason in found]


_Found = tuple[str, str, str]


class _Walk:
    def __init__(self) -> None:
        self._under_way: set[tuple[int, int]] = set()

    def compare(self, reader: Node, writer: Node, path: str) -> list[_Found]:
        pair = (id(reader), id(writer))
        if pair in self._under_way:  # a recursive type: told where it began
            return []
        self._under_way.add(pair)
        try:
            return list(self._compare(reader, writer, path))
        finally:
            self._under_way.remove(pair)

    def _compare(self, reader: Node, writer: Node, path: str) -> Iterator[_Found]:
        if writer.kind == "union":
            for branch in writer.branches:
                yield from self.compare(reader, branch, path)
            return
        if reader.kind == "union":
            yield from self._branch(reader, writer, path)
            return
        if reader.kind != writer.kind and (writer.kind, reader.kind) not in _PROMOTIONS:
            yield path, "type_mismatch", f"{writer.kind} is not readable as {reader.kind}"
            return
        if reader.logical != writer.logical:
            yield path, LOGICAL_TYPE, f"logical type is {_said(writer)} there and {_said(reader)} here"
        if reader.name and not _same_name(reader, writer):
            yield path, "name_mismatch", f"{reader.kind} has another name, and no alias leads to it"
        yield from self._inside(reader, writer, path)

    def _inside(self, reader: Node, writer: Node, path: str) -> Iterator[_Found]:
        if reader.inner is not None and writer.inner is not None:
            yield from self.compare(reader.inner, writer.inner, path + ("[]" if reader.kind == "array" else "{}"))
        elif reader.kind == "fixed" and reader.size != writer.size:
            yield path, "fixed_size_mismatch", f"size is {writer.size} there and {reader.size} here"
        elif reader.kind == "enum" and reader.default is None:
            missing = [symbol for symbol in writer.symbols if symbol not in reader.symbols]
            if missing:
                yield path, "missing_enum_symbols", f"it does not know {', '.join(missing)} and has no enum default"
        elif reader.kind == "record":
            for each in reader.fields:
                yield from self._field(each, writer, f"{path}.{each.name}")

    def _field(self, wanted: FieldNode, writer: Node, path: str) -> Iterator[_Found]:
        written = {each.name: each for each in writer.fields}
        name = next((name for name in (wanted.name, *wanted.aliases) if name in written), None)
        if name is not None:
            yield from self.compare(wanted.type, written[name].type, path)
        elif not wanted.has_default:
            yield path, "reader_field_missing_default_value", "the field is not in the data and has no default"

    def _branch(self, reader: Node, writer: Node, path: str) -> list[_Found]:
        tries = [(branch, self.compare(branch, writer, path)) for branch in reader.branches]
        if any(not found for _, found in tries):
            return []
        for branch, found in tries:
            if branch.kind == writer.kind and (not branch.name or _same_name(branch, writer)):
                return found
        what = writer.name.rpartition(".")[2] or writer.kind
        return [(path, "missing_union_branch", f"no branch of its union takes {what}")]


def _same_name(reader: Node, writer: Node) -> bool:
    # by the specification the names without their namespaces are compared
    return reader.name.rpartition(".")[2] == writer.name.rpartition(".")[2] or writer.name in reader.aliases


def _said(node: Node) -> str:
    return "none" if node.logical is None else ", ".join(node.logical)
