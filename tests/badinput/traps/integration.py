"""The traps of the page integration, each as the deliveries that make it, in order."""

from collections.abc import Mapping

from tests.badinput.trap_feeds import Files

_HEADER = "Kommunenr;Sagsid;CPR-nummer;Overtagelsesdato;Programstart;Slutdato;Status;Programtype"
_ONE = "0707;INT-00101;6101900018;01-06-2020;22-06-2020;;20;S"
_TWO = "0707;INT-00102;7205851234;15-07-2020;;;10;I"
_MONDAYS = ("202031_20200727061500", "202032_20200803061500", "202033_20200810061500")


def file(week: int, *rows: str, header: str = _HEADER, mark: str = "\ufeff") -> tuple[str, bytes]:
    """The total of one Monday."""
    text = mark + "".join(f"{line}\r\n" for line in (header, *rows))
    return f"INTEGRATION_0707_{_MONDAYS[week]}.csv", text.encode()


TRAPS: Mapping[str, Files] = {
    "with and without byte order mark": [file(0, _ONE), file(1, _ONE, mark="")],
    "a column more, and columns in another order": [
        file(0, f"{_ONE};x", header=f"{_HEADER};Sprog"),
        file(1, "S;" + _ONE.rpartition(";")[0], header="Programtype;" + _HEADER.rpartition(";")[0]),
    ],
    "the municipality as 707": [file(0, _ONE.replace("0707", "707", 1))],
    "a number with letters, later the real one": [
        file(0, _ONE.replace("6101900018", "610190XX12"), _TWO),
        file(1, _ONE, _TWO),
    ],
    "the wrong person's number": [file(0, _ONE), file(1, _ONE.replace("6101900018", "9108990555"))],
    "the programme begins long after the takeover": [file(0, _ONE.replace("22-06-2020", "20-07-2020"))],
    "a case disappears from the total": [file(0, _ONE, _TWO), file(1, _TWO)],
    "a closed case disappears": [
        file(0, _ONE.replace(";;20;", ";30-06-2020;40;"), _TWO),
        file(1, _TWO),
    ],
    "it comes back a week later": [file(0, _ONE, _TWO), file(1, _TWO), file(2, _TWO, _ONE)],
    "an agreed takeover is dropped": [
        file(0, _ONE, _TWO.replace("15-07-2020", "17-08-2020")),
        file(1, _ONE),
    ],
    "the end of time as an open end, the year one as a day": [
        file(0, _ONE.replace(";;20;", ";31-12-9999;20;"), _TWO.replace("15-07-2020", "01-01-0001"))
    ],
    "two cases of one person after a move back and forth": [
        file(0, _ONE, _TWO.replace("7205851234", "6101900018")),
        file(1, _ONE.replace(";;20;", ";14-07-2020;50;"), _TWO.replace("7205851234", "6101900018")),
    ],
    "the end has passed while the status says 20": [file(0, _ONE.replace(";;20;", ";30-06-2020;20;"))],
    "a header alone on a holiday": [file(0, _ONE), file(1)],
}
