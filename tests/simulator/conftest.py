"""One small sample for all tests of the simulator's files."""

from datetime import date
from pathlib import Path

import pytest

from simulator.sample import write

FIRST_DAY, LAST_DAY = date(2020, 1, 6), date(2022, 1, 6)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """100 citizens over two years, with the year's last week and both changes of clocks in it."""
    directory = tmp_path_factory.mktemp("sample") / "out"
    write(100, 11, directory, FIRST_DAY, LAST_DAY)
    return directory
