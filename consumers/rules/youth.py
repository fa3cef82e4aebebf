"""R5 Unge (rules.md section 3)."""

from typing import Final

from consumers.rules.days import Days, merged
from consumers.rules.known import Known

EDUCATION_GROUPS: Final = ("EDUCATION_READY", "EDUCATION_ACTIVITY_READY", "OBVIOUSLY_EDUCATION_READY")


def education_days(known: Known) -> Days:
    """The days in one of the three education groups."""
    return merged([span for group in EDUCATION_GROUPS for span in known.groups.get(group, ())])


def days_since_declared_ready(known: Known) -> Days:
    """R5: the days in the education groups, without a break since a day declared ready."""
    if not known.declared:
        return []
    met: Days = []
    for first, stop in education_days(known):
        declared = [day for day, _ in known.declared if first <= day < stop]
        if declared:
            met.append((min(declared), stop))
    return met
