"""Expectations as data: what a column or a row must look like, and the code of the fault if it does not."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol, Self

from schemas import forms, person_numbers
from schemas.faults import Fault

Values = Mapping[str, str | None]
Header = Mapping[str, str]
Condition = Callable[[Values], bool]
NO_DETAIL: Mapping[str, str | int] = MappingProxyType({})


class RowLike(Protocol):
    """A row as decoders hand it over: texts by column, None = blank; columns beyond the contract's are allowed."""

    @property
    def line(self) -> int:
        """Physical line, item or element, from 1."""

    @property
    def values(self) -> Values:
        """Texts by column; a column that is not there is blank."""


@dataclass(frozen=True, slots=True)
class Filled:
    """The column is not blank."""


@dataclass(frozen=True, slots=True)
class Blank:
    """The column is blank."""


@dataclass(frozen=True, slots=True)
class Matches:
    """The whole text has this form; blank passes."""

    pattern: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """The text is one of these; blank passes."""

    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Holds:
    """`check(values, header)` is true; a blank column passes unasked. Must not raise, whatever the texts are."""

    check: Callable[[Values, Header], bool]


Test = Filled | Blank | Matches | OneOf | Holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One rule: one code of partners/codes.md, one column.

    Within a suite the order is the order of judging: a column has one fault, that of its first rule that fails.
    `when`: the rule applies to such rows only. `needs`: other columns that must be without fault so far (their rules
    stand before this one). `alone`: a row that fails it has this fault and no other (such rules stand first).
    `named` False: the fault's column is null.
    """

    rule: str
    code: str
    column: str
    test: Test
    when: Condition | None = None
    needs: tuple[str, ...] = ()
    alone: bool = False
    named: bool = True
    detail: Mapping[str, str | int] = field(default_factory=lambda: NO_DETAIL)

    def fault(self, line: int) -> Fault:
        """The fault of a row that fails."""
        column = self.column if self.named else None
        return Fault(code=self.code, line=line, column=column, detail=self.detail, rule=self.rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Across:
    """What only several rows show: faults and notices, and lines set aside with a block, without a fault of theirs.

    `alone`: lines that have what `faults` says of them and nothing else, whatever their columns look like.
    """

    faults: Sequence[Fault] = ()
    aside: Collection[int] = ()
    alone: Collection[int] = ()


def no_across(rows: Sequence[RowLike], faulty: Collection[int], header: Header) -> Across:
    """Nothing to see in several rows."""
    return Across()


class Look(Protocol):
    """What several rows show, where they may be too many to be looked at together: row by row, then as a whole.

    It is picklable, so that processes can share the rows.
    """

    def add(self, place: int, row: RowLike) -> None:
        """A row without fault, and its place among all rows."""

    def join(self, later: Self) -> None:
        """What was added elsewhere of rows of later places."""

    def found(self, rows: Sequence[RowLike]) -> Across:
        """What `across` of a Suite gives; `rows` are all rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A feed's expectations.

    `columns` in the contract's order; the faults of a row are listed in it. `position` overrides the order where it
    differs by kind of record. `across(rows, faulty, header)` sees all rows and the lines with row faults, and gives
    N01, R11, R13 and notices such as N02; `look` makes what does so in its place. `free_texts` are the columns whose
    text may have been decoded twice, judged by its bytes (N03); None: every column, by its look.
    """

    feed: str
    columns: Sequence[str]
    expectations: Sequence[Expectation]
    across: Callable[[Sequence[RowLike], Collection[int], Header], Across] = no_across
    look: Callable[[], Look] | None = None
    position: Callable[[str, Values], int] | None = None
    free_texts: Sequence[str] | None = None


def rule(
    feed: str,
    name: str,
    code: str,
    column: str,
    test: Test,
    *,
    when: Condition | None = None,
    needs: tuple[str, ...] = (),
    alone: bool = False,
    detail: Mapping[str, str | int] = NO_DETAIL,
) -> Expectation:
    """An expectation with the rule id FEED.COLUMN.NAME."""
    return Expectation(
        rule=f"{feed}.{column}.{name}",
        code=code,
        column=column,
        test=test,
        when=when,
        needs=needs,
        alone=alone,
        detail=detail,
    )


def text_column(feed: str, column: str, limit: int, when: Condition | None = None) -> Expectation:
    """R10: no control character and at most `limit` characters."""
    return Expectation(
        rule=f"{feed}.{column}.text",
        code="R10",
        column=column,
        test=Matches(rf"[^\x00-\x1f\x7f]{{0,{limit}}}"),
        when=when,
    )


def required(feed: str, column: str, when: Condition | None = None, needs: tuple[str, ...] = ()) -> Expectation:
    """R02: the column is filled."""
    return Expectation(
        rule=f"{feed}.{column}.required", code="R02", column=column, test=Filled(), when=when, needs=needs
    )


def day_column(feed: str, column: str, form: str, when: Condition | None = None) -> tuple[Expectation, Expectation]:
    """R06 for a text that is no day of `form`, R12 for a day before 1900 or after 2199."""

    def exists(values: Values, header: Header) -> bool:
        return forms.day(values[column], form) is not None

    def is_possible(values: Values, header: Header) -> bool:
        return forms.possible(forms.day(values[column], form))

    return (
        Expectation(
            rule=f"{feed}.{column}.day", code="R06", column=column, test=Holds(exists), when=when, detail={"form": form}
        ),
        Expectation(rule=f"{feed}.{column}.years", code="R12", column=column, test=Holds(is_possible), when=when),
    )


def person_column(
    feed: str, column: str, when: Condition | None = None, needs: tuple[str, ...] = ()
) -> list[Expectation]:
    """R03 (with a hint where one helps), R04, R05 for a person number; header `synthetic` is `yes` or `no`."""

    def rule(name: str, code: str, hint: str | None) -> Expectation:
        def check(values: Values, header: Header) -> bool:
            text = values[column] or ""
            found = person_numbers.fault_code(text, header.get("synthetic") == "yes")
            return found != code or (code == "R03" and person_numbers.hint(text) != hint)

        detail: Mapping[str, str | int] = NO_DETAIL if hint is None else {"hint": hint}
        return Expectation(
            rule=f"{feed}.{column}.{name}",
            code=code,
            column=column,
            test=Holds(check),
            when=when,
            needs=needs,
            detail=detail,
        )

    return [
        rule("zero-lost", "R03", "zero"),
        rule("saved-as-number", "R03", "text"),
        rule("person-number", "R03", None),
        rule("replacement", "R04", None),
        rule("synthetic", "R05", None),
    ]
