"""What decoder and expectations of vitas share: keys, codes, which keys are read."""

from collections.abc import Mapping

from schemas.facts import PlacementKind
from schemas.feed_contracts import contract
from schemas.items import FIRST_KEYS, TYPE, Reading, Values, is_deletion

HOURS_FORM = r"[0-9]{1,2}(,[0-9]{1,2})?"
STATUS, COMPANY, UNIT, UNIT_COMPANY = "status", "cvrNummer", "pNummer", "enhedCvr"
HOURS, FIRST, LAST, ENDED = "timerPrUge", "startDato", "slutDato", "ophoerDato"
FIRST_SEVEN = (*FIRST_KEYS, STATUS)
_AGREED = contract("vitas")
COLUMNS = _AGREED.columns
MOST_HOURS = _AGREED.limit(HOURS, "range")
# What the scheme becomes; None: checked, and no fact.
TYPES: Mapping[str, PlacementKind | None] = {
    "VIRKSOMHEDSPRAKTIK": PlacementKind.PRAKTIK,
    "LOENTILSKUD": PlacementKind.WAGE_SUBSIDY,
    "NYTTEINDSATS": None,
}
ENDED_STATE = "AFSLUTTET"
APPROVED = frozenset({"GODKENDT", "PAABEGYNDT", "FORLAENGET", ENDED_STATE})


def reading(values: Values) -> Reading:
    """Which keys of an item are read: of an application that is not approved not even the citizen."""
    if is_deletion(values):
        return Reading(read=FIRST_KEYS)
    if values.get(TYPE) not in TYPES or values.get(STATUS) not in APPROVED:
        return Reading(read=FIRST_SEVEN)
    read = COLUMNS if values.get(STATUS) == ENDED_STATE else tuple(key for key in COLUMNS if key != ENDED)
    return Reading(read=read, known=COLUMNS)
