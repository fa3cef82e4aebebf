"""What a record of the person register must look like (cpr.md, fields)."""

from collections.abc import Callable, Iterable, Sequence

from schemas import forms
from schemas.cpr_blocks import BLOCK_TYPES, LEFT, NOT_ORDERED, NUMBER_CHANGED, SILENT_TYPES, day_of_moment
from schemas.person_numbers import cleaned
from validation.cpr_blocks import across
from validation.expectation import (
    Expectation,
    Filled,
    Header,
    Holds,
    Matches,
    OneOf,
    Suite,
    Values,
    day_column,
    person_column,
    required,
)

FEED = "cpr"
COLUMNS = (
    "RECORDTYPE",
    "PNR",
    "PNRGAELD",
    "STATUS",
    "STATUSHAENSTART",
    "ANNKOR",
    "KOMKOD",
    "TILFLYDTO",
    "TILFLYKOMDTO",
    "FRAFLYDTO",
    "BESKYTTYPE",
    "START_DT-BESKYTTELSE",
    "SLET_DT-BESKYTTELSE",
    "SLUT_DT-PERSON",
)
_OLD_NUMBER_COLUMNS = ("RECORDTYPE", "PNRGAELD", "PNR", "SLUT_DT-PERSON")
_DAY = "yyyy-mm-dd"
_MOMENT = "yyyymmddttmm"
_STATUSES = frozenset({"01", "03", "05", "07", "20", "30", *NUMBER_CHANGED, *LEFT})
When = Callable[[Values], bool]


def _is(*types: str) -> When:
    return lambda values: values.get("RECORDTYPE") in types


def _changes_number(values: Values) -> bool:
    return values.get("RECORDTYPE") == "001" and values.get("STATUS") in NUMBER_CHANGED


def _pairs_numbers(values: Values) -> bool:
    return values.get("RECORDTYPE") == "022" or _changes_number(values)


def _has_status_since(values: Values) -> bool:
    return values.get("RECORDTYPE") == "001" and values.get("STATUS") in NUMBER_CHANGED | LEFT


def _has_no_town_moment(values: Values) -> bool:
    return values.get("RECORDTYPE") == "002" and values.get("TILFLYKOMDTO") is None


def _protects_address(values: Values) -> bool:
    return values.get("RECORDTYPE") == "004" and values.get("BESKYTTYPE") == "0001"


def _is_another_number(values: Values, header: Header) -> bool:
    return cleaned(values.get("PNR") or "") != cleaned(values["PNRGAELD"] or "")


def _moved_out_after(values: Values, header: Header) -> bool:
    try:
        moved_in, moved_out = day_of_moment(values.get("TILFLYDTO")), day_of_moment(values["FRAFLYDTO"])
    except ValueError:
        return True  # another rule's
    return moved_in is None or moved_out is None or moved_in <= moved_out


def _moment(column: str) -> Iterable[Expectation]:
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

    form = {"form": _MOMENT}
    yield Expectation(rule=f"{FEED}.{column}.moment", code="R06", column=column, test=Holds(exists), detail=form)
    yield Expectation(rule=f"{FEED}.{column}.years", code="R12", column=column, test=Holds(is_possible))


def _four_digits(column: str) -> Expectation:
    return Expectation(
        rule=f"{FEED}.{column}.digits",
        code="R08",
        column=column,
        test=Matches("[0-9]{4}"),
        detail={"form": "4 cifre"},
    )


def _record_type(test: Filled | OneOf, name: str) -> Expectation:
    detail = {"list": "recordtyper"}
    return Expectation(
        rule=f"{FEED}.RECORDTYPE.{name}", code="R09", column="RECORDTYPE", test=test, alone=True, detail=detail
    )


# What a rule needs stands before it; the order of the listed faults is that of the columns.
EXPECTATIONS: Sequence[Expectation] = (
    _record_type(Filled(), "filled"),
    _record_type(OneOf(BLOCK_TYPES | SILENT_TYPES | NOT_ORDERED), "known"),
    required(FEED, "STATUS", when=_is("001")),
    Expectation(
        rule=f"{FEED}.STATUS.code",
        code="R09",
        column="STATUS",
        test=OneOf(_STATUSES),
        detail={"list": "STATUS"},
    ),
    required(FEED, "STATUSHAENSTART", when=_has_status_since, needs=("STATUS",)),
    *_moment("STATUSHAENSTART"),
    required(FEED, "PNR", when=_is("001", "002", "004", "022", "023", "099")),
    *person_column(FEED, "PNR"),
    required(FEED, "PNRGAELD", when=_is("022")),
    Expectation(
        rule=f"{FEED}.PNRGAELD.required-by-status",
        code="R02",
        column="PNRGAELD",
        test=Filled(),
        when=_changes_number,
        needs=("STATUS",),
    ),
    *person_column(FEED, "PNRGAELD"),
    Expectation(
        rule=f"{FEED}.PNRGAELD.another",
        code="R12",
        column="PNRGAELD",
        test=Holds(_is_another_number),
        when=_pairs_numbers,
        needs=("PNR", "STATUS"),
    ),
    Expectation(
        rule=f"{FEED}.ANNKOR.code",
        code="R09",
        column="ANNKOR",
        test=OneOf(frozenset("AKÆ")),
        detail={"list": "ANNKOR"},
    ),
    required(FEED, "KOMKOD", when=_is("002", "023")),
    _four_digits("KOMKOD"),
    *_moment("TILFLYKOMDTO"),
    required(FEED, "TILFLYDTO", when=_has_no_town_moment),
    *_moment("TILFLYDTO"),
    required(FEED, "FRAFLYDTO", when=_is("023")),
    *_moment("FRAFLYDTO"),
    Expectation(
        rule=f"{FEED}.FRAFLYDTO.order",
        code="R07",
        column="FRAFLYDTO",
        test=Holds(_moved_out_after),
        needs=("TILFLYDTO",),
    ),
    required(FEED, "BESKYTTYPE", when=_is("004")),
    _four_digits("BESKYTTYPE"),
    required(FEED, "START_DT-BESKYTTELSE", when=_protects_address),
    *day_column(FEED, "START_DT-BESKYTTELSE", _DAY, when=_protects_address),
    *day_column(FEED, "SLET_DT-BESKYTTELSE", _DAY, when=_protects_address),
    required(FEED, "SLUT_DT-PERSON", when=_is("022")),
    *day_column(FEED, "SLUT_DT-PERSON", _DAY),
)


def position(column: str, values: Values) -> int:
    """Where a column stands in its kind of record: a 022 begins with the number in force."""
    columns = _OLD_NUMBER_COLUMNS if values.get("RECORDTYPE") == "022" else COLUMNS
    return columns.index(column)


SUITE = Suite(feed=FEED, columns=COLUMNS, expectations=EXPECTATIONS, across=across, position=position)
