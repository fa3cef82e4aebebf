"""What is known at a moment: the effective facts of one citizen, sorted by what they say (rules.md section 1)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from consumers.rules.days import Days, end, merged, ordinal

Record = Mapping[str, Any]
"""A fact as a flat JSON object (rules.md section 1): days and moments as text, trusted to have their form."""

Said = tuple[int, int, str]
"""A span that one fact states, with the fact's id: first day, day after the last, fact_id."""

INTEGRATION: Final = "INTEGRATION_PROGRAMME"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def instant_of(moment: datetime) -> int:
    """An aware moment as microseconds since 1970, so that zones play no part in comparing."""
    return (moment - _EPOCH) // _MICROSECOND


@lru_cache(maxsize=1 << 14)
def instant(text: str) -> int:
    """The instant of an RFC 3339 text; RFC 3339 allows a small t and z."""
    return instant_of(datetime.fromisoformat(text.upper()))


def effective(records: Iterable[Record], known_at: int | None) -> list[Record]:
    """The newest version of each statement received at or before `known_at` (None: whenever), unless withdrawn.

    Newest by (`recorded_at`, `fact_id`); text compares by code point, which is the order of its UTF-8 bytes.
    All records are of one person. Source: rules.md section 1, "What is known at T".
    """
    newest: dict[tuple[str, str, str], Record] = {}
    for record in records:
        if known_at is not None and instant(record["received_at"]) > known_at:
            continue
        statement = (record["kind"], record["record_key"], record["source"])
        held = newest.setdefault(statement, record)
        if held is not record and _version(record) > _version(held):
            newest[statement] = record
    return [record for record in newest.values() if not record.get("withdrawn")]


def _version(record: Record) -> tuple[int, str]:
    return instant(record["recorded_at"]), record["fact_id"]


class Known:
    """The effective facts of one citizen by what they say; no policy has been asked yet.

    `groups` holds INTEGRATION_PROGRAMME together with the integration periods (rules.md section 2), each group as a set
    of days; `said` the same unmerged, with the ids of the facts. `jobs` are (first, after, weekly hours, fact_id),
    ordinary ones; `dead` is the earliest day and its fact. `further` are the facts of other kinds as they came, and the
    integration periods; `versions` every version of every statement, for those who ask what was planned before.
    """

    __slots__ = (
        "absences",
        "dead",
        "declared",
        "further",
        "groups",
        "jobs",
        "placements",
        "residences",
        "said",
        "subsidised",
        "unpaid",
        "versions",
    )

    def __init__(self, facts: Iterable[Record], versions: Sequence[Record] = ()) -> None:
        self.versions = versions
        self.further: dict[str, list[Record]] = {}
        said: dict[str, list[Said]] = {}
        self.said = said
        self.jobs: list[tuple[int, int, float | None, str]] = []
        self.subsidised: list[Said] = []
        self.absences: list[Said] = []
        self.residences: list[tuple[int, int, str, str]] = []
        self.placements: list[tuple[int, str]] = []
        self.declared: list[tuple[int, str]] = []
        self.dead: tuple[int, str] | None = None
        for fact in facts:
            kind, fact_id = fact["kind"], fact["fact_id"]
            if kind == "TargetGroupSpell":
                spell = (ordinal(fact["first_day"]), end(fact.get("last_day")), fact_id)
                said.setdefault(fact["target_group"], []).append(spell)
            elif kind == "EmploymentSpell":
                first, after = ordinal(fact["first_day"]), end(fact.get("last_day"))
                if fact["employment"] == "ORDINARY":
                    self.jobs.append((first, after, fact.get("weekly_hours"), fact_id))
                else:
                    self.subsidised.append((first, after, fact_id))
            elif kind == "AbsenceSpell":
                if not fact["benefit_paid"]:
                    self.absences.append((ordinal(fact["first_day"]), end(fact.get("last_day")), fact_id))
            elif kind == "DagpengePeriod":
                self.placements.append((ordinal(fact["placed_on"]), fact_id))
            elif kind == "ResidenceSpell":
                where = fact["municipality"]
                self.residences.append((ordinal(fact["first_day"]), end(fact.get("last_day")), where, fact_id))
            elif kind == "IntegrationPeriod":
                spell = (ordinal(fact["first_day"]), end(fact.get("last_day")), fact_id)
                said.setdefault(INTEGRATION, []).append(spell)
                self.further.setdefault(kind, []).append(fact)
            elif kind == "DeclaredReady":
                self.declared.append((ordinal(fact["day"]), fact_id))
            elif kind == "PersonStatus":
                if fact["status"] == "DEAD":
                    dead = (ordinal(fact["day"]), fact_id)
                    self.dead = dead if self.dead is None else min(self.dead, dead)
            else:
                self.further.setdefault(kind, []).append(fact)
        self.groups: dict[str, Days] = {
            group: merged([(first, after) for first, after, _ in spells]) for group, spells in said.items()
        }
        self.unpaid: Days = merged([(first, after) for first, after, _ in self.absences])
