"""vitas: placements and jobs with wage subsidy as agreed with companies (vitas.md)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from heapq import heappop, heappush
from itertools import groupby, islice
from typing import Any, NamedTuple

from producers.decoders.rest_intake import Candidate
from producers.decoders.rest_items import ItemDecoder, ItemFeed
from producers.decoders.rest_statements import Content, Told
from schemas.facts import Employment, PlacementKind, json_value
from schemas.faults import Fault
from schemas.forms import danish_decimal
from schemas.items import ID, TYPE, Values, day
from schemas.vitas import (
    APPROVED,
    COMPANY,
    ENDED,
    ENDED_STATE,
    FIRST,
    HOURS,
    LAST,
    MOST_HOURS,
    STATUS,
    TYPES,
    UNIT,
    UNIT_COMPANY,
    reading,
)

PLACEMENT = "Placement"


def told(values: Values, person: str) -> Sequence[Told]:
    """The facts of an item: a placement, of a job with wage subsidy the employment too, or none."""
    kind = TYPES[values[TYPE] or ""]
    if kind is None or values[STATUS] not in APPROVED:
        return ()
    first, last = day(values, FIRST), day(values, LAST)
    if values[STATUS] == ENDED_STATE:
        ended = day(values, ENDED)
        if ended == first or ended is None:
            return ()  # the citizen never came
        last = ended - timedelta(days=1)
    hours = json_value(danish_decimal(values[HOURS] or ""))
    days = {"first_day": json_value(first), "last_day": json_value(last)}
    content: Content = {
        "placement": values[ID],
        "track": values["spor"],
        "placement_kind": json_value(kind),
        "cvr": values[COMPANY] or values[UNIT_COMPANY],
        "p_number": values[UNIT],
        "weekly_hours": hours,
        **days,
    }
    key = f"{values[ID]}/{person}"
    found = [Told(kind=PLACEMENT, record_key=key, person=person, content=content)]
    if kind is PlacementKind.WAGE_SUBSIDY:
        subsidised: Content = {"employment": json_value(Employment.WAGE_SUBSIDY), **days, "weekly_hours": hours}
        found.append(Told(kind="EmploymentSpell", record_key=key, person=person, content=subsidised))
    return found


def conflict(told: Sequence[Told], statements: Mapping[str, Any]) -> str | None:
    """R11: a placement of this id stands with another company."""
    company = next((each.content["cvr"] for each in told if each.kind == PLACEMENT), None)
    others = (
        newest["content"]["cvr"]
        for newest in statements.values()
        if newest["kind"] == PLACEMENT and not newest["withdrawn"]
    )
    return COMPANY if company is not None and any(other != company for other in others) else None


def aside(candidates: Sequence[Candidate]) -> Mapping[int, Fault]:
    """R13: all placements of a day on which one citizen has two or more with over 37 hours together."""
    by_person: dict[str, list[_Placement]] = defaultdict(list)
    for candidate in candidates:
        for each in candidate.told:
            if each.kind == PLACEMENT and each.person is not None:
                days = str(each.content["first_day"]), str(each.content["last_day"])
                hours = Decimal(str(each.content["weekly_hours"]))
                by_person[each.person].append(_Placement(*days, candidate.line, hours))
    pairs = (pair for placements in by_person.values() for pair in _too_many_hours(placements))
    return {line: Fault(code="R13", line=line, column=HOURS, other_line=other) for line, other in pairs}


class _Placement(NamedTuple):
    first: str
    last: str
    line: int
    hours: Decimal


def _too_many_hours(placements: Sequence[_Placement]) -> Iterator[tuple[int, int]]:
    """The lines of one citizen's placements on a day with too many hours, each with another line of that day.

    Hours together are highest on a day on which one begins: only those days are looked at, in order.
    """
    there: dict[int, Decimal] = {}
    ends: list[tuple[str, int]] = []
    untold: set[int] = set()
    for first, begun in groupby(sorted(placements), key=lambda each: each.first):
        for each in begun:
            there[each.line] = each.hours
            untold.add(each.line)
            heappush(ends, (each.last, each.line))
        while ends and ends[0][0] < first:
            _, line = heappop(ends)
            del there[line]
            untold.discard(line)
        if len(there) > 1 and sum(there.values()) > MOST_HOURS:
            one, two = islice(there, 2)
            yield from ((line, two if line == one else one) for line in sorted(untold))
            untold.clear()


_DECODER = ItemDecoder(
    ItemFeed(
        name="vitas",
        partner="star",
        reading=reading,
        told=told,
        conflict=conflict,
        aside=aside,
    )
)
CONTRACT = _DECODER.CONTRACT
partner_of, read, follows, facts = _DECODER.partner_of, _DECODER.read, _DECODER.follows, _DECODER.facts
