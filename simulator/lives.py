"""Synthetic citizens: the same seed gives the same people, whatever process, clock or hash order."""

from datetime import date, timedelta
from random import Random

from simulator.careers import live
from simulator.citizen import AKASSER, Citizen, Membership, Window
from simulator.courses import enrol
from simulator.jobcentre import strive
from simulator.life_events import event_of, happen
from simulator.newcomers import SHARE, take_over
from simulator.numbers import Numbers
from simulator.residence import reside
from simulator.youth import grow

STARTS = {
    "INSURED": 48,
    "CASH_JOB_READY": 15,
    "CASH_ACTIVITY_READY": 10,
    "EDUCATION_READY": 6,
    "OBVIOUSLY_EDUCATION_READY": 3,
    "EDUCATION_ACTIVITY_READY": 4,
    "SICKNESS": 4,
    "RESOURCE": 2,
    "SELF_SUPPORTING": 2,
    "JOB": 6,
}
NEWCOMER = "NEWCOMER"
# After the citizens to whom something happens, so that the smallest sample has these too.
GUARANTEED_STARTS = {8: NEWCOMER, 9: "EDUCATION_READY"}
SOON = timedelta(days=100)
YOUNG = ("EDUCATION_READY", "OBVIOUSLY_EDUCATION_READY", "EDUCATION_ACTIVITY_READY")


def citizens(persons: int, seed: int, window: Window) -> list[Citizen]:
    """`persons` citizens with their lives up to the end of the window; histories reach up to 36 months before it."""
    numbers = Numbers()
    return [_citizen(seed, index, window, numbers) for index in range(persons)]


def _citizen(seed: int, index: int, window: Window, numbers: Numbers) -> Citizen:
    rng = Random(f"{seed}/life/{index}")
    start = rng.choices(list(STARTS), weights=list(STARTS.values()))[0]
    happens = event_of(rng, index)
    if happens == "akasse":
        start = "INSURED"
    elif index in GUARANTEED_STARTS:
        start, happens = GUARANTEED_STARTS[index], "nothing"
    elif happens == "nothing" and Random(f"{seed}/newcomer/{index}").random() < SHARE:
        start = NEWCOMER
    age_days = rng.randint(18 * 366, 29 * 365) if start in YOUNG else rng.randint(22 * 366, 62 * 365)
    born = window.first_day - timedelta(days=age_days)
    woman = rng.random() < 0.5
    citizen = Citizen(index=index, born=born, woman=woman, numbers=[numbers.new(rng, born, woman=woman)])
    insured = start in ("INSURED", "JOB") or rng.random() < 0.1
    akasse = rng.choices(AKASSER, (60, 40))[0] if insured and start != NEWCOMER else None
    if akasse is not None:
        citizen.memberships.append(_membership(rng, index, akasse, born, window))
    # A third was there long before the window, the others come in bit by bit.
    begins = window.first_day + timedelta(
        days=rng.choice((rng.randint(-1000, -1), rng.randint(-120, 500), rng.randint(-120, 500)))
    )
    if start == NEWCOMER:
        # The guaranteed one is there in every total of the last year.
        take_over(rng, citizen, window.first_day + SOON if index in GUARANTEED_STARTS else begins, window)
    else:
        live(rng, citizen, start, begins, window, akasse)
        reside(rng, citizen, born, window)
    happen(rng, citizen, happens, window, numbers)
    enrol(rng, citizen, window)
    strive(Random(f"{seed}/effort/{index}"), citizen, window)
    grow(Random(f"{seed}/youth/{index}"), citizen, window)
    return citizen


def _membership(rng: Random, index: int, akasse: str, born: date, window: Window) -> Membership:
    earliest = born + timedelta(days=18 * 366)
    years = max(1, (window.first_day - earliest).days // 365)
    joined = date(window.first_day.year - rng.randint(1, max(1, min(20, years))), rng.randint(1, 12), 1)
    left = window.last_day - timedelta(days=rng.randint(0, 100)) if rng.random() < 0.05 else None
    degree = rng.choices("HDKI", (84, 10, 4, 2))[0]
    return Membership(
        akasse=akasse,
        number=f"{100 + index:08d}",
        degree=degree,
        first_day=joined,
        last_day=left,
        reason=rng.choice("SUEKF") if left else "",
        branch=rng.choice(("", "", "G1", "Ø1", "ÅR")),
    )
