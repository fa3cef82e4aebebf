"""Which facts a rule, or the end of a period, rests on: ids for explanations and milestones."""

from collections.abc import Iterable

from consumers.rules.days import between, span_of
from consumers.rules.known import INTEGRATION, Known, Said
from consumers.rules.timeline import RESTS_ON, Regime, Timeline
from consumers.rules.youth import EDUCATION_GROUPS, education_days


def touching(said: Iterable[Said], first: int, stop: int) -> list[str]:
    """Ids of the facts whose span has a day in first..stop-1."""
    return [fact_id for one, after, fact_id in said if one < stop and after > first]


def group_facts(known: Known, groups: Iterable[str], first: int, stop: int) -> list[str]:
    """Ids of the facts that put the citizen in one of `groups` on a day in first..stop-1."""
    return [fact_id for group in groups for fact_id in touching(known.said.get(group, ()), first, stop)]


def work_facts(regime: Regime, first: int, stop: int) -> list[str]:
    """Ids of the full-time ordinary jobs with a day in first..stop-1."""
    full = regime.history.policy.full_time_weekly_hours
    return [
        fact_id
        for one, after, hours, fact_id in regime.history.known.jobs
        if one < stop and after > first and (hours is None or hours >= full)
    ]


def subsidy_facts(regime: Regime, first: int, stop: int) -> list[str]:
    """Ids of the wage-subsidised jobs because of which days in first..stop-1 with a full-time job are not WORK."""
    known, full = regime.history.known, regime.history.policy.full_time_weekly_hours
    jobs = [(one, after) for one, after, hours, _ in known.jobs if hours is None or hours >= full]
    worked = between(jobs, first, stop)
    return [
        fact_id
        for one, after, fact_id in known.subsidised
        if any(max(one, begins) < min(after, ends) for begins, ends in worked)
    ]


def residence_facts(known: Known, day: int) -> list[str]:
    """Ids of the facts that say where the citizen lives on `day`."""
    return [fact_id for first, stop, _, fact_id in known.residences if first <= day < stop]


def facts_of_rule(timeline: Timeline, day: int, rule: str) -> list[str]:
    """Ids of the facts that `rule` rests on, met on `day` or not, in a fixed order and each once."""
    regime = timeline.regime(day)
    if regime is None:
        return []
    known = timeline.known
    if rule in ("R1a", "R1b"):
        found = _insured_facts(regime, day, rule)
    elif rule in ("R2a", "R2b", "R3"):
        found = _cash_facts(regime, day, rule)
    elif rule == "R4":
        found = group_facts(known, (INTEGRATION,), day, day + 1)
    else:
        span = span_of(education_days(known), day)
        found = [] if span is None else group_facts(known, EDUCATION_GROUPS, span[0], day + 1)
        if span is not None:
            found += [fact_id for declared, fact_id in known.declared if span[0] <= declared <= day]
    return sorted({*found, *residence_facts(known, day)})


def _insured_facts(regime: Regime, day: int, rule: str) -> list[str]:
    known = regime.history.known
    period = next((each for each in regime.dagpenge if each.first <= day < each.stop), None)
    if period is None:
        return []
    found = [fact_id for placed, fact_id in known.placements if period.placed and placed == period.first]
    found += group_facts(known, ("INSURED",), period.anchor, day + 1)
    found += work_facts(regime, period.anchor, day + 1) + touching(known.absences, period.anchor, day + 1)
    found += subsidy_facts(regime, period.anchor, day + 1)
    if rule == "R1b":
        found += group_facts(known, ("INSURED", "CASH_JOB_READY"), period.lookback_from, period.anchor)
        found += subsidy_facts(regime, period.lookback_from, period.anchor)
    return found


def _cash_facts(regime: Regime, day: int, rule: str) -> list[str]:
    known = regime.history.known
    run = next((each for each in regime.cash if each.anchor <= day < each.days[-1][1]), None)
    if run is None:
        return []
    found = group_facts(known, ("CASH_JOB_READY",), run.anchor, day + 1) + subsidy_facts(regime, run.anchor, day + 1)
    if rule == "R2b" and run.over is not None:
        found += group_facts(known, ("INSURED", "CASH_JOB_READY"), *run.over) + subsidy_facts(regime, *run.over)
    if rule == "R3" and run.came_from is not None:
        transition = regime.history.policy.transition_from
        found += group_facts(known, transition, run.came_from, run.came_from + 1)
    return found


def facts_of_reading(timeline: Timeline, day: int, rule: str | None) -> list[str]:
    """Ids of the facts behind what `day`, not covered, reads; `rule` is that of the last covered day before it."""
    known, regime = timeline.known, timeline.regime(day)
    reading = timeline.reading(day, rule)
    if regime is None:
        return []
    if reading == "DIED":
        return [] if known.dead is None else [known.dead[1]]
    if reading == "MOVED":
        return residence_facts(known, day) or residence_facts(known, day - 1)
    if reading == "JOB":
        return work_facts(regime, day, day + 1)
    if reading == "ABSENCE":
        return touching(known.absences, day, day + 1)
    if reading == "LEFT_GROUP":
        return group_facts(known, RESTS_ON[rule], day - 1, day) if rule is not None else []
    return group_facts(known, sorted(known.said), day, day + 1)


def facts_of_loss(timeline: Timeline, day: int, rule: str) -> list[str]:
    """Ids of the facts that ended or suspended a course on `day`, those behind an absence that came first included."""
    back = timeline.absence_until(day)
    found = facts_of_reading(timeline, day, rule)
    if back != day and span_of([(period.first, period.stop) for period in timeline.periods], back) is None:
        found = found + facts_of_reading(timeline, back, rule)
    return sorted(set(found))
