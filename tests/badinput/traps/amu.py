"""The traps of the page amu, each as the deliveries that make it, in order."""

from collections.abc import Mapping

from tests.badinput.trap_feeds import Files

_HEADER = "INSTNR;TILMNR;PNR;KURSKOD;UDD;FKB;STARTTP;SLUTTP;AFSLUTN;SELVVALG;FORLOEB"
_DONE = "907001;H0000101;6101900018;47136;4443;2788;2019-11-04;2019-11-08;1;N;"
_GOES_ON = "907001;H0000103;7205851234;45141;4443;2222;2020-01-13;2020-03-27;0;N;BS-000017"
_JANUARY, _APRIL, _AUGUST = (
    "AMU_907001_2019K2_2020K1_20200117101500.csv",
    "AMU_907001_2019K3_2020K2_20200416140211.csv",
    "AMU_907001_2019K3_2020K2_20200818080000.csv",
)


def file(name: str, *rows: str) -> tuple[str, bytes]:
    """One delivery of these rows."""
    return name, "".join(f"{line}\n" for line in (_HEADER, *rows)).encode()


TRAPS: Mapping[str, Files] = {
    "the same course in several deliveries": [
        file(_JANUARY, _DONE),
        file(_APRIL, _DONE, _GOES_ON),
        file(_AUGUST, _GOES_ON, _DONE),
    ],
    "the outcome comes late": [
        file(_JANUARY, _GOES_ON),
        file(_APRIL, _GOES_ON, _DONE),
        file(_AUGUST, _GOES_ON.replace(";0;N;", ";1;N;"), _DONE),
    ],
    "an interrupted course with an earlier last day": [
        file(_JANUARY, _GOES_ON),
        file(_APRIL, _GOES_ON.replace("2020-03-27;0", "2020-03-10;5")),
    ],
    "a row disappears since the school deleted it": [file(_JANUARY, _DONE, _GOES_ON), file(_APRIL, _DONE)],
    "a row disappears since it slid out of the window": [
        file(_JANUARY, _DONE, _GOES_ON.replace("2020-01-13;2020-03-27;0", "2019-05-13;2019-05-17;1")),
        file(_APRIL, _DONE),
    ],
    "a row with a bad date was there before": [
        file(_JANUARY, _DONE, _GOES_ON),
        file(_APRIL, _DONE, _GOES_ON.replace("2020-03-27", "2020-03-32")),
    ],
    "the third delivery of a year comes in August": [file(_AUGUST, _GOES_ON)],
    "a course over New Year, and one over the window's edge": [
        file(
            _JANUARY,
            _DONE.replace("2019-11-04;2019-11-08;1", "2019-12-30;2020-01-03;1"),
            _GOES_ON.replace("2020-01-13;2020-03-27;0", "2019-03-25;2019-04-05;1"),
        )
    ],
    "a split course": [file(_JANUARY, _GOES_ON, _GOES_ON.replace("H0000103", "H0000103-2"))],
    "a department's number": [file(_JANUARY, _DONE.replace("907001", "907011"))],
    "the other school's rows": [file(_JANUARY, _DONE, _GOES_ON.replace("907001", "907002"))],
    "a spreadsheet has been at it": [
        file(_JANUARY, _DONE.replace("6101900018", "6,1E+09"), _GOES_ON.replace("45141", "5141"), ";;;;;;;;;;")
    ],
    "a header alone, and no byte": [file(_JANUARY), (_APRIL, b"")],
}
