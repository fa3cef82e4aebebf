"""The explanation: what it says of a yes, a no and a pause, in Danish a citizen reads, with the facts it rests on."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from consumers.policy_file import load
from consumers.rules import evaluate
from tests.consumers.rules.histories import RECORDS, a_history
from tests.stories.citizen import a_citizen

SAMPLES = Path(__file__).parents[2] / "samples" / "rules"
EXAMPLES = {
    example["id"]: example
    for example in map(json.loads, (SAMPLES / "examples.jsonl").read_text(encoding="utf-8").splitlines())
}


def explained(identifier):
    example = EXAMPLES[identifier]
    known_at = None if example["known_at"] is None else datetime.fromisoformat(example["known_at"])
    return evaluate(example["facts"], date.fromisoformat(example["on"]), known_at, load()).explanation


def sentence(reasons, code):
    return next(reason["da"] for reason in reasons if reason["code"] == code)


@pytest.mark.parametrize(
    ("identifier", "codes"),
    [
        pytest.param("E01", ["STATE_NOT_ELIGIBLE", "R1a_MISSING", "R1b_MISSING", "NEXT_STARTS"], id="not-yet"),
        pytest.param("E02", ["STATE_ELIGIBLE", "R1a", "PAUSED_BY_WORK", "NEXT_CONTINUES"], id="paused-by-work"),
        pytest.param("E09a", ["R1b_MISSING"], id="exactly-six-months"),
        pytest.param("E09b", ["R1b"], id="one-day-more"),
        pytest.param("E10b", ["R2b"], id="earlier-run"),
        pytest.param("E12b", ["R2a", "GAPS_BRIDGED"], id="bridged"),
        pytest.param("E13", ["R3"], id="transition"),
        pytest.param("E16b", ["R5", "NEXT_ENDS"], id="declared-ready"),
        pytest.param("E19", ["R4", "NEXT_ENDS"], id="integration"),
        pytest.param("E20", ["STATE_SUSPENDED", "R1a", "NEXT_STARTS"], id="paused"),
        pytest.param("E25", ["NO_GROUP", "NEXT_NOTHING"], id="nothing-known"),
        pytest.param("E27", ["COURSE_ENDED", "MOVED", "NEXT_NOTHING"], id="moved"),
        pytest.param("E36", ["DIED"], id="dead"),
        pytest.param("E39", ["CONFLICT", "POLICY_UNCONFIRMED", "NEXT_ENDS"], id="conflict"),
        pytest.param("E40", ["R3", "RULE_TODAY"], id="another-rule-today"),
    ],
)
def test_the_reasons_of_an_example(identifier, codes):
    found = [reason["code"] for reason in explained(identifier)]
    assert [code for code in found if code in codes] == codes


def test_the_sentences_name_the_days_counted_and_needed():
    assert sentence(explained("E01"), "R1a_MISSING") == (
        "Regel R1a: Du skal have været ledig i 6 måneder, det vil sige 182 dage regnet fra din første ledige dag, den "
        "15. januar 2020. Før den 1. maj 2020 er der talt 107 dage; der mangler 75 dage."
    )
    assert sentence(explained("E02"), "PAUSED_BY_WORK") == (
        "61 dage i fuldtidsarbejde tæller ikke med (1. marts 2020 til 30. april 2020) og udskyder dagen tilsvarende."
    )
    assert "jobparat kontanthjælpsmodtager" in sentence(explained("E39"), "CONFLICT")


def test_a_group_without_a_rule_is_told_so():
    citizen = a_citizen().in_group("SELF_SUPPORTING", "2020-01-01")
    assert citizen.codes("2020-06-01") == [
        "STATE_NOT_ELIGIBLE", "GROUPS", "NO_RULE_FOR_GROUP", "RESIDENCE_ASSUMED", "NEXT_NOTHING",
    ]  # fmt: skip
    assert "NO_RULE_FOR_GROUP" not in citizen.in_group("SICKNESS", "2020-01-01").codes("2020-06-01")


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        pytest.param(None, "Hvis intet ændrer sig, fortsætter pausen.", id="a-pause-without-an-end"),
        pytest.param(
            "2020-06-30",
            "Hvis intet ændrer sig, slutter forløbet den 1. juli 2020, fordi du ikke længere er i målgruppen.",
            id="a-pause-that-ends-with-the-group",
        ),
    ],
)
def test_what_follows_a_pause_that_leads_nowhere(until, expected):
    citizen = a_citizen().in_group("CASH_JOB_READY", "2020-02-03", "2020-06-15").is_away_unpaid("2020-06-01", until)
    assert citizen.answer("2020-06-05").state == "SUSPENDED"
    assert citizen.answer("2020-06-05").explanation[-1]["da"] == expected


def test_many_groups_are_listed_with_one_og():
    citizen = a_citizen().in_group("INSURED", "2020-01-01").in_group("SICKNESS", "2020-01-01")
    citizen.in_group("REHABILITATION", "2020-01-01")
    assert "(dagpengemodtager, revalidend og sygedagpengemodtager)" in sentence(
        citizen.answer("2020-02-01").explanation, "CONFLICT"
    )


def test_a_no_before_any_policy_says_so():
    citizen = a_citizen().in_group("CASH_JOB_READY", "2019-01-01")
    assert "NO_POLICY" in citizen.codes("2020-01-20")


@pytest.mark.parametrize("seed", range(60))
def test_every_explanation_rests_on_effective_facts_and_is_told_in_both_languages(seed):
    facts = a_history(seed)
    policies = list(RECORDS.values())[seed % len(RECORDS)]
    ids = {fact["fact_id"] for fact in facts if not fact["withdrawn"]}
    for after in range(0, 1500, 61):
        reasons = evaluate(facts, date(2018, 6, 1) + timedelta(days=after), None, policies).explanation
        assert reasons[0]["code"].startswith("STATE_")
        assert reasons[-1]["code"].startswith("NEXT_")
        for reason in reasons:
            assert set(reason["facts"]) <= ids
            assert reason["da"].endswith(".")
            assert reason["en"].endswith(".")
            assert len({each["code"] for each in reasons}) == len(reasons)
