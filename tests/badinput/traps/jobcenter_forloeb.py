"""The traps of the page jobcenter-forloeb, each as the deliveries that make it, in order."""

from collections.abc import Mapping

from tests.badinput.trap_feeds import Files
from tests.badinput.traps.items import Item, pull


def item(number: int, version: int = 1, *, day: int = 3, cpr: str = "7105851234", **told: object) -> Item:
    """What every item has; registered in the morning of a day of February 2020."""
    return {
        "id": f"{told.pop('letters', 'MO')}-{number:08}",
        "version": version,
        "aendring": 1,
        "registreret": f"2020-02-{day:02}T08:12:05Z",
        "myndighed": "70700",
        "cpr": cpr,
        **told,
    }


def meeting(version: int = 1, status: str = "BOOKET", starts: str = "2020-02-12T09:30", **told: object) -> Item:
    """A talk about jobs."""
    return item(
        4001, version, **{"type": "MOEDE", "moedeType": "JOBSAMTALE", "status": status, "planlagtStart": starts, **told}
    )


def absence(version: int = 1, **told: object) -> Item:
    """A holiday."""
    return item(
        310,
        version,
        **{
            "letters": "FR",
            "type": "FRAVAER",
            "fravaerType": "FERIE",
            "startDato": "2020-02-10",
            "slutDato": "2020-02-16",
            "anmeldelsesDato": "2020-02-03",
            **told,
        },
    )


_BOOKED = pull(1, meeting())
TRAPS: Mapping[str, Files] = {
    "a booking is moved": [_BOOKED, pull(2, meeting(2, starts="2020-02-14T09:30", day=5))],
    "held on another day than booked": [
        _BOOKED,
        pull(2, meeting(2, "AFHOLDT", afholdtDato="2020-02-13", day=13)),
    ],
    "cancelled, then booked again": [
        _BOOKED,
        pull(2, meeting(2, "AFLYST", day=5)),
        pull(3, meeting(3, starts="2020-02-20T09:30", day=6)),
    ],
    "half past midnight in Denmark is the day before in the file": [pull(1, meeting(starts="2020-06-30T22:30Z"))],
    "two versions in the same second": [pull(1, meeting(), meeting(2, starts="2020-02-14T09:30"))],
    "version 3 stands before version 2": [
        pull(1, meeting(3, starts="2020-02-15T09:30"), meeting(2, starts="2020-02-14T09:30"))
    ],
    "a diagnosis in the comment and in a key of its own": [
        pull(
            1,
            absence(fravaersKommentar="Diagnose"),
            item(15, letters="PA", type="PARALLEL_INDSATS", aktiv=True, foersteDag="2020-01-06", indhold="Diagnose"),
        )
    ],
    "the case was on the wrong citizen": [_BOOKED, pull(2, meeting(2, cpr="8912752468", day=5))],
    "a deletion before the thing itself": [pull(1, meeting(2, aendring=3, day=5)), pull(2, meeting())],
    "a deletion without content": [
        _BOOKED,
        pull(2, {**item(4001, 2, day=5, type="MOEDE"), "aendring": 3, "cpr": ""}),
    ],
    "the whole history comes again": [_BOOKED, pull(2, meeting(), absence())],
    "only the comment changed": [_BOOKED, pull(2, meeting(2, kommentar="Andet", day=5))],
    "a decision without an offer before it": [
        pull(
            1,
            item(
                77,
                letters="BE",
                type="BRANCHESPOR",
                spor="BS-000041",
                beslutning="ACCEPTERET",
                dato="2020-02-03",
                branchespor="IND",
                disco="721",
            ),
        )
    ],
}
