"""The traps of the page akasse-bestand, each as the deliveries that make it, in order."""

import unicodedata
from collections.abc import Mapping

from tests.badinput.trap_feeds import Files

_ANNA = "026104851234000001012015030100000000 H0707  "
_BO = "027509902345000001022018060100000000 D0707  "
_CLAUS = "028902924321000001052019050100000000 H0707  "


def file(
    week: str, counted: str, *rows: str, made: str = "", kind: str = "BESTAND", akasse: str = "901", name: str = ""
) -> tuple[str, bytes]:
    """One total: `week` YYYYWW, `counted` the Sunday YYYYMMDD, made the day after at 06:15 unless said otherwise."""
    made = made or f"{int(counted) + 1}061500"
    lines = [
        f"01{akasse}{week}{made}{counted}0707".ljust(44),
        *rows,
        f"99{akasse}{week}{len(rows):08}".ljust(44),
    ]
    text = "".join(f"{line}\r\n" for line in lines)
    return name or f"AKAS{akasse}_{week}_{kind}_{made}.txt", text.encode("latin-1")


_FIRST = file("202051", "20201220", _ANNA, _BO)
_YEAR = file("202053", "20210103", _ANNA, _BO, kind="ÅRSBESTAND")
TRAPS: Mapping[str, Files] = {
    "the Å of the name in two parts": [(unicodedata.normalize("NFD", _YEAR[0]), _YEAR[1])],
    "week 53, and a year that has none": [
        _YEAR,
        file("202101", "20210110", _ANNA, _BO),
        file("202153", "20220102", _ANNA, _BO),
    ],
    "a redelivery with another number of members": [
        _FIRST,
        file("202051", "20201220", _ANNA, made="20201222080000"),
    ],
    "a stray blank at the end of a row": [file("202051", "20201220", f"{_ANNA} ", _BO)],
    "saved as UTF-8": [(_FIRST[0], file("202051", "20201220", _ANNA[:42] + "ÅR")[1].decode("latin-1").encode())],
    "a member left out by mistake": [
        _FIRST,
        file("202052", "20201227", _ANNA),
        file("202053", "20210103", _ANNA, _BO),
    ],
    "a faulty row of a member": [_FIRST, file("202052", "20201227", _ANNA, _BO.replace("20180601", "20180631"))],
    "half a file": [(_FIRST[0], _FIRST[1][:80])],
    "an empty total": [_FIRST, file("202052", "20201227")],
    "the member number is the person number": [file("202051", "20201220", f"0261048512346104851234{_ANNA[20:42]}01")],
    "DANNET in the name one second off": [(_FIRST[0].replace("061500", "061501"), _FIRST[1])],
    "a member moves to another a-kasse": [
        _FIRST,
        file("202051", "20201220", _ANNA.replace("00000101", "00000777"), akasse="902"),
    ],
    "the person behind a member number is corrected": [
        _FIRST,
        file("202052", "20201227", _ANNA.replace("6104851234", "9112784567"), _BO),
    ],
    "two persons with one member number in one file": [
        file("202051", "20201220", _ANNA, _CLAUS.replace("00000105", "00000101"))
    ],
}
