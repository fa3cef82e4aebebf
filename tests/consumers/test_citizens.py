"""Who is one citizen, and what has been announced of him or her: without a store, on many histories and orders."""

import random
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchespor.benches.facts import facts_of_citizens
from consumers.citizens import Change, Citizens, Merge, concerned, joined
from consumers.policy_file import load
from consumers.rules.detection import Told, differences, evaluate, milestones_on, playback, timeline_of
from tests.consumers.rules.further_facts import some_steps

DAY = date(2020, 12, 1)
POLICIES = load()
A, B, C, D = "abcd"


def change(person: str, merged: str) -> Change:
    return Change(f"{person}{merged}", person, merged, "2020-05-20")


@dataclass
class Store:
    """What the status consumer does, with dictionaries for tables."""

    facts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    journals: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    contradicting: list[Change] = field(default_factory=list)

    @property
    def citizens(self) -> Citizens:
        return Citizens(self.merges)

    def take(self, *delivered: Any) -> None:
        touched = set()
        for each in delivered:
            if not isinstance(each, Change):
                person = self.citizens.leads_to(each["person"])
                self.facts.setdefault(person, []).append(each)
                touched.add(person)
        changes, further = concerned(self.citizens, [each for each in delivered if isinstance(each, Change)])
        found, contradicting = joined(self.citizens, changes)
        self.contradicting += contradicting
        for person, into_person, _ in found:
            self.facts.setdefault(into_person, []).extend(self.facts.pop(person, []))
            moved = [each._replace(leads_to=into_person) for each in self.merges if each.leads_to == person]
            self.merges = [each for each in self.merges if each.leads_to != person] + moved
            position = len(self.journals.get(into_person, ()))
            self.merges.append(Merge(person, into_person, position, into_person))
        for person in sorted(touched | further):
            if not self.citizens.is_merged(person):
                new = milestones_on(self.told(person), timeline_of(self.facts.get(person, []), POLICIES), DAY)
                self.journals.setdefault(person, []).extend(each.to_json() for each in new)

    def told(self, person: str) -> Told:
        return self.citizens.told(person, self.journals)


def some_facts(seed: int, persons: list[str], each: int) -> list[dict[str, Any]]:
    found = [fact | {"kind": kind} for kind, fact in facts_of_citizens(len(persons), each, seed)]
    names = dict(zip(sorted({fact["person"] for fact in found}), persons, strict=True))
    return [fact | {"person": names[fact["person"]]} for fact in found]


def steps_of_each(chance: random.Random, persons: list[str]) -> list[dict[str, Any]]:
    """Meetings, tracks, courses …: of several persons about the same ones, as when a source knew one citizen twice."""
    return [
        fact | {name: f"{fact[name]}/{person}" for name in ("record_key", "fact_id")} | {"person": person}
        for person in persons
        for fact in some_steps(chance)
    ]


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 10_000), size=st.integers(1, 6))
def test_whatever_the_order_one_status_stands_and_everything_is_told_exactly_once(seed, size):
    drawn = random.Random(seed)
    facts = [*some_facts(seed, [A, B, C, D], 3), *steps_of_each(drawn, [A, B, D])]
    arriving: list[Any] = [*facts, change(B, A), change(C, B), change(C, D), change(B, A)]
    drawn.shuffle(arriving)
    store = Store()
    for first in range(0, len(arriving), size):
        store.take(*arriving[first : first + size])
        for person, known in store.facts.items():
            told = store.told(person)
            assert differences(told, known, DAY, POLICIES) == []
            assert milestones_on(told, timeline_of(known, POLICIES), DAY) == []

    assert {each.person: each.leads_to for each in store.merges} == {A: C, B: C, D: C}
    assert store.contradicting == []
    assert list(store.facts) == [C]
    assert evaluate(store.facts[C], DAY, None, POLICIES) == evaluate(facts, DAY, None, POLICIES)


