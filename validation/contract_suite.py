"""A feed's suite from its contract: per-column rules are data there, functions here only where data cannot say it."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from schemas.contract_terms import Cases, Condition, Implementation, Scalar
from schemas.errors import WrongInput
from schemas.feed_contracts import Column, FeedContract, Record, contract
from schemas.json_text import OTHER_TYPE, text_of
from validation import expectation as rules
from validation.expectation import (
    Across,
    Blank,
    Expectation,
    Filled,
    Header,
    Holds,
    Look,
    Matches,
    OneOf,
    RowLike,
    Suite,
    Test,
    Values,
    no_across,
)

Check = Callable[[Values, Header], bool]


def suite_of(
    feed: str,
    checks: Mapping[str, Check] | None = None,
    *,
    across: Callable[[Sequence[RowLike], Collection[int], Header], Across] = no_across,
    look: Callable[[], Look] | None = None,
    position: Callable[[str, Values], int] | None = None,
    free_texts: Sequence[str] | None = None,
) -> Suite:
    """The suite; `checks` are the functions of the contract's `check` rules, by COLUMN.NAME.

    Order of judging: rules that stand alone, then the columns in order (required, then the contract's rules), then its
    `last`. Raises WrongInput if contract and `checks` do not name the same rules.
    """
    agreed = contract(feed)
    return Suite(
        feed=feed,
        columns=agreed.columns,
        expectations=expectations_of(agreed, checks or {}),
        across=across,
        look=look,
        position=position,
        free_texts=free_texts,
    )


def expectations_of(agreed: FeedContract, checks: Mapping[str, Check]) -> Sequence[Expectation]:
    """The rules of a contract in the order of judging."""
    found: dict[str, Expectation] = {}
    unused = set(checks)
    for record in agreed.records:
        for column in record.read if record.terms.part == "data" else ():
            for each in _rules(agreed, record, column, checks, unused):
                before = found.get(each.rule)
                found[each.rule] = each if before is None else _either(before, each)
    if unused:
        raise WrongInput(f"{agreed.file.id}: no rule of the contract is checked by {', '.join(sorted(unused))}")
    names = {name: f"{agreed.feed}.{name}" for name in agreed.own.last}
    lost = [name for name, rule in names.items() if rule not in found]
    if lost:
        raise WrongInput(f"{agreed.file.id}: `last` names what is no rule: {', '.join(lost)}")
    last = [found.pop(rule) for rule in names.values()]
    place = {name: number for number, name in enumerate(agreed.columns)}
    ordered = sorted(found.values(), key=lambda each: (not each.alone, place[each.column]))
    return (*ordered, *last)


def _rules(
    agreed: FeedContract, record: Record, column: Column, checks: Mapping[str, Check], unused: set[str]
) -> Iterator[Expectation]:
    read = column.terms.read
    of_rows = _of_rows(agreed, record, column)
    if column.required:
        yield rules.required(agreed.feed, column.name, _all(of_rows, *_conditions(read)))
    for quality in column.rules:
        rule = quality.implementation
        own = _conditions(Condition(when=rule.when, unless=rule.unless))
        when = _all(of_rows if rule.filled else None, *_conditions(read), *own)
        if rule.person:
            yield from rules.person_column(agreed.feed, column.name, when, rule.needs)
        elif rule.longest is not None:
            yield rules.text_column(agreed.feed, column.name, rule.longest, when)
        elif rule.day is not None:
            yield from rules.day_column(agreed.feed, column.name, rule.day, when)
        else:
            name = f"{column.name}.{quality.name}"
            test = _test(name, column, rule, checks)
            unused.discard(name)
            yield rules.rule(
                agreed.feed,
                quality.name,
                _code(name, rule),
                column.name,
                test,
                when=when,
                needs=rule.needs,
                alone=rule.alone,
                detail={key: text for key, text in (("form", rule.form), ("list", rule.list)) if text is not None},
            )


def _code(name: str, rule: Implementation) -> str:
    if rule.code is None:
        raise WrongInput(f"{name}: a rule without code")
    return rule.code


def _test(name: str, column: Column, rule: Implementation, checks: Mapping[str, Check]) -> Test:
    if rule.filled:
        return Filled()
    if rule.blank:
        return Blank()
    if rule.listed:
        return OneOf(frozenset(_text(choice.value) or "" for choice in column.choices))
    if rule.check:
        if name not in checks:
            raise WrongInput(f"{name}: the contract names a check that is not there")
        return Holds(checks[name])
    forms = [each for each in (rule.matches, rule.number and OTHER_TYPE + rule.number) if each]
    if not forms:
        raise WrongInput(f"{name}: a rule without test")
    return Matches("|".join(forms))


def _of_rows(agreed: FeedContract, record: Record, column: Column) -> rules.Condition | None:
    """Which rows must have the column: those of the record; of JSON items those in which the key is read."""
    if record.terms.rows is not None:
        return _all(*_conditions(record.terms.rows))
    if agreed.own.file.format == "json":
        return lambda values: column.name in values
    return None


def _conditions(condition: Condition | None) -> Iterator[rules.Condition]:
    if condition is not None and condition.when:
        yield _any_case(condition.when, wanted=True)
    if condition is not None and condition.unless:
        yield _any_case(condition.unless, wanted=False)


def _any_case(cases: Cases, *, wanted: bool) -> rules.Condition:
    """Rows in which each column has one of its values (`wanted`), or none of them has."""
    texts = [(column, frozenset(map(_text, values))) for column, values in cases.items()]
    if len(texts) > 1:
        return lambda values: all((values.get(column) in among) == wanted for column, among in texts)
    [(only, those)] = texts  # asked of each row: as quick as can be
    if wanted:
        return lambda values: values.get(only) in those
    return lambda values: values.get(only) not in those


def _all(*conditions: rules.Condition | None) -> rules.Condition | None:
    asked = [each for each in conditions if each is not None]
    if len(asked) < 2:
        return asked[0] if asked else None
    if len(asked) == 2:
        first, second = asked
        return lambda values: first(values) and second(values)
    return lambda values: all(condition(values) for condition in asked)


def _either(one: Expectation, other: Expectation) -> Expectation:
    """The same rule of two kinds of rows."""
    first, second = one.when, other.when
    if first is None or second is None:
        return one if first is None else other
    return rules.rule(
        one.rule.partition(".")[0],
        one.rule.rpartition(".")[2],
        one.code,
        one.column,
        one.test,
        when=lambda values: first(values) or second(values),
        needs=one.needs,
        alone=one.alone,
        detail=one.detail,
    )


def _text(value: Scalar) -> str | None:
    """As a row holds it: numbers, true and false of JSON are marked."""
    return text_of(value)
