"""Milestones of a citizen's timeline in a few Danish words, for a caseworker."""

from collections.abc import Mapping
from typing import Any, Final

from consumers.rules.wording import groups_da

MILESTONES: Final[Mapping[str, str]] = {
    "TARGET_GROUP_CHANGED": "Ikke længere i en målgruppe",
    "FIRST_MEETING_HELD": "Første samtale holdt",
    "CASEWORK_STARTED": "Sag åbnet",
    "ELIGIBLE": "Omfattet af branchespor",
    "ELIGIBILITY_SUSPENDED": "Sat på pause",
    "ELIGIBILITY_RESUMED": "Omfattet igen efter pause",
    "ELIGIBILITY_LOST": "Ikke længere omfattet",
    "ELIGIBILITY_REVISED": "Startdag rettet",
    "ELIGIBILITY_WITHDRAWN": "Omfattet: trukket tilbage",
    "ELIGIBILITY_REINSTATED": "Omfattet alligevel",
    "ELIGIBILITY_LOSS_REVISED": "Slutdag rettet",
    "TRACK_OFFERED": "Branchespor tilbudt",
    "TRACK_ACCEPTED": "Branchespor taget imod",
    "TRACK_DECLINED": "Branchespor afslået",
    "PLACEMENT_AGREED": "Praktik eller løntilskud aftalt",
    "PLACEMENT_STARTED": "Praktik eller løntilskud begyndt",
    "PLACEMENT_EXTENDED": "Praktik eller løntilskud forlænget",
    "PLACEMENT_ENDED": "Praktik eller løntilskud slut",
    "TRAINING_ENROLLED": "Tilmeldt kursus",
    "TRAINING_STARTED": "Kursus begyndt",
    "TRAINING_COMPLETED": "Kursus gennemført",
    "TRAINING_NOT_COMPLETED": "Kursus ikke gennemført",
    "ALTERNATION_REACHED": "Både kursus og virksomhed i samme spor",
    "JOB_STARTED": "Begyndt i job",
    "LASTING_ATTACHMENT": "Varig tilknytning",
    "DROPPED_OUT": "Afbrudt før tid",
    "COURSE_CLOSED": "Branchespor afsluttet",
    "YOUTH_GUIDANCE_HELD": "Vejledning holdt",
    "EDUCATION_APPLIED": "Søgt uddannelse",
    "ENROLLED": "Optaget på uddannelse",
    "DROPOUT_RISK": "Risiko for frafald",
    "PLACE_AGREED": "Uddannelsesplads aftalt",
    "INTERRUPTED": "Uddannelse afbrudt",
    "COMPLETED": "Uddannelse gennemført",
    "LEISURE_JOB": "Fritidsjob",
    "INTEGRATION_PERIOD_STARTED": "Integrationsperiode begyndt",
    "INTEGRATION_PERIOD_ENDED": "Integrationsperiode slut",
    "PROGRAMME_STARTED": "Integrationsprogram begyndt",
    "PARALLEL_SUPPORT_ACTIVE": "Parallel indsats",
    "MILESTONE_WITHDRAWN": "Trukket tilbage",
}


REASONS: Final[Mapping[str, str]] = {
    "NO_POLICY": "ingen politik gælder",
    "DIED": "død",
    "MOVED": "bor i en anden kommune",
    "JOB": "fuldtidsarbejde",
    "ABSENCE": "fravær uden ydelse",
    "CLOCK_RESET": "ny optælling",
    "GROUP_CHANGED": "anden målgruppe",
    "LEFT_GROUP": "ikke i en målgruppe",
    "CORRECTION": "oplysninger rettet",
}
"""Why a course ended, in a word or two."""


def mark_text(milestone: Mapping[str, Any]) -> str:
    """One milestone (an object as `branchespor journal --json` gives it), with what is special about it."""
    name, details = milestone["milestone"], milestone.get("details") or {}
    if name == "TARGET_GROUP_CHANGED" and details.get("new_groups"):
        return f"Målgruppe: {groups_da(details['new_groups'])}"
    text = MILESTONES.get(name, name)
    if name == "PARALLEL_SUPPORT_ACTIVE":
        return f"{text} {'begyndt' if details.get('active') else 'slut'}"
    if name == "MILESTONE_WITHDRAWN":
        withdrawn = details.get("withdraws", "")
        return f"{text}: {MILESTONES.get(withdrawn, withdrawn)}"
    if name == "LASTING_ATTACHMENT" and details.get("weeks"):
        return f"{text} ({details['weeks']} uger)"
    if milestone.get("reason"):
        return f"{text}: {REASONS.get(milestone['reason'], milestone['reason'])}"
    return f"{text} ({milestone['rule']})" if milestone.get("rule") else text
