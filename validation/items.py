"""Expectations of items that all REST feeds share: the first six keys, forms of keys that are read, repeats."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta

from schemas.faults import Fault
from schemas.items import (
    AUTHORITY,
    CHANGE,
    CPR,
    DAY,
    FALSE,
    ID,
    LAST_VERSION,
    OPEN_END,
    OURS,
    REGISTERED,
    TRUE,
    TYPE,
    VERSION,
    Repeats,
    Values,
    day,
    is_moment,
    registered_on,
    repeats,
    version_of,
)
from schemas.json_text import INTEGER, OTHER_TYPE
from validation.expectation import (
    Across,
    Condition,
    Expectation,
    Header,
    Holds,
    Matches,
    OneOf,
    RowLike,
    Test,
    day_column,
    person_column,
    required,
    rule,
)

DAYS_AHEAD = 366
Rules = Sequence[Expectation]


def is_read(column: str) -> Condition:
    """Whether the key is read of an item: the decoder gives no other."""
    return lambda values: column in values


def filled(feed: str, column: str) -> Expectation:
    """R02 where the key is read and blank."""
    return required(feed, column, is_read(column))


def has_form(feed: str, column: str, code: str, test: Test, form: str | None = None) -> Expectation:
    """The code of a text without its form."""
    return rule(feed, "form", code, column, test, detail={} if form is None else {"form": form})


def truth(feed: str, column: str) -> Expectation:
    """R09 for what is neither true nor false."""
    return rule(feed, "truth", "R09", column, OneOf(frozenset({TRUE, FALSE})))


def first_keys(feed: str, id_form: str, types: Collection[str]) -> Rules:
    """`id` to `myndighed`."""

    def in_range(values: Values, header: Header) -> bool:
        return version_of(values) is not None

    def has_moment(values: Values, header: Header) -> bool:
        return is_moment(values[REGISTERED] or "")

    def is_possible(values: Values, header: Header) -> bool:
        return registered_on(values) is not None

    return [
        filled(feed, ID),
        has_form(feed, ID, "R10", Matches(id_form)),
        filled(feed, VERSION),
        has_form(feed, VERSION, "R08", Matches(INTEGER), f"1-{LAST_VERSION}"),
        rule(feed, "range", "R12", VERSION, Holds(in_range)),
        filled(feed, TYPE),
        rule(feed, "code", "R09", TYPE, OneOf(frozenset(types))),
        filled(feed, CHANGE),
        rule(feed, "code", "R09", CHANGE, OneOf(frozenset(f"{OTHER_TYPE}{number}" for number in (1, 2, 3)))),
        filled(feed, REGISTERED),
        rule(feed, "moment", "R06", REGISTERED, Holds(has_moment), detail={"form": "yyyy-mm-ddThh:mm:ssZ"}),
        rule(feed, "years", "R12", REGISTERED, Holds(is_possible)),
        filled(feed, AUTHORITY),
        rule(feed, "ours", "R16", AUTHORITY, OneOf(frozenset({OURS}))),
    ]


def person(feed: str) -> Rules:
    """The person number, required where it is read."""
    return [filled(feed, CPR), *person_column(feed, CPR)]


def a_day(feed: str, column: str, *, open_end: bool = False) -> Rules:
    """R06 and R12 of a day; an open end passes where the page knows one."""
    return day_column(feed, column, DAY, (lambda values: values.get(column) != OPEN_END) if open_end else None)


def not_before(feed: str, end: str, start: str) -> Expectation:
    """R07 on the end where it lies before the start."""

    def in_order(values: Values, header: Header) -> bool:
        first, last = day(values, start), day(values, end)
        return first is None or last is None or last >= first

    return rule(feed, f"not-before-{start}", "R07", end, Holds(in_order))


def not_after_registration(feed: str, column: str, days: int = 0) -> Expectation:
    """R12 where the day lies more than `days` after the Danish day on which the version was made."""

    def is_near(values: Values, header: Header) -> bool:
        on, told = registered_on(values), day(values, column)
        return on is None or told is None or told <= on + timedelta(days=days)

    return rule(feed, "ahead", "R12", column, Holds(is_near))


def valid_since(feed: str, column: str, on: str, since: Mapping[str, date]) -> Expectation:
    """R09 for a code that was not yet in its list on the day of `on`; codes that are not in `since` always were."""

    def is_valid(values: Values, header: Header) -> bool:
        told = day(values, on)
        return told is None or told >= since.get(values[column] or "", date.min)

    return rule(feed, f"valid-on-{on}", "R09", column, Holds(is_valid))


def across(id_form: str) -> Callable[[Sequence[RowLike], Collection[int], Header], Across]:
    """Repeats of (`id`, `version`): N01, or R11 on all; such an item has this alone."""

    def found(rows: Sequence[RowLike], faulty: Collection[int], header: Header) -> Across:
        return alone(repeats(rows, id_form), VERSION)

    return found


def alone(found: Repeats, column: str) -> Across:
    """N01 and R11 on `column`, and nothing else of these lines."""
    conflicts = [Fault(code="R11", line=line, column=column, other_line=at) for line, at in found.conflicts.items()]
    repeated = [Fault(code="N01", line=line) for line in found.repeated]
    return Across(faults=[*conflicts, *repeated], alone=[*found.repeated, *found.conflicts])
