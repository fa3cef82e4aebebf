"""Where a person lived, from the address records of one faultless block (cpr.md, from rows to facts, 5)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from schemas.cpr_blocks import FIRST_MUNICIPALITY, RecordLike, day_of_moment, type_of
from schemas.overlaps import Interval, overlaps


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One address record as an interval from `start` to the day before `end` (None: still there).

    `moved_in` is its moment TILFLYDTO, in a form that orders the records.
    """

    line: int
    municipality: str
    start: date
    end: date | None
    moved_in: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """Lives in `municipality` from `first_day` to `last_day`, both inclusive; `line` is the newest record in it."""

    line: int
    municipality: str
    first_day: date
    last_day: date | None


def stays_of(block: Iterable[RecordLike]) -> list[Stay]:
    """The intervals of a block: each 023 that holds, and the 002; none without municipality, none that is empty."""
    records = [record for record in block if (record.values.get("KOMKOD") or "") >= FIRST_MUNICIPALITY]
    former = [stay for record in records if type_of(record) == "023" and (stay := _former(record)) is not None]
    present = [
        stay for record in records if type_of(record) == "002" and (stay := _present(record, former)) is not None
    ]
    return former + present


def conflicts(stays: Iterable[Stay]) -> Mapping[int, int]:
    """Lines of records whose interval overlaps one of another municipality, each with the other's line."""
    return overlaps(Interval(stay.line, stay.municipality, stay.start, stay.end or date.max) for stay in stays)


def spells_of(stays: Iterable[Stay]) -> list[Spell]:
    """One spell per municipality and unbroken time: what touches or overlaps is one (moving within a town)."""
    groups: list[list[Stay]] = []
    end = date.min
    for stay in sorted(stays, key=lambda each: (each.municipality, each.start, each.line)):
        if groups and groups[-1][0].municipality == stay.municipality and stay.start <= end:
            groups[-1].append(stay)
            end = max(end, stay.end or date.max)
        else:
            groups.append([stay])
            end = stay.end or date.max
    return [_spell(group) for group in groups]


def _spell(group: Sequence[Stay]) -> Spell:
    still_there = next((stay for stay in group if stay.end is None), None)
    newest = still_there or max(group, key=lambda stay: (stay.moved_in, stay.line))
    ends = [stay.end for stay in group if stay.end is not None]
    return Spell(
        line=newest.line,
        municipality=newest.municipality,
        first_day=group[0].start,
        last_day=None if still_there else max(ends) - timedelta(days=1),
    )


def _former(record: RecordLike) -> Stay | None:
    moved_in, moved_out = record.values.get("TILFLYDTO"), record.values.get("FRAFLYDTO")
    start, end = day_of_moment(moved_in), day_of_moment(moved_out)
    if record.values.get("ANNKOR") is not None or start is None or end is None or start == end:
        return None
    return _stay(record, start, end, moved_in)


def _present(record: RecordLike, former: Iterable[Stay]) -> Stay | None:
    moved_in, moved_to_town = record.values.get("TILFLYDTO"), record.values.get("TILFLYKOMDTO")
    to_address, to_town = day_of_moment(moved_in), day_of_moment(moved_to_town)
    if to_town is None:
        return None if to_address is None else _stay(record, to_address, None, moved_in)
    lived_elsewhere_since = any(
        stay.end is None or to_town < stay.end for stay in former if stay.municipality != record.values.get("KOMKOD")
    )
    # The register does not always bring the municipality's date up to date after a stay elsewhere.
    if lived_elsewhere_since and to_address is not None:
        return _stay(record, to_address, None, moved_in)
    return _stay(record, to_town, None, moved_in)


def _stay(record: RecordLike, start: date, end: date | None, moved_in: str | None) -> Stay:
    return Stay(
        line=record.line,
        municipality=record.values.get("KOMKOD") or "",
        start=start,
        end=end,
        moved_in=f"{start.isoformat()}{(moved_in or '')[8:]}",
    )