def test_the_journal_of_who_was_merged_is_played_where_it_was_merged():
    @dataclass(frozen=True)
    class Line:
        position: int
        text: str

    journals = {
        A: [Line(1, "a1"), Line(2, "a2")],
        B: [Line(1, "b1"), Line(2, "b2"), Line(3, "b3")],
        C: [Line(1, "c1"), Line(4, "c4")],
        D: [Line(1, "d1")],
    }
    citizens = Citizens([Merge(A, B, 2, C), Merge(B, C, 3, C), Merge(D, C, 3, C)])

    found = [line.text for line in citizens.in_order(C, journals)]

    assert found == ["c1", "b1", "b2", "a1", "a2", "b3", "d1", "c4"]
    assert citizens.persons(A) == citizens.persons(C) == {A, B, C, D}


@pytest.mark.parametrize(
    ("known", "changes", "does", "contradicts"),
    [
        pytest.param([], [(B, A)], [(A, B)], [], id="two-persons"),
        pytest.param([], [(A, A)], [], [], id="a-person-is-itself"),
        pytest.param([(A, B)], [(B, A)], [], [], id="told-again"),
        pytest.param([(A, B)], [(A, B)], [], [], id="the-other-way-round-they-are-one-already"),
        pytest.param([], [(B, A), (C, B)], [(A, B), (B, C)], [], id="a-chain"),
        pytest.param([], [(C, B), (B, A)], [(B, C), (A, C)], [], id="a-chain-from-its-end"),
        pytest.param([(A, B)], [(C, A)], [], [(C, A)], id="already-another-one"),
        pytest.param([(A, B)], [(C, A), (C, B)], [(B, C)], [(C, A)], id="first-contradicting-then-settled"),
        pytest.param([(A, B)], [(A, C)], [(C, B)], [], id="into-one-that-was-merged"),
    ],
)
def test_what_changes_do(known, changes, does, contradicts):
    citizens = Citizens([Merge(person, into, 0, into) for person, into in known])
    found, contradicting = joined(citizens, [change(*each) for each in changes])
    assert [(each.person, each.into_person) for each in found] == does
    assert [(each.person, each.merged_person) for each in contradicting] == contradicts


def test_what_was_announced_of_both_counts_on_and_nothing_twice():
    meeting = {
        "milestone": "FIRST_MEETING_HELD",
        "effective_day": "2020-02-12",
        "detected_day": "2020-02-13",
        "details": {"corrects": None, "joint": True},
    }
    groups = {"milestone": "TARGET_GROUP_CHANGED", "effective_day": "2020-02-03", "detected_day": "2020-02-03"}
    eligible = {"milestone": "ELIGIBLE", "detected_day": "2020-06-01", "course": 1, "rule": "R2a"}
    journals = {
        A: [groups | {"details": {"new_groups": ["INSURED"]}}, eligible | {"effective_day": "2020-01-05"}, meeting],
        B: [
            groups | {"details": {"new_groups": ["CASH_JOB_READY"]}},
            eligible | {"effective_day": "2020-05-03"},
            meeting,
        ],
    }
    told = Citizens([Merge(A, B, 3, B)]).told(B, journals)

    assert [(course.number, course.first) for course in told.courses] == [
        (1, date(2020, 5, 3).toordinal()),
        (2, date(2020, 1, 5).toordinal()),
    ]
    assert told.groups[0] == ("CASH_JOB_READY", "INSURED")
    assert [said.type for said in told.steps] == ["FIRST_MEETING_HELD"]
    assert playback([], told) == told


def test_of_two_that_differ_the_one_that_does_not_hold_is_taken_back():
    """Told of one course under both ids, with two numbers: the second is taken back and the first one stands."""

    def enrolled(course: str) -> dict[str, Any]:
        own = {"source": "amu:907001", "enrolment": "E1", "course": course, "first_day": "2020-05-04"}
        own |= {"last_day": "2020-05-29", "corrects": None}
        return {"milestone": "TRAINING_ENROLLED", "effective_day": "2020-04-01", "detected_day": "2020-04-01"} | {
            "details": own
        }

    wrong = enrolled("40002")
    taken_back = wrong | {"milestone": "MILESTONE_WITHDRAWN"}
    taken_back["details"] = wrong["details"] | {"corrects": "2020-04-01", "withdraws": "TRAINING_ENROLLED"}
    told = Citizens([Merge(A, B, 1, B)]).told(B, {A: [wrong], B: [enrolled("40001"), taken_back]})

    assert [said.details["course"] for said in told.steps] == ["40001"]
