"""How each REST feed is pulled: a feed of items by the common form, the others in their own way."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from producers.memory import Memory
from producers.transports import items, publications, visitation
from producers.transports.pages import Etags, Pulled
from producers.transports.rest import Line

Pull = Callable[[Line, Memory, datetime, Etags], Pulled | None]

_OWN_WAY: Mapping[str, Pull] = {"visitation": visitation.pull, "arbejdsmarkedsbalance": publications.pull}


def pull_of(feed: str) -> Pull:
    """The pull of a REST feed: line, memory (only read), now (aware), entity tags; gives what it brought, or None."""
    return _OWN_WAY.get(feed) or partial(items.pull, feed)
