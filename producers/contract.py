"""What a feed's page fixes beyond its columns, as data, and what every decoder offers."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from producers.delivery import Applied, Decoded, Delivery, Row
from producers.memory import Memory
from producers.vault import Vault
from schemas import feed_contracts
from schemas.faults import Fault

MUNICIPALITY = "0707"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A feed's contract, as far as the frame needs it.

    `uncounted`: codes of the frame (F10, F12, F0x, H0x) for which the page gives 0 rows. `volume`: H01 is used;
    `empty_is_good`: no rows is an ordinary delivery, never H01. `repeats_by_name`: the same bytes are a `duplicate`
    only under the same name. `waiting_days`: how long a row with R15 waits. `words` fill the blanks of the texts of
    codes ({expected}, {encoding}, {form}, {list}, {limit}). `against_ledger` compares a delivery with what was taken in
    before, ahead of its rows: it gives the delivery as it is to be read on, or raises WrongDelivery. `move_on` puts the
    place where the next pull begins behind a delivery, also behind a `duplicate`: what all comes again is not asked for
    for ever.
    """

    id: str
    uncounted: Collection[str] = frozenset()
    volume: bool = True
    empty_is_good: bool = False
    repeats_by_name: bool = False
    waiting_days: int = 0
    words: Mapping[str, str] = field(default_factory=dict)
    against_ledger: Callable[[Decoded, Memory], Decoded] | None = None
    move_on: Callable[[Decoded, Memory], None] | None = None


def contract_of(
    feed: str,
    against_ledger: Callable[[Decoded, Memory], Decoded] | None = None,
    move_on: Callable[[Decoded, Memory], None] | None = None,
) -> Contract:
    """What the frame needs of schemas/contracts/FEED.yaml."""
    agreed = feed_contracts.contract(feed)
    file, delivery = agreed.own.file, agreed.own.delivery
    return Contract(
        id=agreed.id,
        uncounted=frozenset(delivery.uncounted),
        volume=delivery.volume,
        empty_is_good=delivery.empty_is_good,
        repeats_by_name=delivery.repeats_by_name,
        waiting_days=delivery.waiting_days,
        words={"expected": file.expected, "encoding": file.encoding, "limit": file.limit},
        against_ledger=against_ledger,
        move_on=move_on,
    )


class Decoder(Protocol):
    """A module of producers.decoders: one feed."""

    @property
    def CONTRACT(self) -> Contract:
        """The feed's contract."""

    def partner_of(self, file_name: str, data: bytes) -> str | None:
        """Whose delivery this is by name or content, None if neither tells (the check without --partner)."""

    def read(self, delivery: Delivery) -> Decoded:
        """Bytes to rows. Raises WrongDelivery for F01 to F09 and F11, in the order of partners/codes.md."""

    def follows(self, decoded: Decoded, last: Mapping[str, Any] | None) -> Fault | None:
        """F12 or H03 against the last delivery not refused: `{"sequence": int | None, "header": {…}}`, None: first."""

    def facts(
        self,
        delivery: Delivery,
        decoded: Decoded,
        clean: Sequence[Row],
        rejected: Collection[int],
        memory: Memory,
        vault: Vault,
    ) -> Applied:
        """Facts from the rows without row fault that are no repeats, in order of line; changes `memory`.

        `rejected` are the lines of rows with a fault or set aside (they stand in `decoded.rows`, for silence).
        Documents got from the memory are never changed in place: `put` a new one.
        """
