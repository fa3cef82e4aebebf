"""docker-compose.yml and Dockerfile, which cannot be run here: form, references, and the same settings as the stack."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from branchespor.settings import CHECKOUT, Settings
from branchespor.stack import broker, database, registry, secret_files
from branchespor.stack.table import PARTS

SCHEMA = json.loads(Path(__file__).with_name("compose-spec.json").read_text(encoding="utf-8"))
IN_CONTAINER = Settings(home=Path("/srv/branchespor"))


@pytest.fixture
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8"))
    return read


def faults(compose: dict[str, Any]) -> list[str]:
    """What the schema finds, and references that it cannot see."""
    found = [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(compose)]
    services = compose["services"]
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            if other not in services:
                found.append(f"{name} waits for {other}, which is no service")
            elif how["condition"] == "service_healthy" and "healthcheck" not in services[other]:
                found.append(f"{name} waits for the health of {other}, which has no check")
        for kind in ("secrets", "configs"):
            for used in service.get(kind, []):
                if used["source"] not in compose[kind]:
                    found.append(f"{name} uses {kind} {used['source']}, which is not declared")
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            if not source.startswith(".") and source not in compose["volumes"]:
                found.append(f"{name} uses volume {source}, which is not declared")
        network = service.get("network_mode", "")
        if network.startswith("service:") and network.removeprefix("service:") not in services:
            found.append(f"{name} shares the network of {network}, which is no service")
    return found


def test_it_is_a_compose_file_whose_references_resolve(compose: dict[str, Any]) -> None:
    assert faults(compose) == []


def test_misspelt_keys_and_dangling_references_are_found(compose: dict[str, Any]) -> None:
    compose["services"]["kafka"]["helthcheck"] = {}
    compose["services"]["relay"]["depends_on"]["kafak"] = {"condition": "service_started"}
    compose["services"]["status"]["secrets"].append({"source": "pg_statsu"})
    compose["services"]["topics"]["depends_on"]["pod"] = {"condition": "service_healthy"}
    assert len(faults(compose)) == 4


def test_every_part_of_the_stack_is_a_service_that_waits_for_what_it_needs(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) - {"pod", "secrets"} == set(PARTS)
    for name, part in PARTS.items():
        assert set(part.needs) <= set(services[name]["depends_on"]), name


def test_every_watched_service_has_a_health_check(compose: dict[str, Any]) -> None:
    assert [
        name for name, part in PARTS.items() if part.command and "healthcheck" not in compose["services"][name]
    ] == []


def test_kafka_and_the_registry_get_the_settings_of_the_local_stack() -> None:
    kafka = broker.server_properties(IN_CONTAINER, Path("/var/lib/kafka/data/log"))
    assert (CHECKOUT / "docker" / "kafka.properties").read_text(encoding="utf-8") == kafka
    assert (CHECKOUT / "docker" / "log4j.properties").read_text(encoding="utf-8") == broker.LOG4J
    written = registry.properties(IN_CONTAINER, lambda name: "${" + name.upper() + "}")
    assert (CHECKOUT / "docker" / "registry.properties").read_text(encoding="utf-8") == written


def test_postgres_gets_the_settings_of_the_local_stack(compose: dict[str, Any]) -> None:
    command = compose["services"]["postgres"]["command"]
    given = dict(word.removeprefix("--").split("=", 1) for word in command[1:])
    wanted = {name: value.strip("'") for name, value in database.configuration(IN_CONTAINER).items()}
    wanted.pop("unix_socket_directories")  # the image's own start uses a socket
    assert given == wanted


def test_only_airflow_is_published_and_only_on_loopback(compose: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert published == {"pod": ["127.0.0.1:18080:18080"]}


def test_secrets_are_files_that_the_stack_makes_and_no_password_stands_in_the_file(
    compose: dict[str, Any], tmp_path: Path
) -> None:
    made = {f"./.local/secrets/{name}" for name in secret_files.make_missing(Settings(home=tmp_path))}
    assert {secret["file"] for secret in compose["secrets"].values()} <= made
    for name, service in compose["services"].items():
        for variable in service.get("environment", {}):
            assert "PASSWORD" not in variable or variable.endswith("_FILE"), (name, variable)


def test_a_part_sees_no_secret_of_another(compose: dict[str, Any]) -> None:
    def secrets(name: str) -> set[str]:
        return {used["source"] for used in compose["services"][name]["secrets"]}

    holders = {
        name for name, service in compose["services"].items() if "identity_aes_key" in str(service.get("secrets"))
    }
    assert holders == {"airflow-scheduler"}
    assert secrets("relay") == {"pg_relay", "kafka_relay"}
    assert "kafka_admin" not in secrets("status") | secrets("partners") | secrets("airflow-scheduler")


def test_every_partner_has_its_key_or_token_where_it_is_used(compose: dict[str, Any]) -> None:
    def secrets(name: str, beginning: str) -> set[str]:
        return {used["source"] for used in compose["services"][name]["secrets"] if used["source"].startswith(beginning)}

    keys = {f"ssh_{folder}.pub" for folder in secret_files.partner_folders()}
    tokens = {f"token_{feed}" for feed in secret_files.rest_feeds()}
    assert secrets("partner-sftp", "ssh_") == keys | {"ssh_host_ed25519", "ssh_hub.pub"}
    assert secrets("partner-http", "token_") == secrets("airflow-scheduler", "token_") == tokens


def test_images_are_pinned_to_a_version(compose: dict[str, Any]) -> None:
    images = {service["image"] for service in compose["services"].values()}
    assert all(image.partition(":")[2][:1].isdigit() for image in images), images


def test_the_dockerfile_has_no_fault_known_to_hadolint() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, CHECKOUT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
