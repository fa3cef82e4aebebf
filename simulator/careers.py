"""How lives go: which state follows which, how long each lasts, and the spells that come of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from simulator.citizen import Absence, Citizen, GroupSpell, Placement, Window, WorkSpell


@dataclass(frozen=True, slots=True)
class Stay:
    """How long a state lasts (days, triangular) and what follows, with weights."""

    shortest: int
    longest: int
    usual: int
    follows: Mapping[str, int]


# JOB, SHORT_GAP (bridged by the rules) and LONG_GAP (a month or more: breaks a run) are no target groups.
STATES: Mapping[str, Stay] = {
    "INSURED": Stay(14, 430, 120, {"JOB": 52, "SHORT_GAP": 14, "LONG_GAP": 12, "SICKNESS": 12, "CASH_JOB_READY": 10}),
    "CASH_JOB_READY": Stay(
        20, 420, 140, {"SHORT_GAP": 26, "LONG_GAP": 24, "CASH_ACTIVITY_READY": 22, "JOB": 22, "SICKNESS": 6}
    ),
    "CASH_ACTIVITY_READY": Stay(
        80, 600, 240, {"CASH_JOB_READY": 62, "RESOURCE": 12, "REHABILITATION": 8, "LONG_GAP": 18}
    ),
    "EDUCATION_READY": Stay(40, 400, 150, {"CASH_JOB_READY": 34, "LONG_GAP": 36, "EDUCATION_ACTIVITY_READY": 30}),
    "OBVIOUSLY_EDUCATION_READY": Stay(20, 150, 60, {"EDUCATION_READY": 34, "CASH_JOB_READY": 26, "LONG_GAP": 40}),
    "EDUCATION_ACTIVITY_READY": Stay(60, 500, 200, {"CASH_JOB_READY": 46, "EDUCATION_READY": 30, "LONG_GAP": 24}),
    "SICKNESS": Stay(20, 200, 60, {"BACK": 74, "JOB_CLARIFICATION": 26}),
    "JOB_CLARIFICATION": Stay(120, 600, 300, {"CASH_JOB_READY": 50, "FLEX_JOB": 50}),
    "RESOURCE": Stay(300, 900, 600, {"CASH_JOB_READY": 20, "FLEX_JOB": 50, "EARLY_RETIREMENT": 30}),
    "REHABILITATION": Stay(120, 700, 300, {"CASH_JOB_READY": 60, "JOB": 40}),
    "FLEX_JOB": Stay(500, 1500, 900, {"FLEX_JOB": 1}),
    "EARLY_RETIREMENT": Stay(900, 1500, 1200, {"EARLY_RETIREMENT": 1}),
    "SELF_SUPPORTING": Stay(60, 500, 200, {"CASH_JOB_READY": 50, "LONG_GAP": 50}),
    "JOB": Stay(12, 520, 150, {"BACK": 1}),
    "SHORT_GAP": Stay(3, 26, 12, {"BACK": 1}),
    "LONG_GAP": Stay(32, 210, 70, {"BACK": 1}),
}
NO_GROUP = ("JOB", "SHORT_GAP", "LONG_GAP")

DAGPENGE_PERIOD_DAYS = 730
PART_TIME_HOURS = ("12", "15,5", "18,5", "20", "25,25", "30")


def live(rng: Random, citizen: Citizen, state: str, first_day: date, window: Window, akasse: str | None) -> None:
    """Walk through the states from `first_day` to the end of the window and note every spell on the citizen."""
    day = first_day
    while day <= window.last_day:
        stay = STATES[state]
        last_day = day + timedelta(days=int(rng.triangular(stay.shortest, stay.longest, stay.usual)) - 1)
        until = last_day if last_day <= window.last_day else None
        if state == "JOB":
            _work(rng, citizen, day, until, akasse)
        elif state not in NO_GROUP:
            citizen.groups.append(
                GroupSpell(group=state, first_day=day, last_day=until, akasse=akasse if state == "INSURED" else None)
            )
            if state == "INSURED" and akasse is not None:
                _while_insured(rng, citizen, day, min(last_day, window.last_day), akasse)
        day = last_day + timedelta(days=1)
        state = rng.choices(list(stay.follows), weights=list(stay.follows.values()))[0]
        if state == "BACK":
            state = "INSURED" if akasse is not None else "CASH_JOB_READY"


def _work(rng: Random, citizen: Citizen, first_day: date, last_day: date | None, akasse: str | None) -> None:
    hours = rng.choice(PART_TIME_HOURS) if rng.random() < 0.2 else None
    citizen.work.append(WorkSpell(first_day=first_day, last_day=last_day, weekly_hours=hours, akasse=akasse))


def _while_insured(rng: Random, citizen: Citizen, first_day: date, last_day: date, akasse: str) -> None:
    """The dagpenge period, and what happens inside a spell of unemployment: a short job, a job of few hours, leave."""
    placed = citizen.placements[-1].placed_day if citizen.placements else None
    if placed is None or (first_day - placed).days > DAGPENGE_PERIOD_DAYS:
        citizen.placements.append(Placement(placed_day=first_day, told_day=first_day, akasse=akasse))
    free = first_day + timedelta(days=10)
    while (last_day - free).days > 40:
        first = free + timedelta(days=rng.randint(0, 60))
        what = rng.choices(
            ("holiday", "sickness", "parental", "duty", "short-job", "few-hours", "none"), (26, 14, 4, 2, 10, 14, 30)
        )[0]
        last = first + timedelta(
            days={"holiday": rng.choice((6, 13, 20)), "parental": rng.randint(90, 240)}.get(what, rng.randint(2, 24))
        )
        if last >= last_day:
            return
        if what in ("short-job", "few-hours"):
            hours = rng.choice(PART_TIME_HOURS) if what == "few-hours" else None
            citizen.work.append(WorkSpell(first_day=first, last_day=last, weekly_hours=hours, akasse=akasse))
        elif what != "none":
            kind = {"holiday": "FERIE", "sickness": "SYGDOM", "parental": "BARSEL", "duty": "BORGERLIGT OMBUD"}[what]
            paid = what in ("sickness", "duty") or (what == "holiday" and rng.random() < 0.3)
            citizen.absences.append(
                Absence(kind=kind, benefit_paid=paid, first_day=first, last_day=last, akasse=akasse)
            )
        free = last + timedelta(days=rng.randint(10, 60))
