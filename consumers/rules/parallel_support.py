"""P1 PARALLEL_SUPPORT_ACTIVE: yes or no with days, never the content (milestones.md section 3)."""

from collections.abc import Iterator

from consumers.rules.days import FOREVER, end, iso, merged, ordinal
from consumers.rules.evidence import touching
from consumers.rules.further import of_kind
from consumers.rules.known import Known
from consumers.rules.steps import Step


def support_steps(known: Known) -> Iterator[Step]:
    """Yes on the first day of a stretch of support, no on the day after its last one."""
    said = [
        (ordinal(each["first_day"]), end(each.get("last_day")), each["fact_id"])
        for each in of_kind(known, "ParallelSupport")
    ]
    for first, stop in merged([(first, stop) for first, stop, _ in said]):
        facts = touching(said, first, stop)
        days = {"first_day": iso(first), "last_day": None if stop >= FOREVER else iso(stop - 1)}
        yield Step("PARALLEL_SUPPORT_ACTIVE", first, facts, {"active": True, **days})
        if stop < FOREVER:
            yield Step("PARALLEL_SUPPORT_ACTIVE", stop, facts, {"active": False, **days})
