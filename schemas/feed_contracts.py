"""The feeds' contracts (schemas/contracts/FEED.yaml) as data: what decoders, expectations and pages are made from."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, TypeVar

from schemas.contract_terms import (
    Choice,
    Classification,
    ColumnTerms,
    ContractFile,
    Custom,
    OwnTerms,
    Property,
    Quality,
    RecordTerms,
    SchemaObject,
)
from schemas.errors import WrongInput
from schemas.typed import typed

FOLDER = "contracts"
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of one kind of row; what is not said of a column named before holds on."""

    name: str
    description: str
    classification: Classification
    required: bool
    is_key: bool
    choices: tuple[Choice, ...]
    rules: tuple[Quality, ...]
    terms: ColumnTerms
    purpose: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A kind of row, with its columns in order."""

    name: str
    description: str
    terms: RecordTerms
    columns: tuple[Column, ...]

    @property
    def read(self) -> tuple[Column, ...]:
        """Columns that are neither dropped nor left unread."""
        return tuple(column for column in self.columns if column.terms.handling == "read")

    @property
    def positions(self) -> tuple[tuple[str, int, int], ...]:
        """Name, first and last position of the columns that have a position."""
        return tuple((each.name, *each.terms.position) for each in self.columns if each.terms.position is not None)


@dataclass(frozen=True)
class FeedContract:
    """One feed's contract."""

    feed: str
    file: ContractFile
    own: OwnTerms
    records: tuple[Record, ...]

    @property
    def id(self) -> str:
        """Feed and version, as receipts name it."""
        return f"{self.feed}/{self.file.version}"

    @property
    def transport(self) -> str:
        """`sftp`: the partner sends; `rest`: we ask."""
        return "sftp" if self.file.servers[0].type == "sftp" else "rest"

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Names of the data rows' columns (dropped ones are none), each once, in order."""
        named = (
            column.name
            for record in self.records
            for column in record.columns
            if record.terms.part == "data" and column.terms.handling in ("read", "unread")
        )
        return tuple(dict.fromkeys(named))

    @cached_property
    def by_column(self) -> Mapping[str, Column]:
        """The data rows' columns by name, as they are first described."""
        found: dict[str, Column] = {}
        for record in self.records:
            for column in record.columns if record.terms.part == "data" else ():
                found.setdefault(column.name, column)
        return found

    def record(self, name: str) -> Record:
        """A kind of row by its name. KeyError: there is none."""
        return {record.name: record for record in self.records}[name]

    def handled(self, *handlings: str) -> frozenset[str]:
        """Names of the columns that are handled so (`dropped`, `alarm`, `unread`)."""
        return frozenset(
            column.name for record in self.records for column in record.columns if column.terms.handling in handlings
        )

    def limit(self, column: str, rule: str) -> int:
        """The figure that a check compares with. Raises WrongInput if the contract has none."""
        for each in self.by_column[column].rules:
            if each.name == rule and each.implementation.limit is not None:
                return each.implementation.limit
        raise WrongInput(f"{self.feed}.{column}.{rule}: the contract gives no limit")

    def codes(self, column: str) -> frozenset[str]:
        """The code list of a column whose codes are texts."""
        return frozenset(str(choice.value) for choice in self.by_column[column].choices)


@cache
def contract(feed: str) -> FeedContract:
    """The contract of a feed. Raises WrongInput with file and path of what is wrong in it, or if there is none."""
    where, tree = tree_of(feed)
    file = typed(ContractFile, tree, where)
    if file.id != feed:
        raise WrongInput(f"{where}.id: must be the feed, as in the file's name")
    own = _own(OwnTerms, file.custom_properties, f"{where}.customProperties")
    described: dict[str, Property] = {}
    records = tuple(
        _record(each, f"{where}.schema[{number}]", own, described) for number, each in enumerate(file.schema)
    )
    return FeedContract(feed, file, own, records)


def tree_of(feed: str) -> tuple[str, Any]:
    """The name of a contract's file, and what stands in it. Raises WrongInput if there is none, or no YAML in it."""
    folder = files("schemas").joinpath(FOLDER)
    packed = folder.joinpath(f"{feed}.json")
    if packed.is_file():
        return packed.name, json.loads(packed.read_bytes())
    written = folder.joinpath(f"{feed}.yaml")
    if not written.is_file():
        raise WrongInput(f"schemas/{FOLDER}/{feed}.yaml: no contract of this feed")
    import yaml  # not needed, and not there, where contracts are packed as JSON

    try:
        return written.name, yaml.load(written.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise WrongInput(f"{written.name}:{mark.line + 1 if mark else '?'}: not YAML") from None


def _own(kind: type[T], properties: Sequence[Custom], path: str) -> T:
    names = [each.property for each in properties]
    if len(set(names)) < len(names):
        raise WrongInput(f"{path}: a property stands twice")
    return typed(kind, {each.property: each.value for each in properties}, path)


def _record(found: SchemaObject, path: str, own: OwnTerms, described: dict[str, Property]) -> Record:
    return Record(
        name=found.name,
        description=found.description,
        terms=_own(RecordTerms, found.custom_properties, f"{path}.customProperties"),
        columns=tuple(
            _column(each, f"{path}.properties[{number}]", own, described)
            for number, each in enumerate(found.properties)
        ),
    )


def _column(found: Property, path: str, own: OwnTerms, described: dict[str, Property]) -> Column:
    before = described.setdefault(found.name, found)
    description = found.description or before.description
    classification = found.classification or before.classification
    if description is None or classification is None:
        raise WrongInput(f"{path} ({found.name}): description and classification are missing")
    own_of_it = {each.property: each for each in (*_lasting(before), *found.custom_properties)}
    terms = _own(ColumnTerms, tuple(own_of_it.values()), f"{path}.customProperties")
    return Column(
        name=found.name,
        description=description,
        classification=classification,
        required=found.required,
        is_key=found.primary_key or before.primary_key,
        choices=found.enum or before.enum,
        rules=found.quality,
        terms=terms,
        purpose=terms.purpose or own.law.purpose,
        basis=terms.basis or own.law.basis,
    )


def _lasting(before: Property) -> tuple[Custom, ...]:
    return tuple(each for each in before.custom_properties if each.property != "position")
