"""What a row of akasse-ledighed must look like (partners/akasse-ledighed.md)."""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from schemas import forms, person_numbers
from schemas.faults import Fault
from validation.expectation import (
    Across,
    Blank,
    Condition,
    Expectation,
    Header,
    Holds,
    Matches,
    OneOf,
    RowLike,
    Suite,
    Values,
    day_column,
    person_column,
    required,
    rule,
    text_column,
)

FEED = "akasse-ledighed"
FORM = "dd-mm-yyyy"
OURS = "0707"
COLUMNS = (
    "sagsnr",
    "handling",
    "art",
    "cpr",
    "kommune",
    "startdato",
    "slutdato",
    "fraværsart",
    "dagpenge",
    "timer",
    "registreret",
)
_NOT_READ_IN_S = frozenset({"startdato", "slutdato", "fraværsart", "dagpenge", "timer"})
_HOURS = re.compile(r"[0-9]{1,3}(,[0-9]{1,2})?")
_MOST_CHARACTERS = 30
_DAYS_AHEAD = timedelta(days=92)


def not_s(values: Values) -> bool:
    """Rows in which columns 6 to 10 are read."""
    return values.get("handling") != "S"


def says_content(values: Values) -> bool:
    """N and R say the whole content."""
    return values.get("handling") in ("N", "R")


def says_absence(values: Values) -> bool:
    """N and R of an absence."""
    return says_content(values) and values.get("art") == "FRAVÆR"


def of(art: str) -> Condition:
    """Rows, not S, of one kind."""
    return lambda values: not_s(values) and values.get("art") == art


def not_of(art: str) -> Condition:
    """Rows, not S, of another kind."""
    return lambda values: not_s(values) and values.get("art") != art


def _local(text: str | None) -> datetime | None:
    moment = forms.danish_moment(text)
    return None if moment is None else moment.local


def _instant(row: RowLike) -> datetime:
    moment = forms.danish_moment(row.values["registreret"])
    if moment is None:
        raise ValueError("only rows without fault have an instant")
    return moment.instants[0]


def _exists(values: Values, header: Header) -> bool:
    return forms.danish_moment(values["registreret"]) is not None


def _in_possible_years(values: Values, header: Header) -> bool:
    local = _local(values["registreret"])
    return local is None or forms.possible(local.date())


def _is_one_moment(values: Values, header: Header) -> bool:
    moment = forms.danish_moment(values["registreret"])
    return moment is None or len(moment.instants) == 1


def _not_too_far_ahead(values: Values, header: Header) -> bool:
    first, local = forms.day(values["startdato"], FORM), _local(values.get("registreret"))
    return first is None or local is None or first <= local.date() + _DAYS_AHEAD


def _in_order(values: Values, header: Header) -> bool:
    first, last = forms.day(values.get("startdato"), FORM), forms.day(values["slutdato"], FORM)
    return first is None or last is None or first <= last


def _hours_in_a_week(values: Values, header: Header) -> bool:
    hours = values["timer"] or ""
    return not _HOURS.fullmatch(hours) or Decimal(0) < forms.danish_decimal(hours) <= Decimal(168)


def _is_ours(values: Values, header: Header) -> bool:
    return re.fullmatch("[0-9]{4}", values["kommune"] or "") is None or values["kommune"] == OURS


def _texts() -> list[Expectation]:
    return [
        text_column(FEED, column, _MOST_CHARACTERS, not_s if column in _NOT_READ_IN_S else None) for column in COLUMNS
    ]


EXPECTATIONS: tuple[Expectation, ...] = (
    rule(FEED, "addressee", "R16", "kommune", Holds(_is_ours), alone=True),
    *_texts(),
    *(required(FEED, column) for column in ("sagsnr", "handling", "art", "cpr", "kommune", "registreret")),
    rule(FEED, "form", "R08", "sagsnr", Matches("[0-9]{8}"), detail={"form": "8 cifre"}),
    rule(FEED, "code", "R09", "handling", OneOf(frozenset("NRS")), detail={"list": "N, R, S"}),
    rule(FEED, "code", "R09", "art", OneOf(frozenset(("LEDIG", "INDPLACERING", "FRAVÆR", "ARBEJDE")))),
    *person_column(FEED, "cpr"),
    rule(FEED, "form", "R09", "kommune", Matches("[0-9]{4}")),
    rule(FEED, "form", "R06", "registreret", Holds(_exists), detail={"form": "dd-mm-yyyy HH:MM:SS"}),
    rule(FEED, "years", "R12", "registreret", Holds(_in_possible_years)),
    rule(FEED, "local-time", "R14", "registreret", Holds(_is_one_moment)),
    required(FEED, "startdato", says_content, ("handling",)),
    *day_column(FEED, "startdato", FORM, not_s),
    rule(FEED, "ahead", "R12", "startdato", Holds(_not_too_far_ahead), when=not_s, needs=("registreret",)),
    *day_column(FEED, "slutdato", FORM, not_s)[:1],
    rule(FEED, "of-placement", "R12", "slutdato", Blank(), when=of("INDPLACERING"), needs=("art",)),
    *day_column(FEED, "slutdato", FORM, not_s)[1:],
    rule(FEED, "order", "R07", "slutdato", Holds(_in_order), when=not_s, needs=("startdato",)),
    required(FEED, "fraværsart", says_absence, ("handling", "art")),
    rule(
        FEED,
        "code",
        "R09",
        "fraværsart",
        OneOf(frozenset(("FERIE", "SYGDOM", "BARSEL", "BORGERLIGT OMBUD", "ANDET"))),
        when=not_s,
    ),
    rule(FEED, "of-other-kind", "R09", "fraværsart", Blank(), when=not_of("FRAVÆR"), needs=("art",)),
    required(FEED, "dagpenge", says_absence, ("handling", "art")),
    rule(FEED, "code", "R09", "dagpenge", OneOf(frozenset("JN")), when=not_s, detail={"list": "J, N"}),
    rule(FEED, "of-other-kind", "R09", "dagpenge", Blank(), when=not_of("FRAVÆR"), needs=("art",)),
    rule(FEED, "form", "R08", "timer", Matches(_HOURS.pattern), when=not_s, detail={"form": "18,5"}),
    rule(FEED, "range", "R12", "timer", Holds(_hours_in_a_week), when=not_s),
    rule(FEED, "of-other-kind", "R12", "timer", Blank(), when=not_of("ARBEJDE"), needs=("art",)),
)


