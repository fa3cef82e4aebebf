"""Y1 to Y8: what institutions tell of a young person's education (milestones.md section 3)."""

from collections.abc import Iterator

from consumers.rules.days import ordinal
from consumers.rules.further import of_kind
from consumers.rules.known import Known
from consumers.rules.steps import Step


def youth_steps(known: Known) -> Iterator[Step]:
    """A step for each event. The age of 15 to 29 is the feed's to judge: no fact tells a day of birth."""
    for each in of_kind(known, "YouthEducation"):
        details = {name: each.get(name) for name in ("source", "record_key", "education", "institution", "programme")}
        yield Step(each["event"], ordinal(each["day"]), [each["fact_id"]], details)
