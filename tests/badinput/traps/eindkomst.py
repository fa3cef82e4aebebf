"""The traps of the page eindkomst, each as the deliveries that make it, in order."""

from collections.abc import Mapping

from tests.badinput.trap_feeds import Files

_NAMES = (
    "0000000;Indberetnings-id;Art;Reference;SE-nr;CPR-nr;Medarbejdernr;Indkomsttype;Lønperiode start;Lønperiode slut;"
    "Dispositionsdato;A-indkomst;Løntimer"
)
_IDS = "L0000;R0001;K4101;R4101;S5000;S6000;T6000;K6000;D0001;D0002;D0003;B0013;B0200"
_MOMENTS = ("202003_000041_20200410063000", "202004_000042_20200511070000")


def row(
    number: int,
    *,
    art: str = "O",
    of: int | None = None,
    employer: str = "13748136",
    person: str = "6101900018",
    employee: str = "",
    kind: str = "00",
    days: tuple[str, str] = ("20200301", "20200331"),
    paid: str = "20200331",
    hours: str = "160,33",
) -> str:
    """One line of the register; a reversal (`T`) has no more than what it names."""
    reference = "" if of is None else f"I{of:09}"
    rest = ";;;;;" if art == "T" else f"{kind};{days[0]};{days[1]};{paid};31000,00;{hours}"
    return f"{number:07};I{number:09};{art};{reference};{employer};{person};{employee};{rest}"


def file(*rows: str, month: int = 0) -> tuple[str, bytes]:
    """One delivery: of March, or of April as the next."""
    moment = _MOMENTS[month].rpartition("_")[2]
    lines = (_NAMES, _IDS, *rows, f"9999999;{len(rows)};{moment}")
    return f"EINDK_0707_{_MOMENTS[month]}.csv", "".join(f"{line}\n" for line in lines).encode()


_PAY = file(row(1))
TRAPS: Mapping[str, Files] = {
    "full time in a whole month": [_PAY],
    "pay in advance": [file(row(1, paid="20200228"))],
    "salaried staff without hours": [file(row(1, hours=""))],
    "a bonus on a single day without hours": [file(row(1, days=("20200327", "20200327"), hours=""))],
    "several jobs, two of them at one employer": [
        file(
            row(1, hours="60,00"),
            row(2, employer="29189641", employee="A1", hours="25,50"),
            row(3, employer="29189641", employee="A2", hours="10,00"),
        )
    ],
    "the person number as number of the employee": [file(row(1, employee="6101900018"))],
    "a month two years back": [_PAY, file(row(2, days=("20180301", "20180331")), month=1)],
    "a reversal and a new report with the same hours": [_PAY, file(row(2, art="T", of=1), row(3), month=1)],
    "a reversal before its line": [file(row(2, art="T", of=1)), file(row(1), month=1)],
    "a wage subsidy comes as ordinary pay": [file(row(1, kind="00", hours="74,00"))],
    "pension and benefit hide in one type": [file(row(1, kind="04", hours=""))],
    "a leading zero is lost": [file(row(1, person="101900018"), row(2, kind="4"))],
    "a sign behind, a point, thousands": [file(row(1, hours="7,40-"), row(2, hours="37.00"), row(3, hours="1.234,00"))],
    "saved as cp1252": [(_PAY[0], _PAY[1].decode().encode("cp1252"))],
}
