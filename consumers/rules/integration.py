"""R4 Integration (rules.md section 3)."""

from consumers.rules.days import Days
from consumers.rules.known import INTEGRATION, Known


def days_of_integration(known: Known) -> Days:
    """R4: every day in INT, from the first."""
    return known.groups.get(INTEGRATION, [])
