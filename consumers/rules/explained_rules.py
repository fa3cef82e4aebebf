"""Each rule in words: the anchor day, what was counted and needed, pauses, gaps, earlier unemployment, transition."""

from collections.abc import Iterator

from consumers.rules.answer import Reason
from consumers.rules.cash import CashRun
from consumers.rules.days import BEFORE_ALL, FOREVER, Days, between, both, number, span_of
from consumers.rules.evidence import facts_of_rule, group_facts, touching, work_facts
from consumers.rules.insured import DagpengeDays
from consumers.rules.timeline import Regime, Timeline
from consumers.rules.wording import da, days_da, days_en, en, groups_da, groups_en, months_da, months_en
from consumers.rules.youth import EDUCATION_GROUPS, education_days


def reason(code: str, danish: str, english: str, facts: list[str] | None = None) -> Reason:
    """One sentence of an explanation; `facts` are the ids of the facts it rests on, in order."""
    return {"code": code, "da": danish, "en": english, "facts": sorted(set(facts)) if facts else []}


def rule_reasons(timeline: Timeline, day: int, rule: str) -> Iterator[Reason]:
    """Why `rule` is met on `day`."""
    regime = timeline.regime(day)
    if regime is None:
        return
    facts = facts_of_rule(timeline, day, rule)
    if rule in ("R1a", "R1b"):
        period = _period(regime, day)
        if period is not None:
            yield (_r1a if rule == "R1a" else _r1b)(regime, period, day, facts)
            if rule == "R1a":
                yield from _pauses(regime, "INSURED", period.anchor, day)
    elif rule in ("R2a", "R2b", "R3"):
        run = _run(regime, day)
        if run is not None:
            yield {"R2a": _r2a, "R2b": _r2b, "R3": _r3}[rule](regime, run, facts)
            if rule == "R2a":
                yield from _gaps(regime, run, day)
    elif rule == "R4":
        yield reason(
            "R4",
            "Regel R4: Du er i en integrationsperiode og er omfattet fra dens første dag.",
            "Rule R4: You are in an integration period and are covered from its first day.",
            facts,
        )
    else:
        yield _r5(timeline, day, facts)


def missing_reasons(timeline: Timeline, day: int, groups: list[str]) -> Iterator[Reason]:
    """What each rule of the day's groups lacks."""
    regime = timeline.regime(day)
    if regime is None:
        return
    if "INSURED" in groups:
        period = _period(regime, day)
        if period is not None:
            yield _r1a_missing(regime, period, day, facts_of_rule(timeline, day, "R1a"))
            yield from _pauses(regime, "INSURED", period.anchor, day)
            yield _r1b_missing(regime, period, facts_of_rule(timeline, day, "R1b"))
    if "CASH_JOB_READY" in groups:
        run = _run(regime, day)
        if run is not None:
            yield from _cash_missing(regime, run, facts_of_rule(timeline, day, "R2a"))
            yield from _gaps(regime, run, day)
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


def _period(regime: Regime, day: int) -> DagpengeDays | None:
    return next((each for each in regime.dagpenge if each.first <= day < each.stop), None)


def _run(regime: Regime, day: int) -> CashRun | None:
    return next((each for each in regime.cash if each.anchor <= day < each.days[-1][1]), None)


def _since(day: int) -> tuple[str, str]:
    return ("altid", "ever") if day <= BEFORE_ALL else (f"den {da(day)}", en(day))


def _r1a(regime: Regime, period: DagpengeDays, day: int, facts: list[str]) -> Reason:
    months = regime.history.policy.insured_effort_months
    counted = number(between(period.days, period.anchor, day))
    return reason(
        "R1a",
        f"Regel R1a: Som forsikret ledig er du omfattet efter {months_da(months)} som ledig. Din første ledige dag i "
        f"dagpengeperioden er den {da(period.anchor)}, og {months_da(months)} derfra er {days_da(period.needed_days)}. "
        f"Før den {da(day)} var der talt {days_da(counted)}.",
        f"Rule R1a: As an insured unemployed you are covered after {months_en(months)} of unemployment. Your first "
        f"unemployed day in the dagpenge period is {en(period.anchor)}, and {months_en(months)} from it are "
        f"{days_en(period.needed_days)}. Before {en(day)}, {days_en(counted)} had been counted.",
        facts,
    )


