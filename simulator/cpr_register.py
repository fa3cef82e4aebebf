"""Encodes cpr: change extracts of the person register, CPR-Direct records of fixed width (partners/cpr.md)."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from simulator.citizen import Address, Citizen, Window
from simulator.numbers import Numbers
from simulator.sending import Sending, Verdict, at, monthly

OUR_ORDER, OTHER_ORDER = "470701", "461999"
FAULTY_SHARE = 0.3  # of the extracts
NO_MOMENT = "0" * 12


def sendings(citizens: Sequence[Citizen], seed: int, window: Window) -> list[Sending]:
    """First everybody we subscribe to, then about monthly who changed; each names the production day before it.

    Last, never to be followed by another, an extract that was meant for another municipality: it is held (H04).
    """
    rng = Random(f"{seed}/cpr")
    # Two days before the month's other files: the register is the first to tell of a new number.
    days = [window.first_day, *(day - timedelta(days=2) for day in monthly(window))]
    made = []
    before = days[0] - timedelta(days=1)
    numbers = Numbers()
    for index, day in enumerate(days):
        records = [
            record
            for citizen in citizens
            if (index == 0 and subscribed(citizen, day)) or _changed(citizen, before, day)
            for record in _block(rng, citizen, day)
        ]
        faulty = rng.random() < FAULTY_SHARE
        if faulty:
            records += _faulty_block(rng, numbers, day)
        verdict: Verdict = "accepted_with_faults" if faulty else "accepted"
        special = "a block with a fault" if faulty else None
        made.append(_sending(OUR_ORDER, day, before, records, verdict, special))
        before = day
    stray = list(_block(rng, citizens[0], before))
    note = "meant for another municipality (H04)"
    return [*made, _sending(OTHER_ORDER, before + timedelta(days=1), before, stray, "held", note)]


def _sending(
    order: str, day: date, before: date, records: Sequence[str], verdict: Verdict, special: str | None
) -> Sending:
    return Sending(
        feed="cpr",
        partner="register",
        folder="cpr-register",
        name=f"D{day:%y%m%d}.L{order}",
        data=encode(order, day, before, records),
        sent_at=at(day, 4),
        expect=verdict,
        special=special,
    )


def encode(order: str, day: date, before: date, records: Sequence[str]) -> bytes:
    """Start record, records with the blanks at their ends cut, end record that counts them."""
    start = f"000{'0' * 10}{order}{day:%Y%m%d}{before:%Y%m%d}"
    end = f"999{'9' * 10}{len(records):08d}"
    return "".join(f"{record.rstrip(' ')}\n" for record in (start, *records, end)).encode("iso-8859-1")


def subscribed(citizen: Citizen, day: date) -> bool:
    """Whether the municipality knew the citizen by then: registered here at some time."""
    return any(address.municipality == "0707" and address.known_day <= day for address in citizen.addresses)


def _changed(citizen: Citizen, before: date, day: date) -> bool:
    """Whether something of the citizen was registered after the extract before this one."""
    news = [address.known_day for address in citizen.addresses[1:]]
    news += [citizen.left[1]] if citizen.left else []
    news += [changed for changed in (citizen.number_changed_day, citizen.protected_day) if changed is not None]
    return subscribed(citizen, day) and any(before < new <= day for new in news)


def _block(rng: Random, citizen: Citizen, day: date) -> Iterator[str]:
    """Everything of the ordered types as it stands on that day; after a change of number under both."""
    number, changed = citizen.numbers[0], citizen.number_changed_day
    known = [address for address in citizen.addresses if address.known_day <= day]
    if changed is not None and changed <= day:
        old, number = number, citizen.numbers[-1]
        yield _person(citizen, old, "60", changed, number)
        yield _old_address(old, known[-1], changed)
        yield from _standing(rng, citizen, number, known, day)
        yield f"022{number}{old}{citizen.born} {changed - timedelta(days=1)}"
    else:
        yield from _standing(rng, citizen, number, known, day)


def _standing(rng: Random, citizen: Citizen, number: str, known: Sequence[Address], day: date) -> Iterator[str]:
    left = citizen.left if citizen.left is not None and citizen.left[1] <= day else None
    yield _person(citizen, number, left[0] if left else "01", left[1] if left else None)
    *earlier, now = known
    if left is None:
        yield _address(number, now, _came_to_municipality(known))
    for address, following in zip(earlier, known[1:], strict=True):
        yield _old_address(number, address, following.first_day)
    if left is not None:
        yield _old_address(number, now, left[1])
    if citizen.protected_day is not None and citizen.protected_day <= day:
        yield f"004{number}0001{citizen.protected_day}2101-01-02"
    yield f"099{number}{rng.choice((f'{day:%Y%m%d}0100', ' ' * 12))}A{rng.choice(('01', '05', '74'))}"


def _person(citizen: Citizen, number: str, status: str, since: date | None, now: str = "") -> str:
    moment = NO_MOMENT if since is None else f"{since:%Y%m%d}{'0000' if status == '90' else '0930'}"
    sex = "K" if citizen.woman else "M"
    return f"001{number}{now:10}{status}{moment} {sex}{citizen.born} {citizen.born}"


def _came_to_municipality(known: Sequence[Address]) -> date:
    """First day of the unbroken stay in the municipality of the present address."""
    came = known[-1].first_day
    for address in reversed(known[:-1]):
        if address.municipality != known[-1].municipality:
            break
        came = address.first_day
    return came


def _address(number: str, address: Address, came: date) -> str:
    moved_in, came_on = f"{address.first_day:%Y%m%d}1200", f"{came:%Y%m%d}1200"
    return (
        f"002{number}{address.municipality}{address.street:04d}{address.house:4}{'':44}"
        f"{moved_in} {came_on} 0000{NO_MOMENT} 0000"
    )


def _old_address(number: str, address: Address, left: date) -> str:
    return (
        f"023{number} {address.municipality}{address.street:04d}{address.house:4}{'':44}"
        f"{address.first_day:%Y%m%d}1200 {left:%Y%m%d}1200"
    )


def _faulty_block(rng: Random, numbers: Numbers, day: date) -> list[str]:
    """A person nobody else tells of, with a status that does not exist or a municipality that is no number."""
    # Born before every citizen of the sample: no number can meet one of theirs.
    born = date(rng.randint(1901, 1936), rng.randint(2, 12), rng.randint(1, 28))
    number = numbers.new(rng, born, woman=True)
    status, municipality = rng.choice((("44", "0707"), ("01", "07O7")))
    return [
        f"001{number}{'':10}{status}{NO_MOMENT} K{born} {born}",
        f"002{number}{municipality}{457:04d}{'003':4}{'':44}{day:%Y%m%d}1200 {day:%Y%m%d}1200",
    ]
