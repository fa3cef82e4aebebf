"""What decoder and expectations of vitas share: keys, codes, which keys are read."""

from collections.abc import Mapping

from schemas.facts import PlacementKind
from schemas.items import CPR, FIRST_KEYS, TYPE, Reading, Values, is_deletion

ID_FORM = r"VIT-[0-9]{9}"
HOURS_FORM = r"[0-9]{1,2}(,[0-9]{1,2})?"
MOST_HOURS = 37
STATUS, COMPANY, UNIT, UNIT_COMPANY = "status", "cvrNummer", "pNummer", "enhedCvr"
HOURS, FIRST, LAST, ENDED = "timerPrUge", "startDato", "slutDato", "ophoerDato"
FIRST_SEVEN = (*FIRST_KEYS, STATUS)
COLUMNS = (
    *FIRST_SEVEN,
    CPR,
    "oeremaerket",
    "spor",
    COMPANY,
    UNIT,
    UNIT_COMPANY,
    "antalAnsatte",
    HOURS,
    "godkendtDato",
    FIRST,
    LAST,
    ENDED,
)
DROPPED = frozenset(
    {"virksomhedNavn", "arbejdsopgaver", "bemaerkning", "kontaktNavn", "kontaktTelefon", "kontaktEmail"}
)
# What the scheme becomes; None: checked, and no fact.
TYPES: Mapping[str, PlacementKind | None] = {
    "VIRKSOMHEDSPRAKTIK": PlacementKind.PRAKTIK,
    "LOENTILSKUD": PlacementKind.WAGE_SUBSIDY,
    "NYTTEINDSATS": None,
}
ENDED_STATE = "AFSLUTTET"
APPROVED = frozenset({"GODKENDT", "PAABEGYNDT", "FORLAENGET", ENDED_STATE})
STATES = APPROVED | {"ANSOEGT", "AFSLAAET", "ANNULLERET"}
SIZES = frozenset({"0", "1", "2-4", "5-9", "10-19", "20-49", "50-99", "100-199", "200-499", "500-999", "1000+"})


def reading(values: Values) -> Reading:
    """Which keys of an item are read: of an application that is not approved not even the citizen."""
    if is_deletion(values):
        return Reading(read=FIRST_KEYS)
    if values.get(TYPE) not in TYPES or values.get(STATUS) not in APPROVED:
        return Reading(read=FIRST_SEVEN)
    read = COLUMNS if values.get(STATUS) == ENDED_STATE else tuple(key for key in COLUMNS if key != ENDED)
    return Reading(read=read, known=COLUMNS)
