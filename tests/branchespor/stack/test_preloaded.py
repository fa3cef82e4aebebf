"""The scheduler's process has in memory what its tasks would import one by one."""

import subprocess
import sys
from importlib.metadata import version

LISTED = """
import runpy, sys
sys.argv = ["preloaded", "version"]
try:
    runpy.run_module("branchespor.stack.preloaded", run_name="__main__")
finally:
    print(*sorted({"great_expectations", "kafka", "branchespor.hub.handling"} & set(sys.modules)))
"""


def test_the_command_runs_as_airflows_own_with_hub_and_gate_in_memory() -> None:
    done = subprocess.run([sys.executable, "-c", LISTED], capture_output=True, text=True, check=True)
    lines = done.stdout.split("\n")
    assert version("apache-airflow-core") in lines
    assert "branchespor.hub.handling great_expectations kafka" in lines
