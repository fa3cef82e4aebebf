"""Where a citizen lives and has lived."""

from datetime import date, timedelta
from random import Random

from simulator.citizen import HOME, Address, Citizen, Window

NEIGHBOURS = ("0706", "0730", "0751", "0710", "0740")


def address(rng: Random, municipality: str, first_day: date, known_day: date) -> Address:
    house = f"{rng.randint(1, 199):03d}{rng.choice(('', '', 'A', 'B'))}"
    return Address(
        municipality=municipality,
        street=rng.randint(1, 9899),
        house=house,
        first_day=first_day,
        last_day=None,
        known_day=known_day,
    )


def reside(rng: Random, citizen: Citizen, born: date, window: Window) -> None:
    """Here since birth, or come from a neighbour some years ago."""
    citizen.addresses = [address(rng, HOME, born, born)]
    if rng.random() < 0.35:
        came = window.first_day - timedelta(days=rng.randint(200, 5000))
        if came > born + timedelta(days=100):
            citizen.addresses = [address(rng, rng.choice(NEIGHBOURS), born, born)]
            move(rng, citizen, HOME, came)


def move(rng: Random, citizen: Citizen, municipality: str, day: date) -> None:
    """Moves on `day`, which belongs to the new municipality; registered up to two weeks later."""
    citizen.addresses[-1].last_day = day - timedelta(days=1)
    citizen.addresses.append(address(rng, municipality, day, day + timedelta(days=rng.choice((0, 0, 1, 3, 5, 14)))))
