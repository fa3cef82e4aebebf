"""R2 and R3 in words: the first day of the period, gaps, earlier unemployment, the group come from."""

from collections.abc import Iterator

from consumers.rules.answer import Reason
from consumers.rules.cash import CashRun
from consumers.rules.days import FOREVER, span_of
from consumers.rules.evidence import facts_of_rule, group_facts
from consumers.rules.timeline import Regime, Timeline
from consumers.rules.wording import (
    da,
    en,
    groups_da,
    groups_en,
    months_da,
    months_en,
    reason,
    since_in_words,
    spans_in_words,
)  # fmt: skip


def cash_reasons(timeline: Timeline, regime: Regime, day: int, rule: str) -> Iterator[Reason]:
    """Why R2a, R2b or R3 is met on `day`."""
    run = _run(regime, day)
    if run is None:
        return
    yield {"R2a": _r2a, "R2b": _r2b, "R3": _r3}[rule](regime, run, facts_of_rule(timeline, day, rule))
    if rule == "R2a":
        yield from _gaps(regime, run, day)


def cash_missing(timeline: Timeline, regime: Regime, day: int) -> Iterator[Reason]:
    """What R2a, R2b and R3 lack on `day`."""
    run = _run(regime, day)
    if run is not None:
        yield from _missing(regime, run, facts_of_rule(timeline, day, "R2a"))
        yield from _gaps(regime, run, day)


def _run(regime: Regime, day: int) -> CashRun | None:
    return next((each for each in regime.cash if each.anchor <= day < each.days[-1][1]), None)


def _gaps(regime: Regime, run: CashRun, day: int) -> Iterator[Reason]:
    """Short gaps of a run that were bridged before the day."""
    gaps = [(before[1], after[0]) for before, after in zip(run.days, run.days[1:], strict=False) if after[0] <= day]
    if gaps:
        bridge = regime.history.policy.bridge_gap_months
        yield reason(
            "GAPS_BRIDGED",
            f"Afbrydelser på mindre end {months_da(bridge)} bryder ikke perioden ({spans_in_words(gaps)[0]}).",
            f"Gaps of less than {months_en(bridge)} do not break the period ({spans_in_words(gaps)[1]}).",
            group_facts(regime.history.known, ("CASH_JOB_READY",), run.anchor, day + 1),
        )


def _r2a(regime: Regime, run: CashRun, facts: list[str]) -> Reason:
    months = regime.history.policy.cash_effort_months
    return reason(
        "R2a",
        f"Regel R2a: Som jobparat kontanthjælpsmodtager er du omfattet efter {months_da(months)}. Din periode begyndte "
        f"den {da(run.anchor)}, og {months_da(months)} var gået den {da(run.effort_from)}.",
        f"Rule R2a: On kontanthjælp and job ready you are covered after {months_en(months)}. Your period began on "
        f"{en(run.anchor)}, and {months_en(months)} had passed on {en(run.effort_from)}.",
        facts,
    )


def _r2b(regime: Regime, run: CashRun, facts: list[str]) -> Reason:
    months = regime.history.policy.prior_threshold_months
    over = run.over or run.prior[0]
    return reason(
        "R2b",
        f"Regel R2b: Reglen er opfyldt fra periodens første dag, den {da(run.anchor)}, fordi du tidligere har været "
        f"ledig i mere end {months_da(months)} i træk: fra den {da(over[0])} til den {da(over[1] - 1)}.",
        f"Rule R2b: The rule is met from the first day of the period, {en(run.anchor)}, because you were unemployed "
        f"for more than {months_en(months)} at a stretch before: from {en(over[0])} to {en(over[1] - 1)}.",
        facts,
    )


def _r3(regime: Regime, run: CashRun, facts: list[str]) -> Reason:
    left = run.anchor - 1 if run.came_from is None else run.came_from
    groups = [
        group
        for group, days in sorted(regime.history.known.groups.items())
        if group in regime.history.policy.transition_from and span_of(days, left) is not None
    ]
    return reason(
        "R3",
        f"Regel R3: Reglen er opfyldt fra den {da(run.anchor)}, fordi du kom fra en anden målgruppe "
        f"({groups_da(groups)}, til og med den {da(left)}) og blev jobparat.",
        f"Rule R3: The rule is met from {en(run.anchor)}, because you came from another target group "
        f"({groups_en(groups)}, until {en(left)}) and became job ready.",
        facts,
    )


def _missing(regime: Regime, run: CashRun, facts: list[str]) -> Iterator[Reason]:
    policy, known = regime.history.policy, regime.history.known
    if run.effort_from < FOREVER:
        yield reason(
            "R2a_MISSING",
            f"Regel R2a: Du skal have været på kontanthjælp som jobparat i {months_da(policy.cash_effort_months)}. Din "
            f"periode begyndte den {da(run.anchor)}, og {months_da(policy.cash_effort_months)} er gået den "
            f"{da(run.effort_from)}.",
            f"Rule R2a: You must have been on kontanthjælp as job ready for {months_en(policy.cash_effort_months)}. "
            f"Your period began on {en(run.anchor)}, and {months_en(policy.cash_effort_months)} have passed on "
            f"{en(run.effort_from)}.",
            facts,
        )
    since = since_in_words(run.lookback_from)
    longest = max(run.prior, key=lambda prior: prior[1] - prior[0], default=None)
    found_da, found_en = (
        ("Vi fandt ingen.", "We found none.")
        if longest is None
        else (
            f"Den længste, vi fandt, var fra den {da(longest[0])} til den {da(longest[1] - 1)}.",
            f"The longest we found was from {en(longest[0])} to {en(longest[1] - 1)}.",
        )
    )
    yield reason(
        "R2b_MISSING",
        f"Regel R2b: En tidligere periode med ledighed på mere end {months_da(policy.prior_threshold_months)} i træk "
        f"siden {since[0]} ville gøre dig omfattet fra første dag. {found_da}",
        f"Rule R2b: An earlier period of unemployment of more than {months_en(policy.prior_threshold_months)} at a "
        f"stretch since {since[1]} would cover you from the first day. {found_en}",
        group_facts(known, ("INSURED", "CASH_JOB_READY"), run.lookback_from, run.anchor),
    )
    left = run.came_from
    yield reason(
        "R3_MISSING",
        "Regel R3: Du kom ikke fra en anden målgruppe umiddelbart før perioden"
        + ("." if left is None else f"; den sidste dag i en anden målgruppe var den {da(left)}."),
        "Rule R3: You did not come from another target group just before the period"
        + ("." if left is None else f"; the last day in another target group was {en(left)}."),
        [] if left is None else group_facts(known, policy.transition_from, left, left + 1),
    )
