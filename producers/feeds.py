"""The table of feeds: a feed is a row here, a contract, and a mapping of its rows to facts. Imports no decoder."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from schemas.feed_contracts import FeedContract, contract


@dataclass(frozen=True, slots=True)
class Feed:
    """One agreed stream from one kind of partner; what is agreed stands in schemas/contracts/NAME.yaml.

    `partners` are the senders of the sample municipality, none where nobody sends it yet. Decoder and expectations are
    found by `module` in producers.decoders and validation.expectations.
    """

    name: str
    partners: tuple[str, ...] = ()

    @property
    def agreed(self) -> FeedContract:
        """The contract; read when first asked for."""
        return contract(self.name)

    @property
    def contract(self) -> str:
        """Feed and version, for example `amu/1.0`."""
        return self.agreed.id

    @property
    def transport(self) -> str:
        """`sftp`: the partner sends; `rest`: we ask."""
        return self.agreed.transport

    @property
    def schedule(self) -> str:
        """When intake looks for deliveries: a cron line in Danish time."""
        return self.agreed.own.intake.schedule

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of facts that come of it."""
        return self.agreed.own.intake.facts

    @property
    def purpose(self) -> str:
        """What it is for, in a line."""
        return self.agreed.file.description.purpose

    @property
    def module(self) -> str:
        """Module name of decoder and expectations."""
        return self.name.replace("-", "_")

    @property
    def pool(self) -> str:
        """Airflow pool: a slow kind of partner holds its own slots only."""
        return f"partner_{self.module}"

    def order_of(self, file_name: str) -> tuple[int, ...]:
        """Sort key of a delivery by its file name (after NFC): the groups of the contract's `order`, read as numbers.

        Names not as agreed come first: they are refused.
        """
        found = re.search(self.agreed.own.file.order, file_name)
        return tuple(int(group) for group in found.groups()) if found else ()

    def is_ours(self, file_name: str) -> bool:
        """Whether a file in the partner's folder is for this feed.

        Where a folder serves several feeds, one of them takes what no other does, so that every file is answered.
        """
        return re.search(self.agreed.own.file.claims, file_name) is not None

    def folder(self, partner: str) -> str:
        """The partner's SFTP user and folder, for example `akasse-901`.

        The folder belongs to the partner, not to the feed: an a-kasse sends both its feeds through one.
        """
        return f"{self.agreed.own.intake.folder}-{partner}"


FEEDS: tuple[Feed, ...] = (
    Feed("akasse-bestand", partners=("901", "902")),
    Feed("akasse-ledighed", partners=("901", "902")),
    Feed("visitation", partners=("70700",)),
    Feed("cpr", partners=("register",)),
    Feed("amu", partners=("907001", "907002")),
    Feed("integration", partners=("0707",)),
    Feed("eindkomst", partners=("skat",)),
    Feed("ungedatabasen", partners=("stil",)),
    Feed("jobcenter-forloeb", partners=("70700",)),
    Feed("vitas", partners=("star",)),
    Feed("jobordrer", partners=("70700",)),
    Feed("arbejdsmarkedsbalance", partners=("star",)),
)

FEED_BY_NAME: Mapping[str, Feed] = {feed.name: feed for feed in FEEDS}
