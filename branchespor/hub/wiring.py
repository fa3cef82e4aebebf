"""Connections and keys of the hub, from the settings; opened where they are used and closed at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from branchespor.settings import Settings
from producers.feeds import Feed
from producers.sealing import key_from_text
from producers.stores.ledger import Connection
from producers.stores.vault import StoredVault
from producers.transports.rest import Endpoint
from producers.transports.sftp import Server
from schemas.errors import Unavailable


@contextmanager
def database(settings: Settings, role: str) -> Iterator[Connection]:
    """A connection of one role, each statement its own transaction unless the caller opens one.

    Raises Unavailable, also when the server goes away in the middle: the caller's task is tried again.
    """
    try:
        with psycopg.connect(settings.dsn(role), autocommit=True, application_name=f"hub-{role}") as conn:
            yield conn
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        where = f"{settings.host}:{settings.port('postgres')}"
        raise Unavailable(
            f"PostgreSQL at {where} is away ({type(error).__name__}); BRANCHESPOR_POSTGRES_PORT"
        ) from None


@contextmanager
def vault(settings: Settings) -> Iterator[StoredVault]:
    """The identity vault over a connection of its own role."""
    with database(settings, "identity") as conn:
        keys = (key_from_text(settings.secret(f"identity_{name}_key")) for name in ("hmac", "aes"))
        yield StoredVault(conn, *keys)


def quarantine_key(settings: Settings) -> bytes:
    """The key that seals landed deliveries and rejected rows."""
    return key_from_text(settings.secret("quarantine_aes_key"))


def landing(settings: Settings) -> Path:
    """The landing folder."""
    return settings.home.resolve() / "landing"


@contextmanager
def reaching(feed: Feed, partner: str) -> Iterator[None]:
    """What is missing on the way to a partner's server is said with the partner and the setting that leads there."""
    try:
        yield
    except Unavailable as error:
        setting = "BRANCHESPOR_PARTNER_HTTP_PORT" if feed.transport == "rest" else "BRANCHESPOR_SFTP_PORT"
        raise Unavailable(f"{feed.name} of {partner}: {error} ({setting})") from error


def sftp_server(settings: Settings) -> Server:
    """The server with the partners' folders, its host key pinned by the file beside our own key."""
    return Server(
        host=settings.host,
        port=settings.port("sftp"),
        user="hub",
        key_file=settings.secrets / "ssh_hub",
        host_key=settings.secret("ssh_host_ed25519.pub"),
        host_key_setting="secret file ssh_host_ed25519.pub",
    )


def endpoint(settings: Settings, feed: str) -> Endpoint:
    """The REST endpoint of a feed; its token is read from its own secret file."""
    return Endpoint(
        base_url=f"http://{settings.host}:{settings.port('partner_http')}",
        token_file=settings.secrets / f"token_{feed}",
    )
