"""The traps of the page visitation, each as the deliveries that make it, in order."""

import json
from collections.abc import Mapping
from typing import Any

from tests.badinput.trap_feeds import Files

_ID, _OTHER = "40000001", "40000002"


def event(number: int, version: int = 1, *, change: int = 1, external_id: str = _ID) -> Mapping[str, Any]:
    """A thin event of 2 March 2020."""
    return {
        "change": change,
        "entity": "visitation",
        "event_id": number,
        "external_id": external_id,
        "registered_at": f"2020-03-02T{8 + version:02}:15:30.120+01:00",
        "version": version,
    }


def body(version: int = 1, external_id: str = _ID, **told: object) -> Mapping[str, Any]:
    """What is said of a citizen."""
    return {
        "cpr": "6104851234",
        "external_id": external_id,
        "gyldig_fra": "2020-03-02",
        "gyldig_til": None,
        "kommune": "0707",
        "maalgruppe": 2,
        "personkategori": "JOBPARAT",
        "registreret": f"2020-03-02T{8 + version:02}:15:30.120+01:00",
        "version": version,
        **told,
    }


def detail(said: Mapping[str, Any] | None, status: int = 200, external_id: str = _ID) -> Mapping[str, Any]:
    """A detail as it is landed."""
    return {"body": said, "external_id": external_id, "status": status}


def changes(number: int, events: list[Mapping[str, Any]], *details: Mapping[str, Any]) -> tuple[str, bytes]:
    """The delivery of one pull."""
    page = {"has_more": False, "items": events, "next": f"c{number:04}"}
    return f"changes-{number}.json", _bytes({"details": list(details), "pages": [page]})


def everything(number: int, *bodies: Mapping[str, Any]) -> tuple[str, bytes]:
    """A full re-read of 3 July 2020."""
    page = {
        "as_of": "2020-07-03T04:00:00Z",
        "changes_cursor": "c0900",
        "has_more": False,
        "items": list(bodies),
        "next": None,
    }
    return f"all-{number}.json", _bytes({"pages": [page]})


def _bytes(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


_ONE = changes(1, [event(1001)], detail(body()))
TRAPS: Mapping[str, Files] = {
    "events come twice, in one pull and in the next": [
        changes(1, [event(1001), event(1001)], detail(body())),
        changes(
            2,
            [event(1001), event(1002, external_id=_OTHER)],
            detail(body(external_id=_OTHER), external_id=_OTHER),
        ),
    ],
    "the detail is newer than the event": [
        changes(1, [event(1001)], detail(body(2))),
        changes(2, [event(1002, 2, change=2)]),
    ],
    "the detail is not there yet, or older": [
        changes(
            1,
            [event(1001, 2), event(1002, external_id=_OTHER)],
            detail(body(1)),
            detail(None, 404, _OTHER),
        )
    ],
    "created and deleted between two pulls": [changes(1, [event(1001), event(1002, 2, change=3)])],
    "group 2 becomes group 1": [
        _ONE,
        changes(2, [event(1002, 2, change=2)], detail(body(2, maalgruppe=1, personkategori=None))),
    ],
    "it ends on its first day": [
        _ONE,
        changes(2, [event(1002, 2, change=2)], detail(body(2, gyldig_til="2020-03-02"))),
    ],
    "it ends on the first day on which it no longer holds": [
        _ONE,
        changes(2, [event(1002, 2, change=2)], detail(body(2, gyldig_til="2020-07-01"))),
    ],
    "obviously ready for education": [
        changes(1, [event(1001)], detail(body(maalgruppe=4, personkategori="AABENLYST_UDDANNELSESPARAT")))
    ],
    "an update of a statement we never had": [changes(1, [event(1002, 2, change=2)], detail(body(2)))],
    "two statements out of order": [
        changes(
            1,
            [event(1002, 2), event(1001, external_id=_OTHER)],
            detail(body(2)),
            detail(body(1, _OTHER, cpr="7509902345"), external_id=_OTHER),
        )
    ],
    "registered on the wrong person": [
        _ONE,
        changes(2, [event(1002, 2, change=2)], detail(body(2, cpr="7509902345"))),
    ],
    "the cursor has expired after a long stop": [
        changes(
            1,
            [event(1001), event(1002, external_id=_OTHER)],
            detail(body()),
            detail(body(external_id=_OTHER, cpr="7509902345"), external_id=_OTHER),
        ),
        everything(2, body()),
        everything(3, body(), body(external_id="40000003", cpr="9112784567")),
    ],
    "a login page in place of the answer": [("changes-1.json", b"<!DOCTYPE html><html><body>Log ind</body></html>")],
}
