"""The catalogue on a broker: `diff` tells what differs, `apply` makes it so."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError

from branchespor import rights
from branchespor.connections import users_off
from branchespor.rights import Additions, Difference
from branchespor.settings import Settings
from schemas import catalogue
from schemas.errors import Unavailable
from schemas.wire import ask_whether_up


def diff(settings: Settings) -> list[str]:
    """Every difference between the broker and the catalogue, in words. Raises Unavailable."""
    with _admin(settings) as admin:
        return [each.text for each in _differences(admin, settings, Additions())]


def apply(settings: Settings, passwords: bool = False) -> list[str]:
    """Mend what can be mended and tell what was done; a second call does nothing. Raises Unavailable.

    `passwords`: also set every user's password from its file again, after the file was changed.
    """
    done = []
    additions = Additions()
    with _admin(settings) as admin:
        for each in _differences(admin, settings, additions, passwords):
            if each.mend is not None:
                each.mend()
                done.append(each.text)
        additions.make(admin)
    return done


@contextmanager
def _admin(settings: Settings) -> Iterator[KafkaAdminClient]:
    where = f"Kafka at {settings.host}:{settings.port('kafka')}"
    admin = None
    try:
        ask_whether_up(settings.kafka("admin"))
        admin = KafkaAdminClient(**settings.kafka("admin"), bootstrap_timeout_ms=5000)
        yield admin
    except KafkaError as error:
        raise Unavailable(
            f"{where}: {type(error).__name__}: check address, user admin and its password file"
        ) from error
    finally:
        if admin is not None:
            admin.close()


def _differences(
    admin: KafkaAdminClient, settings: Settings, additions: Additions, passwords: bool = False
) -> list[Difference]:
    known = _without(catalogue.load(), users_off(settings))
    profile = known.profiles[settings.profile]
    return [
        *_brokers(admin, known),
        *rights.users(admin, known, settings, passwords),
        *_topics(admin, known, profile, additions),
        *rights.rights(admin, known, additions),
        *rights.quotas(admin, known),
    ]


def _without(known: catalogue.Catalogue, users: frozenset[str]) -> catalogue.Catalogue:
    """The catalogue without these users: partners that are off."""
    return replace(known, users={name: user for name, user in known.users.items() if name not in users})


def _brokers(admin: KafkaAdminClient, known: catalogue.Catalogue) -> Iterator[Difference]:
    for broker in admin.describe_cluster()["brokers"]:
        node = str(broker["broker_id"])
        wanted = ConfigResource(ConfigResourceType.BROKER, node, dict.fromkeys(known.brokers))
        held = admin.describe_configs([wanted], config_filter="all")["broker"][node]
        for name, value in known.brokers.items():
            if held.get(name, {}).get("value") != value:
                yield Difference(f"broker {node}: {name} must be {value}", None)


def _topics(
    admin: KafkaAdminClient, known: catalogue.Catalogue, profile: catalogue.Profile, additions: Additions
) -> Iterator[Difference]:
    there = {topic["name"]: topic for topic in admin.describe_topics() if topic["error_code"] == 0}
    for topic in known.topics.values():
        settings = {**topic.settings, "min.insync.replicas": str(profile.min_insync)}
        if topic.name not in there:
            wanted = {
                "num_partitions": topic.partitions,
                "replication_factor": profile.replication,
                "configs": settings,
            }
            yield Difference(f"topic {topic.name}: missing", partial(additions.topics.__setitem__, topic.name, wanted))
            continue
        partitions = there[topic.name]["partitions"]
        if len(partitions) != topic.partitions:
            yield Difference(f"topic {topic.name}: {len(partitions)} partitions, catalogue {topic.partitions}", None)
        copies = min(len(each["replica_nodes"]) for each in partitions)
        if copies != profile.replication:
            yield Difference(f"topic {topic.name}: {copies} copies, catalogue {profile.replication}", None)
        held = _topic_settings(admin, topic.name, settings)
        wrong = {name: value for name, value in settings.items() if held[name] != value}
        if wrong:
            text = ", ".join(f"{name} is {held[name]}, catalogue {value}" for name, value in wrong.items())
            resource = ConfigResource(ConfigResourceType.TOPIC, topic.name, wrong)
            yield Difference(f"topic {topic.name}: {text}", partial(_alter, admin, resource))
    for name in sorted(there.keys() - known.topics.keys()):
        if name.startswith(("branchespor.", "partner.")):
            yield Difference(f"topic {name}: not in the catalogue", None)


def _alter(admin: KafkaAdminClient, resource: ConfigResource) -> None:
    said = admin.alter_configs([resource])["topic"][resource.name]
    if said != "OK":
        raise Unavailable(f"Kafka does not take the settings of topic {resource.name}: {said}")


def _topic_settings(admin: KafkaAdminClient, topic: str, names: dict[str, str]) -> dict[str, str | None]:
    wanted = ConfigResource(ConfigResourceType.TOPIC, topic, dict.fromkeys(names))
    held = admin.describe_configs([wanted], config_filter="all")["topic"][topic]
    return {name: held.get(name, {}).get("value") for name in names}
