"""Passwords and keys of the local stack: made at the first start, each in a file only its owner may read."""

import base64
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from branchespor.settings import Settings
from producers.feeds import FEEDS
from schemas import catalogue

DATABASE_ROLES = (
    *("owner", "intake", "identity", "status", "relay", "partners", "web_read", "erasure"),
    *("airflow", "registry"),
)
KAFKA_USERS = ("admin", "controller", "intake", "status", "relay", "partners")
# Partners that are told something; the CPR register and the job centre only send.
SUBSCRIBING_FOLDERS = ("akasse", "amu")
PASSWORDS = ("registry_admin", "registry_reader", "airflow_admin", "airflow_hub", "airflow_viewer", "airflow_api")
KEYS = ("identity_hmac_key", "identity_aes_key", "quarantine_aes_key")


def partner_folders() -> list[str]:
    """SFTP users and folders of the partners that send files, for example `akasse-901`; sorted, each once."""
    return sorted({feed.folder(partner) for feed in FEEDS if feed.transport == "sftp" for partner in feed.partners})


def subscribers() -> list[str]:
    """Partners with a topic of their own, for example `akasse-901`."""
    return [folder for folder in partner_folders() if folder.rpartition("-")[0] in SUBSCRIBING_FOLDERS]


def rest_feeds() -> list[str]:
    """Feeds that are asked for over REST, each with a token of its own (`token_FEED`)."""
    return [feed.name for feed in FEEDS if feed.transport == "rest" and feed.partners]


def make_missing(settings: Settings) -> list[str]:
    """Make every secret that is not there yet; what is there stays as it is. Gives the names made."""
    folder = settings.secrets
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    made = []
    for name in _passwords():
        made += _write(folder / name, secrets.token_urlsafe(24))
    for name in KEYS:
        made += _write(folder / name, base64.b64encode(secrets.token_bytes(32)).decode())
    made += _write(folder / "airflow_jwt", secrets.token_urlsafe(64))
    made += _write(folder / "airflow_fernet", base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
    for name in ("ssh_host_ed25519", "ssh_hub", *(f"ssh_{name}" for name in partner_folders())):
        if not (folder / name).exists():
            made += _ssh_key(folder / name)
    return made


def loose(settings: Settings) -> list[str]:
    """Names of secret files, or the folder, that others than the owner may read."""
    folder = settings.secrets
    if not folder.is_dir():
        return []
    return [path.name for path in (folder, *sorted(folder.iterdir())) if path.stat().st_mode & 0o077]


def _passwords() -> list[str]:
    users = [*KAFKA_USERS, *(catalogue.partner_user(name) for name in subscribers())]
    return [
        *(f"pg_{role}" for role in ("postgres", *DATABASE_ROLES)),
        *(f"kafka_{user}" for user in users),
        *(f"token_{feed}" for feed in rest_feeds()),
        *PASSWORDS,
    ]


def _write(path: Path, text: str) -> list[str]:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    except FileExistsError:
        return []
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    return [path.name]


def _ssh_key(path: Path) -> list[str]:
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    # The public half first: a private key without it would never be completed.
    path.with_name(f"{path.name}.pub").unlink(missing_ok=True)
    return _write(path.with_name(f"{path.name}.pub"), public.decode() + "\n") + _write(path, private.decode())
