"""R1 in words: the first unemployed day, days counted and needed, pauses, earlier unemployment."""

from collections.abc import Iterator

from consumers.rules.answer import Reason
from consumers.rules.days import FOREVER, between, both, number
from consumers.rules.evidence import facts_of_rule, touching, work_facts
from consumers.rules.insured import DagpengeDays
from consumers.rules.timeline import Regime, Timeline
from consumers.rules.wording import (
    da,
    days_da,
    days_en,
    en,
    months_da,
    months_en,
    reason,
    since_in_words,
    spans_in_words,
)


def insured_reasons(timeline: Timeline, regime: Regime, day: int, rule: str) -> Iterator[Reason]:
    """Why R1a or R1b is met on `day`."""
    period = _period(regime, day)
    if period is None:
        return
    facts = facts_of_rule(timeline, day, rule)
    if rule == "R1b":
        yield _r1b(regime, period, facts)
        return
    yield _r1a(regime, period, day, facts)
    yield from _pauses(regime, period.anchor, day)


def insured_missing(timeline: Timeline, regime: Regime, day: int) -> Iterator[Reason]:
    """What R1a and R1b lack on `day`."""
    period = _period(regime, day)
    if period is not None:
        yield _r1a_missing(regime, period, day, facts_of_rule(timeline, day, "R1a"))
        yield from _pauses(regime, period.anchor, day)
        yield _r1b_missing(regime, period, facts_of_rule(timeline, day, "R1b"))


def _period(regime: Regime, day: int) -> DagpengeDays | None:
    return next((each for each in regime.dagpenge if each.first <= day < each.stop), None)


def _r1a(regime: Regime, period: DagpengeDays, day: int, facts: list[str]) -> Reason:
    months = regime.history.policy.insured_effort_months
    counted = number(between(period.days, period.anchor, day))
    return reason(
        "R1a",
        f"Regel R1a: Som forsikret ledig er du omfattet, når du har været ledig i {months_da(months)}. Din første "
        f"ledige dag i dagpengeperioden er den {da(period.anchor)}, og {months_da(months)} derfra er "
        f"{days_da(period.needed_days)}. Før den {da(day)} var der talt {days_da(counted)}.",
        f"Rule R1a: As an insured unemployed you are covered after {months_en(months)} of unemployment. Your first "
        f"unemployed day in the dagpenge period is {en(period.anchor)}, and {months_en(months)} from it are "
        f"{days_en(period.needed_days)}. Before {en(day)}, {days_en(counted)} had been counted.",
        facts,
    )


def _r1a_missing(regime: Regime, period: DagpengeDays, day: int, facts: list[str]) -> Reason:
    months = regime.history.policy.insured_effort_months
    counted = number(between(period.days, period.anchor, day))
    if period.needed_days + period.anchor >= FOREVER:
        return reason(
            "R1a_MISSING", "Regel R1a: Den krævede ledighed kan ikke nås.", "Rule R1a cannot be reached.", facts
        )
    missing = period.needed_days - counted
    return reason(
        "R1a_MISSING",
        f"Regel R1a: Du skal have været ledig i {months_da(months)}, det vil sige {days_da(period.needed_days)} regnet "
        f"fra din første ledige dag, den {da(period.anchor)}. Før den {da(day)} er der talt {days_da(counted)}; der "
        f"mangler {days_da(missing)}.",
        f"Rule R1a: You must have been unemployed for {months_en(months)}, which is {days_en(period.needed_days)} from "
        f"your first unemployed day, {en(period.anchor)}. Before {en(day)}, {days_en(counted)} have been counted; "
        f"{days_en(missing)} are missing.",
        facts,
    )


def _r1b(regime: Regime, period: DagpengeDays, facts: list[str]) -> Reason:
    months = regime.history.policy.prior_threshold_months
    since = since_in_words(period.lookback_from)
    return reason(
        "R1b",
        f"Regel R1b: Reglen er opfyldt fra den første ledige dag, den {da(period.anchor)}, fordi du tidligere har "
        f"været ledig i mere end {months_da(months)}. "
        f"Fra {since[0]} til dagen før er der talt {days_da(period.prior_days)}; "
        f"grænsen er {days_da(period.prior_limit)}.",
        f"Rule R1b: The rule is met from the first unemployed day, {en(period.anchor)}, because you were unemployed "
        f"for more than {months_en(months)} before. From {since[1]} to the day before, "
        f"{days_en(period.prior_days)} were counted; the limit is {days_en(period.prior_limit)}.",
        facts,
    )


def _r1b_missing(regime: Regime, period: DagpengeDays, facts: list[str]) -> Reason:
    months = regime.history.policy.prior_threshold_months
    since = since_in_words(period.lookback_from)
    if not period.prior:
        return reason(
            "R1b_MISSING",
            f"Regel R1b: Vi har ingen oplysning om, at du var ledig fra {since[0]} til dagen før "
            f"den {da(period.anchor)}.",
            f"Rule R1b: We know of no earlier unemployment from {since[1]} to the day before {en(period.anchor)}.",
            facts,
        )
    return reason(
        "R1b_MISSING",
        f"Regel R1b: Tidligere ledighed på mere end {months_da(months)} ville gøre dig omfattet fra første dag. Fra "
        f"{since[0]} til dagen før den {da(period.anchor)} er der kun talt {days_da(period.prior_days)}; der skal "
        f"være mere end {days_da(period.prior_limit)}.",
        f"Rule R1b: Earlier unemployment of more than {months_en(months)} would cover you from the first day. From "
        f"{since[1]} to the day before {en(period.anchor)}, {days_en(period.prior_days)} were counted; more than "
        f"{days_en(period.prior_limit)} are needed.",
        facts,
    )


def _pauses(regime: Regime, first: int, day: int) -> Iterator[Reason]:
    """Days in the group that did not count, because of work or unpaid absence."""
    inside = between(regime.history.known.groups.get("INSURED", []), first, day)
    work = both(inside, regime.history.work)
    if work:
        danish, english = spans_in_words(work)
        yield reason(
            "PAUSED_BY_WORK",
            f"{days_da(number(work))} i fuldtidsarbejde tæller ikke med ({danish}) og udskyder dagen tilsvarende.",
            f"Not counted: {days_en(number(work))} in full-time work ({english}); the day is as much later.",
            work_facts(regime, first, day),
        )
    unpaid = both(inside, regime.history.known.unpaid)
    if unpaid:
        danish, english = spans_in_words(unpaid)
        yield reason(
            "PAUSED_BY_ABSENCE",
            f"{days_da(number(unpaid))} med fravær uden ydelse tæller ikke med ({danish}) og udskyder dagen "
            "tilsvarende.",
            f"Not counted: {days_en(number(unpaid))} of absence without benefit ({english}); the day is as much later.",
            touching(regime.history.known.absences, first, day),
        )
