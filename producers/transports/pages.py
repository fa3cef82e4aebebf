"""Pages by cursor: read until there is no more, at most 50, and kept as they came (partners/rest.md)."""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from producers import strict_json
from producers.transports.rest import Line
from schemas.errors import WrongDelivery

PAGES = 50
PER_PAGE = 200

Etags = MutableMapping[str, str]
"""The entity tag of the last answer that brought nothing, by the cursor asked with ("" for the beginning)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What a pull brought: name and bytes of the delivery. `more`: the next pull is to begin at once."""

    file_name: str
    data: bytes
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What one walk through the pages brought.

    `pages` were read strictly; `raw` is the answer that could not be, as it came: it ends the walk. `more` says that
    the walk ended at 50 pages. `expired` is status 410: the cursor is too old. `etag` belongs to the first cursor.
    """

    pages: list[dict[str, Any]] = field(default_factory=list)
    raw: bytes | None = None
    more: bool = False
    expired: bool = False
    etag: str | None = None

    @property
    def items(self) -> int:
        """How many items the pages hold, where they hold a list."""
        return sum(len(page["items"]) for page in self.pages if isinstance(page.get("items"), list))


def walk(
    line: Line,
    path: str,
    cursor: str | None,
    etag: str | None = None,
    *,
    most: int = PAGES,
    per_page: int = PER_PAGE,
) -> Pages:
    """At most `most` pages of `path` after `cursor` (None: from the beginning). Errors as `Line.get`.

    A page that does not say how to go on (no `next`, or the cursor asked with) ends the walk: the decoder refuses it.
    """
    pages: list[dict[str, Any]] = []
    first_etag: str | None = None
    for number in range(most):
        parameters: Mapping[str, str | int] = {"limit": per_page, **({"after": cursor} if cursor else {})}
        answer = line.get(path, parameters, etag=etag if number == 0 else None, meant=frozenset({410}))
        if answer.status == 304:
            return Pages(etag=etag)
        if answer.status == 410:
            return Pages(expired=True)
        if number == 0:
            first_etag = answer.etag
        try:
            page = strict_json.read(answer.body)
        except WrongDelivery:
            return Pages(pages=pages, raw=answer.body)
        pages.append(page)
        following = page.get("next")
        if page.get("has_more") is not True or not isinstance(following, str) or following in ("", cursor):
            return Pages(pages=pages, etag=first_etag)
        cursor = following
    return Pages(pages=pages, more=True, etag=first_etag)


def landed(before: bytes, raw: bytes, after: bytes) -> bytes:
    """The delivery with an answer that is not strict JSON in its place, as it came.

    Alone where it would, between the others, pass for something that can be read.
    """
    spliced = before + raw + after
    try:
        strict_json.read(spliced)
    except WrongDelivery:
        return spliced
    return raw
