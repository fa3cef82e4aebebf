"""The traps of the page jobordrer, each as the deliveries that make it, in order."""

from collections.abc import Mapping

from tests.badinput.trap_feeds import Files
from tests.badinput.traps.items import Item, pull


def order(number: int = 901, version: int = 1, **told: object) -> Item:
    """A published opening for a welder."""
    return {
        "id": f"JO-{number:08}",
        "version": version,
        "type": "JOBORDRE",
        "aendring": 1,
        "registreret": f"2020-02-{9 + version:02}T08:00:00Z",
        "myndighed": "70700",
        "status": "Published",
        "enhed": "JOBCENTER",
        "titel": "Svejser",
        "disco": "721210",
        "cvrNummer": "90000020",
        "pNummer": "9000000011",
        "arbejdsstedKommune": "0707",
        "antalStillinger": 2,
        "publiceretDato": "2020-02-10",
        **told,
    }


TRAPS: Mapping[str, Files] = {
    "the municipality with and without its zero": [
        pull(1, order()),
        pull(2, order(version=2, arbejdsstedKommune="707")),
    ],
    "a telephone number in the title": [pull(1, order(titel="Svejser, ring 87 00 00 00"))],
    "contact persons as a list, an object, a text": [
        pull(
            1,
            order(kontakter=[{"navn": "Navn"}]),
            order(902, kontakter={"navn": "Navn"}),
            order(903, kontakter="Navn"),
        )
    ],
    "positions as text, and none": [
        pull(1, order(antalStillinger="3"), order(902, status="Filled", antalStillinger=0))
    ],
    "a group of four digits, an address, a lost zero": [
        pull(1, order(disco="7212"), order(902, disco="http://data.europa.eu/esco"), order(903, disco="31000"))
    ],
    "the workplace lies in Aarhus and nobody ticked": [pull(1, order(arbejdsstedKommune="0751"))],
    "the workplace lies in Viborg": [pull(1, order(arbejdsstedKommune="0791"))],
    "a status in lower case, and one of Jobnet": [
        pull(1, order(status="published"), order(902, status="PublicationEnd"))
    ],
    "filled, then open again": [
        pull(1, order()),
        pull(2, order(version=2, status="Filled")),
        pull(3, order(version=3)),
    ],
    "the same opening from two units": [pull(1, order(), order(902, enhed="UNGEINDSATS"))],
    "a candidate in the item": [pull(1, order(cpr="6104851234"))],
    "an employer without a number": [pull(1, order(cvrNummer=None))],
}
