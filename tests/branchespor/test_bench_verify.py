"""The benchmark of verification does what it says: everybody is compared, nothing differs, nothing is left behind."""

import json

import psycopg
import pytest
from click.testing import CliRunner

from branchespor.cli import branchespor

pytestmark = pytest.mark.integration


def test_it_compares_everybody_in_a_database_of_its_own(services, monkeypatch):
    monkeypatch.setenv("BRANCHESPOR_HOME", str(services.home))
    monkeypatch.setenv("BRANCHESPOR_PORT_OFFSET", str(services.port_offset))
    answer = CliRunner().invoke(branchespor, ["bench", "verify", "--persons", "30", "--facts-each", "4", "--json"])
    assert answer.exit_code == 0, answer.output
    figures = json.loads(answer.stdout)
    assert (figures["persons"], figures["facts"], figures["differences"]) == (30, 120, 0)
    with psycopg.connect(services.dsn("postgres", "postgres")) as conn:
        left = conn.execute("SELECT datname FROM pg_database WHERE datname LIKE 'bench%'").fetchall()
    assert left == []
