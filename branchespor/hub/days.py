"""The beginning of the business day: DayBegan for each day that has begun and was not published yet, in order."""

from datetime import date, timedelta

import structlog

from branchespor import clock
from branchespor.hub import wiring
from branchespor.hub.handling import publisher
from branchespor.settings import Settings, load
from producers.stores import days_begun, ledger

log = structlog.get_logger()


def begin_days(settings: Settings | None = None, today: date | None = None) -> int:
    """Publish DayBegan up to `today` (Danish; None: now); gives how many days. The first time only today itself.

    Each day is written down after its acknowledgement: a crash in between repeats the same event id.
    """
    settings = settings or load()
    today = today or clock.danish_day(clock.now())
    with wiring.database(settings, "intake") as conn, ledger.lease(conn, "clock", "days") as mine:
        if not mine:
            return 0
        newest = days_begun.newest_day_begun(conn, today)
        first = today if newest is None else newest + timedelta(days=1)
        days = [first + timedelta(days=n) for n in range((today - first).days + 1)]
        if not days:
            return 0
        with publisher(settings, "clock.days") as publish:
            for day in days:
                publish.day(day)
                days_begun.day_begun(conn, day)
                log.info("business day begun", day=day.isoformat())
    return len(days)
