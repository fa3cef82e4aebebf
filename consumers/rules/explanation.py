"""Why the answer is what it is, in sentences a caseworker can read aloud: state, rule, count, and what comes next."""

from collections.abc import Iterator

from consumers.rules.answer import Reason, expected_from, state_on
from consumers.rules.days import FOREVER, holds
from consumers.rules.evidence import facts_of_reading, facts_of_rule, group_facts, residence_facts
from consumers.rules.explained_rules import missing_reasons, rule_reasons
from consumers.rules.timeline import RULES, Period, Timeline
from consumers.rules.wording import END_REASONS, da, en, groups_da, groups_en, reason
from consumers.rules.wording import RULES as RULE_WORDS


def explain(timeline: Timeline, day: int) -> list[Reason]:
    """The explanation of the answer on `day`, a list of {code, da, en, facts}; also of a *no*: what is missing."""
    state, course = state_on(timeline, day)
    reasons: list[Reason] = []
    if course is not None:
        reasons.append(_covered(timeline, day, state, course))
        reasons += rule_reasons(timeline, course.first, course.rule)
        reasons += _today(timeline, day, state, course)
    else:
        reasons.append(
            reason(
                "STATE_NOT_ELIGIBLE",
                f"Du er ikke omfattet af et branchespor den {da(day)}.",
                f"You are not covered by a branchespor on {en(day)}.",
            )
        )
        reasons += _ended(timeline, day)
        reasons += _why_not(timeline, day)
    reasons += _circumstances(timeline, day)
    reasons.append(_next(timeline, day, state))
    return reasons


def _covered(timeline: Timeline, day: int, state: str, course: Period) -> Reason:
    if state == "ELIGIBLE":
        return reason(
            "STATE_ELIGIBLE",
            f"Du er omfattet af et branchespor fra den {da(course.first)}.",
            f"You are covered by a branchespor from {en(course.first)}.",
        )
    return reason(
        "STATE_SUSPENDED",
        f"Du har været omfattet af et branchespor siden den {da(course.first)}, men det er sat på pause, "
        "fordi du har fravær uden ydelse.",
        f"You have been covered by a branchespor since {en(course.first)}, but it is paused "
        "because you are absent without benefit.",
        facts_of_reading(timeline, day, course.rule),
    )


def _today(timeline: Timeline, day: int, state: str, course: Period) -> Iterator[Reason]:
    """The rules met on the day itself, where they are others than the one the course began by."""
    regime = timeline.regime(day)
    if state != "ELIGIBLE" or regime is None:
        return
    others = [rule for rule in RULES if rule != course.rule and holds(regime.met.get(rule, []), day)]
    if not others:
        return
    words = [RULE_WORDS[rule] for rule in others]
    ids = sorted({each for rule in others for each in facts_of_rule(timeline, day, rule)})
    if holds(regime.met.get(course.rule, []), day):
        yield reason(
            "ALSO_MET",
            f"Også disse regler er opfyldt den {da(day)}: "
            + "; ".join(f"{rule} ({word[0]})" for rule, word in zip(others, words, strict=True))
            + ".",
            f"These rules are met too on {en(day)}: "
            + "; ".join(f"{rule} ({word[1]})" for rule, word in zip(others, words, strict=True))
            + ".",
            ids,
        )
    else:
        yield reason(
            "RULE_TODAY",
            f"Den {da(day)} er du omfattet efter regel {others[0]} ({words[0][0]}); det er stadig det samme forløb.",
            f"On {en(day)} you are covered by rule {others[0]} ({words[0][1]}); it is still the same course.",
            ids,
        )


def _ended(timeline: Timeline, day: int) -> Iterator[Reason]:
    """The last course that ended before the day."""
    latest = timeline.latest(day)
    if latest is None:
        return
    back = timeline.absence_until(latest.stop)
    why = END_REASONS[timeline.reading(back, latest.last_rule)]
    yield reason(
        "COURSE_ENDED",
        f"Du var omfattet til og med den {da(latest.stop - 1)}. Forløbet sluttede den {da(back)}, fordi {why[0]}.",
        f"You were covered until {en(latest.stop - 1)}. The course ended on {en(back)}, because {why[1]}.",
        sorted({*facts_of_reading(timeline, back, latest.last_rule), *facts_of_reading_at_stop(timeline, latest)}),
    )


def facts_of_reading_at_stop(timeline: Timeline, period: Period) -> list[str]:
    """Ids of the facts behind the first day after a period."""
    return facts_of_reading(timeline, period.stop, period.last_rule)


_OBSTACLES = {
    "NO_POLICY": (
        "Der gælder ingen politik for branchespor den dag, og derfor kan ingen være omfattet.",
        "No policy on branchespor applies on that day, so nobody can be covered.",
    ),
    "DIED": ("Borgeren er registreret som død.", "The citizen is registered as dead."),
    "MOVED": (
        "Du bor ikke i kommunen den dag. Kommunens branchespor er for dens egne borgere.",
        "You do not live in the municipality on that day. Its branchespor are for its own citizens.",
    ),
    "JOB": (
        "Du er i almindeligt fuldtidsarbejde den dag og regnes ikke som ledig.",
        "You are in ordinary full-time work on that day and do not count as unemployed.",
    ),
    "ABSENCE": (
        "Du har fravær uden ydelse den dag; sådanne dage tæller ikke med.",
        "You are absent without benefit on that day; such days do not count.",
    ),
}


