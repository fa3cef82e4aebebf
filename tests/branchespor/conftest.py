"""Fixtures for the room where the others are put together."""

import os

import pytest

from producers import side_by_side


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every delivery were a large one, and this a machine of two cores."""
    monkeypatch.setattr(side_by_side, "MANY", 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
