"""Identity as intake sees it: a cleaned CPR number goes in, an opaque random person id comes out."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import date
from typing import Protocol
from uuid import uuid4


class Vault(Protocol):
    """Who is who. After this step nothing ever sees a CPR number (architecture.md section 4)."""

    def identify(self, numbers: Iterable[str]) -> Mapping[str, str]:
        """Person id by number; a number never seen gets a new person. Numbers are ten digits, checked before."""

    def link(self, old: str, new: str, day: date, told_by: str = "") -> "Link | None":
        """Both numbers are one person from `day` on. None if this pair is known already.

        `told_by` names the delivery: if it was this one that told the pair, the answer is the same again. A delivery
        is handled anew when its facts could not be published.
        """

    def merged(self) -> Mapping[str, str]:
        """Every person that became another one, with the person that stays."""

    def elsewhere(self) -> "AbstractContextManager[Vault] | None":
        """The same vault in a process forked from this one; None if it cannot be had there."""


def remembered(person: str, known: Iterable[str], merged: Mapping[str, str]) -> str:
    """The id under which a source's statement goes on that is now said of `person`: the first of `known` that is he.

    `known`: the ids it has been made under, those in force first; `merged` as the vault gives it. A statement never
    moves: under another id it would be withdrawn and made anew, or refused, though its source changed nothing.
    """
    stays = merged.get(person, person)
    return next((each for each in known if merged.get(each, each) == stays), person)


def ids_of(person: str, merged: Mapping[str, str]) -> list[str]:
    """Every id of the citizen that `person` is or was, that one first, then the one that stays; `merged` as above."""
    if not merged:
        return [person]
    stays = merged.get(person, person)
    return list(dict.fromkeys([person, stays, *(each for each, end in merged.items() if end == stays)]))


class Link:
    """The person both numbers lead to now, and the person that was merged into it, if both were known before."""

    __slots__ = ("merged_person", "person")

    def __init__(self, person: str, merged_person: str | None) -> None:
        self.person, self.merged_person = person, merged_person


class InMemoryVault:
    """A vault that starts empty and forgets with the process: offline `decode`, tests."""

    def __init__(self) -> None:
        self._person: dict[str, str] = {}
        self._links: dict[tuple[str, str], tuple[str, Link]] = {}
        self._merged: dict[str, str] = {}

    def identify(self, numbers: Iterable[str]) -> Mapping[str, str]:
        """Person id by number."""
        return {number: self._person.setdefault(number, str(uuid4())) for number in numbers}

    def link(self, old: str, new: str, day: date, told_by: str = "") -> Link | None:
        """Both numbers lead to one person from now on; the older person stays."""
        if (old, new) in self._links:
            teller, link = self._links[old, new]
            return link if told_by and teller == told_by else None
        known_old, known_new = self._person.get(old), self._person.get(new)
        person = known_old or known_new or str(uuid4())
        merged = known_new if known_old and known_new and known_old != known_new else None
        if merged is not None:
            for number, held in self._person.items():
                if held == merged:
                    self._person[number] = person
            self._merged = {each: person if end == merged else end for each, end in self._merged.items()}
            self._merged[merged] = person
        self._person[old] = self._person[new] = person
        link = Link(person, merged)
        self._links[old, new] = told_by, link
        return link

    def merged(self) -> Mapping[str, str]:
        """Every person that became another one, with the person that stays."""
        return self._merged

    def elsewhere(self) -> None:
        """Nobody else sees it."""
