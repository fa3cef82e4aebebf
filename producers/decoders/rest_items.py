"""The REST feeds' common decoder: items become rows, and rows become facts by the rules of partners/rest.md."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from producers.contract import Contract, contract_of
from producers.decoders import rest_pages as pages
from producers.decoders.rest_intake import Candidate, Intake
from producers.decoders.rest_statements import Told
from producers.delivery import Applied, Decoded, Delivery, Row, Verdict
from producers.memory import Memory
from producers.strict_json import refusal
from producers.vault import Vault
from schemas import person_numbers
from schemas.faults import Fault
from schemas.feed_contracts import FeedContract, contract
from schemas.items import CLEANED, CPR, UNKNOWN_KEYS, Reading, Values, text, texts

CURSOR, NUMBER = "items_cursor", "items_number"


def no_conflict(told: Sequence[Told], statements: Mapping[str, Any]) -> str | None:
    """Nothing an item can contradict."""
    return None


def nobody_aside(candidates: Sequence[Candidate]) -> Mapping[int, Fault]:
    """Nothing that only several items show."""
    return {}


def move_on(decoded: Decoded, memory: Memory) -> None:
    """The next pull begins behind this delivery."""
    memory.state[NUMBER] = decoded.sequence
    if decoded.header["next"]:
        memory.state[CURSOR] = decoded.header["next"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFeed:
    """What a page fixes of its items beyond the columns' forms.

    `told(values, person)` gives the facts of an item without fault. `conflict(told, statements)` gives the column of
    R11 where the item contradicts what we hold. `aside(candidates)` gives the faults, by line, that several items to be
    taken show together. Columns and dropped keys stand in the contract.
    """

    name: str
    partner: str
    reading: Callable[[Values], Reading]
    told: Callable[[Values, str], Sequence[Told]]
    conflict: Callable[[Sequence[Told], Mapping[str, Any]], str | None] = no_conflict
    aside: Callable[[Sequence[Candidate]], Mapping[int, Fault]] = nobody_aside


@dataclass(slots=True)
class ItemDecoder:
    """A module of producers.decoders in all but name, for one feed of items."""

    feed: ItemFeed
    CONTRACT: Contract = field(init=False)
    agreed: FeedContract = field(init=False)
    dropped: Collection[str] = field(init=False)
    alarming: Collection[str] = field(init=False)

    def __post_init__(self) -> None:
        self.CONTRACT, self.agreed = contract_of(self.feed.name, move_on=move_on), contract(self.feed.name)
        self.dropped, self.alarming = self.agreed.handled("dropped", "alarm"), self.agreed.handled("alarm")

    def partner_of(self, file_name: str, data: bytes) -> str | None:
        """There is one sender."""
        return self.feed.partner

    def read(self, delivery: Delivery) -> Decoded:
        """Items of all pages as rows with the texts of the keys that are read. All file faults have 0 rows."""
        with pages.numbered(delivery.file_name):
            return self._read(delivery)

    def _read(self, delivery: Delivery) -> Decoded:
        content = pages.content_of(delivery.data, self.agreed.own.file)
        found = pages.pages_of(content)
        pages.refuse_incomplete(content, found)
        number = pages.number_of(delivery.file_name)
        items = [item for page in found for item in page["items"]]
        if len(items) > self.agreed.own.file.most_rows:
            raise refusal("F08")
        pages.refuse_standstill(found)
        return Decoded(
            rows=[self._row(line, item) for line, item in enumerate(items, start=1)],
            rows_counted=len(items),
            faults=[Fault(code="R01", line=line) for line, item in enumerate(items, 1) if not isinstance(item, dict)],
            sequence=number,
            header={"next": pages.cursor_of(found)},
            alarm=any(text(item.get(key)) for item in items if isinstance(item, dict) for key in self.alarming),
        )

    def follows(self, decoded: Decoded, last: Mapping[str, Any] | None) -> Fault | None:
        """F12 for a number seen before or gone back."""
        return pages.follows(decoded, last)

    def facts(
        self,
        delivery: Delivery,
        decoded: Decoded,
        clean: Sequence[Row],
        rejected: Collection[int],
        memory: Memory,
        vault: Vault,
    ) -> Applied:
        """The facts of the items that are taken, and of the deletes that waited for them."""
        numbers = {person_numbers.cleaned(row.values[CPR] or "") for row in clean if row.values.get(CPR)}
        feed = self.feed
        intake = Intake(
            delivery=delivery,
            source=f"{feed.name}:{feed.partner}",
            days=self.CONTRACT.waiting_days,
            memory=memory,
            people=vault.identify(sorted(numbers)),
            merged=vault.merged(),
            told=feed.told,
            conflict=feed.conflict,
        )
        applied = intake.run(clean, feed.aside)
        move_on(decoded, memory)
        return Applied(
            facts=applied.facts,
            verdicts=applied.verdicts,
            faults=[*applied.faults, *_notices(clean, applied.verdicts)],
            earlier=applied.earlier,
            settled=applied.settled,
        )

    def _row(self, line: int, item: Any) -> Row:
        if not isinstance(item, dict):
            return Row(line=line, values={}, raw=type(item).__name__)
        found = texts(item, self.agreed.columns)
        reading = self.feed.reading(found)
        values = {key: found[key] for key in reading.read}
        number = item.get(CPR)
        if CPR in values and isinstance(number, str) and person_numbers.cleaned(number) != number:
            values[CLEANED] = "yes"
        if reading.known is not None:
            unknown = sorted(key for key in item if key not in reading.known and key not in self.dropped)
            values[UNKNOWN_KEYS] = json.dumps(unknown) if unknown else None
        # ASCII only: half a surrogate pair, which JSON can spell, must not break what stores it.
        raw = json.dumps({key: item[key] for key in reading.read if key in item}, sort_keys=True)
        return Row(line=line, values=values, raw=raw)


def _notices(rows: Sequence[Row], verdicts: Mapping[int, Verdict]) -> Iterator[Fault]:
    """N02 for a number that was cleaned, N04 once for a key nobody knows."""
    told: set[str] = set()
    for row in rows:
        if verdicts[row.line] in ("rejected", "waiting"):
            continue
        if row.values.get(CLEANED):
            yield Fault(code="N02", line=row.line, column=CPR)
        for key in json.loads(row.values.get(UNKNOWN_KEYS) or "[]"):
            if key not in told:
                told.add(key)
                yield Fault(code="N04", line=row.line)
