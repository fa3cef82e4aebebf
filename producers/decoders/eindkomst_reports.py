"""Reports of pay as the ledger has them: their hours, and which lines may speak of them (eindkomst.md)."""

from datetime import date, timedelta

from producers.decoders.eindkomst_ledger import Told, period
from producers.memory import Document
from schemas.eindkomst import ORIGINAL, SUPPLEMENT

# Under a week of pay without hours is a bonus.
_BONUS_WITHIN = timedelta(days=7)


def hours(original: Document) -> int | None:
    """The hours of a report in hundredths, None: unknown."""
    own: int | None = original["hours"]
    if own is None and not _is_bonus(original):
        return None
    return int((own or 0) + sum(original["supplements"].values()))


def _is_bonus(original: Document) -> bool:
    first, last = map(date.fromisoformat, period(original))
    return last - first + timedelta(days=1) < _BONUS_WITHIN


def contradicts(line: Told, named: Document) -> bool:
    """R11: a line that must not be named so, or another person, employer, and for a supplement income or period."""
    may_name = (ORIGINAL,) if line.art == SUPPLEMENT else (ORIGINAL, SUPPLEMENT)
    if line.reference == line.id or named["art"] not in may_name:
        return True
    if (line.person, line.employer) != (named["person"], named["employer"]):
        return True
    return line.art == SUPPLEMENT and (line.income, line.first, line.last) != (named["income"], *period(named))
