"""The services as the tests and users get them: who may enter, and what is shut."""

import http.client

import psycopg
import pytest
from base64 import b64encode

from branchespor.settings import Settings
from branchespor.stack import board, lifecycle

pytestmark = pytest.mark.integration


def test_a_second_up_changes_nothing(services: Settings) -> None:
    before = board.read(services)
    assert lifecycle.up(services, ("kafka", "registry")) is False
    assert board.read(services) == before
