"""Who may do what on a broker: users, rights and quotas, compared with the catalogue."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from kafka import KafkaAdminClient
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)
from kafka.protocol.admin.client_quotas import AlterClientQuotasRequest, DescribeClientQuotasRequest

from branchespor.settings import Settings
from schemas.catalogue import PARTNER_USER, Catalogue, User
from schemas.errors import Unavailable

SCRAM = "SCRAM-SHA-512"
SCRAM_ITERATIONS = 8192
_ANY_NAME = 2  # match type of DescribeClientQuotas: every user that has a quota of its own


class Additions:
    """Topics and rights to be made, gathered so that each kind is one request (one by one they took seconds)."""

    def __init__(self) -> None:
        self.topics: dict[str, dict[str, object]] = {}
        self.rights: list[ACL] = []

    def make(self, admin: KafkaAdminClient) -> None:
        """Make them all and wait until every topic has its leaders."""
        if self.topics:
            admin.create_topics(self.topics, wait_for_metadata=True)
        failed = admin.create_acls(self.rights)["failed"] if self.rights else []
        if failed:
            raise Unavailable(f"Kafka does not take {len(failed)} rights: {failed[0].__name__}")


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs, and what mends it; None: only a person can (a partition count, a broker's own setting)."""

    text: str
    mend: Callable[[], object] | None


def users(admin: KafkaAdminClient, known: Catalogue, settings: Settings, passwords: bool) -> Iterator[Difference]:
    """Users without a password on the broker, with `passwords` all that have a file; partners who may not be there."""
    held = admin.describe_user_scram_credentials()
    for name in known.users:
        strong = any(
            info["mechanism"].name == "SCRAM_SHA_512" and info["iterations"] >= SCRAM_ITERATIONS
            for info in held.get(name, {}).get("credential_infos", ())
        )
        if not (settings.secrets / f"kafka_{name}").is_file():
            if not strong:
                yield Difference(f"user {name}: has no password file kafka_{name}", None)
        elif passwords or not strong:
            yield Difference(f"user {name}: {SCRAM} password", partial(_set_password, admin, settings, name))
    for name in sorted(held):
        if name.startswith(PARTNER_USER) and name not in known.users:
            yield Difference(f"user {name}: not in the catalogue, or off", partial(_take_password, admin, name))


def _set_password(admin: KafkaAdminClient, settings: Settings, name: str) -> None:
    password = settings.secret(f"kafka_{name}")
    said = admin.alter_user_scram_credentials(
        [UserScramCredentialUpsertion(name, SCRAM, password, iterations=SCRAM_ITERATIONS)]
    )
    if said.get(name):
        raise Unavailable(f"Kafka does not take the password of user {name}")


def _take_password(admin: KafkaAdminClient, name: str) -> None:
    said = admin.alter_user_scram_credentials([UserScramCredentialDeletion(name, SCRAM)])
    if said.get(name):
        raise Unavailable(f"Kafka does not take the password of user {name} away")


def rights(admin: KafkaAdminClient, known: Catalogue, additions: Additions) -> Iterator[Difference]:
    """Rights that are missing, and rights of our users that the catalogue does not give."""
    everything = ACLFilter(
        None,
        None,
        ACLOperation.ANY,
        ACLPermissionType.ANY,
        ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY),
    )
    held = {acl for acl in admin.describe_acls(everything)[0] if _is_ours(acl.principal.removeprefix("User:"), known)}
    wanted = {acl for user in known.users.values() for acl in _acls(user)}
    for acl in sorted(wanted - held, key=_acl_text):
        yield Difference(f"right {_acl_text(acl)}: missing", partial(additions.rights.append, acl))
    for acl in sorted(held - wanted, key=_acl_text):
        pattern = acl.resource_pattern
        same = ResourcePatternFilter(pattern.resource_type, pattern.resource_name, pattern.pattern_type)
        exact = ACLFilter(acl.principal, acl.host, acl.operation, acl.permission_type, same)
        yield Difference(f"right {_acl_text(acl)}: not in the catalogue", partial(admin.delete_acls, [exact]))


def _is_ours(user: str, known: Catalogue) -> bool:
    # the cluster may have other tenants: their rights are none of our business
    return user in known.users or user.startswith(PARTNER_USER)


def _acls(user: User) -> Iterator[ACL]:
    """READ and WRITE imply DESCRIBE; WRITE on a topic is all that an idempotent producer needs."""
    rows = (
        (ResourceType.TOPIC, ACLOperation.WRITE, user.writes),
        (ResourceType.TOPIC, ACLOperation.READ, user.reads),
        (ResourceType.GROUP, ACLOperation.READ, user.groups),
        (ResourceType.TRANSACTIONAL_ID, ACLOperation.WRITE, user.transactions),
    )
    for kind, operation, names in rows:
        for name in names:
            pattern = ACLResourcePatternType.PREFIXED if name.endswith(".") else ACLResourcePatternType.LITERAL
            resource = ResourcePattern(kind, name, pattern)
            yield ACL(f"User:{user.name}", "*", operation, ACLPermissionType.ALLOW, resource)


def _acl_text(acl: ACL) -> str:
    pattern = acl.resource_pattern
    star = "*" if pattern.pattern_type == ACLResourcePatternType.PREFIXED else ""
    kind = pattern.resource_type.name.lower()
    return f"{acl.principal} {acl.permission_type.name} {acl.operation.name} {kind} {pattern.resource_name}{star}"


def quotas(admin: KafkaAdminClient, known: Catalogue) -> Iterator[Difference]:
    """Users whose quota is another than the catalogue's."""
    held = _held_quotas(admin)
    for user in known.users.values():
        has = held.get(user.name, {})
        wanted = dict(user.quota or {})
        if has != wanted:
            gone = has.keys() - wanted.keys()
            yield Difference(
                f"quota of user {user.name}: {has or 'none'}, catalogue {wanted or 'none'}",
                partial(_set_quota, admin, user.name, wanted, gone),
            )


def _held_quotas(admin: KafkaAdminClient) -> dict[str, dict[str, float]]:
    # the admin client has no call for quotas: its own way of sending is used, and tested on a real broker
    component = DescribeClientQuotasRequest.ComponentData(entity_type="user", match_type=_ANY_NAME, match=None)
    answer = admin._manager.run(admin._manager.send, DescribeClientQuotasRequest(components=[component], strict=True))
    return {
        entry.entity[0].entity_name: {value.key: value.value for value in entry.values}
        for entry in answer.entries or ()
    }


def _set_quota(admin: KafkaAdminClient, user: str, wanted: dict[str, float], gone: set[str]) -> None:
    entry = AlterClientQuotasRequest.EntryData
    operations = [entry.OpData(key=key, value=float(value), remove=False) for key, value in wanted.items()]
    operations += [entry.OpData(key=key, value=0.0, remove=True) for key in gone]
    entity = [entry.EntityData(entity_type="user", entity_name=user)]
    request = AlterClientQuotasRequest(entries=[entry(entity=entity, ops=operations)], validate_only=False)
    answer = admin._manager.run(admin._manager.send, request)
    if any(each.error_code for each in answer.entries):
        raise Unavailable(f"Kafka does not take the quota of user {user}")
