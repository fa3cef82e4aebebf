"""Synthetic person numbers: day + 60, a date that exists, with and without modulus 11 (domain/codes.md, Persons)."""

from datetime import date
from random import Random

WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def satisfies_modulus_11(digits: str) -> bool:
    """Whether ten digits (day without the added 60) pass the old check, which no number needs to pass any more."""
    return sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True)) % 11 == 0


def seventh_digits(year: int) -> str:
    """The digits that may stand seventh for a year of birth from 1900 to 2036 (the century table)."""
    if year >= 2000:
        return "456789"
    return "012349" if year >= 1937 else "0123"


class Numbers:
    """Gives out numbers, each one once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def new(self, rng: Random, born: date, *, woman: bool) -> str:
        """A fresh number of ten digits for a day of birth; half of them satisfy modulus 11, half do not."""
        modulus = rng.random() < 0.5
        while True:
            last = rng.randrange(0, 10, 2) + (0 if woman else 1)
            serial = f"{rng.choice(seventh_digits(born.year))}{rng.randrange(100):02d}{last}"
            issued = f"{born:%d%m%y}{serial}"
            number = f"{born.day + 60}{born:%m%y}{serial}"
            if satisfies_modulus_11(issued) == modulus and number not in self._taken:
                self._taken.add(number)
                return number
