"""The catalogue on a real broker: applied once, compared, mended, and nobody may more than it says."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ConfigResource,
    ConfigResourceType,
    ResourcePattern,
    ResourceType,
)
from kafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailedError,
)

from branchespor import rights, topics
from branchespor.settings import Settings
from schemas import catalogue
from schemas.errors import Unavailable

KNOWN = catalogue.load()
PARTNERS = [f"partner-{each}" for each in KNOWN.partners]
pytestmark = pytest.mark.integration


@contextmanager
def an_admin(services: Settings, user: str = "admin") -> Iterator[KafkaAdminClient]:
    admin = KafkaAdminClient(**services.kafka(user), bootstrap_timeout_ms=5000)
    try:
        yield admin
    finally:
        admin.close()


def test_applying_the_catalogue_twice_changes_nothing(services: Settings) -> None:
    topics.apply(services)
    assert topics.apply(services) == []
    assert topics.diff(services) == []


def test_a_changed_topic_right_and_quota_are_told_and_mended(services: Settings) -> None:
    user, topic = PARTNERS[0], catalogue.partner_topic(KNOWN.partners[0])
    resource = ResourcePattern(ResourceType.TOPIC, catalogue.MILESTONES)
    stray = ACL(f"User:{user}", "*", ACLOperation.READ, ACLPermissionType.ALLOW, resource)
    with an_admin(services) as admin:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {"retention.ms": "60000"})])
        admin.create_acls([stray])
        rights._set_quota(admin, user, {"consumer_byte_rate": 10}, {"request_percentage"})

    told = topics.diff(services)
    assert len(told) == 3
    assert f"topic {topic}: retention.ms is 60000, catalogue {30 * catalogue.DAY_MS}" in told
    assert f"right User:{user} ALLOW READ topic {catalogue.MILESTONES}: not in the catalogue" in told
    assert any(line.startswith(f"quota of user {user}: ") for line in told)
    assert topics.apply(services) == told
    assert topics.diff(services) == []


def test_rights_of_other_tenants_of_the_cluster_are_left_alone(services: Settings) -> None:
    resource = ResourcePattern(ResourceType.TOPIC, "elsewhere")
    theirs = ACL("User:somebody", "*", ACLOperation.READ, ACLPermissionType.ALLOW, resource)
    with an_admin(services) as admin:
        admin.create_acls([theirs])
        assert topics.apply(services) == []
        assert theirs in admin.describe_acls(theirs)[0]


def test_every_user_has_a_strong_password_on_the_broker(services: Settings) -> None:
    with an_admin(services) as admin:
        held = admin.describe_user_scram_credentials()
    for user in [*KNOWN.users, "admin"]:
        assert [(each["mechanism"].name, each["iterations"]) for each in held[user]["credential_infos"]] == [
            ("SCRAM_SHA_512", rights.SCRAM_ITERATIONS)
        ]


def test_a_password_changed_in_its_file_is_set_on_the_broker(services: Settings) -> None:
    done = topics.apply(services, passwords=True)
    assert sorted(done) == sorted(f"user {name}: SCRAM-SHA-512 password" for name in KNOWN.users)


@pytest.mark.parametrize("user", KNOWN.users)
def test_the_broker_allows_each_user_what_the_catalogue_says_and_shows_nothing_else(
    services: Settings, user: str
) -> None:
    with an_admin(services, user) as admin:
        seen = {each["name"]: set(each["authorized_operations"]) for each in admin.describe_topics()}
        cluster = admin.describe_cluster()["authorized_operations"]
    wanted = {}
    for topic in KNOWN.topics:
        operations = {what.upper() for what in ("read", "write") if KNOWN.users[user].may(what, topic)}
        if operations:
            wanted[topic] = operations | {"DESCRIBE"}
    assert seen == wanted
    assert not cluster


@pytest.mark.parametrize("user", PARTNERS)
def test_a_partner_can_neither_read_others_nor_write_nor_create(services: Settings, user: str) -> None:
    own = catalogue.partner_topic(user.removeprefix("partner-"))
    with an_admin(services, user) as admin:
        asked = {each["name"]: each["error_code"] for each in admin.describe_topics(sorted(KNOWN.topics))}
    refused = TopicAuthorizationFailedError.errno
    assert asked == {topic: 0 if topic == own else refused for topic in KNOWN.topics}
    with (
        an_admin(services, user) as admin,
        pytest.raises((TopicAuthorizationFailedError, ClusterAuthorizationFailedError)),
    ):
        admin.create_topics({f"partner.{user}.mine": {"num_partitions": 1, "replication_factor": 1}})
    producer = KafkaProducer(**services.kafka(user), max_block_ms=5000, enable_idempotence=False, acks=1)
    try:
        with pytest.raises(TopicAuthorizationFailedError):
            producer.send(own, key=b"x", value=b"x").get(timeout=10)
    finally:
        producer.close(timeout=1)


def test_a_partner_can_neither_fence_our_publisher_nor_use_our_group(services: Settings) -> None:
    user, own = PARTNERS[0], catalogue.partner_topic(KNOWN.partners[0])
    producer = KafkaProducer(
        **services.kafka(user), transactional_id="branchespor.intake.amu.907001", max_block_ms=5000
    )
    try:
        with pytest.raises(TransactionalIdAuthorizationFailedError):
            producer.init_transactions()
    finally:
        producer.close(timeout=1)
    for group in ("branchespor.status", f"partner.{KNOWN.partners[1]}.reader"):
        consumer = KafkaConsumer(own, **services.kafka(user), group_id=group)
        try:
            with pytest.raises(GroupAuthorizationFailedError):
                consumer.poll(timeout_ms=10_000)
        finally:
            consumer.close(autocommit=False)


def test_a_broker_that_is_away_is_unavailable_with_what_to_check(services: Settings) -> None:
    elsewhere = services.model_copy(update={"kafka_port": services.kafka_port + 400})
    with pytest.raises(Unavailable, match="nobody listens"):
        topics.diff(elsewhere)
