"""Days, groups and rules in words a citizen reads, Danish and English."""

from datetime import date
from functools import lru_cache
from typing import Final

from consumers.rules.answer import Reason
from consumers.rules.days import BEFORE_ALL, Days

_MONTHS_DA: Final = (
    "januar", "februar", "marts", "april", "maj", "juni",
    "juli", "august", "september", "oktober", "november", "december",
)  # fmt: skip
_MONTHS_EN: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

GROUPS: Final = {
    "INSURED": ("dagpengemodtager", "on dagpenge"),
    "CASH_JOB_READY": ("jobparat kontanthjælpsmodtager", "on kontanthjælp and job ready"),
    "CASH_ACTIVITY_READY": ("aktivitetsparat kontanthjælpsmodtager", "on kontanthjælp and activity ready"),
    "EDUCATION_READY": ("uddannelsesparat", "ready for education"),
    "EDUCATION_ACTIVITY_READY": ("aktivitetsparat på uddannelseshjælp", "on education assistance and activity ready"),
    "OBVIOUSLY_EDUCATION_READY": ("åbenlyst uddannelsesparat", "obviously ready for education"),
    "SICKNESS": ("sygedagpengemodtager", "on sickness benefit"),
    "JOB_CLARIFICATION": ("i jobafklaringsforløb", "in job clarification"),
    "RESOURCE": ("i ressourceforløb", "in a resource course"),
    "FLEX_JOB": ("visiteret til fleksjob", "referred to a flex job"),
    "REHABILITATION": ("revalidend", "in rehabilitation"),
    "EARLY_RETIREMENT": ("førtidspensionist", "on early retirement pension"),
    "SELF_SUPPORTING": ("selvforsørgende", "self-supporting"),
    "UNDER_18": ("under 18 år", "under 18"),
    "INTEGRATION_PROGRAMME": ("i integrationsperiode", "in an integration period"),
    "NOT_ASSESSED": ("endnu ikke visiteret", "not yet assessed"),
}

END_REASONS: Final = {
    "NO_POLICY": (
        "der fra den dag ikke gælder en politik for branchespor",
        "no branchespor policy applies from that day",
    ),
    "DIED": ("borgeren er død", "the citizen has died"),
    "MOVED": ("du fra den dag ikke bor i kommunen", "you do not live in the municipality from that day"),
    "JOB": ("du fra den dag er i fuldtidsarbejde", "you are in full-time work from that day"),
    "ABSENCE": ("du fra den dag har fravær uden ydelse", "you are absent without benefit from that day"),
    "CLOCK_RESET": ("optællingen begynder forfra", "the count starts again"),
    "GROUP_CHANGED": ("du fra den dag er i en anden målgruppe", "you are in another target group from that day"),
    "LEFT_GROUP": ("du ikke længere er i målgruppen", "you are no longer in the target group"),
}

RULES: Final = {
    "R1a": ("ledig med dagpenge i længere tid", "a longer time unemployed on dagpenge"),
    "R1b": ("tidligere ledighed før dagpengene", "earlier unemployment before dagpenge"),
    "R2a": ("kontanthjælp som jobparat i længere tid", "a longer time on kontanthjælp as job ready"),
    "R2b": ("tidligere ledighed før kontanthjælpen", "earlier unemployment before kontanthjælp"),
    "R3": ("overgang til jobparat fra en anden målgruppe", "transition to job ready from another target group"),
    "R4": ("integrationsperiode", "integration period"),
    "R5": ("ung, som er erklæret parat til arbejdsmarkedet", "young and declared ready for the labour market"),
}


@lru_cache(maxsize=1 << 14)
def da(day: int) -> str:
    """A day number as `15. januar 2020`."""
    value = date.fromordinal(day)
    return f"{value.day}. {_MONTHS_DA[value.month - 1]} {value.year}"


@lru_cache(maxsize=1 << 14)
def en(day: int) -> str:
    """A day number as `15 January 2020`."""
    value = date.fromordinal(day)
    return f"{value.day} {_MONTHS_EN[value.month - 1]} {value.year}"


def days_da(count: int) -> str:
    """`1 dag`, `2 dage`."""
    return "1 dag" if count == 1 else f"{count} dage"


def days_en(count: int) -> str:
    """`1 day`, `2 days`."""
    return "1 day" if count == 1 else f"{count} days"


def months_da(count: int) -> str:
    """`1 måned`, `6 måneder`."""
    return "1 måned" if count == 1 else f"{count} måneder"


def months_en(count: int) -> str:
    """`1 month`, `6 months`."""
    return "1 month" if count == 1 else f"{count} months"


def groups_da(groups: list[str]) -> str:
    """The groups in words, as `a, b og c`."""
    return _listed([GROUPS.get(group, (group, group))[0] for group in groups], "og")


def groups_en(groups: list[str]) -> str:
    """The groups in words, as `a, b and c`."""
    return _listed([GROUPS.get(group, (group, group))[1] for group in groups], "and")


def _listed(words: list[str], last: str) -> str:
    return f" {last} ".join([*([", ".join(words[:-1])] if words[1:] else []), *words[-1:]])


def reason(code: str, danish: str, english: str, facts: list[str] | None = None) -> Reason:
    """One sentence of an explanation; `facts` are the ids of the facts it rests on, in order."""
    return {"code": code, "da": danish, "en": english, "facts": sorted(set(facts)) if facts else []}


def since_in_words(day: int) -> tuple[str, str]:
    """A day since which something was looked for, Danish and English."""
    return ("begyndelsen", "the beginning") if day <= BEFORE_ALL else (f"den {da(day)}", en(day))


def spans_in_words(days: Days) -> tuple[str, str]:
    """The first three spans of days in words, Danish and English, and how many more there are."""
    shown = days[:3]
    more = len(days) - len(shown)
    danish = ", ".join(da(first) if stop == first + 1 else f"{da(first)} til {da(stop - 1)}" for first, stop in shown)
    english = ", ".join(en(first) if stop == first + 1 else f"{en(first)} to {en(stop - 1)}" for first, stop in shown)
    return danish + (f" og {more} mere" if more else ""), english + (f" and {more} more" if more else "")
