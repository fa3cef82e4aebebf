"""The rules of rules.md and the journal of milestones.md: pure, no I/O, no clock.

The way in for everybody else:

- `evaluate(records, on, known_at, policies)` -> Answer: what the rules say of one citizen on a day;
- `detect(told, records, day, policies)` -> Detected: what is to be announced on a business day, the answer on it, and
  the next day on which time alone can change something;
- `playback(milestones)` -> Told: what was announced, rebuilt from the stored milestones;
- `differences(told, records, day, policies)`: where what was announced is not what the facts say (for verify).

`records` are the facts of ONE citizen as flat JSON objects (rules.md section 1; `schemas.facts.to_json`), all versions,
in any order, repeats allowed. Days and moments are text, as JSON has them: that is the fastest form, since the reading
of a day is cached. They are trusted to have their form; input from outside is checked before, see
`branchespor.facts_file`.
`policies` come from `consumers.policy_file.load`.
"""

from consumers.rules.answer import Answer
from consumers.rules.detection import Detected, Told, detect, differences, evaluate, playback
from consumers.rules.milestone import Milestone
from consumers.rules.policy import Policies, Policy

__all__ = [
    "Answer",
    "Detected",
    "Milestone",
    "Policies",
    "Policy",
    "Told",
    "detect",
    "differences",
    "evaluate",
    "playback",
]
