"""The answer to one bad delivery in the form in which it is kept: verdict, counts and faults, nothing of the file."""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from branchespor.intake.offline import NO_MOMENT
from branchespor.intake.pipeline import CheckRows, handle
from producers.decoders import decoder
from producers.delivery import Delivery
from producers.memory import InMemory
from producers.vault import InMemoryVault
from tests.badinput.items import Case

COUNTED = ("rows", "accepted", "unchanged", "duplicate", "rejected", "waiting")
SHOWN = 12
"""So many faults are kept of one answer; the rest is counted."""


def delivery(case: Case) -> Delivery:
    """The bytes as they would be landed."""
    return Delivery(
        feed=case.feed,
        partner=decoder(case.feed).partner_of(case.file, case.data) or "",
        file_name=unicodedata.normalize("NFC", case.file),
        data=case.data,
        sha256=hashlib.sha256(case.data).hexdigest(),
        received_at=NO_MOMENT,
    )


def answer(case: Case, check_rows: CheckRows) -> Mapping[str, Any]:
    """What the sender would be told of this delivery alone."""
    outcome = handle(delivery(case), InMemory(), InMemoryVault(), check_rows, synthetic=case.synthetic, alone=True)
    return kept(outcome.receipt)


def kept(receipt: Mapping[str, Any]) -> Mapping[str, Any]:
    """A receipt in short: verdict, counts in the order of the receipt, and `CODE line column` of each fault."""
    faults: Sequence[Mapping[str, Any]] = receipt["faults"]
    told = [
        " ".join(str(each[name]) for name in ("code", "line", "column") if each[name] is not None) for each in faults
    ]
    left = len(told) - SHOWN
    return {
        "verdict": receipt["verdict"],
        "counts": [receipt["counts"][name] for name in COUNTED],
        "faults": [*told[:SHOWN], *([f"and {left} more"] if left > 0 else [])],
    }
