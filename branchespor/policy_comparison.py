"""Two policies on the same facts: how many citizens would be covered earlier, later, newly or no more. Counts alone."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from consumers.rules.detection import timeline_of
from consumers.rules.journal import Course, courses_on
from consumers.rules.known import Record
from consumers.rules.policy import Policies
from consumers.rules.timeline import Timeline

Change = Literal["EARLIER", "LATER", "NEWLY", "NO_LONGER"]
CHANGES: Final[tuple[Change, ...]] = ("EARLIER", "LATER", "NEWLY", "NO_LONGER")
FEWEST: Final = 5
"""Fewer citizens than this are not shown (privacy.md, aggregates)."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A course of one citizen that differs: the groups and month (2020-05) of its first day, by A, else by B."""

    change: Change
    groups: tuple[str, ...]
    month: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Citizens compared, those with any difference, by change, and by change, groups and month: nothing hidden yet.

    A citizen may have several courses that differ, and counts once in each number.
    """

    citizens: int
    differ: int
    by_change: Mapping[Change, int]
    by_cell: Mapping[Moved, int]


@dataclass(frozen=True, slots=True)
class Cell:
    """So many citizens with a course that differs in this way; `citizens` None: fewer than FEWEST, or guarding such."""

    change: Change
    groups: tuple[str, ...]
    month: str
    citizens: int | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All citizens compared, those with any difference, by change, and by change, groups and month; None: not shown."""

    citizens: int | None
    differ: int | None
    totals: Mapping[Change, int | None]
    cells: Sequence[Cell]


def compare(citizens: Iterable[Sequence[Record]], a: Policies, b: Policies, on: date) -> Comparison:
    """Evaluate every citizen's records under both policies as known on `on`; courses that overlap are the same."""
    return shown(counted(citizens, a, b, on))


def counted(citizens: Iterable[Sequence[Record]], a: Policies, b: Policies, on: date) -> Counts:
    """The counts behind a comparison, small ones included: for `shown`, never for print."""
    every, differ = 0, 0
    by_cell: Counter[Moved] = Counter()
    by_change: Counter[Change] = Counter()
    for records in citizens:
        every += 1
        found = set(moved(records, a, b, on))
        differ += bool(found)
        by_cell.update(found)
        by_change.update({each.change for each in found})
    return Counts(every, differ, by_change, by_cell)


def shown(counts: Counts) -> Comparison:
    """What may be told: no count under FEWEST, none that is left over when those shown are taken from one another."""
    cells: list[Cell] = []
    totals: dict[Change, int | None] = {}
    for change in CHANGES:
        mine = {each: count for each, count in counts.by_cell.items() if each.change == change}
        total, hidden = counts.by_change.get(change, 0), suppressed(mine)
        # With every cell hidden the total would be all there is to tell, and it may be told if it is large enough;
        # with none hidden, what the cells have more than it is how many citizens stand in two of them.
        safe = _guarded(mine, hidden) if hidden else not _few(sum(mine.values()) - total)
        totals[change] = total if safe and not _few(total) else None
        for each in sorted(mine, key=lambda each: (each.groups, each.month)):
            cells.append(Cell(change, each.groups, each.month, None if each in hidden else mine[each]))
    told = [total for total in totals.values() if total is not None]
    safe = len(told) == len(totals) and not _few(sum(told) - counts.differ) and not _few(counts.differ)
    # Everybody less those that differ are those for whom nothing changes, who may be few too.
    rest = any(_few(counts.citizens - each) for each in (counts.differ, *told, *counts.by_cell.values()))
    citizens = None if rest or _few(counts.citizens) else counts.citizens
    return Comparison(citizens, counts.differ if safe else None, totals, cells)


def _few(count: int) -> bool:
    return 0 < count < FEWEST


def _guarded(counts: Mapping[Moved, int], hidden: set[Moved]) -> bool:
    return len(hidden) > 1 and sum(counts[each] for each in hidden) >= FEWEST


def suppressed(counts: Mapping[Moved, int]) -> set[Moved]:
    """The cells not to show: those under FEWEST, and the smallest others until nothing follows by subtraction."""
    hidden = {each for each, count in counts.items() if count < FEWEST}
    others = sorted((each for each in counts if each not in hidden), key=lambda each: (counts[each], repr(each)))
    while hidden and others and not _guarded(counts, hidden):
        hidden.add(others.pop(0))
    return hidden


def moved(records: Sequence[Record], a: Policies, b: Policies, on: date) -> Iterator[Moved]:
    """What differs for one citizen. Courses are matched as in the journal: the first one left that overlaps."""
    day = on.toordinal()
    before, after = timeline_of(records, a), timeline_of(records, b)
    free = courses_on(after, day)
    for old in courses_on(before, day):
        new = next((each for each in free if each.first <= old.last and old.first <= each.last), None)
        if new is not None:
            free.remove(new)
        if new is None:
            yield _moved("NO_LONGER", before, old)
        elif new.first != old.first:
            yield _moved("EARLIER" if new.first < old.first else "LATER", before, old)
    for new in free:
        yield _moved("NEWLY", after, new)


def _moved(change: Change, timeline: Timeline, course: Course) -> Moved:
    groups = tuple(sorted(timeline.groups_on(course.first)))
    return Moved(change, groups, date.fromordinal(course.first).isoformat()[:7])
