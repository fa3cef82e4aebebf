"""What an a-kasse's total says by silence: who is no longer in it (akasse-bestand.md, from rows to facts, 5)."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A statement in force and open: its key (member number, first day, person)."""

    member: str
    first_day: date
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What stands in a total: the keys of its good rows, and the member numbers of its rejected rows.

    `unreadable` says that a rejected row has no member number in its positions: then silence is not read.
    """

    keys: Set[Membership]
    rejected_members: Set[str]
    unreadable: bool
    day: date


Ending = tuple[Membership, Literal["closed", "withdrawn"], date]


def endings(open_memberships: Iterable[Membership], total: Total) -> list[Ending]:
    """How each open membership that has no row in the total ends, with the last day where it is closed."""
    if total.unreadable:
        return []
    members = {key.member for key in total.keys}
    last_day = total.day - timedelta(days=1)
    found: list[Ending] = []
    for membership in open_memberships:
        if membership in total.keys or membership.member in total.rejected_members:
            continue
        corrected = membership.member in members
        how: Literal["closed", "withdrawn"] = "withdrawn" if corrected or last_day < membership.first_day else "closed"
        found.append((membership, how, last_day))
    return found


def rejected_members(raw_rows: Iterable[str]) -> tuple[Set[str], bool]:
    """Member numbers in positions 13 to 20 of rejected rows, and whether one of them has none there."""
    texts = [raw[12:20] for raw in raw_rows]
    readable = {text for text in texts if is_member_number(text)}
    return readable, any(not is_member_number(text) for text in texts)


def is_member_number(text: str) -> bool:
    """Eight ASCII digits."""
    return len(text) == 8 and text.isascii() and text.isdigit()
