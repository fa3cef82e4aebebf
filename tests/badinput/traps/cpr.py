"""The traps of the page cpr, each as the extracts that make it, in order."""

from collections.abc import Mapping

from tests.badinput.trap_feeds import Files

_ONE, _TWO = "6104851234", "7509902345"
_NONE = "0" * 12


def at(day: str) -> str:
    """A day as a moment of the register."""
    return f"{day}1000"


def person(number: str = _ONE, status: str = "01", since: str = _NONE, valid: str = "") -> str:
    """Record 001."""
    return f"001{number}{valid:10}{status}{since}".ljust(106)


def address(
    municipality: str = "0707", moved: str = at("20190301"), into: str = at("20190301"), number: str = _ONE
) -> str:
    """Record 002: where somebody lives."""
    return f"002{number}{municipality}".ljust(69) + f"{moved} {into}".ljust(306 - 69)


def before(municipality: str, first: str, until: str, mark: str = " ", number: str = _ONE) -> str:
    """Record 023: where somebody lived; the last day is exclusive."""
    return f"023{number}{mark}{municipality}".ljust(70) + f"{first} {until}".ljust(26)


def old_number(number: str, old: str, until: str) -> str:
    """Record 022."""
    return f"022{number}{old}{'':11}{until}".ljust(45)


def file(*records: str, day: int = 15, encoding: str = "latin-1", end: str = "\r\n") -> tuple[str, bytes]:
    """The extract of a day in July 2020, made the day after the one before."""
    first = f"0000000000000470701202007{day:02}202007{day - 1:02}"
    lines = (first, *records, f"9999999999999{len(records):08}")
    return f"D2007{day:02}.L470701", "".join(line + end for line in lines).encode(encoding)


_EARLIER, _MOVED = (
    before("0706", at("20150501"), at("20190301")),
    address("0706", at("20200710"), at("20200710")),
)
_HOME = file(person(), address())
TRAPS: Mapping[str, Files] = {
    "blanks at the end are cut off": [
        file(person().rstrip(), address().rstrip(), before("0706", at("20150501"), at("20190301")).rstrip())
    ],
    "the day of moving belongs to the new municipality": [
        file(person(), _MOVED, before("0707", at("20190301"), at("20200710")))
    ],
    "moved in and out on one day": [
        file(
            person(),
            address(),
            before("0751", at("20170601"), at("20170601"), "K"),
            before("0706", at("20180601"), at("20180601")),
        )
    ],
    "moved within the municipality": [
        file(person(), address(moved=at("20200601")), before("0707", at("20190301"), at("20200601")))
    ],
    "the day of coming was not updated": [
        file(
            person(),
            address(moved=at("20200101"), into=at("20150101")),
            before("0706", at("20180101"), at("20200101")),
        )
    ],
    "the old number's block shows the address ended": [
        _HOME,
        file(
            person(_ONE, "60", at("20200715"), _TWO),
            before("0707", at("20190301"), at("20200715")),
            person(_TWO),
            address(number=_TWO),
            day=16,
        ),
    ],
    "a changed number is told twice": [
        file(
            person(_ONE, "60", at("20200714"), _TWO),
            person(_TWO),
            old_number(_TWO, _ONE, "2020-07-14"),
            address(number=_TWO),
        )
    ],
    "a moving day is corrected": [_HOME, file(person(), address(moved=at("20190401"), into=at("20190401")), day=16)],
    "dead by mistake": [
        _HOME,
        file(person(status="90", since=at("20200715")), before("0707", at("20190301"), at("20200715")), day=16),
        file(person(), address(), day=17),
    ],
    "an emigrant comes home": [
        file(person(status="80", since=at("20200701")), before("0707", at("20190301"), at("20200701"))),
        file(
            person(),
            address(moved=at("20200714"), into=at("20200714")),
            before("0707", at("20190301"), at("20200701")),
            day=16,
        ),
    ],
    "a protection ends far away": [file(person(), address(), f"004{_ONE}00012018-01-022101-01-02")],
    "no moment in the event, and midnight as 2400": [
        file(person(), address(moved="201903012400", into="201903012400"), f"099{_ONE}{'':12}A74".ljust(45))
    ],
    "a name is sent though not ordered": [file(person(), address(), f"008{_ONE}Navn".ljust(130))],
    "saved as UTF-8, or sent as EBCDIC": [
        file(person(), address()[:-1] + "Å", encoding="utf-8"),
        (_HOME[0], _HOME[1].decode("latin-1").encode("cp500")),
    ],
}