def _r1a_missing(regime: Regime, period: DagpengeDays, day: int, facts: list[str]) -> Reason:
    months = regime.history.policy.insured_effort_months
    counted = number(between(period.days, period.anchor, day))
    if period.needed_days + period.anchor >= FOREVER:
        return reason("R1a_MISSING", "Regel R1a kan ikke nås.", "Rule R1a cannot be reached.", facts)
    if period.anchor > day:
        return reason(
            "R1a_MISSING",
            f"Regel R1a: Din optælling af {months_da(months)} som ledig begynder først den {da(period.anchor)}.",
            f"Rule R1a: Your count of {months_en(months)} of unemployment begins on {en(period.anchor)} only.",
            facts,
        )
    missing = max(period.needed_days - counted, 0)
    return reason(
        "R1a_MISSING",
        f"Regel R1a: Du skal have været ledig i {months_da(months)}, det er {days_da(period.needed_days)} regnet fra din "
        f"første ledige dag den {da(period.anchor)}. Før den {da(day)} er der talt {days_da(counted)}; der mangler "
        f"{days_da(missing)}.",
        f"Rule R1a: You must have been unemployed for {months_en(months)}, which is {days_en(period.needed_days)} from "
        f"your first unemployed day, {en(period.anchor)}. Before {en(day)}, {days_en(counted)} have been counted; "
        f"{days_en(missing)} are missing.",
        facts,
    )


def _r1b(regime: Regime, period: DagpengeDays, day: int, facts: list[str]) -> Reason:
    months = regime.history.policy.prior_threshold_months
    since = _since(period.lookback_from)
    return reason(
        "R1b",
        f"Regel R1b: Du er omfattet fra den første ledige dag, den {da(period.anchor)}, fordi du tidligere har været "
        f"ledig i mere end {months_da(months)}. Fra {since[0]} til dagen før er der talt {days_da(period.prior_days)}; "
        f"grænsen er {days_da(period.prior_limit)}.",
        f"Rule R1b: You are covered from the first unemployed day, {en(period.anchor)}, because you were unemployed for "
        f"more than {months_en(months)} before. From {since[1]} to the day before, {days_en(period.prior_days)} were "
        f"counted; the limit is {days_en(period.prior_limit)}.",
        facts,
    )


def _r1b_missing(regime: Regime, period: DagpengeDays, facts: list[str]) -> Reason:
    months = regime.history.policy.prior_threshold_months
    since = _since(period.lookback_from)
    if not period.prior:
        return reason(
            "R1b_MISSING",
            f"Regel R1b: Vi kender ingen tidligere ledighed fra {since[0]} til dagen før den {da(period.anchor)}.",
            f"Rule R1b: We know of no earlier unemployment from {since[1]} to the day before {en(period.anchor)}.",
            facts,
        )
    return reason(
        "R1b_MISSING",
        f"Regel R1b: Tidligere ledighed på mere end {months_da(months)} ville give ret fra første dag. Fra {since[0]} til "
        f"dagen før den {da(period.anchor)} er der talt {days_da(period.prior_days)}; der skal være mere end "
        f"{days_da(period.prior_limit)}.",
        f"Rule R1b: Earlier unemployment of more than {months_en(months)} would cover you from the first day. From "
        f"{since[1]} to the day before {en(period.anchor)}, {days_en(period.prior_days)} were counted; more than "
        f"{days_en(period.prior_limit)} are needed.",
        facts,
    )


