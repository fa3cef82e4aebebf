"""The table of feeds: one row makes a feed's DAG, folders, topics of facts and documentation. Imports no decoder."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One agreed stream from one kind of partner.

    `schedule` is a cron line in Danish time. `partners` are the senders of the sample municipality, none where nobody
    sends it yet. Decoder and expectations are found by `module` in producers.decoders and validation.expectations.
    `order` is a regular expression whose groups, read as numbers, order the deliveries of one partner (each page: which
    field). `claims` picks the feed's files where a folder serves several feeds; one of them takes what no other does,
    so that every file is answered.
    """

    name: str
    contract: str
    transport: Literal["sftp", "rest"]
    schedule: str
    order: str
    claims: str
    partners: tuple[str, ...]
    kinds: tuple[str, ...]
    purpose: str

    @property
    def module(self) -> str:
        """Module name of decoder and expectations."""
        return self.name.replace("-", "_")

    @property
    def pool(self) -> str:
        """Airflow pool: a slow kind of partner holds its own slots only."""
        return f"partner_{self.module}"

    def order_of(self, file_name: str) -> tuple[int, ...]:
        """Sort key of a delivery by its file name (after NFC); names not as agreed come first: they are refused."""
        found = re.search(self.order, file_name)
        return tuple(int(group) for group in found.groups()) if found else ()

    def is_ours(self, file_name: str) -> bool:
        """Whether a file in the partner's folder is for this feed."""
        return re.search(self.claims, file_name) is not None

    def folder(self, partner: str) -> str:
        """The partner's SFTP user and folder, for example `akasse-901`."""
        return f"{FOLDER_OF[self.name]}-{partner}"


# The folder belongs to the partner, not to the feed: an a-kasse sends both its feeds through one.
FOLDER_OF: Mapping[str, str] = {
    "akasse-bestand": "akasse",
    "akasse-ledighed": "akasse",
    "cpr": "cpr",
    "amu": "amu",
    "integration": "integration",
    "eindkomst": "eindkomst",
    "ungedatabasen": "ungedatabasen",
}

FEEDS: tuple[Feed, ...] = (
    Feed(
        name="akasse-bestand",
        contract="akasse-bestand/1.0",
        transport="sftp",
        schedule="*/15 * * * *",
        order=r"_([0-9]{6})_(?:ÅRS)?BESTAND_([0-9]{14})\.txt$",
        claims="BESTAND",
        partners=("901", "902"),
        kinds=("MembershipSpell",),
        purpose="knows whose a-kasse may be told",
    ),
    Feed(
        name="akasse-ledighed",
        contract="akasse-ledighed/1.0",
        transport="sftp",
        schedule="*/15 * * * *",
        order=r"_([0-9]{6})\.csv$",
        claims="^(?!.*BESTAND)",
        partners=("901", "902"),
        kinds=("TargetGroupSpell", "DagpengePeriod", "AbsenceSpell", "EmploymentSpell"),
        purpose="starts the clock for insured",
    ),
    Feed(
        name="visitation",
        contract="visitation/1.0",
        transport="rest",
        schedule="*/15 * * * *",
        order=r"-([0-9]+)\.json$",
        claims="",
        partners=("70700",),
        kinds=("TargetGroupSpell",),
        purpose="starts and moves the clocks",
    ),
    Feed(
        name="cpr",
        contract="cpr/1.0",
        transport="sftp",
        schedule="*/15 * * * *",
        order=r"^D([0-9]{6})\.",
        claims="",
        partners=("register",),
        kinds=("ResidenceSpell", "PersonStatus"),
        purpose="residence and identity of citizens",
    ),
    Feed(
        name="amu",
        contract="amu/1.0",
        transport="sftp",
        schedule="*/15 * * * *",
        order=r"_([0-9]{14})\.csv$",
        claims="",
        partners=("907001", "907002"),
        kinds=("Training",),
        purpose="training within a sector track",
    ),
    Feed(
        name="integration",
        contract="integration/1.0",
        transport="sftp",
        schedule="*/15 * * * *",
        order=r"_([0-9]{14})\.csv$",
        claims="",
        partners=(),
        kinds=("IntegrationPeriod", "TargetGroupSpell"),
        purpose="sector tracks for newcomers from day one",
    ),
    Feed(
        name="eindkomst",
        contract="eindkomst/1.0",
        transport="sftp",
        schedule="*/15 * * * *",
        order=r"_([0-9]{6})_[0-9]{14}\.csv$",
        claims="",
        partners=(),
        kinds=("IncomeMonth", "EmploymentSpell"),
        purpose="jobs and lasting attachment",
    ),
    Feed(
        name="ungedatabasen",
        contract="ungedatabasen/1.0",
        transport="sftp",
        schedule="*/15 * * * *",
        order=r"_([0-9]{6})_[0-9]{8}\.xml$",
        claims="",
        partners=(),
        kinds=("YouthEducation", "DeclaredReady"),
        purpose="timely help for young people",
    ),
    Feed(
        name="jobcenter-forloeb",
        contract="jobcenter-forloeb/1.0",
        transport="rest",
        schedule="5 * * * *",
        order=r"-([0-9]+)\.json$",
        claims="",
        partners=(),
        kinds=("Meeting", "CaseOpened", "TrackDecision", "ParallelSupport", "AbsenceSpell"),
        purpose="starts, follows and explains tracks",
    ),
    Feed(
        name="vitas",
        contract="vitas/1.0",
        transport="rest",
        schedule="20 * * * *",
        order=r"-([0-9]+)\.json$",
        claims="",
        partners=(),
        kinds=("Placement", "EmploymentSpell"),
        purpose="placements within a sector track",
    ),
    Feed(
        name="jobordrer",
        contract="jobordrer/1.0",
        transport="rest",
        schedule="35 * * * *",
        order=r"-([0-9]+)\.json$",
        claims="",
        partners=(),
        kinds=("JobOrder",),
        purpose="openings to bring into play",
    ),
    Feed(
        name="arbejdsmarkedsbalance",
        contract="arbejdsmarkedsbalance/1.0",
        transport="rest",
        schedule="30 6 * * *",
        order=r"-([0-9]+)\.json$",
        claims="",
        partners=(),
        kinds=("ShortageArea",),
        purpose="sector test of tracks",
    ),
)

FEED_BY_NAME: Mapping[str, Feed] = {feed.name: feed for feed in FEEDS}
