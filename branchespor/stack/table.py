"""The table of parts: every process and step of the local stack, in the order in which they are shown."""

import sys
from collections.abc import Callable
from datetime import datetime
from signal import SIGINT

from branchespor.settings import Settings
from branchespor.stack import broker, database, probes, registry, workflows
from branchespor.stack.parts import Part


def _serve(name: str) -> Callable[[Settings], list[str]]:
    return lambda _: [sys.executable, "-m", "branchespor", "serve", name]


def _kafka_is_ready(settings: Settings, _: datetime) -> bool:
    # The client retries for seconds where nobody listens yet.
    return probes.listens(settings.host, settings.port("kafka")) and broker.is_ready(settings)


def _topics(settings: Settings) -> None:
    from branchespor import topics

    topics.apply(settings)


def _schemas(settings: Settings) -> None:
    from branchespor import registration

    registration.register(settings)


def _airflow(
    name: str, *words: str, needs: tuple[str, ...] = ("airflow-database",), ports: tuple[str, ...] = ()
) -> Part:
    return Part(
        name=name,
        needs=needs,
        ports=ports,
        command=workflows.command(*words),
        environment=workflows.environment,
        is_ready=workflows.health_of(name),
        ready_s=300,
        stop_s=20,
    )


_ALL = (
    Part(
        name="postgres",
        ports=("postgres",),
        prepare=database.prepare,
        command=database.command,
        uid=database.user,
        is_ready=lambda settings, _: database.is_ready(settings),
        stop_signal=SIGINT,  # "fast": ends sessions, writes a checkpoint
        stop_s=30,
    ),
    Part(name="roles", needs=("postgres",), step=database.make_roles),
    Part(
        name="kafka",
        ports=("kafka", "kafka_controller"),
        prepare=broker.prepare,
        command=broker.command,
        is_ready=_kafka_is_ready,
        stop_s=30,
        ready_s=180,
    ),
    Part(
        name="registry",
        needs=("roles",),
        ports=("registry", "registry_management"),
        prepare=registry.prepare,
        command=registry.command,
        is_ready=lambda settings, _: registry.is_ready(settings),
        ready_s=180,
    ),
    Part(name="topics", needs=("kafka",), step=_topics),
    Part(name="schemas", needs=("registry",), step=_schemas),
    Part(
        name="airflow-database",
        needs=("roles",),
        prepare=workflows.prepare,
        step=workflows.migrate,
        only_if_needed=True,
    ),
    _airflow("airflow-api", "api-server", ports=("airflow",)),
    # Their log servers would listen on all addresses; the API server reads the files itself.
    _airflow("airflow-scheduler", "scheduler", "--skip-serve-logs"),
    _airflow("airflow-dag-processor", "dag-processor"),
    _airflow("airflow-triggerer", "triggerer", "--skip-serve-logs"),
    Part(name="pools", needs=("airflow-api",), step=workflows.make_pools),
    Part(
        name="status",
        needs=("topics", "schemas", "roles"),
        command=_serve("status"),
        is_ready=probes.works_as("status"),
    ),
    Part(
        name="relay", needs=("topics", "schemas", "roles"), command=_serve("relay"), is_ready=probes.works_as("relay")
    ),
    Part(
        name="partners",
        needs=("topics", "schemas", "roles"),
        command=_serve("partners"),
        is_ready=probes.works_as("partners"),
    ),
    Part(
        name="partner-sftp",
        ports=("sftp",),
        command=_serve("partner-sftp"),
        is_ready=lambda settings, _: probes.greets_as_ssh(settings.host, settings.port("sftp")),
    ),
    Part(
        name="partner-http",
        ports=("partner_http",),
        command=_serve("partner-http"),
        is_ready=lambda settings, _: probes.http_answer(settings.host, settings.port("partner_http"), "/")[0] > 0,
    ),
)
PARTS = {part.name: part for part in _ALL}
