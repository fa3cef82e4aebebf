"""What has to be told of one person, against what was told: pure (milestones.md section 5)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from consumers.allowances import ALLOWED, Allowance, allowed_part, subject_of
from consumers.relations import Relation, relation_on, relations_of
from consumers.rules.steps import SUBJECTS, TAKEN_BACK, says_of
from consumers.rules.steps import subject_of as subject_of_step
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
    replaced = _replaced(milestones)
    standing, count = _standing(told, replaced)
    valid = [each for each in milestones if each.milestone_id not in replaced]
    wanted = {(partner, each.milestone_id): (each, found) for partner, each, found in _wanted(valid, held, partners)}
    stands = {each.milestone_id for each in valid}
    theirs = {(each.partner, each.reference) for each in held}
    known, news = dict(standing), list[Told]()
    for key, (milestone, (relation, allowance)) in wanted.items():
        if key not in standing:
            corrected = _corrected(milestone, allowance, key[0], known, replaced)
            news.append(_event(person, milestone, relation, allowance, count[key], corrected))
            known[key] = news[-1]
    corrected_now = {event.document["correction_of"] for event in news}
    taken_back = []
    for key, event in standing.items():
        # A relation that has ended since takes nothing back: what was told is still true, and was theirs to know.
        true = key[1] in stands and (key[0], event.document["reference"]) in theirs
        if not true and event.event_id not in corrected_now:
            taken_back.append(_taken_back(event, count[key]))
    return [*taken_back, *news]


def _standing(told: Iterable[Told], replaced: Mapping[str, str]) -> tuple[dict[_Key, Told], Counter[_Key]]:
    """What each partner was told and not told otherwise since, and how many events there were of each milestone.

    An event stands no more once the one that took its milestone's place was told as its correction.
    """
    standing: dict[_Key, Told] = {}
    keys: dict[str, _Key] = {}
    count: Counter[_Key] = Counter()
    for event in told:
        key = (event.partner, event.milestone_id)
        count[key] += 1
        keys[event.event_id] = key
        corrected = keys.get(event.document["correction_of"] or "")
        if event.type == "WITHDRAWN":
            standing.pop(key, None)
        else:
            if corrected is not None and replaced.get(corrected[1]) == event.milestone_id:
                standing.pop(corrected, None)
            standing[key] = event
    return standing, count


def _replaced(milestones: Iterable[Milestone]) -> dict[str, str]:
    """Milestones that a later one corrects or takes back, each with the one in its place; empty text: none.

    Of a citizen who was two persons the same may stand announced twice: what replaces it replaces both.
    """
    standing: defaultdict[tuple[Any, ...], list[tuple[tuple[Any, ...], str]]] = defaultdict(list)
    replaced: dict[str, str] = {}
    for each in milestones:
        details = each.document["details"]
        taken_back = each.type == TAKEN_BACK
        type_ = details["withdraws"] if taken_back else each.type
        if type_ not in SUBJECTS:
            continue
        subject = (type_, *subject_of_step(type_, details))
        says = says_of(type_, each.effective_day.isoformat(), details)
        old = standing[(*subject, details.get("corrects"))]
        gone = says if taken_back else old[0][0] if old else None
        replaced |= {said: "" if taken_back else each.milestone_id for what, said in old if what == gone}
        old[:] = [(what, said) for what, said in old if what != gone]
        if not taken_back:
            standing[(*subject, each.effective_day.isoformat())].append((says, each.milestone_id))
    return replaced


def _wanted(
    milestones: Iterable[Milestone], held: Sequence[Relation], partners: Collection[str]
) -> Iterator[tuple[str, Milestone, tuple[Relation, Allowance]]]:
    """Every partner with a relation on the effective day, milestone, and how the allow list lets it be told."""
    candidates = sorted({each.partner for each in held} & set(partners))
    for milestone in milestones:
        details = milestone.document["details"]
        subject = subject_of(milestone.type, details)
        for partner in candidates if subject is not None else ():
            relation, allowance = _allowed(held, partner, milestone, str(subject))
            if relation is not None and allowance is not None:
                yield partner, milestone, (relation, allowance)


def _allowed(
    held: Sequence[Relation], partner: str, milestone: Milestone, subject: str
) -> tuple[Relation | None, Allowance | None]:
    details = milestone.document["details"]
    kind = next(each.kind for each in held if each.partner == partner)
    allowance = ALLOWED.get((kind, subject))
    if allowance is None or (allowance.only_if is not None and details[allowance.only_if] is not True):
        return None, None

    def may(relation: Relation) -> bool:
        if allowance.same_track and (relation.track is None or relation.track != details["track"]):
            return False
        # A school need not be told what it told us itself.
        return allowance.type != "ENDED" or details.get("part") != relation.reference

    relation = relation_on(held, partner, milestone.effective_day, may)
    return (
        (None, None)
        if relation is not None and allowance.insured_only and not relation.insured
        else (relation, allowance)
    )


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
