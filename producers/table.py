"""Tables of fields between `;` in UTF-8, as several partners send them: lines, fields, blanks, the moment of a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from producers.text import Line, decoded, fields, lines, refuse_empty, refuse_other_formats
from schemas import forms
from schemas.errors import WrongDelivery
from schemas.faults import Fault

_BLANKS = frozenset(("", "null", "n/a", "-", "ukendt"))


@dataclass(frozen=True, slots=True)
class Table:
    """The physical lines of a file, its mark removed; `cut`: the last one has no line end."""

    lines: Sequence[Line]
    cut: bool


class Moment(NamedTuple):
    """A moment written in a file's name: in UTC, and its Danish day."""

    at: datetime
    day: date


def opened(data: bytes) -> Table:
    """The lines of a file, ended by LF or CRLF. Raises WrongDelivery: F01 to F03."""
    refuse_empty(data)
    refuse_other_formats(data)
    text = decoded(data, "utf-8").removeprefix("\ufeff")
    return Table(lines=lines(text, cr_alone=False), cut=not text.endswith("\n"))


def split(line: Line) -> list[str]:
    """The trimmed fields of a line. Raises WrongDelivery F05 where a quote is never closed."""
    found = fields(line[1], blanks_before_quote=True)
    if found is None:
        raise WrongDelivery(Fault(code="F05", line=line[0]))
    return found


def says_nothing(line: str) -> bool:
    """A line with nothing but spaces and `;` is no row."""
    return not line.strip(" \u00a0;")


def filled(field: str) -> str | None:
    """A trimmed field, None if it is blank or a word for it (`NULL`, `N/A`, `-`, `ukendt` in any case)."""
    return None if field.lower() in _BLANKS else field


def moment(text: str) -> Moment | None:
    """`yyyymmddhhmmss`, Danish local time; None: no such time, skipped or double in the nights clocks change."""
    local = forms.compact_local_time(text)
    instants = () if local is None or not forms.possible(local.date()) else forms.danish_instants(local)
    return None if local is None or len(instants) != 1 else Moment(instants[0], local.date())
