"""What the frame remembers of a feed's and partner's deliveries: receipts by hash, the last sequence, volumes."""

from statistics import median
from typing import Any

from branchespor.intake.overlay import FRAME, FRAME_REFERENCES
from producers.contract import Contract
from producers.delivery import Decoded, Delivery
from producers.memory import Document, Memory
from schemas.ids import receipt_id

_VOLUMES_KEPT = 5
_FAR_ROWS = 50


class History:
    """The history of one feed and partner, seen from one delivery; kept in the same memory as the feed's documents.

    `frame/SHA256` holds how many receipts these bytes had and, by name where the contract tells repeats by name, the
    first receipt that did not refuse them. `state["frame"]` holds the last delivery not refused (a held one counts:
    what comes behind it follows it) and the rows of the last five accepted.
    """

    def __init__(self, memory: Memory, delivery: Delivery, contract: Contract) -> None:
        self._memory, self._delivery = memory, delivery
        self._name = delivery.file_name if contract.repeats_by_name else ""
        self._reference = FRAME_REFERENCES + delivery.sha256
        self._document: Document = dict(memory.get(self._reference) or {"receipts": 0, "handled": {}})
        self._frame: Document = dict(memory.state.get(FRAME, {}))

    @property
    def handled(self) -> Document | None:
        """How these bytes were answered before, unless they were refused: `receipt_id`, `rows`, `held` …"""
        found: Document | None = self._document["handled"].get(self._name)
        return found

    @property
    def next_receipt_id(self) -> str:
        """The id of the receipt to be written now: the number counts the receipts of these bytes."""
        delivery = self._delivery
        return receipt_id(delivery.feed, delivery.partner, delivery.sha256, self._document["receipts"] + 1)

    @property
    def last(self) -> dict[str, Any] | None:
        """The last delivery not refused; for one that was held, the one before it."""
        if self.handled is not None and self.handled["held"]:
            before: dict[str, Any] | None = self.handled["after"]
            return before
        return self._frame.get("last")

    def volume_is_far(self, rows: int) -> bool:
        """H01: under 40 % or over 300 % of the median of the last five accepted, and more than 50 rows away."""
        volumes: list[int] = self._frame.get("volumes", [])
        if len(volumes) < _VOLUMES_KEPT:
            return False
        usual = median(volumes)
        return (rows * 10 < usual * 4 or rows > usual * 3) and abs(rows - usual) > _FAR_ROWS

    def answered(self, verdict: str, rows: int, decoded: Decoded | None, contract: Contract) -> None:
        """Remember the receipt just made, in the memory."""
        mine = self.next_receipt_id
        known = self.handled
        handled = dict(self._document["handled"])
        if verdict == "refused":
            handled.pop(self._name, None)
            if known is not None and known["held"] and self._is_last():
                self._frame["last"] = known["after"]
        elif verdict != "duplicate":
            handled[self._name] = self._handling(mine, verdict, rows, decoded)
            if decoded is not None and not any(fault.code == "H04" for fault in decoded.held):
                self._follow(decoded, known)
            counts = decoded is None or decoded.volume
            if verdict != "held" and counts and not (contract.empty_is_good and rows == 0):
                self._frame["volumes"] = [*self._frame.get("volumes", []), rows][-_VOLUMES_KEPT:]
        self._document = {"receipts": self._document["receipts"] + 1, "handled": handled}
        self._memory.put(self._reference, self._document)
        self._memory.state[FRAME] = self._frame

    def _handling(self, mine: str, verdict: str, rows: int, decoded: Decoded | None) -> Document:
        period = None if decoded is None or decoded.period is None else [day.isoformat() for day in decoded.period]
        return {
            "receipt_id": mine,
            "rows": rows,
            "held": verdict == "held",
            "sequence": None if decoded is None else decoded.sequence,
            "period": period,
            "after": self.last if verdict == "held" else None,
        }

    def _is_last(self) -> bool:
        return (self._frame.get("last") or {}).get("sha256") == self._delivery.sha256

    def _follow(self, decoded: Decoded, known: Document | None) -> None:
        # A held one that is released while others came behind it does not turn the sequence back.
        if known is not None and known["held"] and not self._is_last():
            return
        self._frame["last"] = {
            "sha256": self._delivery.sha256,
            "sequence": decoded.sequence,
            "header": dict(decoded.header),
        }
