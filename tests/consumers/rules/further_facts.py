"""Random facts of the further kinds, with corrections and withdrawals, as they may arrive in any order."""

from datetime import date, timedelta

TRACKS = ("T1", "T2", None)
EVENTS = ("YOUTH_GUIDANCE_HELD", "ENROLLED", "INTERRUPTED", "COMPLETED")


def some_steps(chance):
    """Up to eight statements around the spring of 2020, up to three versions of each."""
    for number in range(chance.randint(0, 8)):
        content = _content(chance, number)
        for version in range(chance.choice([1, 1, 2, 3])):
            if version and chance.random() < 0.7:
                content = content | _content(chance, number, content["kind"])
            at = f"{_a_day(chance)}T{chance.choice(['05:00:00Z', '22:30:00Z'])}"
            yield content | {
                "fact_id": f"s{number}-{version}",
                "person": "p",
                "source": "steps",
                "record_key": f"s{number}",
                "recorded_at": at,
                "received_at": at,
                "withdrawn": version > 0 and chance.random() < 0.3,
            }


def _a_day(chance):
    return date(2019, 12, 1) + timedelta(days=chance.randint(0, 160))


def _content(chance, number, kind=None):
    kind = kind or chance.choice(list(_KINDS))
    return {"kind": kind} | _KINDS[kind](chance, number)


def _meeting(chance, number):
    held = chance.choice([None, _a_day(chance).isoformat()])
    return {"meeting": f"m{number}", "held_on": held, "booked_for": held, "joint": chance.random() < 0.5}


def _decision(chance, number):
    first = _a_day(chance)
    planned = chance.random() < 0.5
    return {
        "track": chance.choice(TRACKS[:2]), "decision": chance.choice(["OFFERED", "OFFERED", "ACCEPTED", "DECLINED"]),
        "day": first.isoformat(), "branchespor": "IND", "disco3": "722", "override": chance.random() < 0.4,
        "plan_first_day": first.isoformat() if planned else None,
        "plan_last_day": (first + timedelta(days=30)).isoformat() if planned else None,
    }  # fmt: skip


def _days(chance, longest=60):
    first = _a_day(chance)
    return {
        "first_day": first.isoformat(),
        "last_day": (first + timedelta(days=chance.randint(0, longest))).isoformat(),
    }


def _placement(chance, number):
    return {
        "placement": f"P{number}", "track": chance.choice(TRACKS), "placement_kind": "PRAKTIK", "cvr": "10000009",
        "p_number": "1000000009", "weekly_hours": 37.0, **_days(chance),
    }  # fmt: skip


def _training(chance, number):
    outcome = chance.choice([None, "ONGOING", "COMPLETED", "NOT_COMPLETED", "CANCELLED"])
    return {
        "enrolment": f"E{number}", "track": chance.choice(TRACKS), "institution": "907001", "course": "47136",
        "outcome": outcome, **_days(chance, 20),
    }  # fmt: skip


def _youth(chance, number):
    return {
        "education": f"y{number}", "event": chance.choice(EVENTS), "day": _a_day(chance).isoformat(),
        "institution": "907001", "programme": "EUD",
    }  # fmt: skip


_KINDS = {
    "Meeting": _meeting,
    "CaseOpened": lambda chance, number: {"day": _a_day(chance).isoformat()},
    "TrackDecision": _decision,
    "Placement": _placement,
    "Training": _training,
    "YouthEducation": _youth,
    "ParallelSupport": lambda chance, number: _days(chance),
    "IntegrationPeriod": lambda chance, number: {"programme_start": _a_day(chance).isoformat(), **_days(chance)},
    "IncomeMonth": lambda chance, number: {
        "month": _a_day(chance).isoformat()[:7],
        "hours": chance.choice([None, 0, 160.0]),
        "public_support": chance.random() < 0.5,
    },
}
