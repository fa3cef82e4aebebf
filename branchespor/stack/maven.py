"""The pinned jars: fetched from a Maven repository, refused unless their SHA-256 is the locked one."""

import hashlib
import http.client
import json
import os
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from defusedxml import ElementTree

from schemas.errors import BranchesporError, Unavailable

LOCK = Path(__file__).with_name("maven.lock.json")
CENTRAL = "https://repo.maven.apache.org/maven2"
SETTING = "BRANCHESPOR_MAVEN_REPOSITORY_URL"
THREADS = 8
TRIES = 4
TIMEOUT_S = 30
CHUNK_BYTES = 1 << 20


class WrongJar(BranchesporError):
    """What the repository sent is not what is locked; nothing of it was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """One locked file; `part` says who runs on it, `size` is in bytes."""

    group: str
    artifact: str
    version: str
    classifier: str
    extension: str
    sha256: str
    size: int
    part: str

    @property
    def file_name(self) -> str:
        """Name of the file in repository and folder."""
        return "-".join(filter(None, [self.artifact, self.version, self.classifier])) + f".{self.extension}"

    @property
    def path(self) -> str:
        """Path below the repository's address (Maven 2 layout)."""
        return f"{self.group.replace('.', '/')}/{self.artifact}/{self.version}/{self.file_name}"


def locked(part: str | None = None) -> list[Artifact]:
    """The files of the lock, all or those of one part (`kafka`, `registry`)."""
    rows = [Artifact(**row) for row in json.loads(LOCK.read_text(encoding="utf-8"))]
    return [row for row in rows if part in (None, row.part)]


def repository_url(setting: str | None, settings_xml: Path | None = None) -> str:
    """The setting, else the mirror of Central in the user's Maven settings, else Central's public address."""
    if setting:
        return setting.rstrip("/")
    settings_xml = Path.home() / ".m2" / "settings.xml" if settings_xml is None else settings_xml
    if settings_xml.is_file():
        for mirror in ElementTree.parse(settings_xml).iter():
            if mirror.tag.rpartition("}")[2] != "mirror":
                continue
            fields = {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in mirror}
            of = {word.strip() for word in fields.get("mirrorOf", "").split(",")}
            if of & {"*", "external:*", "central"} and "!central" not in of and fields.get("url"):
                return fields["url"].rstrip("/")
    return CENTRAL


def fetch(wanted: Iterable[Artifact], folder: Path, repository: str) -> list[Path]:
    """Have every wanted file in `folder`, its SHA-256 checked now; gives their paths in the same order.

    Raises WrongJar if the repository sends something else, Unavailable if it cannot be reached.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(lambda artifact: _have(artifact, folder, repository), wanted))


def faults(wanted: Sequence[Artifact], folder: Path) -> list[str]:
    """Names of files that are missing or not what is locked, without fetching anything."""
    return [row.file_name for row in wanted if not is_intact(folder / row.file_name, row.sha256)]


def is_intact(path: Path, sha256: str) -> bool:
    """Whether the file is there and has this SHA-256 (hex)."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def _have(artifact: Artifact, folder: Path, repository: str) -> Path:
    path = folder / artifact.file_name
    if is_intact(path, artifact.sha256):
        return path
    url = f"{repository}/{artifact.path}"
    for attempt in range(1, TRIES + 1):
        try:
            _download(url, path, artifact)
            return path
        except (OSError, http.client.HTTPException) as error:
            refused = isinstance(error, urllib.error.HTTPError) and error.code < 500
            if refused or attempt == TRIES:
                raise Unavailable(
                    f"{artifact.file_name} could not be fetched from {repository} ({error}): "
                    f"set {SETTING}, or a mirror in ~/.m2/settings.xml"
                ) from error
            time.sleep(0.5 * 2**attempt)
    raise AssertionError("the last try returns or raises")


def _download(url: str, path: Path, artifact: Artifact) -> None:
    if not url.startswith(("https://", "http://")):
        raise Unavailable(f"{SETTING} must begin with https:// or http://")
    # Own name per process and thread: two stacks may fetch into one folder at the same time.
    part = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    digest, length = hashlib.sha256(), 0
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer, part.open("wb") as file:  # noqa: S310 - checked above
            while chunk := answer.read(CHUNK_BYTES):
                length += len(chunk)
                if length > artifact.size:
                    break
                digest.update(chunk)
                file.write(chunk)
        if length < artifact.size:
            raise ConnectionError("the answer ended early")
        if length > artifact.size or digest.hexdigest() != artifact.sha256:
            raise WrongJar(f"{artifact.file_name} is not the locked file (SHA-256 or length differs): nothing was kept")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
