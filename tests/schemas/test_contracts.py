"""Every contract is whole: the standard's own schema, our terms, purposes; and a wrong one is named with its path."""

import json
import re
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
import yaml

from producers.feeds import FEEDS
from schemas import feed_contracts
from schemas.catalogue import FILE as CATALOGUE
from schemas.errors import WrongInput
from schemas.facts import KINDS
from schemas.feed_contracts import FeedContract, contract

FOLDER = Path(feed_contracts.__file__).parent / feed_contracts.FOLDER
NAMES = [feed.name for feed in FEEDS]
GOOD = (FOLDER / "amu.yaml").read_text(encoding="utf-8")


def tree(name: str) -> object:
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_bytes())


def test_every_feed_has_a_contract_and_every_contract_is_of_a_feed() -> None:
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_contract_is_one_by_the_open_data_contract_standard(name: str) -> None:
    standard = json.loads(files("open_data_contract_standard").joinpath("schema.json").read_bytes())
    validator = jsonschema.validators.validator_for(standard)(standard)

    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(tree(name))] == []


@pytest.mark.parametrize("name", NAMES)
def test_each_column_has_a_registered_purpose_and_a_basis_and_the_dropped_ones_become_nothing(name: str) -> None:
    catalogue = yaml.safe_load(CATALOGUE.read_bytes())
    for record in contract(name).records:
        for column in record.columns:
            assert column.purpose in catalogue["purposes"], column.name
            assert column.basis in catalogue["bases"], column.name
            assert column.terms.kept == (column.terms.becomes is not None), column.name
            assert column.terms.kept is False or column.terms.handling == "read", column.name


@pytest.mark.parametrize("name", NAMES)
def test_what_names_a_person_is_marked_and_never_has_a_basis_without_person(name: str) -> None:
    agreed = contract(name)
    numbers = {
        column.name for column in agreed.by_column.values() if any(each.implementation.person for each in column.rules)
    }

    for column in numbers:
        assert agreed.by_column[column].classification == "identity"
        assert agreed.by_column[column].basis == "public-task"


@pytest.mark.parametrize("name", NAMES)
def test_a_contract_gives_facts_that_there_are_and_forms_that_can_be_read(name: str) -> None:
    agreed = contract(name)

    assert set(agreed.own.intake.facts) <= KINDS.keys()
    assert re.compile(agreed.own.file.order).groups >= 1
    assert re.compile(agreed.own.file.name).groups >= 1
    assert set(agreed.own.across) | set(agreed.own.delivery.uncounted) <= set(codes())
    assert (agreed.transport == "sftp") == (agreed.own.intake.folder is not None)


def codes() -> list[str]:
    from validation.codes import CODES

    return list(CODES)


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Reads a text as the contract of amu."""
    (tmp_path / feed_contracts.FOLDER).mkdir()
    monkeypatch.setattr(feed_contracts, "files", lambda package: tmp_path)

    def reading(text: str) -> FeedContract:
        (tmp_path / feed_contracts.FOLDER / "amu.yaml").write_text(text, encoding="utf-8")
        return feed_contracts.contract.__wrapped__("amu")

    return reading


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        ("kind: DataContract", "kind: Data", r"amu\.yaml\.kind: must be one of DataContract"),
        ("id: amu", "id: anu", r"amu\.yaml\.id: must be the feed"),
        ("status: active\n", "", r"amu\.yaml\.status: missing"),
        ("domain: employment", "domains: employment", r"amu\.yaml\.domains: unknown key; there are apiVersion"),
        ("required: true", "required: 1", r"amu\.yaml\.schema\[0\]\.properties\[0\]\.required: must be true or false"),
        ("mostRows: 100000", "mostRows: many", r"customProperties\.file\.mostRows: must be a whole number"),
        ("separator: ;", "seperator: ;", r"customProperties\.file\.seperator: unknown key"),
        ("kind: window", "kind: windows", r"customProperties\.delivery\.kind: must be one of changes, total, window"),
        ("code: R09, matches", "code: R09, matchs", r"quality\[1\]\.implementation\.matchs: unknown key"),
        ("  usage:", "  usage: [", r"amu\.yaml:\d+: not YAML"),
        ("classification: identity", "", r"properties\[2\] \(PNR\): description and classification are missing"),
    ],
)
def test_a_wrong_contract_is_named_with_file_and_path(read, written: str, instead: str, told: str) -> None:  # type: ignore[no-untyped-def]
    assert written in GOOD
    with pytest.raises(WrongInput, match=told):
        read(GOOD.replace(written, instead, 1))


def test_a_feed_without_contract_is_named() -> None:
    with pytest.raises(WrongInput, match=r"schemas/contracts/no-feed\.yaml"):
        contract("no-feed")
