"""The policy record is refused at start, with the key named, unless everything in it is right."""

from datetime import date

import pytest
import yaml

from consumers.policy_file import PACKAGED, load, parse
from schemas.errors import WrongSetting


def entry(**changes):
    plain = yaml.safe_load(PACKAGED.read_text(encoding="utf-8"))["policies"][0]
    return {key: value for key, value in (plain | changes).items() if value is not ...}


def test_the_packaged_record_has_the_values_of_today():
    first, second = load().versions
    assert (first.version, first.valid_from, first.valid_to) == (
        "norddjurs-2020",
        date(2020, 1, 21),
        date(2021, 12, 31),
    )
    assert (second.version, second.valid_from, second.valid_to) == ("norddjurs-2022", date(2022, 1, 1), None)
    assert (first.confirmed, second.confirmed) == (True, False)
    assert first.figures() == second.figures()
    assert (first.insured_effort_months, first.cash_effort_months) == (6, 3)
    assert len(first.transition_from) == 12
    assert "CASH_JOB_READY" not in first.transition_from


def test_equal_figures_are_one_regime_over_the_border_of_the_versions():
    policies = load()
    assert [window for _, window in policies.regimes] == [[(date(2020, 1, 21).toordinal(), date.max.toordinal() + 1)]]
    assert policies.in_force(date(2020, 1, 20).toordinal()) is None
    assert policies.in_force(date(2021, 12, 31).toordinal()).version == "norddjurs-2020"
    assert policies.in_force(date(2022, 1, 1).toordinal()).version == "norddjurs-2022"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("insured_effort_months", ..., id="missing"),
        pytest.param("insured_months", 6, id="unknown"),
        pytest.param("insured_effort_months", -1, id="negative"),
        pytest.param("insured_effort_months", "6", id="text-for-a-number"),
        pytest.param("insured_effort_months", True, id="a-truth-is-no-number"),
        pytest.param("insured_effort_months", 6.0, id="half-months-are-none"),
        pytest.param("implied_reset_months", 0, id="no-months-would-begin-a-period-each-day"),
        pytest.param("full_time_weekly_hours", -0.5, id="negative-hours"),
        pytest.param("full_time_weekly_hours", float("nan"), id="hours-that-are-no-number"),
        pytest.param("home_municipality", 707, id="a-bare-0707-is-a-number"),
        pytest.param("home_municipality", "707", id="three-digits"),
        pytest.param("confirmed", "yes", id="text-for-a-truth"),
        pytest.param("valid_from", 2020, id="a-year-is-no-day"),
        pytest.param("valid_from", "2020-02-30", id="a-day-that-does-not-exist"),
        pytest.param("valid_to", date(2020, 1, 20), id="ends-before-it-begins"),
        pytest.param("transition_from", ["INSURED", "RETIRED"], id="unknown-group"),
        pytest.param("transition_from", "INSURED", id="text-for-a-list"),
        pytest.param("shortage_categories", ["LARGE"], id="unknown-category"),
        pytest.param("labour_market_area", "", id="empty-text"),
        pytest.param("lasting_weeks", [26, -52], id="negative-weeks"),
        pytest.param("version", 2020, id="number-for-a-text"),
    ],
)
def test_a_wrong_value_is_refused_with_its_key(key, value):
    with pytest.raises(WrongSetting, match=key):
        parse({"policies": [entry(**{key: value})]})


def test_overlapping_windows_are_refused_and_a_gap_is_not():
    before = entry(version="a", valid_to=date(2020, 6, 30))
    with pytest.raises(WrongSetting, match="valid_from"):
        parse({"policies": [before, entry(version="b", valid_from=date(2020, 6, 30))]})
    with pytest.raises(WrongSetting, match="valid_from"):
        parse({"policies": [entry(version="a", valid_to=None), entry(version="b", valid_from=date(2025, 1, 1))]})
    assert len(parse({"policies": [entry(version="b", valid_from=date(2020, 7, 2)), before]}).versions) == 2


@pytest.mark.parametrize("content", [None, [], {}, {"policies": {}}, {"policies": []}, {"policies": [3]}])
def test_a_record_without_a_list_of_policies_is_refused(content):
    with pytest.raises(WrongSetting, match="polic"):
        parse(content)


def test_an_unknown_key_beside_the_list_is_named():
    with pytest.raises(WrongSetting, match="policys"):
        parse({"policies": [entry()], "policys": []})


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("policies:\n  - version: a\n    version: b\n", "version", id="a-key-twice"),
        pytest.param("policies: [", "line", id="no-yaml"),
        pytest.param("policies: !!python/object:os.system {}", "no YAML", id="no-plain-value"),
    ],
)
def test_a_file_that_is_no_plain_yaml_is_refused(tmp_path, text, named):
    file = tmp_path / "policy.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(WrongSetting, match=named):
        load(file)


RECORD = PACKAGED.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "line_of", "named"),
    [
        pytest.param(
            RECORD.replace("bridge_gap_months: 1", "bridge_gap: 1"), "    bridge_gap: 1", "bridge_gap", id="unknown-key"
        ),
        pytest.param(
            RECORD.replace("valid_from: 2022-01-01", "valid_from: 2021-12-31"),
            "    valid_from: 2021-12-31", "valid_from", id="overlap",
        ),
        pytest.param(
            RECORD.replace("    confirmed: true\n", ""), "  - &approved", r"policies\[0\].confirmed is missing",
            id="missing-key-at-its-entry",
        ),
        pytest.param("# ours\npolicys: []\n", "policys: []", "policys", id="unknown-key-beside-the-list"),
        pytest.param("# ours\npolicies: 3\n", "policies: 3", "policies", id="no-list"),
        pytest.param("policies:\n  - 3\n", "  - 3", r"policies\[0\]", id="no-mapping"),
        pytest.param("# nothing\n", "# nothing", "policies", id="empty"),
    ],
)  # fmt: skip
def test_a_wrong_record_is_refused_with_its_file_and_line(tmp_path, text, line_of, named):
    file = tmp_path / "proposal.yaml"
    file.write_text(text, encoding="utf-8")
    line = text.splitlines().index(line_of) + 1
    with pytest.raises(WrongSetting, match=rf"proposal\.yaml, line {line}: .*{named}"):
        load(file)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(WrongSetting, match="cannot be read"):
        load(tmp_path / "none.yaml")
