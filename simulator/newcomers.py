"""Newcomers: the municipality takes over, an integration programme, and what comes after it."""

from datetime import date, timedelta
from random import Random

from simulator.careers import live
from simulator.citizen import HOME, Citizen, Window
from simulator.effort import IntegrationStay
from simulator.residence import NEIGHBOURS, address, move

SHARE = 0.05


def take_over(rng: Random, citizen: Citizen, begins: date, window: Window) -> None:
    """Give the citizen an integration period from about `begins`, a home here since then, and a life after it."""
    first = min(max(begins, window.first_day - timedelta(days=700)), window.last_day - timedelta(days=25))
    last = first + timedelta(days=rng.randint(330, 1400))
    ends = last if last < window.last_day else None
    moved_away = ends is not None and rng.random() < 0.3
    citizen.integration = IntegrationStay(
        number=f"INT-{citizen.index + 101:05d}",
        first_day=first,
        programme_start=first + timedelta(days=rng.randint(7, 45)),
        last_day=ends,
        moved_away=moved_away,
    )
    before = first - timedelta(days=rng.randint(200, 600))
    citizen.addresses = [address(rng, rng.choice(NEIGHBOURS), before, before)]
    move(rng, citizen, HOME, first)
    if ends is not None and moved_away:
        move(rng, citizen, rng.choice(NEIGHBOURS), ends + timedelta(days=1))
    elif ends is not None:
        live(rng, citizen, "CASH_JOB_READY", ends + timedelta(days=1), window, None)
