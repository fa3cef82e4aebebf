"""Expectations of jobcenter-forloeb that are more than data: times, days, codes by day (jobcenter-forloeb.md)."""

from schemas import forms
from schemas.companies import DISCO_GROUPS
from schemas.feed_contracts import contract
from schemas.items import Values
from schemas.jobcenter_forloeb import ABSENCES, TRACKS_FROM, is_planned_start, planned_starts
from validation.contract_suite import suite_of
from validation.expectation import Header
from validation.items import FIRST_CHECKS, across, not_after_registration, not_before, valid_since

_FEED = "jobcenter-forloeb"


def _start_has_form(values: Values, header: Header) -> bool:
    return is_planned_start(values["planlagtStart"] or "")


def _start_is_possible(values: Values, header: Header) -> bool:
    text, starts = values["planlagtStart"] or "", planned_starts(values["planlagtStart"]) or ()
    return forms.possible(forms.day(text[:10], "yyyy-mm-dd")) and all(
        forms.possible(forms.danish_day(start)) for start in starts
    )


def _start_is_clear(values: Values, header: Header) -> bool:
    return len(planned_starts(values["planlagtStart"]) or ()) == 1


def _is_disco_group(values: Values, header: Header) -> bool:
    return values["disco"] in DISCO_GROUPS


CHECKS = {
    **FIRST_CHECKS,
    "planlagtStart.form": _start_has_form,
    "planlagtStart.years": _start_is_possible,
    "planlagtStart.clear": _start_is_clear,
    **not_after_registration("afholdtDato"),
    **not_after_registration("aabnetDato"),
    **not_before("lukketDato", "aabnetDato"),
    **not_after_registration("dato"),
    **valid_since("branchespor", "dato", TRACKS_FROM),
    "disco.code": _is_disco_group,
    **not_before("planTil", "planFra"),
    **not_after_registration("foersteDag", contract(_FEED).limit("foersteDag", "ahead")),
    **not_before("sidsteDag", "foersteDag"),
    **valid_since("fravaerType", "startDato", {code: kind.since for code, kind in ABSENCES.items()}),
    **not_after_registration("startDato", contract(_FEED).limit("startDato", "ahead")),
    **not_before("slutDato", "startDato"),
}

SUITE = suite_of(_FEED, CHECKS, across=across(_FEED), free_texts=())
