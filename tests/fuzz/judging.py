"""What must hold of the answer to any bytes at all: one verdict, counts that add up, no value of the file in it."""

import hashlib
import json
import re

from branchespor.intake.offline import NO_MOMENT, checked
from producers.decoders import decoder
from producers.delivery import Delivery
from tests.fuzz.mutants import mutant

VERDICTS = frozenset({"accepted", "accepted_with_faults", "refused", "held"})
_NUMBER = re.compile(rb"(?<![0-9])[0-9]{6}-?[0-9]{4}(?![0-9])")
_NAMED = frozenset({"file", "sha256", "receipt_id", "partner", "bytes", "contact"})


def wrong_with(seed: int) -> list[str]:
    """What does not hold of the receipt of one mutant, without any of its values."""
    feed, name, data = mutant(seed)
    try:
        partner = decoder(feed).partner_of(name, data) or ""
        outcome = checked(
            Delivery(
                feed=feed,
                partner=partner,
                file_name=name,
                data=data,
                sha256=hashlib.sha256(data).hexdigest(),
                received_at=NO_MOMENT,
            ),
            synthetic=True,
        )
    except Exception as error:
        return [f"seed {seed} {feed}: {type(error).__name__}"]
    if outcome.trouble is not None:  # our own fault, kept from the hub's other work by H06
        return [f"seed {seed} {feed}: {outcome.trouble.splitlines()[-1]}"]
    receipt = outcome.receipt
    found, counts = [], receipt["counts"]
    if receipt["verdict"] not in VERDICTS:
        found.append(f"seed {seed} {feed}: verdict")
    if counts["rows"] != sum(number for what, number in counts.items() if what != "rows"):
        found.append(f"seed {seed} {feed}: counts")
    said = json.dumps({key: value for key, value in receipt.items() if key not in _NAMED}).encode()
    numbers = {number.replace(b"-", b"") for number in _NUMBER.findall(data)}
    if any(number.replace(b"-", b"") in numbers for number in _NUMBER.findall(said)):
        found.append(f"seed {seed} {feed}: a number of the file stands in the receipt")
    return found


def wrong_in(seeds: range) -> list[str]:
    """The same of many."""
    return [each for seed in seeds for each in wrong_with(seed)]
