"""What a record of the person register must look like beyond its contract's data (cpr.md, fields)."""

from collections.abc import Mapping

from schemas import forms
from schemas.cpr_blocks import BLOCK_TYPES, NOT_ORDERED, NUMBER_CHANGED, SILENT_TYPES, day_of_moment
from schemas.feed_contracts import contract
from schemas.person_numbers import cleaned
from validation.contract_suite import Check, suite_of
from validation.cpr_blocks import across
from validation.expectation import Header, Values

FEED = "cpr"
_TYPE = "RECORDTYPE"
_AGREED = contract(FEED)
_COLUMNS_OF = {record.name: [column.name for column in record.columns] for record in _AGREED.records}
_KNOWN = BLOCK_TYPES | SILENT_TYPES | NOT_ORDERED


def _is_known(values: Values, header: Header) -> bool:
    return values[_TYPE] in _KNOWN


def _is_another_number(values: Values, header: Header) -> bool:
    """Asked only where the record says that one number took the place of the other."""
    pairs = values.get(_TYPE) == "022" or (values.get(_TYPE) == "001" and values.get("STATUS") in NUMBER_CHANGED)
    return not pairs or cleaned(values.get("PNR") or "") != cleaned(values["PNRGAELD"] or "")


def _moved_out_after(values: Values, header: Header) -> bool:
    try:
        moved_in, moved_out = day_of_moment(values.get("TILFLYDTO")), day_of_moment(values["FRAFLYDTO"])
    except ValueError:
        return True  # another rule's
    return moved_in is None or moved_out is None or moved_in <= moved_out


def _moment(column: str) -> Mapping[str, Check]:
    def exists(values: Values, header: Header) -> bool:
        try:
            day_of_moment(values[column])
        except ValueError:
            return False
        return True

    def is_possible(values: Values, header: Header) -> bool:
        try:
            return forms.possible(day_of_moment(values[column]))
        except ValueError:
            return True

    return {f"{column}.moment": exists, f"{column}.years": is_possible}


CHECKS = {
    f"{_TYPE}.known": _is_known,
    "PNRGAELD.another": _is_another_number,
    **_moment("STATUSHAENSTART"),
    **_moment("TILFLYKOMDTO"),
    **_moment("TILFLYDTO"),
    **_moment("FRAFLYDTO"),
    "FRAFLYDTO.order": _moved_out_after,
}


def position(column: str, values: Values) -> int:
    """Where a column stands in its kind of record: a 022 begins with the number in force."""
    columns = _COLUMNS_OF.get(values.get(_TYPE) or "", [])
    return columns.index(column) if column in columns else -1


SUITE = suite_of(FEED, CHECKS, across=across, position=position)
