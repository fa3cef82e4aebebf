"""Encodes akasse-bestand: the weekly total of members, 44 characters a row (partners/akasse-bestand.md)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random

from simulator.citizen import HOME, Citizen, Membership, Window
from simulator.sending import Sending, Verdict, at

WEEKS = 8
FAULTY_SHARE = 0.003
# INDMELDT, UDMELDT, AARSAG, GRAD of rows that the hub must put aside
FAULTY_ROWS = (
    ("20210230", "00000000", " ", "H"),  # R06 no such day
    ("20200301", "00000000", " ", "X"),  # R09 an unknown degree
    ("20200301", "20200228", "U", "H"),  # R07 left before he came
    ("20200301", "20201231", " ", "H"),  # R02 left without a reason
)


def sendings(citizens: Sequence[Citizen], seed: int, window: Window, akasse: str) -> list[Sending]:
    """The totals of the last eight whole weeks, each made the Monday after its Sunday, in order.

    An a-kasse without members here sends none: it begins after the last week in which it had nobody to name (H05).
    """
    rng = Random(f"{seed}/bestand/{akasse}")
    last_monday = window.last_day - timedelta(days=window.last_day.weekday())
    mondays = [last_monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    made: list[Sending] = []
    for monday in mondays:
        if monday - timedelta(days=7) >= window.first_day:
            sending = _sending(rng, citizens, akasse, at(monday, 6, 15))
            made = [*made, sending] if b"\r\n02" in sending.data else []
    return made


def _sending(rng: Random, citizens: Sequence[Citizen], akasse: str, made: datetime) -> Sending:
    sunday = made.date() - timedelta(days=1)
    rows = list(_members(citizens, akasse, sunday))
    faulty = sum(rng.random() < FAULTY_SHARE for _ in rows)
    rows += [_faulty(rng, citizens, each) for each in range(faulty)]
    verdict: Verdict = "accepted_with_faults" if faulty else "accepted"
    return Sending(
        feed="akasse-bestand",
        partner=akasse,
        folder=f"akasse-{akasse}",
        name=file_name(akasse, sunday, made),
        data=encode(akasse, sunday, made, rows),
        sent_at=made,
        expect=verdict,
        special="rows with faults" if faulty else None,
    )


def refused_then_right(right: Sending) -> list[Sending]:
    """The same total twice: first with an end row that counts wrongly, three hours later as it should be.

    The second file has a later DANNET, so it takes the place of the first (a refused delivery uses up no number).
    """
    made = right.sent_at + timedelta(hours=3)
    akasse, sunday = right.partner, right.sent_at.date() - timedelta(days=1)
    lines = right.data.decode("iso-8859-1").split("\r\n")
    wrong = f"{lines[-2][:11]}{int(lines[-2][11:19]) + 1:08d}{'':25}"
    refused = Sending(
        feed=right.feed,
        partner=akasse,
        folder=right.folder,
        name=right.name,
        data="\r\n".join([*lines[:-2], wrong, ""]).encode("iso-8859-1"),
        sent_at=right.sent_at,
        expect="refused",
        special="the end row counts one row too many (F06)",
    )
    again = Sending(
        feed=right.feed,
        partner=akasse,
        folder=right.folder,
        name=file_name(akasse, sunday, made),
        data=encode(akasse, sunday, made, lines[1:-2]),
        sent_at=made,
        expect=right.expect,
        special="sent again, right this time",
    )
    return [refused, again]


def file_name(akasse: str, sunday: date, made: datetime) -> str:
    """The agreed name; the year's last week is an ÅRSBESTAND."""
    last_week = (sunday + timedelta(days=7)).isocalendar().week == 1
    return f"AKAS{akasse}_{_period(sunday)}_{'ÅRS' if last_week else ''}BESTAND_{made:%Y%m%d%H%M%S}.txt"


def encode(akasse: str, sunday: date, made: datetime, rows: Sequence[str]) -> bytes:
    """Start row, rows, end row; each of 44 characters."""
    period = _period(sunday)
    start = f"01{akasse}{period}{made:%Y%m%d%H%M%S}{sunday:%Y%m%d}{HOME}{'':7}"
    end = f"99{akasse}{period}{len(rows):08d}{'':25}"
    return "".join(f"{row}\r\n" for row in (start, *rows, end)).encode("iso-8859-1")


def _period(sunday: date) -> str:
    iso = sunday.isocalendar()
    return f"{iso.year:04d}{iso.week:02d}"


def _members(citizens: Sequence[Citizen], akasse: str, sunday: date) -> Iterator[str]:
    """Members who live here on that Sunday, those who left in the eight weeks before it among them."""
    for citizen in citizens:
        home = citizen.addresses[-1].municipality == HOME or citizen.addresses[-1].first_day > sunday
        arrived = any(each.municipality == HOME and each.first_day <= sunday for each in citizen.addresses)
        for membership in citizen.memberships:
            left = membership.last_day
            recent = left is None or left >= sunday - timedelta(weeks=8)
            if membership.akasse == akasse and home and arrived and recent and membership.first_day <= sunday:
                yield _row(citizen.number_for_partners(sunday), membership, sunday)


def _row(cpr: str, membership: Membership, sunday: date) -> str:
    left = membership.last_day
    told = left is not None and left <= sunday + timedelta(days=14)
    ended = f"{left:%Y%m%d}" if told else "00000000"
    reason = membership.reason if told else " "
    return (
        f"02{cpr}{membership.number}{membership.first_day:%Y%m%d}{ended}{reason}"
        f"{membership.degree}{HOME}{membership.branch:<2}"
    )


def _faulty(rng: Random, citizens: Sequence[Citizen], each: int) -> str:
    joined, ended, reason, degree = rng.choice(FAULTY_ROWS)
    return f"02{rng.choice(citizens).numbers[0]}{90_000_001 + each:08d}{joined}{ended}{reason}{degree}{HOME}  "
