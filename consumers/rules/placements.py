"""M07 PLACEMENT_AGREED, _STARTED, _EXTENDED, _ENDED (milestones.md section 3)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from consumers.rules.days import iso, ordinal
from consumers.rules.further import of_kind
from consumers.rules.known import Known, Record
from consumers.rules.steps import Step
from consumers.rules.tracks import Tracks
from consumers.rules.versions import Versions, registered_on


class Plan(NamedTuple):
    """How a placement was planned, by all versions that the source registered, in their order.

    `agreed_on`: the first version was registered; `agreed_until`: its last day. `extensions`: (registered on, last day
    before, last day after). `planned_until`: the last day that stood before the placement was cut short while it ran.
    """

    agreed_on: int
    agreed_until: int
    extensions: list[tuple[int, int, int]]
    planned_until: int


def plan_of(placement: Record, versions: Sequence[Record]) -> Plan:
    """The plan of a placement by its versions in their order.

    An earlier end registered before the first day is a new plan, one registered later cuts the placement short.
    """
    first = ordinal(placement["first_day"])
    agreed_on: int | None = None
    agreed_until = until = planned = ordinal(placement["last_day"])
    extensions: list[tuple[int, int, int]] = []
    for version in versions:
        on, last = registered_on(version), ordinal(version["last_day"])
        if agreed_on is None:
            agreed_on, agreed_until, planned = on, last, last
        elif last > until:
            extensions.append((on, until, last))
            planned = last
        elif last < until and on < first:
            planned = last
        until = last
    return Plan(registered_on(placement) if agreed_on is None else agreed_on, agreed_until, extensions, planned)


def placements_of(known: Known, versions: Versions) -> list[tuple[Record, Plan]]:
    """The placements with their plans."""
    return [(placement, plan_of(placement, versions.of(placement))) for placement in of_kind(known, "Placement")]


def placement_steps(placements: Iterable[tuple[Record, Plan]], tracks: Tracks) -> Iterator[Step]:
    """Agreed when it was registered, at latest on its first day; started on that; ended on the day after its last one.

    Extended when that was registered, at latest on the day after the last day before.
    """
    for placement, plan in placements:
        first, last = ordinal(placement["first_day"]), ordinal(placement["last_day"])
        waits_for = None if tracks.is_accepted(placement["track"]) else "M06"
        agreed_until = max(plan.agreed_until, first)
        steps = [("PLACEMENT_AGREED", min(plan.agreed_on, first), agreed_until), ("PLACEMENT_STARTED", first, last)]
        steps += [("PLACEMENT_EXTENDED", min(on, before + 1), after) for on, before, after in plan.extensions]
        steps.append(("PLACEMENT_ENDED", last + 1, last))
        for type_, effective, until in steps:
            yield Step(type_, effective, [placement["fact_id"]], _details(placement, until), waits_for)


def _details(placement: Record, until: int) -> dict[str, Any]:
    return {name: placement[name] for name in ("source", "placement", "track", "placement_kind", "first_day")} | {
        "last_day": iso(until)
    }
