"""What the hub's decoders make of the sample is what is true of its citizens, whatever was corrected on the way."""

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta

from simulator.citizen import Citizen, Window
from simulator.companies import COMPANIES
from simulator.eindkomst import delivery_days
from simulator.lives import citizens
from simulator.pay import PAY, paid_in
from simulator.youth import READY

pytestmark = pytest.mark.integration

WINDOW = Window(first_day=date(2020, 1, 6), last_day=date(2022, 1, 6))
# What happens in the last days may not have been told yet; what began before the window was not told here.
FIRST, LAST = WINDOW.first_day + timedelta(days=40), WINDOW.last_day - timedelta(days=40)


@pytest.fixture(scope="module")
def people() -> list[Citizen]:
    return citizens(100, 11, WINDOW)


def in_force(hub: Any, feed: str, kind: str) -> list[Any]:
    """The newest version of each statement of a feed, those withdrawn left out."""
    newest: dict[tuple[object, str], Any] = {}
    for entry, outcome in hub.outcomes:
        if entry["feed"] == feed:
            for told in outcome.facts:
                fact = told.fact
                if type(fact).__name__ != kind:
                    continue
                name = (fact.person, fact.record_key)
                if name not in newest or fact.recorded_at > newest[name].recorded_at:
                    newest[name] = fact
    return [fact for fact in newest.values() if not fact.withdrawn]


def person_of(hub: Any, citizen: Citizen) -> str:
    person: str = hub.vault.identify([citizen.numbers[-1]])[citizen.numbers[-1]]
    return person


def agree(told: Collection[Any], true: Collection[Any], surely_told: Collection[Any]) -> None:
    """Nothing is told that is not true, and everything that was surely told is known; no statement twice."""
    assert surely_told
    assert len(told) == len(set(told))
    assert set(told) <= set(true)
    assert set(surely_told) <= set(told)


def test_talks_that_were_held(hub: Any, people: list[Citizen]) -> None:
    told = [
        (fact.person, fact.held_on, fact.booked_for, fact.joint)
        for fact in in_force(hub, "jobcenter-forloeb", "Meeting")
        if fact.held_on is not None
    ]
    true = [
        (person_of(hub, citizen), talk.held_day, talk.starts.date(), talk.kind == "FAELLES_JOBSAMTALE")
        for citizen in people
        for talk in citizen.talks
        if talk.held_day is not None and talk.kind != "ANDET"
    ]
    agree(told, true, [each for each in true if each[1] <= LAST])


def test_decisions_on_tracks(hub: Any, people: list[Citizen]) -> None:
    told = [
        (fact.person, fact.track, str(fact.decision), fact.day, str(fact.branchespor), fact.disco3)
        for fact in in_force(hub, "jobcenter-forloeb", "TrackDecision")
    ]
    true = []
    for citizen in people:
        for track in citizen.tracks:
            person, sector = person_of(hub, citizen), (track.branchespor, track.disco)
            true.append((person, track.number, "OFFERED", track.offered_day, *sector))
            if track.accepted is not None:
                decision = "ACCEPTED" if track.accepted else "DECLINED"
                true.append((person, track.number, decision, track.decided_day, *sector))
    agree(told, true, [each for each in true if each[3] <= LAST])


def test_days_at_companies(hub: Any, people: list[Citizen]) -> None:
    told = [
        (fact.person, fact.track, fact.cvr, fact.first_day, fact.last_day)
        for fact in in_force(hub, "vitas", "Placement")
    ]
    true, surely = [], []
    for citizen in people:
        for each in citizen.company_placements:
            days = (each.first_day, each.last_day)
            row = (person_of(hub, citizen), each.track, COMPANIES[each.company].cvr)
            if each.came:
                # That it was stopped or extended is told at its end.
                true += [(*row, *days), (*row, each.first_day, each.approved_last_day)]
                true.append((*row, each.first_day, each.approved_last_day - timedelta(days=7)))
                surely += [(*row, *days)] if each.last_day <= LAST else []
    agree(told, true, surely)


def test_a_subsidised_job_is_told_with_its_placement(hub: Any) -> None:
    jobs = {(fact.person, fact.first_day, fact.last_day) for fact in in_force(hub, "vitas", "EmploymentSpell")}
    placements = in_force(hub, "vitas", "Placement")
    subsidised = [each for each in placements if str(each.placement_kind) == "WAGE_SUBSIDY"]
    assert jobs
    assert jobs == {(each.person, each.first_day, each.last_day) for each in subsidised}


def test_integration_periods(hub: Any, people: list[Citizen]) -> None:
    told = [(fact.person, fact.first_day, fact.last_day) for fact in in_force(hub, "integration", "IntegrationPeriod")]
    true = [
        (person_of(hub, citizen), stay.first_day, stay.last_day)
        for citizen in people
        if (stay := citizen.integration) is not None
    ]
    first_total = WINDOW.last_day - timedelta(weeks=53)
    surely = [each for each in true if each[1] <= LAST and (each[2] is None or first_total < each[2] <= LAST)]
    agree(told, true, surely)


def test_what_institutions_tell_of_the_young(hub: Any, people: list[Citizen]) -> None:
    told = [(fact.person, fact.day) for fact in in_force(hub, "ungedatabasen", "YouthEducation")]
    ready = [(fact.person, fact.day) for fact in in_force(hub, "ungedatabasen", "DeclaredReady")]
    events = [(person_of(hub, citizen), event) for citizen in people for event in citizen.youth]
    for found, of_kind in ((told, False), (ready, True)):
        true = [(person, event.day) for person, event in events if (event.kind == READY) == of_kind]
        assert set(found) <= set(true)
        assert {each for each in true if each[1] <= LAST} <= set(found)
    assert told
    assert ready


def test_hours_and_support_of_each_month(hub: Any, people: list[Citizen]) -> None:
    told = {(fact.person, fact.month): fact for fact in in_force(hub, "eindkomst", "IncomeMonth")}
    months = [(day - relativedelta(months=1)).replace(day=1) for day in delivery_days(WINDOW)]
    true: dict[tuple[str, str], tuple[Decimal | None, bool]] = {}
    for citizen in people:
        for month in months:
            paid = list(paid_in(citizen, month))
            hours = [each.hours for each in paid if each.income == PAY]
            total = None if None in hours else sum((each for each in hours if each is not None), Decimal())
            if paid:
                support = any(each.income != PAY for each in paid)
                true[person_of(hub, citizen), f"{month:%Y-%m}"] = (total, support)
    assert len(told) > 200
    assert {name for name in true if name[0] in {person for person, _ in told}} == set(told)
    for name, fact in told.items():
        hours_told = None if fact.hours is None else Decimal(str(fact.hours))
        assert (hours_told, fact.public_support) == true[name], name[1]


def test_jobs_of_the_income_register_lie_in_jobs(hub: Any, people: list[Citizen]) -> None:
    jobs: dict[str, list[tuple[date, date]]] = {}
    for citizen in people:
        spells = [(each.first_day, each.last_day or date.max) for each in citizen.work]
        spells += [(each.first_day, each.last_day) for each in citizen.company_placements if each.kind == "LOENTILSKUD"]
        jobs[person_of(hub, citizen)] = spells
    told = in_force(hub, "eindkomst", "EmploymentSpell")
    assert told
    for fact in told:
        assert any(first <= fact.first_day and fact.last_day <= last for first, last in jobs[fact.person])


def test_openings_and_shortages_are_told(hub: Any) -> None:
    kinds = {type(told.fact).__name__ for _, outcome in hub.outcomes for told in outcome.facts}
    assert {"JobOrder", "ShortageArea"} <= kinds
