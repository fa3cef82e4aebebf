"""A row of ungedatabasen as it is taken, and as a deletion waits in the memory: without its number, in our words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from producers.delivery import Delivery, Row
from schemas.facts import JsonValue
from schemas.ungedatabasen import DAY_OF, DELETION, EVENTS, KIND, READY, day, instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One faultless row; of a deletion what waits in the memory has this form too. `at`: ISO, UTC.

    `row` is its number in its delivery, `line` where it stands; `since`: the Danish day of that delivery.
    """

    delivery: str
    row: int
    line: int
    number: str
    kind: str
    at: str
    person: str
    content: Mapping[str, JsonValue]
    since: str


def told_by(row: Row, line: int, person: str, delivery: Delivery, on: date) -> Told:
    """A row without fault; `line` is where it stands, `on` the Danish day of its delivery's TilTidspunkt."""
    values = row.values
    at = instant(values["Registreringstidspunkt"])
    if at is None:
        raise ValueError(f"row {row.line} has no moment: its expectations were not checked")
    return Told(
        delivery=delivery.file_name,
        row=row.line,
        line=line,
        number=values["HaendelseNummer"] or "",
        kind=values[KIND] or "",
        at=at.isoformat(),
        person=person,
        content=_content(values),
        since=on.isoformat(),
    )


def _content(values: Mapping[str, str | None]) -> dict[str, JsonValue]:
    kind = values[KIND] or ""
    if kind == DELETION:
        return {}
    told_day = day(values[DAY_OF[kind]])
    iso = None if told_day is None else told_day.isoformat()
    if kind == READY:
        return {"day": iso}
    return {
        "education": values.get("UddannelseKode"),
        "event": EVENTS[values["HaendelseType"] or ""],
        "day": iso,
        "institution": values.get("InstitutionNr"),
        "programme": values.get("UdelKode"),
    }
