"""Our own long-running processes: settings in, handlers wired to the loop, ended by SIGTERM."""

import logging
import signal
from collections.abc import Callable, Collection
from threading import Event
from types import FrameType

import structlog

from branchespor.settings import Settings
from consumers import failpoints
from consumers.records import Handler
from schemas import catalogue
from schemas.codec import Codec
from schemas.errors import Unavailable
from schemas.facts import KINDS_OF_PERSON

log = structlog.get_logger()


def run_status(settings: Settings, group: str = "branchespor.status") -> None:
    """Facts and business days → status, journal, events for the outbox; until SIGTERM.

    Copies share the work if they share the `group`; which one it is changes nothing: progress lies in PostgreSQL.
    """
    from consumers import policy_file
    from consumers.status import NAME, StatusHandler

    policies = policy_file.load(settings.policy_file)

    def handler(codec: Codec) -> Handler:
        return StatusHandler(policies, codec.encode, catalogue.MILESTONES, catalogue.STATUS)

    _run(settings, NAME, group, status_topics(), ("Milestone", "Status"), handler)


def run_partners(settings: Settings, group: str = "branchespor.partners") -> None:
    """Milestones → what each partner may know, for the outbox; until SIGTERM. `group` as in `run_status`."""
    from consumers.partners import NAME, PartnerHandler

    topics = {each: catalogue.partner_topic(each) for each in catalogue.load().partners}

    def handler(codec: Codec) -> Handler:
        return PartnerHandler(topics, codec.encode)

    _run(settings, NAME, group, [catalogue.MILESTONES], ("PartnerEvent",), handler)


def run_relay(settings: Settings) -> None:
    """Outbox → Kafka; until SIGTERM."""
    from consumers import relay

    write_log_lines()
    failpoints.arm(settings.failpoints)
    relay.run(settings.dsn("relay"), settings.kafka("relay"), stopped_by_signal())
    log.info("stopped", consumer="relay")


def status_topics() -> list[str]:
    """What the status consumer reads: facts about citizens, who is one, the labour-market balance, and the clock."""
    kinds = (*KINDS_OF_PERSON, "ShortageArea", "IdentityChange")
    return [*(catalogue.fact_topic(kind) for kind in kinds), catalogue.CLOCK]


def stopped_by_signal() -> Event:
    """An event that SIGTERM and SIGINT set, so that a process ends between two batches."""
    stop = Event()

    def ask(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return stop


def write_log_lines(level: int = logging.INFO) -> None:
    """One JSON object a line on standard output, values as fields; ids only."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    logging.getLogger("kafka").setLevel(logging.ERROR)  # it warns of what it mends itself
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )


def _run(
    settings: Settings,
    name: str,
    group: str,
    topics: Collection[str],
    records: Collection[str],
    handler: Callable[[Codec], Handler],
) -> None:
    from branchespor.registration import registry
    from consumers import loop
    from consumers.stores.database import connect

    write_log_lines()
    failpoints.arm(settings.failpoints)
    stop = stopped_by_signal()
    codec = Codec(registry(settings))
    while not stop.is_set():
        try:
            # Ids are asked for once, before any transaction is open: no HTTP call inside one (postgresql.md section 1).
            codec.learn(records)
            break
        except Unavailable as away:
            log.warning("registry away, waiting", consumer=name, reason=str(away))
            stop.wait(1.0)
    log.info("started", consumer=name, topics=len(topics))
    loop.run(
        name=name,
        group=group,
        topics=topics,
        broker=settings.kafka(name),
        connect=lambda: connect(settings.dsn(name), name),
        decode=codec.decode,
        handler=handler(codec),
        stop=stop,
    )
    log.info("stopped", consumer=name)
