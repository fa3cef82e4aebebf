"""Encodes amu: every quarter the courses of the last four, CSV in UTF-8 (partners/amu.md)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random

from simulator.citizen import Citizen, Enrolment, Window
from simulator.courses import CANCELLED, NOT_TOLD
from simulator.sending import Sending, Verdict, at, sent_after

HEADER = "INSTNR;TILMNR;PNR;KURSKOD;UDD;FKB;STARTTP;SLUTTP;AFSLUTN;SELVVALG;FORLOEB"
DELIVERIES = 8
FAULTY_SHARE = 0.015
EDUCATION = "4443"
EMPTY = f"{HEADER}\n".encode()
FAULTY_ROWS = (
    "{school};{number};{cpr};4713;4443;2788;{first};{last};1;N;",  # R09 a course without its leading zero
    "{school};{number};{cpr};47136;4443;2788;{first};{wrong_form};1;N;",  # R06 another form of date
    "{school};{number};{cpr};47136;4443;2788;{last};{first};1;N;",  # R07 ends before it starts
    "{school};{number};{cpr};47136;4443;2788;{first};{last};6;N;",  # R09 self-study is not used
    "{school};{number};{short};47136;4443;2788;{first};{last};1;N;",  # R03 nine digits
)


def sendings(citizens: Sequence[Citizen], seed: int, window: Window, school: str) -> list[Sending]:
    """The last eight quarterly files up to the end of the window (fewer in a shorter one, but one), in order."""
    rng = Random(f"{seed}/amu/{school}")
    days = _delivery_days(window)
    made: list[Sending] = []
    for day in days:
        sending = _sending(rng, citizens, school, at(day, rng.randint(8, 15), rng.randint(0, 59)))
        if sending.data == EMPTY:
            continue  # a school without participants sends nothing: a total without rows would be held (H05)
        made.append(sent_after(made, sending))
    return made


def _delivery_days(window: Window) -> list[date]:
    """The 17th of January, April, August and October."""
    years = range(window.first_day.year - 1, window.last_day.year + 1)
    days = [date(year, month, 17) for year in years for month in (1, 4, 8, 10)]
    past = [day for day in days if day <= window.last_day]
    return [day for day in past[-DELIVERIES:] if day >= window.first_day] or past[-1:]


def _quarter(day: date) -> int:
    """Quarters since the year 0."""
    return day.year * 4 + (day.month - 1) // 3


def _first_day(quarter: int) -> date:
    return date(quarter // 4, quarter % 4 * 3 + 1, 1)


def _name(quarter: int) -> str:
    return f"{quarter // 4:04d}K{quarter % 4 + 1}"


def _sending(rng: Random, citizens: Sequence[Citizen], school: str, made: datetime) -> Sending:
    today = made.date()
    until = _quarter(today)
    first_day, last_day = _first_day(until - 3), _first_day(until + 1) - timedelta(days=1)
    rows = list(_rows(citizens, school, today, first_day, last_day))
    faulty = sum(rng.random() < FAULTY_SHARE for _ in rows)
    rows += [_faulty(rng, citizens, school, today, each) for each in range(faulty)]
    verdict: Verdict = "accepted_with_faults" if faulty else "accepted"
    return Sending(
        feed="amu",
        partner=school,
        folder=f"amu-{school}",
        name=f"AMU_{school}_{_name(until - 3)}_{_name(until)}_{made:%Y%m%d%H%M%S}.csv",
        data="".join(f"{line}\n" for line in (HEADER, *rows)).encode(),
        sent_at=made,
        expect=verdict,
        special="rows with faults" if faulty else None,
    )


def _rows(citizens: Sequence[Citizen], school: str, today: date, first_day: date, last_day: date) -> Iterator[str]:
    """Every enrolment the school knows of that has a day in the window, as it stands today."""
    for citizen in citizens:
        for enrolment in citizen.enrolments:
            gone = enrolment.deleted_day is not None and enrolment.deleted_day <= today
            if enrolment.institution != school or gone or enrolment.enrolled_day > today:
                continue
            ended, ending = _as_known(enrolment, today)
            if enrolment.first_day <= last_day and ended >= first_day:
                yield _row(citizen.number_for_partners(today), enrolment, ended, ending)


def _as_known(enrolment: Enrolment, today: date) -> tuple[date, str]:
    """Last day and ending: planned and 0 until the school has written down how it ended."""
    if enrolment.ending == NOT_TOLD:
        return enrolment.planned_last_day, NOT_TOLD if enrolment.first_day <= today else "0"
    if enrolment.ending_told_day > today:
        return enrolment.planned_last_day, "0"
    return (enrolment.planned_last_day if enrolment.ending == CANCELLED else enrolment.last_day), enrolment.ending


def _row(cpr: str, enrolment: Enrolment, ended: date, ending: str) -> str:
    return ";".join(
        [
            enrolment.department,
            enrolment.number,
            cpr,
            enrolment.course,
            EDUCATION,
            enrolment.framework,
            f"{enrolment.first_day}",
            f"{ended}",
            ending,
            "J" if enrolment.chosen else "N",
            enrolment.track,
        ]
    )


def _faulty(rng: Random, citizens: Sequence[Citizen], school: str, today: date, each: int) -> str:
    first, last = today - timedelta(days=40), today - timedelta(days=36)
    cpr = rng.choice(citizens).numbers[0]
    return rng.choice(FAULTY_ROWS).format(
        school=school,
        number=f"H{9_000_001 + each:07d}",
        cpr=cpr,
        short=cpr[1:],
        first=first,
        last=last,
        wrong_form=f"{last:%d-%m-%Y}",
    )
