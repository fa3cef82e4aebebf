"""Which parts run, in which order they stop, and what a started program gets to see."""

from pathlib import Path

import pytest

from branchespor.settings import Settings, load
from branchespor.stack import parts
from branchespor.stack.table import PARTS
from schemas.errors import WrongInput


def test_all_parts_are_wanted_where_none_is_named() -> None:
    assert parts.wanted(PARTS, None) == list(PARTS)


def test_a_part_brings_what_it_needs_and_the_steps_that_can_then_be_done() -> None:
    assert parts.wanted(PARTS, ["registry"]) == ["postgres", "roles", "registry", "schemas"]
    assert parts.wanted(PARTS, ["kafka"]) == ["kafka", "topics"]


def test_airflows_database_is_not_made_for_services_alone() -> None:
    assert "airflow-database" not in parts.wanted(PARTS, ["kafka", "registry"])
    assert "airflow-database" in parts.wanted(PARTS, ["airflow-api"])


def test_an_unknown_part_is_refused_by_name() -> None:
    with pytest.raises(WrongInput, match="kafak"):
        parts.wanted(PARTS, ["kafak"])


def test_nothing_stops_before_those_that_need_it() -> None:
    layers = parts.stop_layers(PARTS, PARTS)
    place = {name: number for number, layer in enumerate(layers) for name in layer}
    assert set(place) == set(PARTS)
    assert all(place[name] < place[need] for name, part in PARTS.items() for need in part.needs)


def test_a_program_gets_our_settings_and_nothing_else_of_the_callers(tmp_path: Path) -> None:
    settings = load({"BRANCHESPOR_HOME": str(tmp_path), "BRANCHESPOR_PORT_OFFSET": "7"})
    caller = {
        "PATH": "/bin",
        "HTTPS_PROXY": "http://proxy.example",
        "SSL_CERT_FILE": "/etc/certs.pem",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "postgresql://canary",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MY_TOKEN": "canary",
    }
    given = parts.environment(settings, PARTS["kafka"], caller)
    assert given["HTTPS_PROXY"] == "http://proxy.example"
    assert given["SSL_CERT_FILE"] == "/etc/certs.pem"
    assert "canary" not in str(given)
    assert "PYTHONDONTWRITEBYTECODE" not in given


def test_the_settings_of_a_child_are_those_of_its_parent(tmp_path: Path) -> None:
    folders = {"home": tmp_path, "jars": tmp_path / "jars"}
    settings = Settings(**folders, port_offset=40, sftp_port=2222, failpoints="a=b")
    assert load(parts.environment(settings, None, {})) == settings
