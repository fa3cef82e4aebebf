"""Decoders, one module per feed; a broken one does not hide the others."""

import importlib
from typing import cast

from producers.contract import Decoder
from producers.feeds import FEED_BY_NAME


def decoder(feed: str) -> Decoder:
    """The decoder of a feed, imported when asked for. KeyError: no such feed."""
    return cast(Decoder, importlib.import_module(f"producers.decoders.{FEED_BY_NAME[feed].module}"))
