"""Records to bytes and back in the Confluent wire format: 0x00, schema id in 4 bytes, Avro binary."""

import io
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import fastavro

from schemas import guard, versions
from schemas.errors import Unavailable, WrongInput

VALUE_LIMIT = 1_000_000  # bytes; leaves room for key and headers below the brokers' 1 MiB
_FRAME = struct.Struct(">bI")

Reason = Literal[
    "NULL_VALUE",
    "TOO_SHORT",
    "TOO_LONG",
    "WRONG_MAGIC",
    "UNKNOWN_ID",
    "FOREIGN_SCHEMA",
    "UNREADABLE",
    "BYTES_LEFT",
    "IMPOSSIBLE_VALUE",
    "NEWER_SYMBOL",
]


class Unreadable(WrongInput):
    """A record that cannot be used: `reason` is its code, `path` the field where one is known; never a value."""

    def __init__(self, reason: Reason, path: str = "") -> None:
        super().__init__(f"{reason} at {path}" if path else reason)
        self.reason, self.path = reason, path


class SchemaIds(Protocol):
    """Who knows the ids: the registry (schemas.registry), or FileIds where there is none."""

    def id_of(self, name: str) -> int:
        """The id of our newest schema of this record. Raises Unavailable."""

    def schema_of(self, schema_id: int) -> Mapping[str, Any] | None:
        """The schema with this id; None only if there certainly is none. Raises Unavailable."""


class FileIds:
    """Ids without a registry: 1, 2, … over the record names in order. For tests and offline work."""

    def __init__(self) -> None:
        self._names = sorted(versions.newest())

    def id_of(self, name: str) -> int:
        """Place of the record among all, from 1."""
        return self._names.index(name) + 1

    def schema_of(self, schema_id: int) -> Mapping[str, Any] | None:
        """Our own schema in that place."""
        return versions.newest()[self._names[schema_id - 1]] if 1 <= schema_id <= len(self._names) else None


@dataclass(frozen=True, slots=True)
class _Reader:
    name: str
    written: Any
    wanted: Any  # None: written with our own schema, which reads faster without resolution
    convert: guard.Convert


@dataclass(frozen=True, slots=True)
class _Writer:
    frame: bytes
    schema: Any
    convert: guard.Convert


class Codec:
    """Encodes and decodes the records of schemas/avro; schemas are parsed once and ids kept for life."""

    def __init__(self, ids: SchemaIds) -> None:
        self._ids = ids
        self._readers: dict[int, _Reader] = {}
        self._writers: dict[str, _Writer] = {}

    def encode(self, name: str, record: Mapping[str, Any]) -> bytes:
        """The framed bytes of a record in JSON form: all fields of the schema and no others.

        Days are ISO texts, moments RFC 3339 in UTC with milliseconds, decimals numbers; a fact is `to_json` without
        `kind`. Raises guard.Refused naming the field, WrongInput over the size limit, Unavailable.
        """
        writer = self._writers.get(name) or self._new_writer(name)
        out = io.BytesIO()
        out.write(writer.frame)
        fastavro.schemaless_writer(out, writer.schema, writer.convert(record), strict=True)
        value = out.getvalue()
        if len(value) > VALUE_LIMIT:
            raise WrongInput(f"{name}: {len(value)} bytes, at most {VALUE_LIMIT} are allowed")
        return value

    def decode(self, value: bytes | None) -> tuple[str, dict[str, Any]]:
        """Name and record in JSON form, with the fields of our own newest schema.

        Raises Unreadable with a reason, or Unavailable if the id is not known here and the registry is away: then wait
        and ask again, never drop. NULL_VALUE: on a compacted topic that is an erasure, the caller looks before.
        """
        if value is None:
            raise Unreadable("NULL_VALUE")
        if len(value) <= _FRAME.size:
            raise Unreadable("TOO_SHORT")
        if len(value) > VALUE_LIMIT:
            raise Unreadable("TOO_LONG")
        magic, schema_id = _FRAME.unpack_from(value)
        if magic != 0:
            raise Unreadable("WRONG_MAGIC")
        reader = self._readers.get(schema_id) or self._new_reader(schema_id)
        source = io.BytesIO(value)
        source.seek(_FRAME.size)
        try:
            record = fastavro.schemaless_reader(source, reader.written, reader.wanted)
        except (EOFError, ArithmeticError, LookupError, MemoryError, RecursionError, TypeError, ValueError):
            raise Unreadable("UNREADABLE", reader.name) from None
        except fastavro.read.SchemaResolutionError:
            raise Unreadable("UNREADABLE", reader.name) from None
        if source.tell() != len(value):
            raise Unreadable("BYTES_LEFT", reader.name)
        try:
            return reader.name, reader.convert(record)
        except guard.Refused as refused:
            raise Unreadable("NEWER_SYMBOL" if refused.newer else "IMPOSSIBLE_VALUE", refused.path) from None

    def learn(self, names: Iterable[str]) -> None:
        """Ask for the ids of these records now, so that no `encode` has to ask later. Raises Unavailable."""
        for name in names:
            if name not in self._writers:
                self._new_writer(name)

    def _new_writer(self, name: str) -> _Writer:
        schema = versions.newest().get(name)
        if schema is None:
            raise WrongInput(f"{name} is no record of schemas/avro")
        frame = _FRAME.pack(0, self._ids.id_of(name))
        writer = _Writer(frame, fastavro.parse_schema(_physical(schema)), guard.writer(schema, name))
        self._writers[name] = writer
        return writer

    def _new_reader(self, schema_id: int) -> _Reader:
        written = self._ids.schema_of(schema_id)
        if written is None:
            raise Unreadable("UNKNOWN_ID")
        try:
            written = _physical(written)
            parsed = fastavro.parse_schema(written)
            name = written["name"].rpartition(".")[2]
        except (KeyError, TypeError, ValueError, AttributeError, fastavro.schema.SchemaParseException):
            raise Unavailable(f"the schema registry answered nonsense for id {schema_id}") from None
        wanted = versions.newest().get(name)
        if wanted is None or _physical(wanted)["name"] != written["name"]:
            raise Unreadable("FOREIGN_SCHEMA")
        same = _physical(wanted) == written
        resolved = None if same else fastavro.parse_schema(_physical(wanted))
        reader = _Reader(name, parsed, resolved, guard.reader(wanted, name))
        self._readers[schema_id] = reader
        return reader


# What fastavro needs to read the bytes. Logical types are ours to convert: twice as fast, and nothing is rounded.
_KEPT = frozenset({"type", "name", "fields", "symbols", "default", "items", "values", "size", "aliases"})


def _physical(schema: Mapping[str, Any]) -> dict[str, Any]:
    def strip(each: Any) -> Any:
        if isinstance(each, list):
            return [strip(branch) for branch in each]
        if not isinstance(each, dict):
            return each
        kept = {key: value if key == "default" else strip(value) for key, value in each.items() if key in _KEPT}
        return kept["type"] if kept.keys() == {"type"} else kept

    stripped: dict[str, Any] = strip(versions.in_full(schema))
    return stripped
