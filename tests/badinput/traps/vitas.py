"""The traps of the page vitas, each as the deliveries that make it, in order."""

from collections.abc import Mapping

from tests.badinput.trap_feeds import Files
from tests.badinput.traps.items import Item, pull

_APPROVED: Item = {
    "id": "VIT-000000601",
    "version": 1,
    "type": "LOENTILSKUD",
    "aendring": 1,
    "registreret": "2020-02-21T08:00:00Z",
    "myndighed": "70700",
    "status": "GODKENDT",
    "cpr": "8912752468",
    "cvrNummer": "90123483",
    "enhedCvr": "90123483",
    "pNummer": "9000000023",
    "timerPrUge": "37",
    "godkendtDato": "2020-02-21",
    "startDato": "2020-03-01",
    "slutDato": "2020-08-31",
}


def later(version: int, **changed: object) -> Item:
    """A later version of the same."""
    return {**_APPROVED, "version": version, "registreret": f"2020-0{version + 1}-25T08:00:00Z", **changed}


_ONE = pull(1, _APPROVED)
_OTHER_COMPANY = {"cvrNummer": "90246941", "enhedCvr": "90246941"}
TRAPS: Mapping[str, Files] = {
    "an application without a citizen": [
        pull(1, {name: told for name, told in _APPROVED.items() if name != "cpr"} | {"status": "ANSOEGT"})
    ],
    "a rejected application with all its days": [pull(1, {**_APPROVED, "status": "AFSLAAET", "cpr": "0"})],
    "an approval called back": [_ONE, pull(2, later(2, status="ANNULLERET"))],
    "extended, and extended to an earlier day": [
        _ONE,
        pull(2, later(2, status="FORLAENGET", slutDato="2020-10-31")),
        pull(3, later(3, status="FORLAENGET", slutDato="2020-09-30")),
    ],
    "the first free day and the last working day": [
        _ONE,
        pull(2, later(2, status="AFSLUTTET", ophoerDato="2020-06-15")),
    ],
    "the unit of the neighbour, then put right": [pull(1, {**_APPROVED, "enhedCvr": "90246941"}), pull(2, _APPROVED)],
    "a unit whose number fails modulus 11": [pull(1, {**_APPROVED, "pNummer": "9000000024"})],
    "the company changes in the middle": [
        _ONE,
        pull(
            2,
            later(2, status="AFSLUTTET", ophoerDato="2020-04-15"),
            {
                **_APPROVED,
                "id": "VIT-000000602",
                "startDato": "2020-04-15",
                "cvrNummer": "90246941",
                "enhedCvr": "90246941",
            },
        ),
    ],
    "37,5 and 40 hours, and a point": [
        pull(
            1,
            *(
                {**_APPROVED, "id": f"VIT-00000061{number}", "timerPrUge": hours}
                for number, hours in enumerate(("37,5", "40", "37.0"))
            ),
        )
    ],
    "approved after the start": [pull(1, {**_APPROVED, "godkendtDato": "2020-03-15"})],
    "the type is changed": [_ONE, pull(2, later(2, type="VIRKSOMHEDSPRAKTIK"))],
    "a company number with letters": [pull(1, {**_APPROVED, "cvrNummer": "DK13748136"})],
    "a contact person and tasks": [pull(1, {**_APPROVED, "kontaktNavn": "Navn", "arbejdsopgaver": "Opgaver"})],
}