def across(rows: Sequence[RowLike], faulty: Collection[int], header: Header) -> Across:
    """R11 before N01, then R13, among rows without fault; N02 for cleaned person numbers."""
    sound = [row for row in rows if row.line not in faulty]
    conflicts = _conflicts(sound)
    aside = {fault.line for fault in conflicts}
    repeats = _repeats([row for row in sound if row.line not in aside])
    aside |= {fault.line for fault in repeats}
    overlaps = _overlaps([row for row in sound if row.line not in aside])
    cleaned = [
        Fault(code="N02", line=row.line, column="cpr")
        for row in sound
        if person_numbers.cleaned(row.values["cpr"] or "") != row.values["cpr"]
    ]
    return Across(faults=[*conflicts, *repeats, *overlaps, *cleaned])


def as_read(values: Values) -> tuple[str | None, ...]:
    """All values that are read, as written, the person number cleaned."""
    return tuple(
        person_numbers.cleaned(values[column] or "") if column == "cpr" else values[column]
        for column in COLUMNS
        if not_s(values) or column not in _NOT_READ_IN_S
    )


def _conflicts(rows: Sequence[RowLike]) -> list[Fault]:
    by_key: dict[tuple[str | None, datetime], list[RowLike]] = defaultdict(list)
    for row in rows:
        by_key[row.values["sagsnr"], _instant(row)].append(row)
    found: list[Fault] = []
    for group in by_key.values():
        if len({as_read(row.values) for row in group}) > 1:
            for row in group:
                other = next(each.line for each in group if as_read(each.values) != as_read(row.values))
                found.append(Fault(code="R11", line=row.line, column="sagsnr", other_line=other))
    return found


def _repeats(rows: Sequence[RowLike]) -> list[Fault]:
    first: dict[tuple[str | None, ...], int] = {}
    found: list[Fault] = []
    for row in rows:
        line = first.setdefault(as_read(row.values), row.line)
        if line != row.line:
            found.append(Fault(code="N01", line=row.line, other_line=line))
    return found


def _overlaps(rows: Sequence[RowLike]) -> list[Fault]:
    """R13: absences of one person, per `sagsnr` the newest row, that share days and differ in kind or dagpenge."""
    newest: dict[str | None, tuple[datetime, int, RowLike]] = {}
    for row in rows:
        if row.values["art"] == "FRAVÆR" and says_content(row.values):
            age = (_instant(row), row.line, row)
            held = newest.get(row.values["sagsnr"])
            if held is None or held[:2] < age[:2]:
                newest[row.values["sagsnr"]] = age
    by_person: dict[str, list[RowLike]] = defaultdict(list)
    for _, _, row in newest.values():
        by_person[person_numbers.cleaned(row.values["cpr"] or "")].append(row)
    found: dict[int, Fault] = {}
    for group in by_person.values():
        for row in group:
            for other in group:
                if row.line not in found and row is not other and _contradict(row.values, other.values):
                    found[row.line] = Fault(code="R13", line=row.line, column="startdato", other_line=other.line)
    return list(found.values())


def _contradict(one: Values, other: Values) -> bool:
    if all(one[column] == other[column] for column in ("fraværsart", "dagpenge")):
        return False
    (first, last), (other_first, other_last) = _days(one), _days(other)
    return first <= other_last and other_first <= last


def _days(values: Values) -> tuple[date, date]:
    first, last = (forms.day(values[column], FORM) for column in ("startdato", "slutdato"))
    return first or date.min, last or date.max


SUITE = Suite(feed=FEED, columns=COLUMNS, expectations=EXPECTATIONS, across=across)
