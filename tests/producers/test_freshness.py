"""When something is due, when it is overdue: hand-made days of the calendar."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.feeds import FEEDS
from producers.freshness import DANISH, PROMISES, Missed, is_working_day, missed, next_due

LONG_AGO = datetime(2019, 1, 1, tzinfo=DANISH)
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=DANISH)


def overdue(feed: str, now: str, came: str | None = None, since: datetime = LONG_AGO) -> str | None:
    found = missed(PROMISES[feed], at(now), None if came is None else at(came), since)
    return None if found is None else found.due.astimezone(DANISH).strftime("%Y-%m-%dT%H:%M")


def test_every_feed_promises_something() -> None:
    assert set(PROMISES) == {feed.name for feed in FEEDS}


@pytest.mark.parametrize(
    ("feed", "now", "due"),
    [
        # a minute before and after the end of the grace
        ("akasse-ledighed", "2020-01-22T09:30", "2020-01-21T07:30"),
        ("akasse-ledighed", "2020-01-22T09:31", "2020-01-22T07:30"),
        # on a Monday morning Friday's is the last that was due
        ("akasse-ledighed", "2020-01-27T09:00", "2020-01-24T07:30"),
        # Maundy Thursday, Good Friday and Easter Monday are no working days
        ("cpr", "2020-04-14T07:00", "2020-04-08T05:00"),
        ("cpr", "2020-04-14T08:01", "2020-04-14T05:00"),
        # Store Bededag was a holiday until 2023
        ("cpr", "2023-05-05T23:00", "2023-05-04T05:00"),
        ("cpr", "2024-04-26T23:00", "2024-04-26T05:00"),
        # Whit Monday's total comes on Tuesday, a day of grace later it is overdue
        ("akasse-bestand", "2020-06-03T11:59", "2020-05-25T12:00"),
        ("akasse-bestand", "2020-06-03T12:01", "2020-06-02T12:00"),
        # a working day of grace: overdue on Tuesday
        ("integration", "2020-01-21T07:00", "2020-01-13T07:00"),
        ("integration", "2020-01-21T07:01", "2020-01-20T07:00"),
        # the 20th, then two working days
        ("amu", "2020-04-22T12:00", "2020-01-20T12:00"),
        ("amu", "2020-04-22T12:01", "2020-04-20T12:00"),
        # the 10th of October 2020 is a Saturday: no holiday, not moved; three working days later
        ("eindkomst", "2020-10-14T08:00", "2020-09-10T08:00"),
        ("eindkomst", "2020-10-14T08:01", "2020-10-10T08:00"),
        # every day, Christmas too
        ("ungedatabasen", "2020-12-25T10:01", "2020-12-25T06:00"),
        # ten days
        ("arbejdsmarkedsbalance", "2020-07-25T12:00", "2020-01-15T12:00"),
        ("arbejdsmarkedsbalance", "2020-07-25T12:01", "2020-07-15T12:00"),
    ],
)
def test_what_never_came_is_overdue_after_its_grace(feed: str, now: str, due: str) -> None:
    assert overdue(feed, now) == due


@pytest.mark.parametrize(
    ("came", "fresh"),
    [
        ("2020-01-27T06:15", True),  # early, on its own day
        ("2020-01-24T20:00", True),  # nearer to this one than to the last
        ("2020-01-21T12:00", False),  # the last one, late
        ("2020-01-27T12:00", True),
    ],
)
def test_a_delivery_stands_for_the_due_time_it_is_nearest_to(came: str, fresh: bool) -> None:
    assert (overdue("akasse-bestand", "2020-01-28T13:00", came) is None) == fresh


def test_nothing_is_expected_from_before_the_watch_began() -> None:
    assert overdue("akasse-bestand", "2020-01-28T13:00", since=at("2020-01-27T13:00")) is None
    assert overdue("akasse-bestand", "2020-01-28T13:00", since=at("2020-01-27T11:00")) == "2020-01-27T12:00"


def test_a_pulled_feed_is_overdue_when_no_answer_came_for_its_time() -> None:
    assert overdue("visitation", "2020-01-27T12:45", came="2020-01-27T12:00") is None
    assert overdue("visitation", "2020-01-27T12:46", came="2020-01-27T12:00") == "2020-01-27T12:00"
    assert overdue("vitas", "2020-01-27T15:00", came="2020-01-27T12:00") is None
    assert overdue("vitas", "2020-01-27T15:01", since=at("2020-01-27T12:00")) == "2020-01-27T12:00"


def test_grace_is_counted_in_hours_also_in_the_night_the_clock_changes() -> None:
    # 29 March 2020 has 23 hours: Sunday, so ungedatabasen's 06:00 is already summer time
    assert overdue("ungedatabasen", "2020-03-29T10:00") == "2020-03-28T06:00"
    assert overdue("ungedatabasen", "2020-03-29T10:01") == "2020-03-29T06:00"
    found = missed(PROMISES["ungedatabasen"], at("2020-03-29T10:01"), None, LONG_AGO)
    assert found == Missed(datetime(2020, 3, 29, 4, tzinfo=UTC), datetime(2020, 3, 29, 8, tzinfo=UTC))


def test_a_holidays_delivery_is_next_due_on_the_working_day_it_moved_to() -> None:
    assert next_due(PROMISES["akasse-bestand"], at("2020-06-02T08:00"), None) == at("2020-06-02T12:00")


@given(
    now=st.integers(0, 10 * 365 * 24 * 60).map(lambda minutes: EPOCH + timedelta(minutes=minutes)),
    feed=st.sampled_from(sorted(PROMISES)),
    late=st.timedeltas(timedelta(), timedelta(days=300)),
)
def test_what_is_overdue_stays_so_until_something_comes_and_then_is_not(
    now: datetime, feed: str, late: timedelta
) -> None:
    promise = PROMISES[feed]
    found = missed(promise, now, now - late, LONG_AGO)
    if found is not None:
        assert found.due < found.overdue < now
        assert missed(promise, found.overdue + timedelta(seconds=1), now - late, LONG_AGO) == found
    assert missed(promise, now, now, LONG_AGO) is None
    assert next_due(promise, now, now) > now


def test_weekends_and_holidays_are_no_working_days() -> None:
    days = [at("2024-12-23T00:00").date() + timedelta(days=n) for n in range(7)]
    assert [is_working_day(day) for day in days] == [True, True, False, False, True, False, False]
