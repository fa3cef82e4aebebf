"""PostgreSQL, Kafka and the registry as the stack starts them: who may enter, what is shut, what can be seen."""

import base64
import http.client
import json

import psycopg
import pytest
from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from branchespor.settings import Settings
from branchespor.stack import board, process_tree, secret_files

pytestmark = pytest.mark.integration

SUBJECTS = "/apis/ccompat/v7/subjects"


def of_the_stack(settings: Settings) -> list[int]:
    """Processes of this stack: the supervisor, and the sessions of its parts."""
    picture = board.read(settings)
    leaders = {seen.pid for seen in picture.parts.values() if seen.pid}
    return [picture.pid, *(each.pid for each in process_tree.everything() if each.session in leaders)]


def listening(pids: list[int]) -> set[tuple[str, int]]:
    """Addresses (hex, as /proc/net/tcp has them) and ports on which these processes listen."""
    inodes = set()
    for pid in pids:
        for entry in (process_tree.PROC / str(pid) / "fd").iterdir():
            try:
                inodes.add(str(entry.readlink()))
            except FileNotFoundError:
                continue
    found = set()
    for table in ("tcp", "tcp6"):
        for line in (process_tree.PROC / "net" / table).read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            address, _, port = fields[1].rpartition(":")
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
                found.add((address, int(port, 16)))
    return found


def ask_registry(
    settings: Settings, method: str, path: str, login: tuple[str, str] | None, body: str | None = None
) -> int:
    headers = {"Content-Type": "application/json"}
    if login is not None:
        headers["Authorization"] = "Basic " + base64.b64encode(":".join(login).encode()).decode()
    connection = http.client.HTTPConnection(settings.host, settings.port("registry"), timeout=20)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def test_only_loopback_and_only_the_intended_ports_listen(services: Settings) -> None:
    names = ("postgres", "kafka", "kafka_controller", "registry", "registry_management")
    found = listening(of_the_stack(services))
    assert {port for _, port in found} == {services.port(name) for name in names}
    loopback = {"0100007F", "0000000000000000FFFF00000100007F"}
    assert {address for address, _ in found} <= loopback


def test_no_secret_stands_in_a_command_line_or_an_environment(services: Settings) -> None:
    texts = {path.read_text(encoding="utf-8").strip() for path in services.secrets.iterdir() if path.suffix != ".pub"}
    for pid in of_the_stack(services):
        for name in ("cmdline", "environ"):
            seen = (process_tree.PROC / str(pid) / name).read_bytes().decode(errors="replace")
            assert not [1 for text in texts if text in seen], f"{name} of process {pid}"


def test_postgres_trusts_nobody(services: Settings) -> None:
    with psycopg.connect(services.dsn("postgres", "postgres")) as conn:
        methods = conn.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules").fetchall()
        assert methods == [("scram-sha-256",)]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(
            f"host={services.host} port={services.port('postgres')} dbname=branchespor user=owner password=x"
        )


@pytest.mark.parametrize("role", [role for role in secret_files.DATABASE_ROLES if role not in ("airflow", "registry")])
def test_a_role_has_limits_and_no_way_into_other_databases(services: Settings, role: str) -> None:
    with psycopg.connect(services.dsn(role)) as conn:
        for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            assert conn.execute(f"SHOW {name}").fetchone() != ("0",), name
        assert conn.execute(
            "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = %s", (role,)
        ).fetchone() == (False,)
    for database in ("airflow", "registry"):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(services.dsn(role, database))


def test_dates_are_read_as_danes_write_them(services: Settings) -> None:
    with psycopg.connect(services.dsn("owner")) as conn:
        assert conn.execute("SELECT '01-02-2026'::date = DATE '2026-02-01'").fetchone() == (True,)


@pytest.mark.parametrize("port", ["kafka", "kafka_controller"])
def test_kafka_lets_nobody_in_without_a_login(services: Settings, port: str) -> None:
    with pytest.raises(KafkaError):
        KafkaAdminClient(
            bootstrap_servers=f"{services.host}:{services.port(port)}",
            security_protocol="PLAINTEXT",
            bootstrap_timeout_ms=2000,
        ).describe_cluster()


def test_kafka_refuses_a_wrong_password(services: Settings) -> None:
    with pytest.raises(KafkaError):
        KafkaAdminClient(**{**services.kafka("admin"), "sasl_plain_password": "wrong"}, bootstrap_timeout_ms=2000)


def test_the_registry_is_shut_to_all_but_its_users_and_writing_to_all_but_admin(services: Settings) -> None:
    admin = ("admin", services.secret("registry_admin"))
    reader = ("reader", services.secret("registry_reader"))
    schema = json.dumps({"schema": '"string"'})
    answers = {
        name: (
            ask_registry(services, "GET", SUBJECTS, login),
            ask_registry(services, "POST", f"{SUBJECTS}/t/versions", login, schema),
        )
        for name, login in {"nobody": None, "wrong": ("admin", "x"), "reader": reader, "admin": admin}.items()
    }
    assert answers == {"nobody": (401, 401), "wrong": (401, 401), "reader": (200, 403), "admin": (200, 200)}
    assert ask_registry(services, "DELETE", f"{SUBJECTS}/t", reader) == 403
    assert ask_registry(services, "DELETE", f"{SUBJECTS}/t", admin) == 200
    assert ask_registry(services, "GET", "/apis/registry/v3/admin/rules", None) == 401
