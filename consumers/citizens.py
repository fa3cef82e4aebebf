"""Persons who turned out to be one citizen: who leads to whom, and whose journal follows whose; pure.

What was published and announced under the id of a person that was merged stays so; its facts go to the one it leads to.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from consumers.rules.detection import Told, playback, united


class Announced(Protocol):
    """A milestone at its position (from 1) in the journal of the person it was announced under."""

    @property
    def position(self) -> int: ...


_Announced = TypeVar("_Announced", bound=Announced)


class Merge(NamedTuple):
    """`person` is one citizen with `into_person`, in whose journal its own stands after `position` milestones.

    `leads_to`: the person that stays at the end, when `into_person` was merged as well.
    """

    person: str
    into_person: str
    position: int
    leads_to: str


class Change(NamedTuple):
    """An identity change that says that two persons are one; `day` as ISO text."""

    event_id: str
    person: str
    merged_person: str
    day: str


class Joined(NamedTuple):
    """What an identity change does: `person` becomes `into_person`."""

    person: str
    into_person: str
    change: Change


class Citizens:
    """Merges, in the order in which they were made; every person they do not name is a citizen by itself."""

    def __init__(self, merges: Iterable[Merge] = ()) -> None:
        self._leads_to: dict[str, str] = {}
        self._led_to: defaultdict[str, set[str]] = defaultdict(set)
        self._merged_into: defaultdict[str, list[Merge]] = defaultdict(list)
        for each in merges:
            self._leads_to[each.person] = each.leads_to
            self._led_to[each.leads_to].add(each.person)
            self._merged_into[each.into_person].append(each)

    def leads_to(self, person: str) -> str:
        """The person that stays: itself, if it was not merged."""
        return self._leads_to.get(person, person)

    def is_merged(self, person: str) -> bool:
        """Whether it is another person now."""
        return person in self._leads_to

    def persons(self, person: str) -> set[str]:
        """All ids of the citizen that `person` is or was, that one included."""
        stays = self.leads_to(person)
        return {person, stays, *self._led_to.get(stays, ())}

    def told(self, person: str, journals: Mapping[str, Sequence[Mapping[str, Any]]]) -> Told:
        """What has been announced of a citizen, under every id; `journals` by person, whole, in order of position."""
        journal, told, played = journals.get(person, ()), Told(), 0
        for merge in self._merged_into.get(person, ()):
            told = playback(journal[played : merge.position], told)
            told = united(told, self.told(merge.person, journals))
            played = merge.position
        return playback(journal[played:], told)

    def in_order(self, person: str, journals: Mapping[str, Sequence[_Announced]]) -> list[_Announced]:
        """The milestones of a citizen, under every id, in the order in which they are played back.

        `journals` by person, each in order of position; milestones may be left out.
        """
        journal, found, played = journals.get(person, ()), list[_Announced](), 0
        for merge in self._merged_into.get(person, ()):
            before = bisect_right(journal, merge.position, key=lambda each: each.position)
            found += journal[played:before]
            found += self.in_order(merge.person, journals)
            played = before
        return [*found, *journal[played:]]


def concerned(citizens: Citizens, changes: Iterable[Change]) -> tuple[list[Change], set[str]]:
    """The changes whose two persons are not one citizen yet, and every person whose rows they may touch."""
    news = [each for each in changes if citizens.leads_to(each.person) != citizens.leads_to(each.merged_person)]
    return news, {
        person for each in news for side in (each.person, each.merged_person) for person in citizens.persons(side)
    }


def joined(citizens: Citizens, changes: Iterable[Change]) -> tuple[list[Joined], list[Change]]:
    """What these changes do, one after the other, and those that contradict what is known: they do nothing.

    A person that is another one already cannot become a third: which of the two was meant is not ours to guess.
    """
    leads_to: dict[str, str] = {}
    found: list[Joined] = []
    contradicting: list[Change] = []

    def end(person: str) -> str:
        person = citizens.leads_to(person)
        while person in leads_to:
            person = leads_to[person]
        return person

    for change in changes:
        merged, stays = end(change.merged_person), end(change.person)
        if merged == stays:
            continue
        if merged != change.merged_person:
            contradicting.append(change)
            continue
        found.append(Joined(merged, stays, change))
        leads_to[merged] = stays
    return found, contradicting
