"""What has to be told of one person, against what was told: pure (milestones.md section 5)."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from consumers.allowances import ALLOWED, Allowance, allowed_part, subject_of
from consumers.relations import Relation, enrolments, relation_on, relations_of
from consumers.stores.facts import Fact
from consumers.stores.relations import Milestone, Told
from schemas.ids import partner_event_id

_Key = tuple[str, str]  # partner, milestone


def untold(
    person: str,
    milestones: Sequence[Milestone],
    facts: Sequence[Fact],
    told: Sequence[Told],
    partners: Collection[str],
) -> list[Told]:
    """What has to be told of one person now, in order: first what is taken back, then what is new."""
    held = relations_of(facts)
    standing, count = _standing(told)
    replaced = _replaced(milestones)
    courses = enrolments(facts)
    valid = [each for each in milestones if each.milestone_id not in replaced and _still_stated(each, courses)]
    wanted = {(partner, each.milestone_id): (each, found) for partner, each, found in _wanted(valid, held, partners)}
    stands = {each.milestone_id for each in valid}
    theirs = {(each.partner, each.reference) for each in held}
    events = []
    for key, event in standing.items():
        # A relation that has ended since takes nothing back: what was told is still true, and was theirs to know.
        true = key[1] in stands and (key[0], event.document["reference"]) in theirs
        if not true and (key[0], replaced.get(key[1], "")) not in wanted:
            events.append(_taken_back(event, count[key]))
    for key, (milestone, (relation, allowance)) in wanted.items():
        if key not in standing:
            corrected = _corrected(milestone, allowance, key[0], standing, replaced)
            events.append(_event(person, milestone, relation, allowance, count[key], corrected))
            standing[key] = events[-1]
    return events


def _standing(told: Iterable[Told]) -> tuple[dict[_Key, Told], Counter[_Key]]:
    """What each partner was told and not told otherwise since, and how many events there were of each milestone."""
    standing: dict[_Key, Told] = {}
    count: Counter[_Key] = Counter()
    for event in told:
        key = (event.partner, event.milestone_id)
        count[key] += 1
        if event.type == "WITHDRAWN":
            standing.pop(key, None)
        else:
            standing[key] = event
    return standing, count


def _replaced(milestones: Iterable[Milestone]) -> dict[str, str]:
    """Milestones that a later one corrects, each with the one that took its place."""
    starts: dict[str, str] = {}
    replaced: dict[str, str] = {}
    for each in milestones:
        if each.type == "JOB_STARTED":
            corrects = each.document["details"].get("corrects")
            if corrects in starts:
                replaced[starts.pop(corrects)] = each.milestone_id
            starts[each.effective_day.isoformat()] = each.milestone_id
    return replaced


def _still_stated(milestone: Milestone, courses: Collection[tuple[str, str]]) -> bool:
    details = milestone.document["details"]
    return not milestone.type.startswith("TRAINING_") or (details["source"], details["enrolment"]) in courses


def _wanted(
    milestones: Iterable[Milestone], held: Sequence[Relation], partners: Collection[str]
) -> Iterator[tuple[str, Milestone, tuple[Relation, Allowance]]]:
    """Every partner with a relation on the effective day, milestone, and how the allow list lets it be told."""
    candidates = sorted({each.partner for each in held} & set(partners))
    for milestone in milestones:
        subject = subject_of(milestone.type, milestone.document["details"])
        for partner in candidates if subject is not None else ():
            relation = relation_on(held, partner, milestone.effective_day)
            allowance = None if relation is None else ALLOWED.get((relation.kind, str(subject)))
            if relation is None or allowance is None or (allowance.insured_only and not relation.insured):
                continue
            yield partner, milestone, (relation, allowance)


def _corrected(
    milestone: Milestone,
    allowance: Allowance,
    partner: str,
    standing: dict[_Key, Told],
    replaced: Mapping[str, str],
) -> str | None:
    """The event that this one corrects: of the milestone it took the place of, or a later-dated word on dagpenge."""
    for (told_partner, told_milestone), event in reversed(standing.items()):
        if told_partner != partner:
            continue
        if replaced.get(told_milestone) == milestone.milestone_id:
            return event.event_id
        if allowance.type.startswith("DAGPENGE_") and event.type.startswith("DAGPENGE_"):
            is_earlier = milestone.effective_day <= date.fromisoformat(event.document["effective_day"])
            return event.event_id if is_earlier else None
    return None


def _event(
    person: str,
    milestone: Milestone,
    relation: Relation,
    allowance: Allowance,
    number: int,
    corrected: str | None,
) -> Told:
    event_id = _event_id(relation.partner, milestone.milestone_id, number)
    document = {
        "event_id": event_id,
        "type": allowance.type,
        "reference": relation.reference,
        "effective_day": milestone.effective_day.isoformat(),
        "correction_of": corrected,
        **allowed_part(allowance, milestone.document["details"]),
    }
    return Told(
        partner=relation.partner,
        event_id=event_id,
        milestone_id=milestone.milestone_id,
        person=person,
        type=allowance.type,
        retracts=None,
        document=document,
    )


def _taken_back(event: Told, number: int) -> Told:
    """WITHDRAWN, to whoever was told, by the reference it was told under."""
    event_id = _event_id(event.partner, event.milestone_id, number)
    document = {
        "event_id": event_id,
        "type": "WITHDRAWN",
        "reference": event.document["reference"],
        "effective_day": event.document["effective_day"],
        "correction_of": event.event_id,
        **allowed_part(None, {}),
    }
    return Told(
        partner=event.partner,
        event_id=event_id,
        milestone_id=event.milestone_id,
        person=event.person,
        type="WITHDRAWN",
        retracts=event.event_id,
        document=document,
    )


def _event_id(partner: str, milestone_id: str, number: int) -> str:
    """Of the first event the plain id; of a repeal and a renewal each its own."""
    return partner_event_id(partner, milestone_id if number == 0 else f"{milestone_id}/{number}")
