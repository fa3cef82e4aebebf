"""A delivery on its way through intake: landed bytes, decoded rows, and what came of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

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

    A row with a row fault found while reading stands in `rows` too (with what could be read of it, for silence and
    quarantine); no expectation looks at it. `rows_counted` counts every row of the delivery. `header` holds what
    expectations and interpreter need of start row or name (the feed's own keys, texts). `period` both inclusive.
    `held` are H codes that reading shows: H05 (a total without rows), H04 (then nothing else is decoded). `late` are
    rows of earlier deliveries whose content came with this one, numbered for themselves: they are checked like rows,
    their faults stand in `late_faults` by that number and in no receipt. `alarm`: something stood in it that has no
    place there (a security alarm; the rows go on). `volume` False: its number of rows says nothing (no H01). `lines`:
    where rows stand whose `line` is a number of their own, because another row stands on the same line.
    """

    rows: Sequence[Row]
    rows_counted: int
    faults: Sequence[Fault] = ()
    sequence: int | None = None
    period: tuple[date, date] | None = None
    header: Mapping[str, str] = field(default_factory=dict)
    held: Sequence[Fault] = ()
    late: Sequence[Row] = ()
    late_faults: Mapping[int, Sequence[Fault]] = field(default_factory=dict)
    lines: Mapping[int, int] = field(default_factory=dict)
    alarm: bool = False
    volume: bool = True


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
    """Two numbers are one person from `day` on. The numbers stay with the vault; only `person` travels.

    `recorded_at`: the source's moment, aware.
    """

    person: str
    day: date
    recorded_at: datetime
    delivery: str
    line: int
    merged_person: str | None = None


Verdict = Literal["accepted", "unchanged", "duplicate", "rejected", "waiting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A row of an earlier delivery that waited (R15) and is settled now; its first receipt is not written again."""

    delivery: str
    line: int
    verdict: Verdict
    faults: Sequence[Fault] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a decoder made of the rows that passed.

    `facts` in the order in which they are to be printed. `verdicts`: one for every clean row by line (a verdict for
    another line replaces the one it has). `faults` needed the ledger: R15, R11. `earlier`: lines whose fault rests on
    what an earlier delivery may have said; the check of one file alone leaves them out. `silenced` of `open_before`
    statements would be closed or withdrawn by silence (H02).
    """

    facts: Sequence[FactOfLine] = ()
    identity_changes: Sequence[IdentityChange] = ()
    verdicts: Mapping[int, Verdict] = field(default_factory=dict)
    faults: Sequence[Fault] = ()
    earlier: Collection[int] = ()
    settled: Sequence[Settled] = ()
    silenced: int = 0
    open_before: int = 0


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
    `settled` are rows of earlier deliveries. `failed` counts its faults by rule (FEED.COLUMN.RULE, without a rule
    FEED.COLUMN) and code, those that the receipt leaves out too. `trouble` says where our own check failed (H06), never
    with a value.
    """

    receipt: Mapping[str, Any]
    facts: Sequence[FactOfLine] = ()
    identity_changes: Sequence[IdentityChange] = ()
    rejected: Sequence[RejectedRow] = ()
    security_alarm: bool = False
    settled: Sequence[Settled] = ()
    failed: Mapping[tuple[str, str], int] = field(default_factory=dict)
    trouble: str | None = None
