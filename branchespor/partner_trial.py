"""A partner's own key and password tried on the real servers: it gets in, sees what is its own and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from branchespor import connections
from branchespor.settings import Settings
from schemas import catalogue
from schemas.errors import Unavailable, WrongSetting
from schemas.wire import ask_whether_up


@dataclass(frozen=True, slots=True)
class Tried:
    """One thing that was tried: what, whether it is as agreed, and what was found."""

    what: str
    well: bool
    found: str


def tried(settings: Settings, partner: str) -> list[Tried]:
    """Everything this partner should be able to do, and not; a partner that is off must get in nowhere.

    Raises WrongInput for a partner that is none, Unavailable if a server is away.
    """
    known, is_off = connections.connection(partner), partner in connections.off(settings)
    found: list[Tried] = []
    if known.topic is not None:
        found += _kafka(settings, partner, known.topic, is_off)
    if known.folder is not None:
        found.append(_sftp(settings, known.folder, is_off))
    if not found:
        found.append(Tried("asked over REST", True, "off: not asked" if is_off else "asked with our own token"))
    return found


def _kafka(settings: Settings, partner: str, topic: str, is_off: bool) -> Iterator[Tried]:
    user = settings.kafka(catalogue.partner_user(partner))
    ask_whether_up(user)
    try:
        admin = KafkaAdminClient(**user, bootstrap_timeout_ms=5000)
    except KafkaError as error:
        yield Tried("Kafka login", is_off, f"refused ({type(error).__name__})")
        return
    try:
        seen = {each["name"]: set(each["authorized_operations"]) for each in admin.describe_topics()}
    except KafkaError as error:
        yield Tried("Kafka login", is_off, f"refused ({type(error).__name__})")
        return
    finally:
        admin.close()
    yield Tried("Kafka login", not is_off, "let in")
    may = ", ".join(sorted(seen.get(topic, ()))) or "nothing"
    yield Tried("its own topic", seen.get(topic) == {"READ", "DESCRIBE"}, f"may {may}")
    others = len(seen.keys() - {topic})
    yield Tried("other topics", others == 0, f"{others} are shown")


def _sftp(settings: Settings, folder: str, is_off: bool) -> Tried:
    from simulator.sender import deliver

    key, host_key = settings.secrets / f"ssh_{folder}", settings.secrets / "ssh_host_ed25519.pub"
    try:
        deliver(settings.host, settings.port("sftp"), folder, key, host_key, [])
    except WrongSetting:
        return Tried("SFTP login", is_off, "refused")
    except Unavailable:
        return Tried("SFTP login", False, "the server does not answer")
    return Tried("SFTP login", not is_off, "let in")
