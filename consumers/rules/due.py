"""The next day on which time alone can change something for a citizen: the durable index of DayBegan."""

from consumers.rules.course import CourseOfEvents
from consumers.rules.days import FOREVER
from consumers.rules.timeline import Timeline


def next_day(timeline: Timeline, day: int) -> int | None:
    """The first day after `day` on which the status or a milestone can change if no fact does; None: never.

    It may be too early, never too late: every border of a set of days that an answer or a milestone looks at counts.
    """
    known = timeline.known
    borders = set(timeline.policies.borders)
    for days in (*known.groups.values(), timeline.absent, known.unpaid):
        for span in days:
            borders.update(span)
    for period in timeline.periods:
        borders.update((period.first, period.stop))
    for regime in timeline.regimes:
        for span in (*regime.history.work, *(regime.history.home or ())):
            borders.update(span)
    if known.dead is not None:
        borders.add(known.dead[0])
    borders.update(step.effective for step in CourseOfEvents(timeline, day, ()).steps)
    return min((border for border in borders if day < border < FOREVER), default=None)
