"""One rejected row through the same checks again, after a code list, a contract or a rule was mended."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from branchespor.intake.overlay import Overlay
from branchespor.intake.pipeline import CheckRows, check
from producers.contract import Decoder
from producers.decoders import decoder
from producers.delivery import Applied, Decoded, Delivery, Verdict
from producers.feeds import FEED_BY_NAME
from producers.memory import Memory
from producers.vault import Vault
from schemas.errors import WrongDelivery, WrongInput
from schemas.faults import Fault
from validation.expectations import suite

# Where the next pull begins is the newest delivery's to say.
_PLACES = ("_cursor", "_number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rechecked:
    """What came of the row now: its verdict, the faults that keep it back (`rejected`), and what was made of it."""

    verdict: Verdict
    faults: Sequence[Fault] = ()
    applied: Applied = field(default_factory=Applied)


def recheck(
    delivery: Delivery,
    line: int,
    quarantined: Collection[int],
    memory: Memory,
    vault: Vault,
    check_rows: CheckRows,
    *,
    synthetic: bool,
    newest: bool,
) -> Rechecked:
    """Read the whole delivery again, check it, and take in this row of it; `memory` then holds what is to be saved.

    `quarantined` are the lines still put aside, this one too; they keep speaking for their keys only. A delivery that
    says something by silence (a total, a window) can give a row free only while it is the `newest` taken in.

    Raises WrongInput where the delivery cannot be read any more, or a newer one speaks in its place.
    """
    reader = decoder(delivery.feed)
    says_all = FEED_BY_NAME[delivery.feed].agreed.own.delivery.kind != "changes"
    if says_all and not newest:
        raise WrongInput("a newer delivery of this sender speaks for all its rows: discard the row")
    decoded = _read(reader, delivery, synthetic)
    checked = check(suite(FEED_BY_NAME[delivery.feed].module), decoded, check_rows)
    if line in checked.rejected:
        return Rechecked(verdict="rejected", faults=tuple(checked.faults.get(line, ())))
    if line in checked.repeated:
        return Rechecked(verdict="duplicate")
    aside = (frozenset(quarantined) | frozenset(checked.rejected)) - {line}
    clean = [row for row in checked.clean if (row.line not in aside if says_all else row.line == line)]
    if not any(row.line == line for row in clean):
        raise WrongInput("the delivery has no such row any more")
    rest = frozenset(row.line for row in decoded.rows) - {row.line for row in clean}
    scratch = Overlay(memory)
    applied = reader.facts(delivery, decoded, clean, rest, scratch, vault)
    if not newest and (applied.silenced or applied.open_before):
        raise WrongInput("a newer delivery of this sender speaks for all its rows: discard the row")
    verdict: Verdict = applied.verdicts.get(line, "unchanged")
    if verdict == "rejected":
        return Rechecked(verdict=verdict, faults=[fault for fault in applied.faults if fault.line == line])
    places = {name: kept for name, kept in memory.state.items() if name.endswith(_PLACES)}
    scratch.commit()
    memory.state.update(places)
    return Rechecked(verdict=verdict, applied=applied)


def _read(reader: Decoder, delivery: Delivery, synthetic: bool) -> Decoded:
    try:
        decoded = reader.read(delivery)
    except WrongDelivery as error:
        raise WrongInput(f"the whole delivery would be refused now ({error})") from None
    header: Mapping[str, str] = {**decoded.header, "synthetic": "yes" if synthetic else "no"}
    # Bodies for rows of earlier deliveries were settled with the delivery itself.
    return replace(decoded, header=header, late=(), late_faults={})
