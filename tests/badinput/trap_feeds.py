"""The traps of the partners' pages, a module a feed."""

from collections.abc import Sequence

Files = Sequence[tuple[str, bytes]]
"""Deliveries in order: file name and bytes."""

FEEDS_WITH_TRAPS = (
    "akasse-ledighed",
    "akasse-bestand",
    "amu",
    "integration",
    "eindkomst",
    "cpr",
    "ungedatabasen",
    "vitas",
    "jobcenter-forloeb",
    "jobordrer",
    "visitation",
    "arbejdsmarkedsbalance",
)
