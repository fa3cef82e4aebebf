"""Written forms of days, Danish moments and numbers: text in, value or None out; never a guess, never an exception."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from schemas.facts import FIRST_DAY_POSSIBLE, LAST_DAY_POSSIBLE

DENMARK = ZoneInfo("Europe/Copenhagen")

# One pattern per agreed form; the groups are named so that the order in the text does not matter.
DAY_FORMS = {
    "yyyy-mm-dd": re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})"),
    "dd-mm-yyyy": re.compile(r"(?P<d>[0-9]{2})-(?P<m>[0-9]{2})-(?P<y>[0-9]{4})"),
    "yyyymmdd": re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"),
}
_COMPACT_MOMENT = re.compile(r"(?P<day>[0-9]{8})(?P<h>[0-9]{2})(?P<min>[0-9]{2})(?P<s>[0-9]{2})")
_RFC3339 = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})T(?P<h>[0-9]{2}):(?P<min>[0-9]{2}):(?P<s>[0-9]{2})"
    r"(?P<frac>\.[0-9]{1,3})?(?:Z|(?P<sign>[+-])(?P<oh>[0-9]{2}):(?P<om>[0-9]{2}))"
)
_DANISH_MOMENT = re.compile(
    r"(?P<day>[0-9]{2}-[0-9]{2}-[0-9]{4}) (?P<h>[0-9]{2}):(?P<min>[0-9]{2}):(?P<s>[0-9]{2})(?P<offset>\+0[12]:00)?"
)
# Before, Danish clocks did not only change at whole hours by whole hours: until 1894 each town had its own time.
_WHOLE_HOURS_SINCE = 1900
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# A letter beyond ASCII in UTF-8 that was read as cp1252 or latin-1: Ã or Â and what the second byte becomes.
_DECODED_TWICE = re.compile("[ÂÃ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")


@lru_cache(maxsize=16384)
def day(text: str | None, form: str) -> date | None:
    """The day written in exactly `form` (a key of DAY_FORMS), None if it is not, or if there is no such day."""
    match = DAY_FORMS[form].fullmatch(text) if text is not None else None
    if match is None:
        return None
    try:
        return date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None


def possible(value: date | None) -> bool:
    """Whether a day lies from 1900-01-01 to 2199-12-31 (partners/README.md, Dates); None does."""
    return value is None or FIRST_DAY_POSSIBLE <= value <= LAST_DAY_POSSIBLE


def clock(on: date | None, hour: str, minute: str, second: str) -> datetime | None:
    """A local time without zone of digits, None without a day or if there is no such time of day (24:00 is none)."""
    if on is None or int(hour) > 23 or int(minute) > 59 or int(second) > 59:
        return None
    return datetime(on.year, on.month, on.day, int(hour), int(minute), int(second))  # noqa: DTZ001 - local by intent


def compact_local_time(text: str | None) -> datetime | None:
    """`yyyymmddhhmmss` as a local time without zone."""
    match = _COMPACT_MOMENT.fullmatch(text) if text is not None else None
    return None if match is None else clock(day(match["day"], "yyyymmdd"), match["h"], match["min"], match["s"])


def danish_instants(local: datetime) -> tuple[datetime, ...]:
    """The instants (UTC) at which Danish clocks show `local`: none or two in the nights clocks change, else one.

    The first of two is the summer time. Found by a round trip through UTC: Python itself does not object. Where both
    readings of `local` have one offset there is nothing to find: it is neither left out nor doubled.
    """
    if not 2 <= local.year <= 9998:
        return (local.replace(tzinfo=UTC),)
    offset = DENMARK.utcoffset(local)
    if offset is not None and offset == DENMARK.utcoffset(local.replace(fold=1)):
        return ((local - offset).replace(tzinfo=UTC),)
    found: list[datetime] = []
    for fold in (0, 1):
        instant = local.replace(tzinfo=DENMARK, fold=fold).astimezone(UTC)
        if instant.astimezone(DENMARK).replace(tzinfo=None) == local and instant not in found:
            found.append(instant)
    return tuple(found)


class DanishMoment(NamedTuple):
    """A written local time, and the instants (UTC) it can mean: one, or none or two where it is not unambiguous."""

    local: datetime
    instants: tuple[datetime, ...]


@lru_cache(maxsize=4096)
def danish_moment(text: str | None) -> DanishMoment | None:
    """`dd-mm-yyyy HH:MM:SS`, then nothing or `+01:00` or `+02:00`; None without its form, or if there is no such time.

    An offset that is not in force in Denmark at that time leaves no instant.
    """
    match = _DANISH_MOMENT.fullmatch(text) if text is not None else None
    if match is None:
        return None
    on, hour, minute, second, written = match.groups()
    begun = _danish_hour(on, hour)
    if begun is None or minute > "59" or second > "59":
        return None
    local, instants = begun.local, begun.instants
    into = timedelta(minutes=int(minute), seconds=int(second))
    if local.year < _WHOLE_HOURS_SINCE:
        local = local + into
        instants = danish_instants(local)
    elif into:
        local, instants = local + into, tuple([each + into for each in instants])
    if written is not None:
        offset = timedelta(hours=int(written[2]))
        instants = tuple(each for each in instants if danish_offset(each) == offset)
    return DanishMoment(local, instants)


@lru_cache(maxsize=4096)
def _danish_hour(on: str, hour: str) -> DanishMoment | None:
    """The beginning of an hour of a day `dd-mm-yyyy`."""
    local = clock(day(on, "dd-mm-yyyy"), hour, "0", "0")
    return None if local is None else DanishMoment(local, danish_instants(local))


def danish_offset(instant: datetime) -> timedelta:
    """The offset in force in Denmark at an instant."""
    offset = instant.astimezone(DENMARK).utcoffset()
    return timedelta(0) if offset is None else offset


def danish_day(instant: datetime) -> date:
    """The Danish calendar day of an instant."""
    return instant.astimezone(DENMARK).date()


def rfc3339(text: str | None) -> datetime | None:
    """A moment with `Z` or offset and up to three decimals, as an instant in UTC; None without its form."""
    match = _RFC3339.fullmatch(text) if text is not None else None
    if match is None:
        return None
    local = clock(day(match["day"], "yyyy-mm-dd"), match["h"], match["min"], match["s"])
    if local is None or not 2 <= local.year <= 9998:
        return None
    offset = timedelta(0)
    if match["sign"]:
        if int(match["oh"]) > 23 or int(match["om"]) > 59:
            return None
        offset = timedelta(hours=int(match["oh"]), minutes=int(match["om"]))
        offset = -offset if match["sign"] == "-" else offset
    milliseconds = int((match["frac"] or ".0")[1:].ljust(3, "0"))
    return local.replace(tzinfo=UTC) + timedelta(milliseconds=milliseconds) - offset


def danish_decimal(text: str) -> Decimal:
    """A number with decimal comma whose form was checked before, as `18,5`; equal values have one form."""
    return Decimal(text.replace(",", ".")).normalize()


def has_control_character(text: str) -> bool:
    """Whether a character below U+0020, or U+007F, stands in the text (R10)."""
    return _CONTROL.search(text) is not None


def looks_decoded_twice(text: str) -> bool:
    """Whether the text was probably UTF-8 and read as something else, as `SÃ¸ren` (N03, H07)."""
    return _DECODED_TWICE.search(text) is not None


def was_decoded_twice(text: str | None) -> bool:
    """Whether the text is not all ASCII, and its bytes in cp1252 or in ISO-8859-1 are UTF-8 (N03 by its bytes)."""
    if text is None or text.isascii():
        return False
    for encoding in ("cp1252", "iso-8859-1"):
        try:
            text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        return True
    return False


def trimmed(text: str) -> str:
    """Without spaces and no-break spaces at both ends; other white space is not ours to remove."""
    return text.strip(" \u00a0")
