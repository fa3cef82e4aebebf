"""One seeded random history, by the rules and by the slow reading of the text: where answers and journal differ."""

import random
from datetime import date, datetime, timedelta

from branchespor.clock import danish_day
from branchespor.simulation import play
from consumers.rules import evaluate
from tests.consumers.rules.histories import RECORDS, a_history
from tests.consumers.rules.reference import DAY, LAST, Reference, slow_journal

NAMES = list(RECORDS)
JOURNAL_EACH = 25
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


def differing_journal(seed: int) -> list[str]:
    """Whether what is announced over some months is not what playing every day in the plainest way gives."""
    chance = random.Random(seed)
    facts = a_history(seed, arrivals=True)
    policies = RECORDS[NAMES[seed % len(NAMES)]]
    first = date(2019, 12, 1) + timedelta(days=chance.randint(0, 200))
    last = first + timedelta(days=chance.randint(30, 300))
    expected, _ = slow_journal(facts, first, last, policies.versions, danish_day)
    told = [each.to_json() for each in play(facts, first, last, policies) if each.course is not None]
    found = [
        {key: value for key, value in each.items() if key not in ("policy", "facts", "details")} | {"number": number}
        for number, each in enumerate(told, start=1)
    ]
    return [] if found == expected else [f"seed {seed}, journal {first} to {last}"]


def differing_in(seeds: range) -> list[str]:
    """The same of many; every 25th has its journal compared too, which takes longer."""
    return [
        each
        for seed in seeds
        for each in (*differing_days(seed), *(differing_journal(seed) if seed % JOURNAL_EACH == 0 else ()))
    ]
