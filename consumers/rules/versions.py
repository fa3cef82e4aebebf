"""All versions of a statement, in the order in which its source registered them: what was planned before."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from consumers.rules.further import well_formed
from consumers.rules.known import Record, instant

_DANISH: Final = ZoneInfo("Europe/Copenhagen")


class Versions:
    """The versions, not withdrawn and each once, of the statements of some kinds."""

    def __init__(self, records: Iterable[Record], kinds: frozenset[str]) -> None:
        found: dict[tuple[str, str, str], dict[str, Record]] = {}
        for each in well_formed(each for each in records if each["kind"] in kinds and not each.get("withdrawn")):
            found.setdefault(_statement(each), {})[each["fact_id"]] = each
        self._found = {
            statement: sorted(same.values(), key=lambda each: (instant(each["recorded_at"]), each["fact_id"]))
            for statement, same in found.items()
        }

    def of(self, fact: Record) -> list[Record]:
        """Those of the statement that `fact` is a version of, oldest first; empty if none is known."""
        return self._found.get(_statement(fact), [])


def _statement(fact: Record) -> tuple[str, str, str]:
    return fact["kind"], fact["source"], fact["record_key"]


def registered_on(fact: Record) -> int:
    """The Danish day on which the source registered this version of a fact."""
    return _danish_day(fact["recorded_at"])


@lru_cache(maxsize=1 << 14)
def _danish_day(moment: str) -> int:
    value = datetime.fromisoformat(moment.upper())
    try:
        return value.astimezone(_DANISH).toordinal()
    except OverflowError:  # a zone may carry it over the end of the calendar
        return value.toordinal()
