"""Each rule in words: why it is met on a day, or what it lacks."""

from collections.abc import Iterator

from consumers.rules.answer import Reason
from consumers.rules.days import span_of
from consumers.rules.evidence import facts_of_rule, group_facts
from consumers.rules.explained_cash import cash_missing, cash_reasons
from consumers.rules.explained_insured import insured_missing, insured_reasons
from consumers.rules.timeline import RESTS_ON, Timeline
from consumers.rules.wording import da, en, reason
from consumers.rules.youth import EDUCATION_GROUPS, education_days


def rule_reasons(timeline: Timeline, day: int, rule: str) -> Iterator[Reason]:
    """Why `rule` is met on `day`."""
    regime = timeline.regime(day)
    if regime is None:
        return
    if rule in ("R1a", "R1b"):
        yield from insured_reasons(timeline, regime, day, rule)
    elif rule in ("R2a", "R2b", "R3"):
        yield from cash_reasons(timeline, regime, day, rule)
    elif rule == "R4":
        yield reason(
            "R4",
            "Regel R4: Du er i en integrationsperiode og er omfattet fra dens første dag.",
            "Rule R4: You are in an integration period and are covered from its first day.",
            facts_of_rule(timeline, day, rule),
        )
    else:
        yield _r5(timeline, day, facts_of_rule(timeline, day, rule))


def missing_reasons(timeline: Timeline, day: int, groups: list[str]) -> Iterator[Reason]:
    """What each rule of the day's groups lacks."""
    regime = timeline.regime(day)
    if regime is None:
        return
    if "INSURED" in groups:
        yield from insured_missing(timeline, regime, day)
    if "CASH_JOB_READY" in groups:
        yield from cash_missing(timeline, regime, day)
    elif any(group in regime.history.policy.transition_from for group in groups if group != "INSURED"):
        yield reason(
            "R3_MISSING",
            "Regel R3: Du bliver omfattet fra den dag, du bliver jobparat kontanthjælpsmodtager.",
            "Rule R3: You will be covered from the day on which you become job ready on kontanthjælp.",
            group_facts(timeline.known, groups, day, day + 1),
        )
    if any(group in EDUCATION_GROUPS for group in groups):
        yield reason(
            "R5_MISSING",
            "Regel R5: Du bliver omfattet, når Ungeindsatsen erklærer dig parat til arbejdsmarkedet.",
            "Rule R5: You will be covered when Ungeindsatsen declares you ready for the labour market.",
            group_facts(timeline.known, EDUCATION_GROUPS, day, day + 1),
        )

    covering = {group for rests_on in RESTS_ON.values() for group in rests_on} | regime.history.policy.transition_from
    if not covering.intersection(groups):
        yield reason(
            "NO_RULE_FOR_GROUP",
            "Ingen regel giver branchespor til den, som kun er i denne målgruppe.",
            "No rule covers those who are in this target group only.",
            group_facts(timeline.known, groups, day, day + 1),
        )


def _r5(timeline: Timeline, day: int, facts: list[str]) -> Reason:
    span = span_of(education_days(timeline.known), day)
    first = day if span is None else span[0]
    declared = min((each for each, _ in timeline.known.declared if first <= each <= day), default=day)
    return reason(
        "R5",
        f"Regel R5: Ungeindsatsen har erklæret dig parat til arbejdsmarkedet den {da(declared)}, mens du var på "
        "uddannelseshjælp.",
        f"Rule R5: Ungeindsatsen declared you ready for the labour market on {en(declared)}, while you were on "
        "education assistance.",
        facts,
    )
