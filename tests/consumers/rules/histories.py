"""Seeded random histories of one citizen, crowded around the days on which rules turn."""

import random
from dataclasses import replace
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from consumers.policy_file import load
from consumers.rules import Policies, Policy

GROUPS = [
    "INSURED", "INSURED", "INSURED", "CASH_JOB_READY", "CASH_JOB_READY", "CASH_JOB_READY", "CASH_ACTIVITY_READY",
    "EDUCATION_READY", "OBVIOUSLY_EDUCATION_READY", "EDUCATION_ACTIVITY_READY", "SICKNESS", "SELF_SUPPORTING",
    "INTEGRATION_PROGRAMME", "UNDER_18",
]  # fmt: skip
TRAPS = [
    date(2020, 1, 20), date(2020, 1, 21), date(2020, 2, 29), date(2020, 3, 29), date(2020, 8, 31), date(2020, 10, 25),
    date(2020, 12, 31), date(2021, 2, 28), date(2021, 12, 31), date(2019, 8, 31), date(2019, 11, 30),
    date(2020, 6, 30), date(2020, 7, 1),
]  # fmt: skip
SWITCHES = [
    "2020-03-28T23:00:00Z", "2020-03-28T23:59:59.5Z", "2020-03-29T00:59:59Z", "2020-03-29T01:00:00Z",
    "2020-03-29T21:59:59Z", "2020-03-29T22:00:00Z", "2020-10-24T21:59:59Z", "2020-10-24T22:00:00Z",
    "2020-10-25T02:30:00+02:00", "2020-10-25T02:30:00+01:00", "2020-10-25T22:59:59Z", "2020-10-25T23:00:00Z",
]  # fmt: skip
"""Moments around midnight and the hour that is skipped or comes twice, on the days on which Danish clocks change."""
TODAY = load()
_PLAIN = TODAY.versions[0]


def policy_of(**changes: object) -> Policy:
    return replace(_PLAIN, **changes)  # type: ignore[arg-type]


RECORDS = {
    "today": TODAY,
    "other figures from July 2020, a pause in 2021": Policies(
        [
            policy_of(version="a", valid_to=date(2020, 6, 30)),
            policy_of(
                version="b", valid_from=date(2020, 7, 1), valid_to=date(2021, 3, 31), insured_effort_months=4,
                cash_effort_months=5, prior_threshold_months=3, prior_lookback_months=24, bridge_gap_months=2,
                implied_reset_months=3, full_time_weekly_hours=30,
            ),
            policy_of(version="c", valid_from=date(2021, 5, 1), valid_to=None, home_municipality="0706"),
        ]
    ),
    "a changes to b and back; nothing is bridged in b": Policies(
        [
            policy_of(version="a1", valid_from=date(2019, 1, 1), valid_to=date(2020, 2, 29), cash_effort_months=1),
            policy_of(
                version="b1", valid_from=date(2020, 3, 1), valid_to=date(2020, 8, 31), bridge_gap_months=0,
                transition_from=frozenset({"INSURED", "CASH_JOB_READY"}), insured_effort_months=0,
                prior_threshold_months=0, full_time_weekly_hours=20.5,
            ),
            policy_of(version="a2", valid_from=date(2020, 9, 1), valid_to=date(2021, 12, 31), cash_effort_months=1),
        ]
    ),
}  # fmt: skip


