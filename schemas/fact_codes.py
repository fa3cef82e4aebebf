"""The codes of facts: words of our own, one list each."""

from enum import StrEnum


class TargetGroup(StrEnum):
    """The legal group a citizen is in (LAB § 6); arbejdsmarkedsparat = jobparat = CASH_JOB_READY."""

    INSURED = "INSURED"
    CASH_JOB_READY = "CASH_JOB_READY"
    CASH_ACTIVITY_READY = "CASH_ACTIVITY_READY"
    EDUCATION_READY = "EDUCATION_READY"
    EDUCATION_ACTIVITY_READY = "EDUCATION_ACTIVITY_READY"
    OBVIOUSLY_EDUCATION_READY = "OBVIOUSLY_EDUCATION_READY"
    SICKNESS = "SICKNESS"
    JOB_CLARIFICATION = "JOB_CLARIFICATION"
    RESOURCE = "RESOURCE"
    FLEX_JOB = "FLEX_JOB"
    REHABILITATION = "REHABILITATION"
    EARLY_RETIREMENT = "EARLY_RETIREMENT"
    SELF_SUPPORTING = "SELF_SUPPORTING"
    UNDER_18 = "UNDER_18"
    INTEGRATION_PROGRAMME = "INTEGRATION_PROGRAMME"
    NOT_ASSESSED = "NOT_ASSESSED"


class Employment(StrEnum):
    """Ordinary work, or a job with wage subsidy (løntilskud), which still counts as unemployment."""

    ORDINARY = "ORDINARY"
    WAGE_SUBSIDY = "WAGE_SUBSIDY"


class Absence(StrEnum):
    """Kind of absence."""

    HOLIDAY = "HOLIDAY"
    SICKNESS = "SICKNESS"
    PARENTAL_LEAVE = "PARENTAL_LEAVE"
    CIVIC_DUTY = "CIVIC_DUTY"
    OTHER = "OTHER"


class CivilStatus(StrEnum):
    """What the person register says of a person; only DEAD has an effect in the rules."""

    DEAD = "DEAD"
    EMIGRATED = "EMIGRATED"
    DISAPPEARED = "DISAPPEARED"
    PROTECTED = "PROTECTED"


class Insurance(StrEnum):
    """Degree of insurance in an a-kasse."""

    FULL_TIME = "FULL_TIME"
    PART_TIME = "PART_TIME"
    COMBINATION = "COMBINATION"
    NONE = "NONE"


class TrainingOutcome(StrEnum):
    """How a course ended; of the course, not of the test."""

    ONGOING = "ONGOING"
    COMPLETED = "COMPLETED"
    NOT_COMPLETED = "NOT_COMPLETED"
    CANCELLED = "CANCELLED"


class Branchespor(StrEnum):
    """The sectors of the tracks."""

    BYG = "BYG"
    IND = "IND"
    SOSU = "SOSU"
    TRL = "TRL"
    HRT = "HRT"
    REN = "REN"
    GRO = "GRO"


class Decision(StrEnum):
    """A step of a track's agreement with the citizen."""

    OFFERED = "OFFERED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"


class PlacementKind(StrEnum):
    """Scheme of a placement: company practice (virksomhedspraktik), or a job with wage subsidy (løntilskud)."""

    PRAKTIK = "PRAKTIK"
    WAGE_SUBSIDY = "WAGE_SUBSIDY"


class YouthEvent(StrEnum):
    """What happened on a young person's way to and through an education (milestones Y1 to Y8)."""

    YOUTH_GUIDANCE_HELD = "YOUTH_GUIDANCE_HELD"
    EDUCATION_APPLIED = "EDUCATION_APPLIED"
    ENROLLED = "ENROLLED"
    DROPOUT_RISK = "DROPOUT_RISK"
    PLACE_AGREED = "PLACE_AGREED"
    INTERRUPTED = "INTERRUPTED"
    COMPLETED = "COMPLETED"
    LEISURE_JOB = "LEISURE_JOB"


class ShortageCategory(StrEnum):
    """How short labour is (arbejdsmarkedsbalancen), strongest first."""

    EXTENSIVE_SHORTAGE = "EXTENSIVE_SHORTAGE"
    SHORTAGE = "SHORTAGE"
    PARADOX = "PARADOX"
    GOOD = "GOOD"
    LESS_GOOD = "LESS_GOOD"


class JobOrderStatus(StrEnum):
    """State of a job opening; nobody turns PUBLISHED into EXPIRED by the clock."""

    PUBLISHED = "PUBLISHED"
    FILLED = "FILLED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"
