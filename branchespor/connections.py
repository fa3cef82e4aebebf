"""Partners as they are connected: who may come in, and who was turned off, when, by whom and why.

A partner that is off keeps its row in the table of feeds and its topic; its mark lies in `partners-off/` of the home.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from branchespor.settings import Settings
from producers.feeds import FEEDS, Feed
from schemas import catalogue
from schemas.errors import WrongInput

_FOLDER = "partners-off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One partner: the feeds it sends, the SFTP folder and the topic it has, None where it has none."""

    partner: str
    feeds: tuple[str, ...]
    folder: str | None
    topic: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Off:
    """A partner that was turned off: `at` as a moment's text."""

    at: str
    by: str
    reason: str


def identifier(feed: Feed, partner: str) -> str:
    """What a partner is called: its SFTP folder, for a partner that is asked over REST the feed and its number."""
    return feed.folder(partner) if feed.transport == "sftp" else f"{feed.name}-{partner}"


def connections() -> Mapping[str, Connection]:
    """Every partner of the table of feeds by its name."""
    found: dict[str, Connection] = {}
    subscribing = frozenset(catalogue.load().partners)
    for feed in FEEDS:
        for number in feed.partners:
            name = identifier(feed, number)
            feeds = (*(found[name].feeds if name in found else ()), feed.name)
            found[name] = Connection(
                partner=name,
                feeds=feeds,
                folder=name if feed.transport == "sftp" else None,
                topic=catalogue.partner_topic(name) if name in subscribing else None,
            )
    return dict(sorted(found.items()))


def connection(partner: str) -> Connection:
    """One of them. Raises WrongInput with the names there are."""
    known = connections()
    if partner not in known:
        raise WrongInput(f"no such partner: there are {', '.join(known)}")
    return known[partner]


def off(settings: Settings) -> Mapping[str, Off]:
    """The partners that are off, by name."""
    folder = settings.home.resolve() / _FOLDER
    marks = sorted(folder.glob("*.json")) if folder.is_dir() else []
    return {mark.stem: Off(**json.loads(mark.read_text(encoding="utf-8"))) for mark in marks}


def is_off(settings: Settings, feed: Feed, partner: str) -> bool:
    """Whether nothing may be taken from this sender."""
    return _mark(settings, identifier(feed, partner)).is_file()


def turn_off(settings: Settings, partner: str, mark: Off) -> None:
    """Write the mark, and take the partner's SFTP key away. Its Kafka user goes with `topics.apply`."""
    place = _mark(settings, connection(partner).partner)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.write_text(json.dumps(asdict(mark), ensure_ascii=False) + "\n", encoding="utf-8")
    key = _key(settings, partner)
    if key.is_file():
        key.rename(_key_aside(settings, partner))


def turn_on(settings: Settings, partner: str) -> bool:
    """Take the mark away and give the SFTP key back; False if the partner was not off."""
    place = _mark(settings, connection(partner).partner)
    if not place.is_file():
        return False
    aside = _key_aside(settings, partner)
    if aside.is_file():
        aside.rename(_key(settings, partner))
    place.unlink()
    return True


def users_off(settings: Settings) -> frozenset[str]:
    """The Kafka users of partners that are off."""
    return frozenset(catalogue.partner_user(partner) for partner in off(settings))


def _mark(settings: Settings, partner: str) -> Path:
    return settings.home.resolve() / _FOLDER / f"{partner}.json"


def _key(settings: Settings, partner: str) -> Path:
    return settings.secrets / f"ssh_{partner}.pub"


def _key_aside(settings: Settings, partner: str) -> Path:
    return settings.secrets / f"ssh_{partner}.pub.off"
