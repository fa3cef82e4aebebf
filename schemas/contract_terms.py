"""What stands in a contract file: the keys of the Open Data Contract Standard that we use, and our own properties."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Scalar = str | int | bool | None
# Column: the values of it that count; null is blank.
Cases = Mapping[str, tuple[Scalar, ...]]
Classification = Literal["ordinary", "confidential", "identity", "special"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Custom:
    """A property of our own: name and value."""

    property: str
    value: Any
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Rows in which each column of `when` has one of its values and no column of `unless` one of its."""

    when: Cases | None = None
    unless: Cases | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Implementation:
    """A rule: the code of its fault, one test, and to which rows it applies.

    Tests: `filled`, `blank`; `matches` (the whole text), `number` (the digits of a JSON number), both: either;
    `listed` (the column's `enum`); `longest` (characters, none of them for control); `day` (a form: rule `day` with
    R06, rule `years` with R12); `person` (the five rules of person numbers); `check`: a function of this rule's name in
    validation.expectations. `limit`: the figure a check compares with, `{limit}` in the description. `form` and `list`
    fill the blanks of the fault's text. `needs`: columns without fault so far. `alone`: a row that fails has this fault
    and no other.
    """

    code: str | None = None
    filled: bool = False
    blank: bool = False
    matches: str | None = None
    number: str | None = None
    listed: bool = False
    longest: int | None = None
    day: str | None = None
    person: bool = False
    check: bool = False
    when: Cases | None = None
    unless: Cases | None = None
    needs: tuple[str, ...] = ()
    alone: bool = False
    limit: int | None = None
    form: str | None = None
    list: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """A rule of a column; its id is FEED.COLUMN.NAME. The Danish description stands where the test is not clear."""

    name: str
    type: Literal["custom"]
    engine: Literal["branchespor"]
    implementation: Implementation
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A code of a code list and what it means."""

    value: str | int | bool
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A column as the file has it."""

    name: str
    logical_type: str
    description: str | None = None
    required: bool = False
    primary_key: bool = False
    primary_key_position: int | None = None
    classification: Classification | None = None
    enum: tuple[Choice, ...] = ()
    quality: tuple[Quality, ...] = ()
    custom_properties: tuple[Custom, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnTerms:
    """Our own properties of a column.

    `position`: first and last, from 1. `becomes`: the field of the fact, "person", or null. `kept` False: never
    stored beyond the check. `read`: the rows in which it is read. `handling`: `dropped`: cut out before anything else
    is read, no column; `alarm`: the same, with a security alarm; `unread`: a column of the file that is not read.
    """

    position: tuple[int, int] | None = None
    becomes: str | None = None
    purpose: str | None = None
    basis: str | None = None
    kept: bool = True
    read: Condition | None = None
    handling: Literal["read", "dropped", "alarm", "unread"] = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaObject:
    """A kind of row."""

    name: str
    description: str
    properties: tuple[Property, ...]
    logical_type: Literal["object"] = "object"
    custom_properties: tuple[Custom, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTerms:
    """Our own properties of a kind of row: `part` of the file, its length in characters, the rows that are of it."""

    part: Literal["header", "data", "trailer"] = "data"
    length: int | None = None
    rows: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTerms:
    """The form of a delivery. `name`, `order`, `claims`: regular expressions, see producers.feeds.Feed.

    `limit`, `expected`: words for the texts of F08 and F02. `length`: characters of a fixed row; `filled_from`: from
    which length a shorter row is filled up. `any_order`: columns are found by name.
    """

    format: Literal["csv", "fixed", "xml", "json"]
    name: str
    order: str
    encoding: str
    expected: str
    limit: str
    most_bytes: int
    most_rows: int
    claims: str = ""
    separator: str | None = None
    any_order: bool = False
    length: int | None = None
    filled_from: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTerms:
    """What a delivery means; the rest as in producers.contract.Contract.

    `landed_days`: how long its bytes are kept after the final receipt.
    """

    kind: Literal["changes", "total", "window"]
    uncounted: tuple[str, ...] = ()
    volume: bool = True
    empty_is_good: bool = False
    repeats_by_name: bool = False
    waiting_days: int = 0
    landed_days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeTerms:
    """How the hub takes it in: cron line in Danish time, the kinds of facts, the SFTP folder's first word."""

    schedule: str
    facts: tuple[str, ...]
    folder: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """Why the data may be had: the ground in Danish; purpose and basis (schemas/catalogue.yaml) of most columns."""

    ground: str
    purpose: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """One more line of the agreement, in Danish."""

    item: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTerms:
    """Our own properties of a contract. `last`: rules (COLUMN.NAME) judged after all others, in this order.

    `across`: codes that only several rows, or the ledger, show.
    """

    file: FileTerms
    delivery: DeliveryTerms
    intake: IntakeTerms
    law: Law
    agreed: tuple[Agreed, ...] = ()
    last: tuple[str, ...] = ()
    across: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A promise on time: `due` (value HH:MM, cron line), `grace`, `holidays`, `answered`; see producers.freshness."""

    property: Literal["due", "grace", "holidays", "answered"]
    value: str | int
    unit: str | None = None
    scheduler: str | None = None
    schedule: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where it is handed over: our SFTP server, or the partner's interface."""

    server: str
    type: Literal["sftp", "api"]
    location: str
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the feed is for (English, one line), what it tells and what it is not (Danish)."""

    purpose: str
    usage: str
    limitations: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFile:
    """A contract file (Open Data Contract Standard 3.2)."""

    api_version: str
    kind: Literal["DataContract"]
    id: str
    name: str
    version: str
    status: Literal["active", "draft", "retired"]
    description: About
    servers: tuple[Server, ...]
    schema: tuple[SchemaObject, ...]
    sla_properties: tuple[Promise, ...]
    custom_properties: tuple[Custom, ...]
    domain: str | None = None