def a_history(seed: int, *, arrivals: bool = False) -> list[dict[str, object]]:
    """Facts of one person; with `arrivals` they come in over 2020, with corrections and withdrawals."""
    chance = random.Random(seed)
    facts: list[dict[str, object]] = []
    days = [chance.choice([*TRAPS, _random_day(chance)]) for _ in range(2)]

    def a_day() -> date:
        turn = chance.random()
        if turn < 0.15:
            day = chance.choice(TRAPS)
        elif turn < 0.3:
            day = _random_day(chance)
        else:
            months = chance.choice([-36, -12, -6, -3, -1, 0, 0, 1, 1, 2, 3, 6, 6, 12])
            day = chance.choice(days) + relativedelta(months=months)
        day += timedelta(days=chance.choice([-1, 0, 0, 0, 1, 1, chance.randint(-20, 20)]))
        day = min(max(day, date(2016, 1, 1)), date(2021, 12, 31))
        days.append(day)
        return day

    def a_spell() -> dict[str, object]:
        first = a_day()
        if chance.random() < 0.2:
            return {"first_day": first.isoformat(), "last_day": None}
        last = (
            a_day() if chance.random() < 0.6 else first + timedelta(days=chance.choice([0, 6, 27, 29, 30, 31, 90, 190]))
        )
        first, last = min(first, last), max(first, last)
        return {"first_day": first.isoformat(), "last_day": last.isoformat()}

    def a_content() -> dict[str, object]:
        kind = chance.choices(
            ["TargetGroupSpell", "DagpengePeriod", "EmploymentSpell", "AbsenceSpell", "ResidenceSpell",
             "IntegrationPeriod", "DeclaredReady", "PersonStatus", "MembershipSpell"],
            [8, 2, 4, 4, 0.7, 0.5, 1, 0.3, 0.2],
        )[0]  # fmt: skip
        match kind:
            case "TargetGroupSpell":
                return {"kind": kind, "target_group": chance.choice(GROUPS), **a_spell()}
            case "DagpengePeriod":
                return {"kind": kind, "placed_on": a_day().isoformat()}
            case "EmploymentSpell":
                hours = chance.choice([None, 37, 37, 36.9, 30, 20.5, 15, 0])
                employment = chance.choice(["ORDINARY", "ORDINARY", "ORDINARY", "WAGE_SUBSIDY"])
                return {"kind": kind, "employment": employment, "weekly_hours": hours, **a_spell()}
            case "AbsenceSpell":
                return {"kind": kind, "absence": "OTHER", "benefit_paid": chance.random() < 0.25, **a_spell()}
            case "ResidenceSpell":
                return {"kind": kind, "municipality": chance.choice(["0707", "0707", "0707", "0706"]), **a_spell()}
            case "IntegrationPeriod":
                return {"kind": kind, "programme_start": None, **a_spell()}
            case "DeclaredReady":
                return {"kind": kind, "day": a_day().isoformat()}
            case "PersonStatus":
                status = chance.choice(["DEAD", "EMIGRATED", "DISAPPEARED"])
                return {"kind": kind, "status": status, "day": a_day().isoformat()}
            case _:
                return {"kind": kind}

    def moved(content: dict[str, object]) -> dict[str, object]:
        """The same spell, begun or ended some days earlier or later."""
        first = date.fromisoformat(str(content["first_day"])) + timedelta(days=chance.choice([-14, -1, 0, 1, 5, 30]))
        last = None
        if content["last_day"] is not None and chance.random() < 0.8:
            last = date.fromisoformat(str(content["last_day"])) + timedelta(days=chance.choice([-10, -1, 0, 1, 8, 31]))
        elif chance.random() < 0.5:
            last = first + timedelta(days=chance.randint(30, 400))
        ends = None if last is None else max(first, last).isoformat()
        return {"first_day": first.isoformat(), "last_day": ends}

    def a_moment() -> str:
        if not arrivals:
            return f"2019-0{chance.randint(1, 9)}-01T00:00:00{chance.choice(['Z', '+01:00', '.5Z'])}"
        if chance.random() < 0.1:
            return chance.choice(SWITCHES)
        day = date(2020, 1, 15) + timedelta(days=chance.choice([-60, chance.randint(0, 300)]))
        return f"{day}T{chance.choice(['22:30:00Z', '23:30:00Z', '05:00:00+02:00', '00:00:00+01:00'])}"

    def a_backbone() -> dict[str, object]:
        """A long spell in a group that rules rest on, so that most histories are covered at some time."""
        first = date(2019, 6, 1) + timedelta(days=chance.randint(0, 400))
        days.append(first)
        group = chance.choice(
            ["INSURED", "CASH_JOB_READY", "EDUCATION_READY", "INTEGRATION_PROGRAMME"][: chance.choice([2, 2, 4])]
        )
        last = None if chance.random() < 0.5 else (first + timedelta(days=chance.randint(60, 900))).isoformat()
        return {"kind": "TargetGroupSpell", "target_group": group, "first_day": first.isoformat(), "last_day": last}

    for number in range(chance.randint(1, 10)):
        content, source = a_content() if number else a_backbone(), chance.choice(["a", "b"])
        for version in range(chance.choice([1, 1, 1, 2, 3]) if arrivals or chance.random() < 0.3 else 1):
            if version:
                changed = a_content()
                content = changed if changed["kind"] == content["kind"] and chance.random() < 0.7 else content
                if "first_day" in content and chance.random() < 0.6:
                    content = content | (a_spell() if chance.random() < 0.4 else moved(content))
            received = a_moment()
            facts.append(
                content
                | {
                    "fact_id": f"f{seed}-{chance.randint(0, 9)}-{number}-{version}",
                    "person": f"p{seed}",
                    "source": source,
                    "record_key": f"k{number}",
                    "recorded_at": received if chance.random() < 0.7 else a_moment(),
                    "received_at": received,
                    "withdrawn": version > 0 and chance.random() < 0.4,
                }
            )
    chance.shuffle(facts)
    return facts


def _random_day(chance: random.Random) -> date:
    return date(2017, 1, 1) + timedelta(days=chance.randint(0, 1500))
