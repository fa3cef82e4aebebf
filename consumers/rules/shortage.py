"""The labour-market balance: how short labour is in an area, reference data of no person (arbejdsmarkedsbalance)."""

from collections.abc import Iterable
from typing import Final

from consumers.rules.days import ordinal
from consumers.rules.further import well_formed
from consumers.rules.known import Record, effective

_GROUP_DIGITS: Final = 3


class Balance:
    """All versions of all ShortageArea facts; each question says as known when."""

    def __init__(self, facts: Iterable[Record]) -> None:
        self._versions: dict[tuple[str, str], list[Record]] = {}
        for fact in well_formed(fact for fact in facts if fact["kind"] == "ShortageArea"):
            group = fact["disco"][:_GROUP_DIGITS]
            self._versions.setdefault((fact["area"], group), []).append(fact)

    def judged(self, area: str, group: str, day: int, known_at: int | None = None) -> list[Record]:
        """What is said of a DISCO-08 group of three digits in an area on a day, by record key.

        By the facts received at or before the instant `known_at` (None: all). Source:
        partners/arbejdsmarkedsbalance.md, "The category of a three-digit group".
        """
        known = effective(self._versions.get((area, group), ()), known_at)
        valid = [each for each in known if ordinal(each["valid_from"]) <= day <= ordinal(each["valid_to"])]
        return sorted(valid, key=lambda each: str(each["record_key"]))
