"""Steps: what the facts say has been reached, against what was announced of it; each told once, corrections too.

The milestones but for M01, M03 and M04 are steps. A step is announced when its day has come and nothing
blocks it; again, naming the day it `corrects`, when what it says has changed; taken back by MILESTONE_WITHDRAWN when
the facts do not say it any more. What was announced is never held afterwards.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from consumers.rules.days import iso
from consumers.rules.milestone import Milestone
from consumers.rules.policy import Policies

WAITING_FOR: Final = "WAITING_FOR"
TAKEN_BACK: Final = "MILESTONE_WITHDRAWN"

_STATEMENT: Final = ("source", "record_key")

SUBJECTS: Final[Mapping[str, tuple[str, ...]]] = {
    "FIRST_MEETING_HELD": (),
    "CASEWORK_STARTED": _STATEMENT,
    "TRACK_OFFERED": _STATEMENT,
    "TRACK_ACCEPTED": _STATEMENT,
    "TRACK_DECLINED": _STATEMENT,
    "PLACEMENT_AGREED": ("source", "placement"),
    "PLACEMENT_STARTED": ("source", "placement"),
    "PLACEMENT_EXTENDED": ("source", "placement"),
    "PLACEMENT_ENDED": ("source", "placement"),
    "TRAINING_ENROLLED": ("source", "enrolment"),
    "TRAINING_STARTED": ("source", "enrolment"),
    "TRAINING_COMPLETED": ("source", "enrolment"),
    "TRAINING_NOT_COMPLETED": ("source", "enrolment"),
    "ALTERNATION_REACHED": ("track",),
    "JOB_STARTED": (),
    "LASTING_ATTACHMENT": ("weeks",),
    "DROPPED_OUT": ("source", "part"),
    "COURSE_CLOSED": ("track",),
    "YOUTH_GUIDANCE_HELD": _STATEMENT,
    "EDUCATION_APPLIED": _STATEMENT,
    "ENROLLED": _STATEMENT,
    "DROPOUT_RISK": _STATEMENT,
    "PLACE_AGREED": _STATEMENT,
    "INTERRUPTED": _STATEMENT,
    "COMPLETED": _STATEMENT,
    "LEISURE_JOB": _STATEMENT,
    "INTEGRATION_PERIOD_STARTED": _STATEMENT,
    "INTEGRATION_PERIOD_ENDED": _STATEMENT,
    "PROGRAMME_STARTED": _STATEMENT,
    "PARALLEL_SUPPORT_ACTIVE": ("active",),
}
"""The steps in the order in which those of one evaluation are told, each with the details that say what it is about."""

_ORDER: Final = {name: place for place, name in enumerate(SUBJECTS)}

_SAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "TRACK_OFFERED": ("effective_day", "track", "plan_first_day", "plan_last_day"),
    "TRACK_ACCEPTED": ("effective_day", "track"),
    "TRACK_DECLINED": ("effective_day", "track"),
    "PLACEMENT_AGREED": ("first_day",),
    "PLACEMENT_EXTENDED": ("last_day",),
    "TRAINING_ENROLLED": ("course", "first_day", "last_day"),
    "COURSE_CLOSED": ("effective_day", "reason"),
}
"""What a step says, where that is not its effective day alone: what makes it another, and so a correction."""


class Step(NamedTuple):
    """What the facts say is or will be reached on day `effective`.

    `waits_for`: the milestone it still needs (M03, M05, M06). `after_closing`: its track was closed on an earlier day.
    """

    type: str
    effective: int
    facts: list[str]
    details: Mapping[str, Any]
    waits_for: str | None = None
    after_closing: bool = False

    @property
    def subject(self) -> tuple[Any, ...]:
        """What it is about."""
        return subject_of(self.type, self.details)

    @property
    def says(self) -> tuple[Any, ...]:
        """What would make it another."""
        return says_of(self.type, iso(self.effective), self.details)


class Said(NamedTuple):
    """A step as announced; `details` those of the milestone."""

    type: str
    subject: tuple[Any, ...]
    effective_day: str
    says: tuple[Any, ...]
    details: Mapping[str, Any]


Steps = tuple[Said, ...]
"""The steps announced and not taken back, in order of announcement."""


class Held(NamedTuple):
    """A step whose day has come and that is not announced yet: `reason` WAITING_FOR, and the milestone it needs."""

    type: str
    effective_day: str
    reason: str
    waits_for: str
    details: Mapping[str, Any]


def step_milestones(told: Steps, steps: Iterable[Step], policies: Policies, day: int) -> Iterator[Milestone]:
    """What is new on `day`: what is taken back, then the steps by type, effective day and subject."""
    due = {(step.type, step.subject, step.says): step for step in _in_order(steps) if step.effective <= day}
    standing = {(said.type, said.subject, said.says): said for said in told}
    new = [step for key, step in due.items() if standing.pop(key, None) is None]
    corrected: list[tuple[Step, Said | None]] = []
    for step in new:
        old = next((said for said in standing.values() if (said.type, said.subject) == (step.type, step.subject)), None)
        if old is not None:
            del standing[old.type, old.subject, old.says]
        if old is not None or (step.waits_for is None and not step.after_closing):
            corrected.append((step, old))
    for said in standing.values():
        yield _taken_back(said, policies, day)
    for step, old in corrected:
        yield _milestone(step, old, policies, day)


def held_steps(told: Steps, steps: Iterable[Step], day: int) -> list[Held]:
    """The steps that wait on `day`, in order."""
    known = {(said.type, said.subject) for said in told}
    return [
        Held(step.type, iso(step.effective), WAITING_FOR, step.waits_for, step.details)
        for step in _in_order(steps)
        if step.effective <= day
        and step.waits_for is not None
        and not step.after_closing
        and (step.type, step.subject) not in known
    ]


def _in_order(steps: Iterable[Step]) -> list[Step]:
    return sorted(steps, key=lambda step: (_ORDER[step.type], step.effective, [str(each) for each in step.subject]))


def _milestone(step: Step, old: Said | None, policies: Policies, day: int) -> Milestone:
    policy = policies.in_force(step.effective) or policies.in_force(day)
    return Milestone(
        type=step.type,
        effective_day=iso(step.effective),
        detected_day=iso(day),
        policy=None if policy is None else policy.version,
        facts=sorted(set(step.facts)),
        details={**step.details, "corrects": None if old is None else old.effective_day},
    )


def _taken_back(said: Said, policies: Policies, day: int) -> Milestone:
    policy = policies.in_force(day)
    return Milestone(
        type=TAKEN_BACK,
        effective_day=said.effective_day,
        detected_day=iso(day),
        policy=None if policy is None else policy.version,
        details={**said.details, "corrects": said.effective_day, "withdraws": said.type},
    )


def retell(told: Steps, milestone: Milestone) -> Steps:
    """The announced steps after one more milestone."""
    taken_back = milestone.type == TAKEN_BACK
    type_ = milestone.details["withdraws"] if taken_back else milestone.type
    if type_ not in SUBJECTS:
        return told
    subject, gone = subject_of(type_, milestone.details), milestone.details.get("corrects")
    if taken_back:
        return _without(told, type_, subject, str(gone), says_of(type_, str(gone), milestone.details))
    kept = told if gone is None else _without(told, type_, subject, gone)
    says = says_of(type_, milestone.effective_day, milestone.details)
    return (*kept, Said(type_, subject, milestone.effective_day, says, milestone.details))


def _without(
    told: Steps, type_: str, subject: tuple[Any, ...], effective_day: str, says: tuple[Any, ...] | None = None
) -> Steps:
    """`says`: of several of one day, which persons who became one citizen may have; None: the first one."""
    gone = next(
        (
            number
            for number, said in enumerate(told)
            if said[:3] == (type_, subject, effective_day) and says in (None, said.says)
        ),
        len(told),
    )
    return (*told[:gone], *told[gone + 1 :])


def united(told: Steps, other: Steps) -> Steps:
    """The steps announced of two persons who are one citizen; what was announced of both counts once."""
    known = {(said.type, said.subject, said.says) for said in told}
    return (*told, *(said for said in other if (said.type, said.subject, said.says) not in known))


def subject_of(type_: str, details: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a step of a type is about, by its details."""
    return tuple(details[name] for name in SUBJECTS[type_])


def says_of(type_: str, effective_day: str, details: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a step of a type says, by its effective day and details: what would make it another."""
    names = _SAYS.get(type_, ("effective_day",))
    return tuple(effective_day if name == "effective_day" else details[name] for name in names)
