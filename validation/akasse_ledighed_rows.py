"""What only several rows of akasse-ledighed show: repeats, contradictions, absences that overlap."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Self

from schemas import forms, person_numbers
from schemas.faults import Fault
from schemas.feed_contracts import contract
from validation.between_rows import Alike
from validation.expectation import Across, RowLike, Values

COLUMNS = contract("akasse-ledighed").columns
FORM = "dd-mm-yyyy"
_NOT_READ_IN_S = frozenset({"startdato", "slutdato", "fraværsart", "dagpenge", "timer"})
_LOCAL_TIME = len("dd-mm-yyyy HH:MM:SS")


class SeveralRows:
    """R11 before N01, then R13, among rows without fault; N02 for cleaned person numbers.

    Rows are looked at once, and again only where a key is met twice: they may be a million.
    """

    def __init__(self) -> None:
        self._statements, self._absences, self._persons = Alike(), Alike(), Alike()
        self._cleaned: list[Fault] = []

    def add(self, place: int, row: RowLike) -> None:
        """A row without fault, and its place among all rows."""
        values = row.values
        written = values["cpr"] or ""
        number = person_numbers.cleaned(written)
        if number != written:
            self._cleaned.append(Fault(code="N02", line=row.line, column="cpr"))
        self._statements.add(place, (values["sagsnr"], (values["registreret"] or "")[:_LOCAL_TIME]))
        if _is_absence(values):
            self._absences.add(place, values["sagsnr"])
            self._persons.add(place, number)

    def join(self, later: Self) -> None:
        """Rows of later places, that a process forked from this one looked at."""
        self._statements.join(later._statements)
        self._absences.join(later._absences)
        self._persons.join(later._persons)
        self._cleaned += later._cleaned

    def found(self, rows: Sequence[RowLike]) -> Across:
        """What they show; `rows` are all rows."""
        found = list(self._cleaned)
        aside: set[int] = set()
        for places in self._statements.groups():
            same = [rows[place] for place in places]
            conflicts = _conflicts(same)
            conflicting = {fault.line for fault in conflicts}
            repeats = _repeats([row for row in same if row.line not in conflicting])
            aside |= {fault.line for fault in (*conflicts, *repeats) if fault.line is not None}
            found += [*conflicts, *repeats]
        begun: dict[int, int] = {}
        for places in self._absences.groups():
            newest, older = _newest(row for row in map(rows.__getitem__, places) if row.line not in aside)
            begun |= newest
            aside |= older
        for places in self._persons.groups():
            valid = [row for row in map(rows.__getitem__, places) if row.line not in aside]
            found += _overlaps(sorted(valid, key=lambda row: begun.get(row.line, row.line)))
        return Across(faults=found)


def not_s(values: Values) -> bool:
    """Rows in which columns 6 to 10 are read."""
    return values.get("handling") != "S"


def _instant(row: RowLike) -> datetime:
    moment = forms.danish_moment(row.values["registreret"])
    if moment is None:
        raise ValueError("only rows without fault have an instant")
    return moment.instants[0]


def _is_absence(values: Values) -> bool:
    return values["art"] == "FRAVÆR" and values["handling"] != "S"


def as_read(values: Values) -> tuple[str | None, ...]:
    """All values that are read, as written, the person number cleaned."""
    return tuple(
        person_numbers.cleaned(values[column] or "") if column == "cpr" else values[column]
        for column in COLUMNS
        if not_s(values) or column not in _NOT_READ_IN_S
    )


def _conflicts(rows: Sequence[RowLike]) -> list[Fault]:
    by_key: dict[tuple[str | None, datetime], list[RowLike]] = defaultdict(list)
    for row in rows:
        by_key[row.values["sagsnr"], _instant(row)].append(row)
    found: list[Fault] = []
    for group in by_key.values():
        if len({as_read(row.values) for row in group}) > 1:
            for row in group:
                other = next(each.line for each in group if as_read(each.values) != as_read(row.values))
                found.append(Fault(code="R11", line=row.line, column="sagsnr", other_line=other))
    return found


def _repeats(rows: Sequence[RowLike]) -> list[Fault]:
    first: dict[tuple[str | None, ...], int] = {}
    found: list[Fault] = []
    for row in rows:
        line = first.setdefault(as_read(row.values), row.line)
        if line != row.line:
            found.append(Fault(code="N01", line=row.line, other_line=line))
    return found


def _newest(rows: Iterable[RowLike]) -> tuple[dict[int, int], set[int]]:
    """Of each `sagsnr` the line of its newest row with that of its first; and the lines of the others."""
    by_number: dict[str | None, list[tuple[datetime, int]]] = defaultdict(list)
    for row in rows:
        by_number[row.values["sagsnr"]].append((_instant(row), row.line))
    newest = {max(ages)[1]: ages[0][1] for ages in by_number.values()}
    return newest, {line for ages in by_number.values() for _, line in ages if line not in newest}


def _overlaps(rows: Iterable[RowLike]) -> list[Fault]:
    """R13: absences of one person that share days and differ in kind or dagpenge."""
    by_person: dict[str, list[RowLike]] = defaultdict(list)
    for row in rows:
        by_person[person_numbers.cleaned(row.values["cpr"] or "")].append(row)
    found: dict[int, Fault] = {}
    for group in by_person.values():
        for row in group:
            for other in group:
                if row.line not in found and row is not other and _contradict(row.values, other.values):
                    found[row.line] = Fault(code="R13", line=row.line, column="startdato", other_line=other.line)
    return list(found.values())


def _contradict(one: Values, other: Values) -> bool:
    if all(one[column] == other[column] for column in ("fraværsart", "dagpenge")):
        return False
    (first, last), (other_first, other_last) = _days(one), _days(other)
    return first <= other_last and other_first <= last


def _days(values: Values) -> tuple[date, date]:
    first, last = (forms.day(values[column], FORM) for column in ("startdato", "slutdato"))
    return first or date.min, last or date.max
