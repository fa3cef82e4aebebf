"""One seeded random history, evaluated by the rules and by the slow reading of the text: where they differ."""

import random
from datetime import date, datetime, timedelta

from consumers.rules import evaluate
from tests.consumers.rules.histories import RECORDS, a_history
from tests.consumers.rules.reference import DAY, LAST, Reference

NAMES = list(RECORDS)
MIDSUMMER = datetime.fromisoformat("2020-06-24T00:00:00+02:00")


def differing_days(seed: int) -> list[str]:
    """The days on which the two differ, of some at random and of the borders of all periods; none: they agree."""
    chance = random.Random(seed)
    facts = a_history(seed, arrivals=seed % 4 == 0)
    policies = RECORDS[NAMES[seed % len(NAMES)]]
    known_at = chance.choice([None, None, MIDSUMMER])
    reference = Reference(facts, policies.versions, known_at)
    days = [date(2016, 1, 1) + timedelta(days=chance.randint(0, 2500)) for _ in range(4)]
    for period in reference.periods:
        days += [period["first"] - DAY, period["first"], min(period["last"] + DAY, LAST)]
    found = []
    for day in days:
        answer = evaluate(facts, day, known_at, policies, explained=False).to_json()
        if answer | {"explanation": None} != reference.answer(day) | {"explanation": None}:
            found.append(f"seed {seed}, {day}")
    return found


def differing_in(seeds: range) -> list[str]:
    """The same of many."""
    return [each for seed in seeds for each in differing_days(seed)]
