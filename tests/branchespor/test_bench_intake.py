"""The benchmark of intake does what it says: a delivery is taken in whole, by steps, beside two plain ways."""

import json

import psycopg
import pytest
from click.testing import CliRunner

from branchespor.benches import side_by_side
from branchespor.benches.deliveries import unemployment_file
from branchespor.benches.intake import _Clock
from branchespor.cli import branchespor
from branchespor.settings import Settings
from validation.expectations import suite

ROWS = 400


@pytest.mark.integration
def test_a_delivery_is_taken_in_by_steps_and_nothing_of_it_is_left(
    services: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRANCHESPOR_HOME", str(services.home))
    monkeypatch.setenv("BRANCHESPOR_PORT_OFFSET", str(services.port_offset))
    answer = CliRunner().invoke(branchespor, ["bench", "intake", "--rows", str(ROWS), "--json"])
    assert answer.exit_code == 0, answer.output
    figures = json.loads(answer.stdout)
    counts = figures["counts"]
    assert (figures["verdict"], counts["rows"]) == ("accepted_with_faults", ROWS)
    assert figures["facts"] == counts["accepted"] > ROWS * 0.8
    assert set(figures["steps"]) == {
        "decode",
        "expectations",
        "rows and facts",
        "identity vault",
        "memory look-up",
        "publish",
        "memory save",
        "ledger",
    }
    assert sum(step["seconds"] for step in figures["steps"].values()) <= figures["seconds"] + 0.01
    assert figures["rows_wrong"]["pandas"] == figures["rows_wrong"]["great_expectations"] > 0
    with psycopg.connect(services.dsn("postgres", "postgres")) as conn:
        left = conn.execute("SELECT datname FROM pg_database WHERE datname LIKE 'bench%'").fetchall()
    assert left == []


def test_plain_pandas_finds_the_rows_that_were_spoilt() -> None:
    expectations = suite("akasse_ledighed")
    for bad, wrong in ((0, 0), (100, 50)):
        _, found = side_by_side.pandas_seconds(unemployment_file(50, bad, 1), expectations, {"synthetic": "yes"})
        assert found == wrong


def test_a_step_inside_another_counts_for_itself_alone() -> None:
    clock = _Clock()
    inner = clock.step("inner", lambda: sum(range(300_000)))
    clock.step("outer", lambda: (inner(), inner()))()
    assert clock.seconds["outer"] < clock.seconds["inner"]
