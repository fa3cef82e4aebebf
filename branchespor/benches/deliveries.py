"""Made-up deliveries of any size for the benchmarks: synthetic persons, the same bytes for the same seed."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from schemas.feed_contracts import contract

_ABSENCES = ("FERIE", "SYGDOM", "ANDET")
_FIRST_NUMBER = 10_000_000
_BEGAN = datetime(2020, 6, 1, 6, tzinfo=UTC)
_ROWS_A_PERSON = 3


def unemployment_file(rows: int, bad_percent: float, seed: int) -> bytes:
    """A file of akasse-ledighed: new statements, of which `bad_percent` have one fault each."""
    lines = [";".join(contract("akasse-ledighed").columns), *_rows(rows, bad_percent / 100, seed), f"SLUT;{rows}", ""]
    return "\r\n".join(lines).encode("cp1252")


def _rows(rows: int, bad: float, seed: int) -> Iterator[str]:
    chance = random.Random(seed)  # noqa: S311 - a repeatable sample, not a secret
    numbers = [_number(chance) for _ in range(max(1, rows // _ROWS_A_PERSON))]
    for sagsnr in range(_FIRST_NUMBER, _FIRST_NUMBER + rows):
        first = date(2020, 1, 1) + timedelta(days=chance.randrange(150))
        last = first + timedelta(days=chance.randrange(60))
        registered = _BEGAN + timedelta(seconds=chance.randrange(86_400 * 20))
        fields = [str(sagsnr), "N", "", chance.choice(numbers), "0707", _day(first), _day(last), "", "", "", ""]
        fields[10] = registered.strftime("%d-%m-%Y %H:%M:%S")
        _say(fields, chance)
        if chance.random() < bad:
            _spoil(fields, chance)
        yield ";".join(fields)


def _say(fields: list[str], chance: random.Random) -> None:
    art = chance.choices(("LEDIG", "INDPLACERING", "FRAVÆR", "ARBEJDE"), (50, 10, 20, 20))[0]
    fields[2] = art
    if art == "INDPLACERING" or (art == "LEDIG" and chance.random() < 0.5):
        fields[6] = ""
    elif art == "FRAVÆR":
        fields[7:9] = chance.choice(_ABSENCES), chance.choice("JN")
    elif art == "ARBEJDE":
        fields[9] = chance.choice(("", "18,5", "37"))


def _spoil(fields: list[str], chance: random.Random) -> None:
    column, text = chance.choice(((1, "n"), (3, "610485123"), (4, "707"), (5, "31-02-2020"), (10, "2020-07-14 08:15")))
    fields[column] = text


def _number(chance: random.Random) -> str:
    """Day + 60; the seventh digit says the century."""
    born = date(1960, 1, 1) + timedelta(days=chance.randrange(40 * 365))
    century = chance.choice("0123") if born.year < 2000 else chance.choice("4567")
    return f"{born.day + 60}{born:%m%y}{century}{chance.randrange(1000):03d}"


def _day(day: date) -> str:
    return day.strftime("%d-%m-%Y")
