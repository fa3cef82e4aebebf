"""The only place that reads the wall clock; everything else gets its moments and days as arguments."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

DANISH = ZoneInfo("Europe/Copenhagen")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the one place


def now_ms() -> datetime:
    """The present moment cut to milliseconds: what receipts and events carry, so that all say the same."""
    moment = now()
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def danish_day(moment: datetime) -> date:
    """The Danish calendar day of an aware moment."""
    return moment.astimezone(DANISH).date()
