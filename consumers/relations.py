"""With whom a citizen has a relation, on which days, and by which reference (milestones.md section 5)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from consumers.rules.known import effective
from consumers.stores.facts import Fact

PartnerKind = Literal["akasse", "school"]
MEMBERSHIP_MARGIN = timedelta(days=120)  # before and after a membership (privacy.md G08)
_DANISH = ZoneInfo("Europe/Copenhagen")
_FAR = date(9999, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """`partner` may hear of the citizen from `first_day` to `last_day`, both inclusive, under its own `reference`.

    `since` is when membership or course itself began; `insured` false: a member without insurance. `track`: that of a
    school's course, None: of none.
    """

    partner: str
    kind: PartnerKind
    reference: str
    first_day: date
    last_day: date
    since: date
    insured: bool = False
    track: str | None = None


def relations_of(facts: Sequence[Fact]) -> list[Relation]:
    """The relations of one citizen by all versions of his or her memberships and courses."""
    found = []
    for fact in effective(facts, None):
        if fact["kind"] == "MembershipSpell":
            found.append(_membership(fact))
        elif fact["kind"] == "Training":
            found.append(_enrolment(fact, facts))
    return found


def relation_on(
    relations: Iterable[Relation], partner: str, day: date, may: Callable[[Relation], bool] = lambda _: True
) -> Relation | None:
    """The relation by which `partner` may hear of `day`, of those that `may` lets through; None if there is none.

    Of several the one begun last before the day, else the one that begins next: an event names the citizen once.
    """
    holding = [
        each for each in relations if each.partner == partner and each.first_day <= day <= each.last_day and may(each)
    ]
    return max(
        holding, key=lambda each: (each.since <= day, -abs((each.since - day).days), each.reference), default=None
    )


def _membership(fact: Fact) -> Relation:
    first = date.fromisoformat(fact["first_day"])
    last = None if fact["last_day"] is None else date.fromisoformat(fact["last_day"])
    return Relation(
        partner=f"akasse-{fact['akasse']}",
        kind="akasse",
        reference=fact["record_key"].partition("/")[0],  # MEDLEMSNR (partners/akasse-bestand.md)
        first_day=first - MEMBERSHIP_MARGIN,
        last_day=_FAR if last is None else last + MEMBERSHIP_MARGIN,
        since=first,
        insured=fact["insurance"] != "NONE",
    )


def _enrolment(fact: Fact, facts: Iterable[Fact]) -> Relation:
    """From the day the school told of the enrolment, at latest the first day, to the last day or the cancellation."""
    first, last = date.fromisoformat(fact["first_day"]), date.fromisoformat(fact["last_day"])
    statement = (fact["source"], fact["kind"], fact["record_key"])
    versions = [each for each in facts if (each["source"], each["kind"], each["record_key"]) == statement]
    told = _danish_day(min(each["recorded_at"] for each in versions))
    if fact["outcome"] == "CANCELLED":
        last = min(last, _danish_day(fact["recorded_at"]))
    return Relation(
        partner="amu-" + fact["source"].partition(":")[2],
        kind="school",
        reference=fact["enrolment"],
        first_day=min(first, told),
        last_day=last,
        since=first,
        track=fact["track"],
    )


def _danish_day(moment: str) -> date:
    return datetime.fromisoformat(moment).astimezone(_DANISH).date()
