"""Encodes eindkomst: every month what the income register received, CSV with a row of field ids (eindkomst.md)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from random import Random

from dateutil.relativedelta import relativedelta

from simulator.citizen import Citizen, Window
from simulator.pay import PAY, Paid, paid_in
from simulator.sending import Sending, at

NAMES = (
    "0000000;Indberetnings-id;Art;Reference;SE-nr;CPR-nr;Medarbejdernr;Indkomsttype;Lønperiode start;Lønperiode slut;"
    "Dispositionsdato;A-indkomst;Løntimer"
)
FIELDS = "L0000;R0001;K4101;R4101;S5000;S6000;T6000;K6000;D0001;D0002;D0003;B0013;B0200"
DELIVERIES, FIRST_NUMBER = 6, 41
LATE_SHARE, SUPPLEMENT_SHARE, REVERSAL_SHARE, BONUS_SHARE, EARLY_REVERSAL_SHARE = 0.04, 0.04, 0.03, 0.02, 0.01
FAULTY_SHARE = 0.008


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the register and the number of the delivery (from 0) it comes with."""

    identifier: str
    kind: str
    refers_to: str
    citizen: Citizen
    paid: Paid
    hours: Decimal | None
    delivery: int


def sendings(citizens: Sequence[Citizen], seed: int, window: Window) -> list[Sending]:
    """The last six monthly files up to the end of the window; only of those who had a job since they begin."""
    rng = Random(f"{seed}/eindkomst")
    days = delivery_days(window)
    if not days:
        return []
    numbers = count(101)
    lines = list(_lines(rng, _asked_for(citizens, days[0]), days, numbers))
    told: set[str] = set()
    made = []
    for index, day in enumerate(days):
        mine = [line for line in lines if line.delivery == index]
        told |= {line.identifier for line in mine}
        waits = any(line.refers_to and line.refers_to not in told for line in mine)
        rows = [_row(line, day) for line in mine]
        faulty = [_faulty(rng, line, day, next(numbers)) for line in mine if rng.random() < FAULTY_SHARE]
        sent_at = at(day, 6, 30)
        received = day - relativedelta(months=1)
        made.append(
            Sending(
                feed="eindkomst",
                partner="skat",
                folder="eindkomst-skat",
                name=f"EINDK_0707_{received:%Y%m}_{FIRST_NUMBER + index:06d}_{sent_at:%Y%m%d%H%M%S}.csv",
                data=_file([*rows, *faulty], f"{sent_at:%Y%m%d%H%M%S}"),
                sent_at=sent_at,
                expect="accepted_with_faults" if faulty or waits else "accepted",
                special="rows with faults or a reversal before its line" if faulty or waits else None,
            )
        )
    return made


def delivery_days(window: Window) -> list[date]:
    """The 10th of the last six months of the window; each tells of the month before it."""
    tenth = window.last_day.replace(day=10)
    days = [tenth - relativedelta(months=back) for back in range(DELIVERIES, -1, -1)]
    return [day for day in days if window.first_day + timedelta(days=40) <= day <= window.last_day][-DELIVERIES:]


def _asked_for(citizens: Sequence[Citizen], first_delivery: date) -> list[Citizen]:
    """The municipality asks only for citizens with a job since the month the deliveries begin with."""
    since = (first_delivery - relativedelta(months=1)).replace(day=1)
    return [
        citizen for citizen in citizens if any(work.last_day is None or work.last_day >= since for work in citizen.work)
    ]


def _lines(rng: Random, citizens: Sequence[Citizen], days: Sequence[date], numbers: Iterator[int]) -> Iterator[Line]:
    for index, day in enumerate(days):
        month = (day - relativedelta(months=1)).replace(day=1)
        for citizen in citizens:
            for paid in paid_in(citizen, month):
                yield from _told(rng, citizen, paid, index, len(days), numbers)


def _told(
    rng: Random, citizen: Citizen, paid: Paid, delivery: int, deliveries: int, numbers: Iterator[int]
) -> Iterator[Line]:
    """The report of one pay period: right, late, put right by a supplement, or reversed and reported anew."""

    def line(kind: str, hours: Decimal | None, when: int, refers_to: str = "", of: Paid = paid) -> Line:
        name = f"I{next(numbers):09d}"
        return Line(
            identifier=name, kind=kind, refers_to=refers_to, citizen=citizen, paid=of, hours=hours, delivery=when
        )

    hours, drawn, last = paid.hours, rng.random(), deliveries - 1
    if paid.income != PAY or hours is None or delivery == last:
        # What is told late at the end of the window would never be told at all.
        yield line("O", hours, min(last, delivery + (rng.random() < LATE_SHARE)))
        return
    if drawn < SUPPLEMENT_SHARE:
        first = line("O", hours - Decimal("7.40") if hours > 20 else hours, delivery)
        yield first
        if hours > 20:
            yield line("S", Decimal("7.40"), delivery + 1, first.identifier)
        return
    drawn -= SUPPLEMENT_SHARE
    if drawn < REVERSAL_SHARE + EARLY_REVERSAL_SHARE:
        early = drawn < EARLY_REVERSAL_SHARE and delivery + 2 <= last
        wrong = line("O", Decimal("10.00"), delivery + (2 if early else 0))
        yield wrong
        yield line("T", None, delivery + 1, wrong.identifier)
        yield line("O", hours, delivery + 1)
        return
    yield line("O", hours, min(last, delivery + (rng.random() < LATE_SHARE)))
    if rng.random() < BONUS_SHARE:
        bonus = Paid(payer=paid.payer, income=PAY, first_day=paid.last_day, last_day=paid.last_day, hours=None)
        yield line("O", None, delivery, of=bonus)


def _row(line: Line, day: date) -> str:
    number = line.citizen.number_for_partners(day)
    paid = line.paid
    first = [line.identifier, line.kind, line.refers_to, paid.payer, number]
    if line.kind == "T":
        return ";".join([*first, "", "", "", "", "", "", ""])
    staff = number if int(paid.payer) % 50 == 0 else ""  # some employers write the person number there
    days = [f"{each:%Y%m%d}" for each in (paid.first_day, paid.last_day, paid.last_day)]
    income = "" if line.kind == "S" else "19083,00"
    hours = "" if line.hours is None else f"{line.hours:.2f}".replace(".", ",")
    return ";".join([*first, staff, paid.income, *days, income, hours])


def _faulty(rng: Random, like: Line, day: date, number: int) -> str:
    """A line like another, with one value that is not as agreed."""
    fields = _row(like, day).split(";")
    fields[0], fields[1], fields[2] = f"I{number:09d}", "O", ""
    place, wrong = rng.choice(((6, "4"), (7, "20200231"), (11, "37.00"), (4, fields[4][1:]), (3, "0123")))
    fields[place] = wrong
    if like.kind == "T":
        fields[6:11] = ["4", "20200101", "20200131", "20200131", ""]
    return ";".join(fields)


def _file(rows: Sequence[str], made: str) -> bytes:
    numbered = [f"{number:07d};{row}" for number, row in enumerate(rows, start=1)]
    return "".join(f"{line}\n" for line in (NAMES, FIELDS, *numbered, f"9999999;{len(rows)};{made}")).encode()
