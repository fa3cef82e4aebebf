"""I1 INTEGRATION_PERIOD_STARTED, _ENDED, PROGRAMME_STARTED (milestones.md section 3)."""

from collections.abc import Iterator

from consumers.rules.days import ordinal
from consumers.rules.further import of_kind
from consumers.rules.known import Known
from consumers.rules.steps import Step


def integration_steps(known: Known) -> Iterator[Step]:
    """Started on the first day, ended on the day after the last one, the programme on its own first day."""
    for period in of_kind(known, "IntegrationPeriod"):
        details = {name: period.get(name) for name in ("source", "record_key", "first_day", "last_day")}
        days = {"INTEGRATION_PERIOD_STARTED": ordinal(period["first_day"])}
        if period.get("programme_start") is not None:
            days["PROGRAMME_STARTED"] = ordinal(period["programme_start"])
        if period.get("last_day") is not None:
            days["INTEGRATION_PERIOD_ENDED"] = ordinal(period["last_day"]) + 1
        for type_, day in days.items():
            yield Step(type_, day, [period["fact_id"]], details)
