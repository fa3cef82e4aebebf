"""What decoder and expectations of jobcenter-forloeb share: keys by type, codes, which keys are read."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from schemas import forms
from schemas.facts import Absence, Branchespor, Decision
from schemas.feed_contracts import contract
from schemas.items import CPR, FIRST_KEYS, TRUE, TYPE, Reading, Values, is_deletion, is_local_time

MEETING, CASE, TRACK, SUPPORT, ABSENCE = "MOEDE", "SAG", "BRANCHESPOR", "PARALLEL_INDSATS", "FRAVAER"
_AGREED = contract("jobcenter-forloeb")
OWN_KEYS: Mapping[str, tuple[str, ...]] = {
    kind: tuple(column.name for column in _AGREED.record(kind).read)
    for kind in (MEETING, CASE, TRACK, SUPPORT, ABSENCE)
}
EVERY_ITEM = (*FIRST_KEYS, CPR)
# Keys that are read only beside a value of another key.
_ONLY_WITH: Mapping[str, tuple[str, str]] = {
    "afholdtDato": ("status", "AFHOLDT"),
    "aarsag": ("beslutning", "AFSLAAET"),
    "foersteDag": ("aktiv", TRUE),
    "sidsteDag": ("aktiv", TRUE),
}

MEETINGS_WITHOUT_FACT = frozenset({"REHABILITERING", "ANDET"})
DECISIONS: Mapping[str, Decision] = {
    "TILBUDT": Decision.OFFERED,
    "ACCEPTERET": Decision.ACCEPTED,
    "AFSLAAET": Decision.DECLINED,
}
TRACKS_FROM: Mapping[str, date] = {
    **dict.fromkeys(Branchespor, date(2020, 1, 21)),
    Branchespor.GRO: date(2020, 7, 1),
}


class AbsenceKind(NamedTuple):
    """What an absence becomes; no `absence`: no fact. `since`: the first `startDato` it may have."""

    absence: Absence | None = None
    benefit_paid: bool = False
    since: date = date.min


ABSENCES: Mapping[str, AbsenceKind] = {
    "FERIE": AbsenceKind(Absence.HOLIDAY, True),
    "FERIE_UDEN_YDELSE": AbsenceKind(Absence.HOLIDAY, False),
    "SYGDOM": AbsenceKind(Absence.SICKNESS, True),
    "BARSEL": AbsenceKind(Absence.PARENTAL_LEAVE, False),
    "BARSEL_MAX_14_DAGE": AbsenceKind(Absence.PARENTAL_LEAVE, True),
    "BORGERLIGT_OMBUD": AbsenceKind(Absence.CIVIC_DUTY, True),
    "FRIPERIODE": AbsenceKind(Absence.OTHER, False),
    "FRITAGELSE": AbsenceKind(Absence.OTHER, True),
    "MINDRE_INTENSIV": AbsenceKind(Absence.OTHER, True, date(2020, 1, 1)),
    **dict.fromkeys(
        ("UDDANNELSE", "MIDLERTIDIGT_ARBEJDE", "FRITAGET_SELVBOOK", "FRATAGET_SELVBOOK", "HOS_AKASSE"), AbsenceKind()
    ),
}

_LOCAL = len("yyyy-mm-ddThh:mm")
_START = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(Z|\+01:00|\+02:00)?")


def reading(values: Values) -> Reading:
    """Which keys of an item are read."""
    if is_deletion(values):
        return Reading(read=FIRST_KEYS)
    own = OWN_KEYS.get(values.get(TYPE) or "")
    if own is None:
        return Reading(read=EVERY_ITEM)
    left_out = {key for key, (other, wanted) in _ONLY_WITH.items() if values.get(other) != wanted}
    known = (*EVERY_ITEM, *own)
    return Reading(read=[key for key in known if key not in left_out], known=known)


def is_planned_start(text: str) -> bool:
    """Whether the text is `yyyy-mm-ddThh:mm`, then nothing (Danish time), `Z`, `+01:00` or `+02:00`, in any year."""
    return _START.fullmatch(text) is not None and is_local_time(f"{text[:_LOCAL]}:00")


def planned_starts(text: str | None) -> tuple[datetime, ...] | None:
    """The instants a booked time may mean: one, or none or two in the nights clocks change; None without its form."""
    if text is None or not is_planned_start(text):
        return None
    offset = text[_LOCAL:]
    at = forms.rfc3339(f"{text[:_LOCAL]}:00{offset or 'Z'}")
    if at is None:
        return None
    return (at,) if offset else forms.danish_instants(at.replace(tzinfo=None))