def _pauses(regime: Regime, group: str, first: int, day: int) -> Iterator[Reason]:
    """Days in the group that did not count, because of work or unpaid absence."""
    inside = between(regime.history.known.groups.get(group, []), first, day)
    work = both(inside, regime.history.work)
    if work:
        yield reason(
            "PAUSED_BY_WORK",
            f"{days_da(number(work))} i fuldtidsarbejde tæller ikke med ({_spans(work)[0]}) og flytter dagen.",
            f"{days_en(number(work))} in full-time work do not count ({_spans(work)[1]}) and move the day.",
            work_facts(regime, first, day),
        )
    unpaid = both(inside, regime.history.known.unpaid)
    if unpaid:
        yield reason(
            "PAUSED_BY_ABSENCE",
            f"{days_da(number(unpaid))} med fravær uden ydelse tæller ikke med ({_spans(unpaid)[0]}) og flytter dagen.",
            f"{days_en(number(unpaid))} of absence without benefit do not count ({_spans(unpaid)[1]}) and move the day.",
            touching(regime.history.known.absences, first, day),
        )


def _gaps(regime: Regime, run: CashRun, day: int) -> Iterator[Reason]:
    """Short gaps of a run that were bridged before the day."""
    gaps = [(before[1], after[0]) for before, after in zip(run.days, run.days[1:], strict=False) if after[0] <= day]
    if gaps:
        yield reason(
            "GAPS_BRIDGED",
            f"Korte afbrydelser bryder ikke perioden ({_spans(gaps)[0]}).",
            f"Short gaps do not break the period ({_spans(gaps)[1]}).",
            group_facts(regime.history.known, ("CASH_JOB_READY",), run.anchor, day + 1),
        )


def _spans(days: Days) -> tuple[str, str]:
    shown = days[:3]
    more = len(days) - len(shown)
    danish = ", ".join(da(first) if stop == first + 1 else f"{da(first)} til {da(stop - 1)}" for first, stop in shown)
    english = ", ".join(en(first) if stop == first + 1 else f"{en(first)} to {en(stop - 1)}" for first, stop in shown)
    return danish + (f" og {more} mere" if more else ""), english + (f" and {more} more" if more else "")


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
        f"Regel R2b: Du er omfattet fra periodens første dag, den {da(run.anchor)}, fordi du tidligere har været ledig "
        f"i mere end {months_da(months)} i træk: fra den {da(over[0])} til den {da(over[1] - 1)}.",
        f"Rule R2b: You are covered from the first day of the period, {en(run.anchor)}, because you were unemployed for "
        f"more than {months_en(months)} at a stretch before: from {en(over[0])} to {en(over[1] - 1)}.",
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
        f"Regel R3: Du er omfattet fra den {da(run.anchor)}, fordi du kom fra en anden målgruppe "
        f"({groups_da(groups)}, til og med den {da(left)}) og blev jobparat.",
        f"Rule R3: You are covered from {en(run.anchor)}, because you came from another target group "
        f"({groups_en(groups)}, until {en(left)}) and became job ready.",
        facts,
    )


def _cash_missing(regime: Regime, run: CashRun, facts: list[str]) -> Iterator[Reason]:
    policy, known = regime.history.policy, regime.history.known
    if run.effort_from < FOREVER:
        yield reason(
            "R2a_MISSING",
            f"Regel R2a: Du skal have været på kontanthjælp som jobparat i {months_da(policy.cash_effort_months)}. Din "
            f"periode begyndte den {da(run.anchor)}; dagen nås den {da(run.effort_from)}.",
            f"Rule R2a: You must have been on kontanthjælp as job ready for {months_en(policy.cash_effort_months)}. Your "
            f"period began on {en(run.anchor)}; the day is reached on {en(run.effort_from)}.",
            facts,
        )
    since = _since(run.lookback_from)
    longest = max(run.prior, key=lambda prior: prior[1] - prior[0], default=None)
    found_da, found_en = (
        ("ingen", "none")
        if longest is None
        else (
            f"den længste fra den {da(longest[0])} til den {da(longest[1] - 1)}",
            f"the longest from {en(longest[0])} to {en(longest[1] - 1)}",
        )
    )
    yield reason(
        "R2b_MISSING",
        f"Regel R2b: En tidligere periode med ledighed på mere end {months_da(policy.prior_threshold_months)} i træk "
        f"efter {since[0]} ville give ret fra første dag. Vi fandt: {found_da}.",
        f"Rule R2b: An earlier period of unemployment of more than {months_en(policy.prior_threshold_months)} at a "
        f"stretch after {since[1]} would cover you from the first day. We found: {found_en}.",
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
