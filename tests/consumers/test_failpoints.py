"""Failpoints: inert unless armed, refused when misspelt, and every name stands in the code."""

import re
from pathlib import Path

import pytest

import consumers
from consumers.failpoints import NAMES, arm, failpoint
from schemas.errors import Unavailable, WrongSetting


def test_nothing_happens_unless_armed():
    arm("")
    for name in NAMES:
        failpoint(name)


def test_an_armed_one_does_what_was_asked_and_no_other_does():
    arm("status.claimed=raise:Unavailable")
    failpoint("status.evaluated")
    with pytest.raises(Unavailable):
        failpoint("status.claimed")


def test_a_rate_hits_sometimes_and_the_same_times_for_the_same_seed():
    def hits(seed: int) -> list[int]:
        arm("status.claimed=raise:Unavailable@1/5", seed)
        found = []
        for number in range(100):
            try:
                failpoint("status.claimed")
            except Unavailable:
                found.append(number)
        return found

    assert 5 < len(hits(1)) < 40
    assert hits(1) == hits(1)
    assert hits(1) != hits(2)


@pytest.mark.parametrize(
    "text",
    [
        "status.clamed=kill9",
        "status.claimed=explode",
        "status.claimed",
        "status.claimed=raise:ValueError",
        "status.claimed=raise:Fault",
        "status.claimed=kill9@1/0",
    ],
)
def test_a_misspelt_one_is_refused(text):
    with pytest.raises(WrongSetting, match="BRANCHESPOR_FAILPOINTS"):
        arm(text)


def test_every_name_is_a_spot_in_the_code_and_every_spot_has_its_name():
    """Spots of the loop and the batch belong to both consumers; `{self.name}` and `{consumer}` stand for either."""
    found: set[str] = set()
    for path in Path(consumers.__file__).parent.rglob("*.py"):
        for spot in re.findall(r'failpoint\(f?"([^"]+)"\)', path.read_text(encoding="utf-8")):
            generic = spot.startswith("{")
            found |= {f"{name}.{spot.rpartition('.')[2]}" for name in ("status", "partners")} if generic else {spot}
    assert found == NAMES
