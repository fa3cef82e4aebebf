"""The traps of the page akasse-ledighed, each as the deliveries that make it, in order."""

from collections.abc import Mapping

from tests.badinput.trap_feeds import Files

_HEADER = "sagsnr;handling;art;cpr;kommune;startdato;slutdato;fraværsart;dagpenge;timer;registreret"
_NEW = "00200001;N;LEDIG;6104851234;0707;01-05-2020;;;;;01-07-2020 08:00:00"


def file(number: int, *rows: str, akasse: str = "901", trailer: str | None = None) -> tuple[str, bytes]:
    """One delivery of these rows."""
    lines = [_HEADER, *rows, f"SLUT;{len(rows)}" if trailer is None else trailer]
    return f"AKAS{akasse}_LEDIGHED_{number:06}.csv", "".join(f"{line}\r\n" for line in lines).encode("cp1252")


def work(hours: str, number: int) -> str:
    """A row of work with these hours."""
    return f"{number:08};N;ARBEJDE;9112784567;0707;01-06-2020;;;;{hours};01-07-2020 08:00:00"


_WHOLE = file(1, _NEW)
TRAPS: Mapping[str, Files] = {
    "saved as UTF-8": [(_WHOLE[0], _WHOLE[1].decode("cp1252").encode())],
    "saved as UTF-8 with byte order mark": [(_WHOLE[0], _WHOLE[1].decode("cp1252").encode("utf-8-sig"))],
    "the correction comes a delivery before its row": [
        file(1, "00200001;R;LEDIG;6104851234;0707;02-05-2020;;;;;03-07-2020 08:00:00"),
        file(2, _NEW),
    ],
    "a corrected row with the old time": [
        file(1, _NEW),
        file(2, "00200001;R;LEDIG;6104851234;0707;02-05-2020;;;;;01-07-2020 08:00:00"),
    ],
    "an older version after the newer": [
        file(1, "00200001;N;LEDIG;6104851234;0707;02-05-2020;;;;;03-07-2020 08:00:00"),
        file(2, _NEW),
    ],
    "a spell closed long ago is corrected": [
        file(1, "00200001;N;LEDIG;6104851234;0707;01-05-2018;31-05-2018;;;;01-06-2018 08:00:00"),
        file(2, "00200001;R;LEDIG;6104851234;0707;01-05-2018;30-06-2018;;;;01-07-2020 08:00:00"),
    ],
    "half past two on the nights when clocks change": [
        file(
            1,
            "00200001;N;LEDIG;6104851234;0707;01-03-2020;;;;;29-03-2020 02:30:00",
            "00200002;N;LEDIG;7509902345;0707;01-10-2020;;;;;25-10-2020 02:30:00",
            "00200003;N;LEDIG;9112784567;0707;01-10-2020;;;;;25-10-2020 02:30:00+02:00",
            "00200004;N;LEDIG;6202004018;0707;01-10-2020;;;;;25-10-2020 02:30:00+01:00",
        )
    ],
    "a spreadsheet pads the trailer": [file(1, _NEW, trailer="SLUT;1;;;;;;;;;")],
    "hours with a point, with thousands, with three decimals": [
        file(1, work("37.5", 200001), work("1.234,5", 200002), work("37,500", 200003), work("18,50", 200004))
    ],
    "municipality without its zero, and another municipality": [
        file(1, _NEW.replace("0707", "707"), _NEW.replace("0707", "0751").replace("00200001", "00200002"))
    ],
    "codes in lower case": [
        file(1, _NEW.replace("LEDIG", "ledig"), _NEW.replace(";N;", ";n;").replace("00200001", "00200002"))
    ],
    "a member changes a-kasse": [
        file(1, "00200001;N;INDPLACERING;6104851234;0707;01-01-2020;;;;;01-07-2020 08:00:00"),
        file(1, "00300001;N;INDPLACERING;6104851234;0707;01-01-2020;;;;;01-07-2020 08:00:00", akasse="902"),
    ],
    "cut in the middle of a row": [(_WHOLE[0], _WHOLE[1][:-25])],
    "registered on the wrong person": [
        file(1, _NEW),
        file(2, "00200001;R;LEDIG;7509902345;0707;01-05-2020;;;;;02-07-2020 08:00:00"),
    ],
    "two rows of one number on one day": [
        file(1, _NEW, "00200001;R;LEDIG;6104851234;0707;02-05-2020;;;;;01-07-2020 09:00:00")
    ],
}
