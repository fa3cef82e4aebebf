"""Asking a service whether it is there: ports, HTTP answers, SSH banners, sessions in PostgreSQL."""

import http.client
import json
import socket
from collections.abc import Callable
from datetime import datetime
from typing import Any

import psycopg

from branchespor.settings import PREFIX, Settings
from branchespor.stack import process_tree

TIMEOUT_S = 3


def listens(host: str, port: int) -> bool:
    """Whether somebody accepts connections there."""
    try:
        socket.create_connection((host, port), timeout=TIMEOUT_S).close()
    except OSError:
        return False
    return True


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError:
            return False
    return True


def busy_port(settings: Settings, names: tuple[str, ...]) -> str | None:
    """What to say about the first of these ports that somebody else holds, None if all are free."""
    for name in names:
        port = settings.port(name)
        if not is_free(settings.host, port):
            who = _holder(port)
            return (
                f"port {port} is in use{who}: set {PREFIX}{name.upper()}_PORT to another one, "
                f"or {PREFIX}PORT_OFFSET to move all"
            )
    return None


def http_answer(host: str, port: int, path: str) -> tuple[int, Any]:
    """Status and JSON body (None if it is no JSON) of a GET; (0, None) if nobody answers."""
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException):
        return 0, None
    finally:
        connection.close()
    try:
        return answer.status, json.loads(body)
    except ValueError:
        return answer.status, None


def greets_as_ssh(host: str, port: int) -> bool:
    """Whether an SSH server introduces itself."""
    try:
        with socket.create_connection((host, port), timeout=TIMEOUT_S) as connection:
            connection.settimeout(TIMEOUT_S)
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False


def works_as(role: str) -> Callable[[Settings, datetime], bool]:
    """A probe: since it was started somebody else has a session in PostgreSQL as this role."""

    def probe(settings: Settings, since: datetime) -> bool:
        with psycopg.connect(settings.dsn(role), autocommit=True) as conn:
            others = "usename = current_user AND pid <> pg_backend_pid() AND backend_start >= %s"
            found = conn.execute(f"SELECT 1 FROM pg_stat_activity WHERE {others}", (since,))  # noqa: S608 - no input
            return found.fetchone() is not None

    return probe


def _holder(port: int) -> str:
    inodes = set()
    for table in ("tcp", "tcp6"):
        try:
            lines = (process_tree.PROC / "net" / table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for fields in (line.split() for line in lines):
            if int(fields[1].rpartition(":")[2], 16) == port and fields[3] == "0A":
                inodes.add(f"socket:[{fields[9]}]")
    for process in process_tree.everything():
        try:
            entries = list((process_tree.PROC / str(process.pid) / "fd").iterdir())
            if any(str(entry.readlink()) in inodes for entry in entries):
                name = (process_tree.PROC / str(process.pid) / "comm").read_text(encoding="utf-8").strip()
                return f" by {name} (process {process.pid})"
        except OSError:
            continue
    return ""
