"""A delivery on its way through intake: landed bytes, decoded rows, and what came of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from schemas.facts import Fact
from schemas.faults import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What landed: bytes unchanged, `file_name` after NFC, `partner` the owner of the folder or endpoint.

    `received_at` is the moment landing was complete (aware, UTC); the offline check has none and passes None.
    """

    feed: str
    partner: str
    file_name: str
    data: bytes
    sha256: str
    received_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row as received: texts by the contract's column names, trimmed as the page says, None = blank.

    `line` counts from 1. `raw` is the row as it stood, for quarantine only.
    """

    line: int
    values: Mapping[str, str | None]
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A delivery that could be read: its rows, and row faults and notices found while reading (R01, N05 …).

    `rows_counted` counts every row of the delivery, the unreadable ones too. `header` holds what the interpreter needs
    of start row or name (the feed's own keys). `period` both inclusive.
    """

    rows: Sequence[Row]
    rows_counted: int
    faults: Sequence[Fault] = ()
    sequence: int | None = None
    period: tuple[date, date] | None = None
    header: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactOfLine:
    """A fact and the delivery and line it belongs to (line 0: it follows from silence).

    `delivery` is the file name of the delivery the row came in: a row that waited keeps its own.
    """

    fact: Fact
    delivery: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityChange:
    """Two numbers are one person from `day` on. The numbers stay with the vault; only `person` travels."""

    person: str
    day: date
    delivery: str
    line: int
    merged_person: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A row put aside, with its faults; `raw` is encrypted before it is stored."""

    line: int
    faults: Sequence[Fault]
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All that came of a delivery; nothing of it is stored or published yet.

    `receipt` is the object of partners/receipt.md, complete but for `received_at` and `checked_at`, which the caller
    sets. `facts` are in order of line. The memory the interpreter was given holds the changes to be saved with it.
    """

    receipt: Mapping[str, object]
    facts: Sequence[FactOfLine] = ()
    identity_changes: Sequence[IdentityChange] = ()
    rejected: Sequence[RejectedRow] = ()
    security_alarm: bool = False