def _why_not(timeline: Timeline, day: int) -> Iterator[Reason]:
    """The first obstacle of the day, else what each rule lacks."""
    obstacle = timeline.reading(day, None)
    if obstacle in _OBSTACLES:
        yield reason(obstacle, *_OBSTACLES[obstacle], facts_of_reading(timeline, day, None))
        return
    groups = timeline.groups_on(day)
    if not groups:
        yield reason(
            "NO_GROUP",
            f"Vi har ingen oplysning om, at du er i en målgruppe den {da(day)}.",
            f"We know of no target group that you are in on {en(day)}.",
        )
        return
    yield reason(
        "GROUPS",
        f"Den {da(day)} er din målgruppe: {groups_da(groups)}.",
        f"On {en(day)} your target group is: {groups_en(groups)}.",
        group_facts(timeline.known, groups, day, day + 1),
    )
    yield from missing_reasons(timeline, day, groups)


def _circumstances(timeline: Timeline, day: int) -> Iterator[Reason]:
    """Residence, conflict, policy: what the caseworker must know beside the rule."""
    known = timeline.known
    if not known.residences:
        yield reason(
            "RESIDENCE_ASSUMED",
            "Vi har ingen oplysning om din bopæl og går ud fra, at du bor i kommunen.",
            "We have no information on where you live and assume that you live in the municipality.",
        )
    else:
        yield reason(
            "RESIDENCE_KNOWN",
            "Din bopæl er oplyst af folkeregisteret.",
            "Where you live is stated by the person register.",
            residence_facts(known, day),
        )
    groups = timeline.groups_on(day)
    if len(groups) > 1:
        yield reason(
            "CONFLICT",
            f"Oplysningerne siger, at du er i flere målgrupper på samme tid ({groups_da(groups)}). "
            "Alle regler er prøvet, og den tidligste dag gælder; en sagsbehandler skal se på det.",
            f"The information puts you in several target groups at once ({groups_en(groups)}). "
            "All rules were tried and the earliest day counts; a caseworker must look at it.",
            group_facts(known, groups, day, day + 1),
        )
    policy = timeline.policies.in_force(day)
    if policy is not None and not policy.confirmed:
        yield reason(
            "POLICY_UNCONFIRMED",
            f"Politikken {policy.version} er videreført og endnu ikke bekræftet af kommunalbestyrelsen.",
            f"The policy {policy.version} is carried on and not yet confirmed by the council.",
        )


def _next(timeline: Timeline, day: int, state: str) -> Reason:
    """What happens next if no fact changes."""
    if state == "ELIGIBLE":
        latest = timeline.latest(day)
        if latest is None or latest.stop >= FOREVER or latest.end_reason is None:
            return reason(
                "NEXT_CONTINUES",
                "Hvis intet ændrer sig, er du fortsat omfattet.",
                "If nothing changes, you stay covered.",
            )
        why = END_REASONS[latest.end_reason]
        return reason(
            "NEXT_ENDS",
            f"Hvis intet ændrer sig, er du omfattet til og med den {da(latest.stop - 1)}; derefter ikke, "
            f"fordi {why[0]}.",
            f"If nothing changes, you are covered until {en(latest.stop - 1)}; not after that, because {why[1]}.",
            facts_of_reading(timeline, latest.stop, latest.last_rule),
        )
    expected = expected_from(timeline, day)
    if expected is None:
        return (
            _never(timeline, day)
            if state == "SUSPENDED"
            else reason(
                "NEXT_NOTHING",
                "Hvis intet ændrer sig, bliver du ikke omfattet af et branchespor.",
                "If nothing changes, you will not be covered by a branchespor.",
            )
        )
    rule = next(period.rule for period in timeline.periods if period.first == expected)
    return reason(
        "NEXT_STARTS",
        f"Hvis intet ændrer sig, bliver du omfattet fra den {da(expected)} efter regel {rule} ({RULE_WORDS[rule][0]}).",
        f"If nothing changes, you will be covered from {en(expected)} by rule {rule} ({RULE_WORDS[rule][1]}).",
        facts_of_rule(timeline, expected, rule),
    )


def _never(timeline: Timeline, day: int) -> Reason:
    """What follows a pause after which nothing is covered."""
    latest, back = timeline.latest(day), timeline.absence_until(day)
    if latest is None or back >= FOREVER:
        return reason(
            "NEXT_NOTHING", "Hvis intet ændrer sig, fortsætter pausen.", "If nothing changes, the pause goes on."
        )
    why = END_REASONS[timeline.reading(back, latest.last_rule)]
    return reason(
        "NEXT_NOTHING",
        f"Hvis intet ændrer sig, slutter forløbet den {da(back)}, fordi {why[0]}.",
        f"If nothing changes, the course ends on {en(back)}, because {why[1]}.",
        facts_of_reading(timeline, back, latest.last_rule),
    )
