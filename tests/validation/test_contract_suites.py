"""Suite, decoder and contract of a feed say the same; a drift between them is told by name."""

import re
from dataclasses import replace

import pytest

from producers.decoders import decoder
from producers.delivery import Row
from producers.feeds import FEEDS
from schemas.contract_terms import Implementation, Quality
from schemas.errors import WrongInput
from schemas.feed_contracts import Column, FeedContract, contract
from schemas.items import LAST_VERSION, OURS
from schemas.visitation import GROUPS
from validation.codes import CODES
from validation.contract_suite import expectations_of
from validation.expectation import Holds, Suite
from validation.expectations import suite
from validation.rows import check_rows

NAMES = [feed.name for feed in FEEDS]
OF_PERSONS = ("zero-lost", "saved-as-number", "person-number", "replacement", "synthetic")


def rule_ids(agreed: FeedContract) -> set[str]:
    """The rules a contract lists, as its page shows them."""
    found: set[str] = set()
    for record in agreed.records:
        for column in record.read if record.terms.part == "data" else ():
            names = ["required"] if column.required else []
            for rule in column.rules:
                if rule.implementation.person:
                    names += OF_PERSONS
                elif rule.implementation.day is not None:
                    names += ["day", "years"]
                else:
                    names.append(rule.name)
            found |= {f"{agreed.feed}.{column.name}.{name}" for name in names}
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_suite_has_the_contracts_rules_and_no_others(name: str) -> None:
    expectations = suite(name.replace("-", "_")).expectations

    assert {each.rule for each in expectations} == rule_ids(contract(name))
    assert {each.code for each in expectations} <= CODES.keys()


@pytest.mark.parametrize("name", NAMES)
def test_the_decoder_has_the_contracts_id_columns_waiting_days_and_words(name: str) -> None:
    agreed, module = contract(name), decoder(name)

    assert module.CONTRACT.id == agreed.id
    assert module.CONTRACT.waiting_days == agreed.own.delivery.waiting_days
    assert module.CONTRACT.words["limit"] == agreed.own.file.limit
    assert tuple(suite(name.replace("-", "_")).columns) == agreed.columns


@pytest.mark.parametrize("name", NAMES)
def test_the_limits_in_words_are_the_limits_in_figures(name: str) -> None:
    file = contract(name).own.file
    first, second = file.limit.split(", ")
    figure = int(re.sub(r"\D", "", first))

    assert figure * (1024 * 1024 if "MiB" in first else 1) == file.most_bytes
    assert int(re.sub(r"\D", "", second)) == file.most_rows


def with_rule(agreed: FeedContract, column: str, rule: Quality | None) -> FeedContract:
    """The contract with one more rule of a column, or (None) without its last."""

    def changed(each: Column) -> Column:
        if each.name != column:
            return each
        return replace(each, rules=each.rules[:-1] if rule is None else (*each.rules, rule))

    records = tuple(replace(record, columns=tuple(map(changed, record.columns))) for record in agreed.records)
    return FeedContract(agreed.feed, agreed.file, agreed.own, records)


def checks_of(found: Suite) -> dict[str, object]:
    own = {name for column in contract(found.feed).by_column.values() for name in checked(column)}
    by_name = {each.rule.partition(".")[2]: each.test for each in found.expectations}
    return {name: test.check for name, test in by_name.items() if name in own and isinstance(test, Holds)}


def checked(column: Column) -> set[str]:
    return {f"{column.name}.{rule.name}" for rule in column.rules if rule.implementation.check}


def test_a_check_that_the_contract_does_not_list_is_told_and_one_that_is_not_there() -> None:
    agreed = contract("amu")
    checks = checks_of(suite("amu"))
    more = Quality(
        name="new", type="custom", engine="branchespor", implementation=Implementation(code="R09", check=True)
    )

    with pytest.raises(WrongInput, match=r"UDD\.new: the contract names a check that is not there"):
        expectations_of(with_rule(agreed, "UDD", more), checks)  # type: ignore[arg-type]
    with pytest.raises(WrongInput, match=r"checked by STARTTP\.other"):
        expectations_of(agreed, {**checks, "STARTTP.other": lambda values, header: True})  # type: ignore[dict-item]
    with pytest.raises(WrongInput, match=r"`last` names what is no rule: STARTTP\.window"):
        expectations_of(with_rule(agreed, "STARTTP", None), {k: v for k, v in checks.items() if k != "STARTTP.window"})  # type: ignore[misc]


def test_a_rule_added_to_the_contract_alone_is_judged_at_once() -> None:
    agreed, found = contract("amu"), suite("amu")
    more = Quality(
        name="even",
        type="custom",
        engine="branchespor",
        implementation=Implementation(code="R09", matches="[0-9]*[02468]"),
    )
    changed = replace(found, expectations=expectations_of(with_rule(agreed, "UDD", more), checks_of(found)))  # type: ignore[arg-type]
    row = Row(line=2, values={"UDD": "4443"}, raw="")

    assert ("R09", "UDD") in {(fault.code, fault.column) for fault in check_rows(changed, [row], {})[2]}
    assert ("R09", "UDD") not in {(fault.code, fault.column) for fault in check_rows(found, [row], {})[2]}


@pytest.mark.parametrize("name", NAMES)
def test_the_figures_in_the_words_of_a_rule_are_its_limit(name: str) -> None:
    for column in contract(name).by_column.values():
        for rule in column.rules:
            stands = "{limit}" in (rule.description or "")
            assert stands == (rule.implementation.limit is not None), f"{column.name}.{rule.name}"


def test_a_figure_that_the_contract_does_not_give_is_told() -> None:
    with pytest.raises(WrongInput, match=r"amu\.UDD\.form: the contract gives no limit"):
        contract("amu").limit("UDD", "form")


def test_what_all_items_share_is_what_each_of_their_contracts_says() -> None:
    for name in ("jobcenter-forloeb", "vitas", "jobordrer"):
        assert contract(name).limit("version", "range") == LAST_VERSION
        assert contract(name).codes("myndighed") == {OURS}


def test_the_groups_that_have_no_blank_readiness_are_those_of_the_contract() -> None:
    rules = {rule.name: rule.implementation for rule in contract("visitation").by_column["detail.personkategori"].rules}

    assert (rules["missing"].when or {})["detail.maalgruppe"] == tuple(
        n for n, pairs in GROUPS.items() if None not in pairs
    )
