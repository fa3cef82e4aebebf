"""Field ids and income types of the income register's rows (partners/eindkomst.md)."""

from schemas.feed_contracts import contract

_AGREED = contract("eindkomst")
FIELD_IDS = _AGREED.columns
NEVER_READ = _AGREED.handled("unread")
FORM_OF_DAYS = "yyyymmdd"
ORIGINAL, SUPPLEMENT, REVERSAL = "O", "S", "T"
PAY = frozenset({"00", "03", "08"})
SUPPORT = frozenset({"01", "04", "06", "07", "24"})
NEITHER = frozenset({"05", "09", "10", "11", "20", "26"})
_OF_A_REVERSAL = ("R0001", "K4101", "R4101", "S5000", "S6000")
_OF_A_SUPPLEMENT = tuple(each for each in FIELD_IDS if each not in NEVER_READ)
_OF_AN_ORIGINAL = tuple(each for each in _OF_A_SUPPLEMENT if each != "R4101")


def fields_read(art: str | None) -> tuple[str, ...]:
    """The fields read of a row by its K4101; another one than O, S, T is read like O."""
    if art == REVERSAL:
        return _OF_A_REVERSAL
    return _OF_A_SUPPLEMENT if art == SUPPLEMENT else _OF_AN_ORIGINAL
