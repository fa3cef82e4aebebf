"""What decoder and expectations of jobordrer share: keys, codes, which keys are read."""

from collections.abc import Mapping

from schemas.facts import JobOrderStatus
from schemas.feed_contracts import contract
from schemas.items import FIRST_KEYS, TYPE, Reading, Values, is_deletion

JOB_ORDER = "JOBORDRE"
STATUS, TITLE, MUNICIPALITY, SHARED = "status", "titel", "arbejdsstedKommune", "delesMedOmraade"
FIRST_SEVEN = (*FIRST_KEYS, STATUS)
_AGREED = contract("jobordrer")
COLUMNS = _AGREED.columns
MOST_POSITIONS = _AGREED.limit("antalStillinger", "range")
STATES: Mapping[str, JobOrderStatus] = {
    "Published": JobOrderStatus.PUBLISHED,
    "Filled": JobOrderStatus.FILLED,
    "Withdrawn": JobOrderStatus.WITHDRAWN,
    "Expired": JobOrderStatus.EXPIRED,
}
MUNICIPALITIES = range(101, 861)
MUNICIPALITY_FORM = r"0?[0-9]{3}"
OWN_MUNICIPALITY = "0707"
# The other members of Business Region Aarhus: a blank lets them share.
NEIGHBOURS = frozenset({"0615", "0706", "0710", "0727", "0730", "0740", "0741", "0746", "0751", "0766", "0791"})


def reading(values: Values) -> Reading:
    """Which keys of an item are read: of a draft the first seven."""
    if is_deletion(values):
        return Reading(read=FIRST_KEYS)
    if values.get(TYPE) != JOB_ORDER or values.get(STATUS) not in STATES:
        return Reading(read=FIRST_SEVEN)
    return Reading(read=COLUMNS, known=COLUMNS)
