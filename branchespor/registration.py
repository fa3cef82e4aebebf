"""Every schema of the tree into the registry, after our own check; the registry's own rule set too."""

from branchespor.settings import Settings
from schemas import catalogue, house_rules, versions
from schemas.errors import WrongInput
from schemas.registry import FULL_TRANSITIVE, Registry

API = "/apis/ccompat/v7"


def registry(settings: Settings, user: str = "reader") -> Registry:
    """A client of the configured registry, as `reader`, or as `admin` who may write."""
    url = f"http://{settings.host}:{settings.port('registry')}{API}"
    return Registry(url, user, settings.secret(f"registry_{user}"))


def register(settings: Settings) -> list[str]:
    """Register what is missing, oldest version first; gives what was done, nothing the second time.

    Raises WrongInput if our own check finds a fault (then nothing is registered), Unavailable.
    """
    faults = house_rules.check()
    if faults:
        raise WrongInput(
            f"{len(faults)} faults in schemas/avro, the first at {faults[0].path}: `branchespor schema check`"
        )
    client = registry(settings, "admin")
    if client.compatibility() != FULL_TRANSITIVE:
        client.set_compatibility(FULL_TRANSITIVE)
    there = client.subjects()
    done = []
    trees = versions.read()
    for topic in catalogue.load().topics.values():
        known = client.versions(topic.subject) if topic.subject in there else []
        held = {versions.identity(schema) for _, schema in known}
        for version in trees[topic.record]:
            if versions.identity(version.schema) not in held:
                client.register(topic.subject, version.schema)
                done.append(f"registered {version.file} as {topic.subject}")
    return done
