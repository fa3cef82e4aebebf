"""Encodes integration: every fourth week all cases that run, CSV in UTF-8 with byte order mark (integration.md)."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from simulator.citizen import Citizen, Window
from simulator.sending import Sending, at, sent_after

COLUMNS = ("Kommunenr", "Sagsid", "CPR-nummer", "Overtagelsesdato", "Programstart", "Slutdato", "Status", "Programtype")
DELIVERIES, WEEKS_BETWEEN = 13, 4
AGREED_DAYS_AHEAD = 30
MISTAKE = "INT-99001"


def sendings(citizens: Sequence[Citizen], seed: int, window: Window) -> list[Sending]:
    """The totals of every fourth Monday up to the end of the window, the last thirteen; none while nobody is there."""
    rng = Random(f"{seed}/integration")
    monday = window.last_day - timedelta(days=window.last_day.weekday())
    days = [monday - timedelta(weeks=WEEKS_BETWEEN * back) for back in range(DELIVERIES - 1, -1, -1)]
    newcomers = [citizen for citizen in citizens if citizen.integration is not None]
    made: list[Sending] = []
    for day in (each for each in days if each >= window.first_day):
        rows = [row for citizen in newcomers for row in _rows(citizen, day)]
        if rows:
            made.append(sent_after(made, _sending(rng, newcomers, rows, day, len(made))))
    return made


def _sending(rng: Random, newcomers: Sequence[Citizen], rows: list[list[str]], day: date, number: int) -> Sending:
    columns = list(COLUMNS)
    faulty = number in (3, 8)
    if faulty:
        rows = [*rows, _faulty(rng, newcomers, day, number)]
    if number in (5, 6):
        # A case that should never have been: there, and taken back four weeks later.
        rows = [*rows, _mistake(newcomers[0], day, taken_back=number == 6)]
    if number % 4 == 2:
        order = sorted(range(len(columns)), key=lambda place: rng.random())
        columns, rows = [columns[place] for place in order], [[row[place] for place in order] for row in rows]
    made = at(day, 6, 15)
    week = (day - timedelta(days=7)).isocalendar()
    text = "".join(f"{';'.join(line)}\r\n" for line in (columns, *rows))
    return Sending(
        feed="integration",
        partner="0707",
        folder="integration-0707",
        name=f"INTEGRATION_0707_{week.year:04d}{week.week:02d}_{made:%Y%m%d%H%M%S}.csv",
        data=text.encode("utf-8-sig"),
        sent_at=made,
        expect="accepted_with_faults" if faulty else "accepted",
        special="a row with a fault" if faulty else None,
    )


def _rows(citizen: Citizen, day: date) -> Iterator[list[str]]:
    """The citizen's case as it stands on that day: agreed, running, or ended in the last four weeks."""
    stay = citizen.integration
    if stay is None or stay.first_day > day + timedelta(days=AGREED_DAYS_AHEAD):
        return
    ended = stay.last_day is not None and stay.last_day < day
    if stay.last_day is not None and stay.last_day < day - timedelta(weeks=WEEKS_BETWEEN):
        return
    begun = stay.programme_start <= day
    rests = begun and (citizen.index + day.month) % 11 == 0
    status = ("50" if stay.moved_away else "40") if ended else ("30" if rests else "20" if begun else "10")
    yield [
        "707" if citizen.index % 7 == 0 else "0707",
        stay.number,
        citizen.number_for_partners(day),
        _day(stay.first_day),
        _day(stay.programme_start) if begun else "",
        _day(stay.last_day) if ended else "31-12-9999" if citizen.index % 5 == 0 else "",
        status,
        "I" if citizen.index % 3 == 0 else "S",
    ]


def _faulty(rng: Random, newcomers: Sequence[Citizen], day: date, number: int) -> list[str]:
    """A new case that cannot be read: a status that does not exist, or it begins on no day."""
    first, status = rng.choice((("31-02-2021", "20"), (_day(day), "25")))
    return ["0707", f"INT-{98_000 + number}", rng.choice(newcomers).numbers[0], first, "", "", status, "S"]


def _mistake(citizen: Citizen, day: date, *, taken_back: bool) -> list[str]:
    # Long before anything else of the same citizen, so that no two of the cases have a day in common.
    first, last = ("", "") if taken_back else ("01-02-2010", "28-02-2011")
    return ["0707", MISTAKE, citizen.number_for_partners(day), first, "", last, "90" if taken_back else "40", ""]


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%d-%m-%Y}"
