"""Elements, codes and written forms of the register of the young (partners/ungedatabasen.md)."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from schemas import forms, person_numbers
from schemas.feed_contracts import contract

NAMESPACE = "urn:ungedatabasen:haendelser:1.0"
EVENT, READY, DELETION = "Haendelse", "ErklaeretParat", "SletHaendelse"
# What a row is, beside its elements.
KIND = "kind"
_AGREED = contract("ungedatabasen")
COLUMNS = _AGREED.columns
ELEMENTS: Mapping[str, tuple[str, ...]] = {
    kind: tuple(column.name for column in _AGREED.record(kind).columns) for kind in (EVENT, READY, DELETION)
}
DAY_OF: Mapping[str, str] = {EVENT: "HaendelseDato", READY: "ErklaeretDato"}
EVENTS: Mapping[str, str] = {
    "VEJLEDNING": "YOUTH_GUIDANCE_HELD",
    "ANSOEGT": "EDUCATION_APPLIED",
    "OPTAGET": "ENROLLED",
    "FRAFALDSTRUET": "DROPOUT_RISK",
    "LAEREPLADS": "PLACE_AGREED",
    "AFBRUDT": "INTERRUPTED",
    "FULDFOERT": "COMPLETED",
    "FRITIDSJOB": "LEISURE_JOB",
    "ERHVERVSPRAKTIK": "LEISURE_JOB",
}
OF_NO_EDUCATION = frozenset({"VEJLEDNING", "FRITIDSJOB", "ERHVERVSPRAKTIK"})
OF_AN_INSTITUTION = frozenset({"OPTAGET", "FRAFALDSTRUET", "AFBRUDT", "FULDFOERT"})

_TIME = re.compile(
    r"(?P<whole>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.(?P<fraction>[0-9]+))?"
    r"(?P<offset>Z|[+-][0-9]{2}:[0-9]{2})?"
)
_DAY = re.compile(r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_YOUNGEST, _OLDEST = 15, 29


class WrittenTime(NamedTuple):
    """A written time: the instants (UTC) it can mean, one, or none or two for a local one that is not unambiguous."""

    instants: tuple[datetime, ...]
    has_offset: bool


@lru_cache(maxsize=4096)
def written_time(text: str | None) -> WrittenTime | None:
    """`yyyy-mm-ddThh:mm:ss`, a fraction (cut to milliseconds), `Z` or offset or Danish local time; None: it is none."""
    match = _TIME.fullmatch(text) if text is not None else None
    if match is None:
        return None
    milliseconds = int((match["fraction"] or "0")[:3].ljust(3, "0"))
    if match["offset"] is not None:
        whole = forms.rfc3339(match["whole"] + match["offset"])
        return None if whole is None else WrittenTime((whole + timedelta(milliseconds=milliseconds),), True)
    hour, minute, second = match["whole"][11:].split(":")
    local = forms.clock(forms.day(match["whole"][:10], "yyyy-mm-dd"), hour, minute, second)
    if local is None:
        return None
    instants = forms.danish_instants(local)
    return WrittenTime(tuple(each + timedelta(milliseconds=milliseconds) for each in instants), False)


def instant(text: str | None) -> datetime | None:
    """The one instant of a written time, None if it has none or two."""
    written = written_time(text)
    return None if written is None or len(written.instants) != 1 else written.instants[0]


def day(text: str | None) -> date | None:
    """`yyyy-mm-dd`; an offset or `Z` behind it is cut off."""
    match = _DAY.fullmatch(text) if text is not None else None
    return None if match is None else forms.day(match["day"], "yyyy-mm-dd")


def is_young(number: str, on: date) -> bool | None:
    """Whether who has this cleaned number is 15 to 29 years old on a day; None: the number has no birth date."""
    born = person_numbers.birth_date(number)
    if born is None:
        return None
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return _YOUNGEST <= age <= _OLDEST
