"""Expectations of jobcenter-forloeb: every item's keys, then those of its type (jobcenter-forloeb.md)."""

from collections.abc import Iterable

from schemas import forms
from schemas.companies import DISCO_GROUPS
from schemas.items import Values
from schemas.jobcenter_forloeb import (
    ABSENCES,
    COLUMNS,
    DECISIONS,
    ID_FORM,
    KLE_FORM,
    MEETING_STATES,
    MEETING_TYPES,
    OWN_KEYS,
    REASONS,
    TRACKS_FROM,
    is_planned_start,
    planned_starts,
)
from validation.expectation import Expectation, Header, Holds, Matches, OneOf, Suite, required, rule
from validation.items import (
    DAYS_AHEAD,
    a_day,
    across,
    filled,
    first_keys,
    has_form,
    not_after_registration,
    not_before,
    person,
    truth,
    valid_since,
)

_FEED = "jobcenter-forloeb"


def _code(column: str, codes: Iterable[str]) -> Expectation:
    return rule(_FEED, "code", "R09", column, OneOf(frozenset(map(str, codes))))


def _start_has_form(values: Values, header: Header) -> bool:
    return is_planned_start(values["planlagtStart"] or "")


def _start_is_possible(values: Values, header: Header) -> bool:
    text, starts = values["planlagtStart"] or "", planned_starts(values["planlagtStart"]) or ()
    return forms.possible(forms.day(text[:10], "yyyy-mm-dd")) and all(
        forms.possible(forms.danish_day(start)) for start in starts
    )


def _start_is_clear(values: Values, header: Header) -> bool:
    return len(planned_starts(values["planlagtStart"]) or ()) == 1


def _is_offered(values: Values) -> bool:
    return values.get("beslutning") == "TILBUDT"


def _meeting() -> list[Expectation]:
    return [
        filled(_FEED, "moedeType"),
        _code("moedeType", MEETING_TYPES),
        filled(_FEED, "status"),
        _code("status", MEETING_STATES),
        filled(_FEED, "planlagtStart"),
        has_form(_FEED, "planlagtStart", "R06", Holds(_start_has_form), "yyyy-mm-ddThh:mm"),
        rule(_FEED, "years", "R12", "planlagtStart", Holds(_start_is_possible)),
        rule(_FEED, "clear", "R14", "planlagtStart", Holds(_start_is_clear)),
        filled(_FEED, "afholdtDato"),
        *a_day(_FEED, "afholdtDato"),
        not_after_registration(_FEED, "afholdtDato"),
    ]


def _case() -> list[Expectation]:
    return [
        filled(_FEED, "kle"),
        has_form(_FEED, "kle", "R09", Matches(KLE_FORM)),
        filled(_FEED, "aabnetDato"),
        *a_day(_FEED, "aabnetDato"),
        not_after_registration(_FEED, "aabnetDato"),
        *a_day(_FEED, "lukketDato", open_end=True),
        not_before(_FEED, "lukketDato", "aabnetDato"),
    ]


def _track() -> list[Expectation]:
    return [
        filled(_FEED, "spor"),
        has_form(_FEED, "spor", "R10", Matches(r"BS-[0-9]{6}")),
        filled(_FEED, "beslutning"),
        _code("beslutning", DECISIONS),
        filled(_FEED, "dato"),
        *a_day(_FEED, "dato"),
        not_after_registration(_FEED, "dato"),
        filled(_FEED, "branchespor"),
        _code("branchespor", TRACKS_FROM),
        valid_since(_FEED, "branchespor", "dato", TRACKS_FROM),
        filled(_FEED, "disco"),
        _code("disco", DISCO_GROUPS),
        required(_FEED, "planFra", _is_offered),
        *a_day(_FEED, "planFra"),
        required(_FEED, "planTil", _is_offered),
        *a_day(_FEED, "planTil"),
        not_before(_FEED, "planTil", "planFra"),
        filled(_FEED, "aarsag"),
        _code("aarsag", REASONS),
        truth(_FEED, "dispensation"),
    ]


def _support() -> list[Expectation]:
    return [
        filled(_FEED, "aktiv"),
        truth(_FEED, "aktiv"),
        filled(_FEED, "foersteDag"),
        *a_day(_FEED, "foersteDag"),
        not_after_registration(_FEED, "foersteDag", DAYS_AHEAD),
        *a_day(_FEED, "sidsteDag", open_end=True),
        not_before(_FEED, "sidsteDag", "foersteDag"),
    ]


def _absence() -> list[Expectation]:
    return [
        filled(_FEED, "fravaerType"),
        _code("fravaerType", ABSENCES),
        valid_since(_FEED, "fravaerType", "startDato", {code: kind.since for code, kind in ABSENCES.items()}),
        filled(_FEED, "startDato"),
        *a_day(_FEED, "startDato"),
        not_after_registration(_FEED, "startDato", DAYS_AHEAD),
        *a_day(_FEED, "slutDato", open_end=True),
        not_before(_FEED, "slutDato", "startDato"),
        filled(_FEED, "anmeldelsesDato"),
        *a_day(_FEED, "anmeldelsesDato"),
    ]


SUITE = Suite(
    feed=_FEED,
    columns=COLUMNS,
    expectations=(
        *first_keys(_FEED, ID_FORM, OWN_KEYS),
        *person(_FEED),
        *_meeting(),
        *_case(),
        *_track(),
        *_support(),
        *_absence(),
    ),
    across=across(ID_FORM),
    free_texts=(),
)
