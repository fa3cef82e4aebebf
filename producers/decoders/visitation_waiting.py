"""Items that wait for their detail (R15), in the feed's state, oldest first (visitation.md, rule 7)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from producers.memory import Memory
from schemas.feed_contracts import contract

DAYS = contract("visitation").own.delivery.waiting_days
_STATE = "visitation_waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An item whose detail was not there yet, or older; `since`: when its delivery was received (offline: None)."""

    external_id: str
    version: int
    delivery: str
    line: int
    since: str | None

    def is_overdue(self, now: datetime | None) -> bool:
        """Whether it has waited longer than the contract's days at `now`; None: nobody knows."""
        if now is None or self.since is None:
            return False
        return now - datetime.fromisoformat(self.since) > timedelta(days=DAYS)


def waiting(memory: Memory) -> list[Waiting]:
    """The items that wait, in order of waiting."""
    return [Waiting(**each) for each in memory.state.get(_STATE, [])]


def keep(memory: Memory, items: Sequence[Waiting]) -> None:
    """These wait from now on, and no others."""
    memory.state[_STATE] = [asdict(each) for each in items]


def speaking(items: Sequence[Waiting], version: int | None) -> Waiting | None:
    """Of one statement's items that `version` settles (None: all) the one that gets the fact: the highest version.

    Of equals the last, as among the items of a delivery.
    """
    settled = [each for each in items if version is None or each.version <= version]
    return max(reversed(settled), key=lambda each: each.version, default=None)
