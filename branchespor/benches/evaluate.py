"""`branchespor bench evaluate`: citizens a second, against the json module alone and against a walk over all days."""

import gc
import json
import random
import runpy
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from branchespor.commands import options
from branchespor.facts_file import in_order
from branchespor.facts_lines import answer_line
from consumers.policy_file import load
from consumers.rules import Policies  # fmt: skip
from consumers.rules import evaluate as evaluate_one
from consumers.rules.known import Record

FACTS_A_PERSON = 10
_ON = date(2020, 10, 1)
_REFERENCE = Path(__file__).parents[2] / "tests" / "consumers" / "rules" / "reference.py"
_COMPARED = 40


@click.command()
@click.option(
    "--persons", default=5000, show_default=True, type=click.IntRange(min=_COMPARED), help="How many citizens."
)
@options.as_json
def evaluate(persons: int, as_json: bool) -> None:
    """How fast facts become answers on one core; 10 facts a citizen.

    Example: branchespor bench evaluate --persons 20000 --json
    """
    found = figures(persons)
    if as_json:
        click.echo(json.dumps(found))
    else:
        for name, value in found.items():
            click.echo(f"{name}: {value}")


def figures(persons: int) -> dict[str, float | int | None]:
    """The figures: seconds are of one run over all citizens, ratios are of times.

    `json_ratio`: JSON in to JSON out against reading and writing the same lines with the json module alone.
    `day_by_day_ratio`: a walk over all days (the reference of the tests) against the evaluation alone; null where the
    tests are not there.
    """
    policies = load()
    citizens = [citizen(number) for number in range(persons)]
    lines = [json.dumps(record).encode() + b"\n" for records in citizens for record in records]
    # What was made for the measurement is no garbage of what is measured: the collector need not walk over it.
    gc.collect()
    gc.freeze()
    alone = _seconds(lambda: [json.dumps(json.loads(line)).encode() for line in lines])
    through = _seconds(lambda: _through(lines, policies))
    bare = _seconds(lambda: _bare(citizens, policies))
    explained = _seconds(lambda: [evaluate_one(records, _ON, None, policies) for records in citizens])
    slow = _day_by_day(citizens[:_COMPARED], policies)
    return {
        "persons": persons,
        "facts": len(lines),
        "persons_per_s": round(persons / through),
        "json_ratio": round(through / alone, 2),
        "evaluation_persons_per_s": round(persons / bare),
        "explained_persons_per_s": round(persons / explained),
        "day_by_day_ratio": None if slow is None else round(slow / _COMPARED / (bare / persons)),
    }


def _through(lines: Iterable[bytes], policies: Policies) -> int:
    return sum(len(answer_line(person, records, _ON, None, policies)) for person, records in in_order(lines))


def _bare(citizens: Sequence[Sequence[Record]], policies: Policies) -> None:
    for records in citizens:
        evaluate_one(records, _ON, None, policies, explained=False)


def _day_by_day(citizens: Sequence[Sequence[Record]], policies: Policies) -> float | None:
    if not _REFERENCE.is_file():
        return None
    reference = runpy.run_path(str(_REFERENCE))["Reference"]
    return _seconds(lambda: [reference(records, policies.versions).answer(_ON) for records in citizens])


def _seconds(work: Callable[[], object]) -> float:
    """The better of two runs: the first one also warms up."""
    times = []
    for _ in range(2):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def citizen(number: int) -> list[dict[str, Any]]:
    """Ten facts of one synthetic citizen, the same for the same number."""
    chance = random.Random(number)  # noqa: S311 - a repeatable sample, not a secret
    first = date(2018, 1, 1) + timedelta(days=chance.randint(0, 900))
    group = chance.choice(("INSURED", "CASH_JOB_READY"))
    before = chance.choice(("INSURED", "CASH_JOB_READY", "CASH_ACTIVITY_READY", "SICKNESS"))

    def days(after: int, length: int | None) -> dict[str, str | None]:
        begins = first + timedelta(days=after)
        ends = None if length is None else (begins + timedelta(days=length)).isoformat()
        return {"first_day": begins.isoformat(), "last_day": ends}

    said: list[dict[str, Any]] = [
        {"kind": "TargetGroupSpell", "target_group": before, **days(-400, chance.randint(30, 300))},
        {"kind": "TargetGroupSpell", "target_group": group, **days(0, None)},
        {"kind": "TargetGroupSpell", "target_group": group, **days(0, chance.choice((None, 200, 700)))},
        {"kind": "DagpengePeriod", "placed_on": first.isoformat()},
        {"kind": "EmploymentSpell", "employment": "ORDINARY", "weekly_hours": 37, **days(-90, 60)},
        {"kind": "EmploymentSpell", "employment": "ORDINARY", "weekly_hours": 15, **days(40, 60)},
        {"kind": "EmploymentSpell", "employment": "WAGE_SUBSIDY", "weekly_hours": 37, **days(120, 60)},
        {"kind": "AbsenceSpell", "absence": "HOLIDAY", "benefit_paid": True, **days(30, 13)},
        {"kind": "AbsenceSpell", "absence": "OTHER", "benefit_paid": False, **days(75, chance.randint(5, 40))},
        {"kind": "ResidenceSpell", "municipality": "0707", **days(-4000, None)},
    ]
    person = f"{number:09d}"
    moments = [f"{first + timedelta(days=index)}T05:{number % 60:02d}:00.000Z" for index in range(len(said))]
    return [
        {
            "kind": content.pop("kind"),
            "fact_id": f"{chance.getrandbits(128):032x}",
            "person": person,
            "source": "bench",
            "record_key": f"k{min(index, 1) if index < 3 else index}",
            "recorded_at": moments[index],
            "received_at": moments[index],
            "withdrawn": False,
            **content,
        }
        for index, content in enumerate(said)
    ]
