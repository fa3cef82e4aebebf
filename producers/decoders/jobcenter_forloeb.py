"""jobcenter-forloeb: meetings, cases, track decisions, parallel support and absence (jobcenter-forloeb.md)."""

from collections.abc import Callable, Mapping, Sequence

from producers.decoders.rest_items import ItemDecoder, ItemFeed
from producers.decoders.rest_statements import Content, Told
from schemas.facts import json_value
from schemas.forms import danish_day
from schemas.items import ID, OPEN_END, TRUE, TYPE, Values
from schemas.jobcenter_forloeb import (
    ABSENCE,
    ABSENCES,
    CASE,
    DECISIONS,
    MEETING,
    MEETINGS_WITHOUT_FACT,
    SUPPORT,
    TRACK,
    planned_starts,
    reading,
)

_CASE_OF_EMPLOYMENT = "15.20."


def told(values: Values, person: str) -> Sequence[Told]:
    """The facts of an item: one or none."""
    kind, content_of = _KINDS[values[TYPE] or ""]
    content = content_of(values)
    if content is None:
        return ()
    return (Told(kind=kind, record_key=f"{values[ID]}/{person}", person=person, content=content),)


def _meeting(values: Values) -> Content | None:
    if values["status"] == "AFLYST" or values["moedeType"] in MEETINGS_WITHOUT_FACT:
        return None
    (start,) = planned_starts(values["planlagtStart"]) or ()
    return {
        "meeting": values[ID],
        "held_on": values.get("afholdtDato"),
        "booked_for": danish_day(start).isoformat(),
        "joint": values["moedeType"] == "FAELLES_JOBSAMTALE",
    }


def _case(values: Values) -> Content | None:
    return {"day": values["aabnetDato"]} if (values["kle"] or "").startswith(_CASE_OF_EMPLOYMENT) else None


def _decision(values: Values) -> Content | None:
    return {
        "track": values["spor"],
        "decision": json_value(DECISIONS[values["beslutning"] or ""]),
        "day": values["dato"],
        "branchespor": values["branchespor"],
        "disco3": values["disco"],
        "override": values["dispensation"] == TRUE,
        "plan_first_day": values["planFra"],
        "plan_last_day": values["planTil"],
    }


def _support(values: Values) -> Content | None:
    if values["aktiv"] != TRUE:
        return None
    return {"first_day": values["foersteDag"], "last_day": _last(values["sidsteDag"])}


def _absence(values: Values) -> Content | None:
    found = ABSENCES[values["fravaerType"] or ""]
    if found.absence is None:
        return None
    return {
        "absence": json_value(found.absence),
        "benefit_paid": found.benefit_paid,
        "first_day": values["startDato"],
        "last_day": _last(values["slutDato"]),
    }


def _last(text: str | None) -> str | None:
    return None if text == OPEN_END else text


_KINDS: Mapping[str, tuple[str, Callable[[Values], Content | None]]] = {
    MEETING: ("Meeting", _meeting),
    CASE: ("CaseOpened", _case),
    TRACK: ("TrackDecision", _decision),
    SUPPORT: ("ParallelSupport", _support),
    ABSENCE: ("AbsenceSpell", _absence),
}
_DECODER = ItemDecoder(
    ItemFeed(
        name="jobcenter-forloeb",
        partner="70700",
        reading=reading,
        told=told,
    )
)
CONTRACT = _DECODER.CONTRACT
partner_of, read, follows, facts = _DECODER.partner_of, _DECODER.read, _DECODER.follows, _DECODER.facts
