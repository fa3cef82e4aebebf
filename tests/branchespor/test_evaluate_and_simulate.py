"""The commands evaluate and simulate: what they print, in which order, and every input they refuse."""

import json
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from branchespor.cli import main
from branchespor.fact_fields import FURTHER_KINDS, WrongFact, is_plainly_right
from branchespor.facts_file import in_order, read

SAMPLES = Path(__file__).parents[1] / "samples" / "rules"


def a_fact(**changes):
    plain = {
        "kind": "TargetGroupSpell", "fact_id": "f1", "person": "p1", "source": "test", "record_key": "k1",
        "recorded_at": "2020-01-16T05:00:00Z", "received_at": "2020-01-16T05:00:00Z",
        "target_group": "CASH_JOB_READY", "first_day": "2020-02-03", "last_day": None,
    }  # fmt: skip
    return {key: value for key, value in (plain | changes).items() if value is not ...}


JOB = {"kind": "EmploymentSpell", "target_group": ..., "employment": "ORDINARY"}
LEAVE = {"kind": "AbsenceSpell", "target_group": ..., "absence": "OTHER", "benefit_paid": False}


def file_of(tmp_path, *facts):
    file = tmp_path / "facts.jsonl"
    file.write_text("".join(fact if isinstance(fact, str) else json.dumps(fact) + "\n" for fact in facts))
    return str(file)


def run(capfdbinary, *arguments):
    """Exit code, the JSON lines of standard output, standard error."""
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    out, err = capfdbinary.readouterr()
    return stopped.value.code, [json.loads(line) for line in out.splitlines()], err.decode()


def evaluate(capfdbinary, file, *more):
    return run(capfdbinary, "evaluate", "--facts", file, "--on", "2020-05-03", "--json", *more)


def test_an_answer_has_the_fields_of_the_interface(capfdbinary, tmp_path):
    code, (answer,), err = evaluate(capfdbinary, file_of(tmp_path, a_fact()))
    assert (code, err) == (0, "")
    assert list(answer) == [
        "person", "on", "state", "rule", "eligible_from", "expected_from", "target_groups", "conflict", "residence",
        "periods", "policy", "explanation",
    ]  # fmt: skip
    assert (answer["state"], answer["rule"], answer["policy"]) == ("ELIGIBLE", "R2a", "norddjurs-2020")
    assert all(list(reason) == ["code", "da", "en", "facts"] for reason in answer["explanation"])


@pytest.mark.parametrize("order", [("a", "b", "c"), ("c", "a", "b"), ("b", "a", "b", "c", "a")])
def test_persons_come_sorted_and_whole_in_whatever_order_their_facts_lie(capfdbinary, tmp_path, order):
    facts = [
        a_fact(person=person, record_key=f"k{number}", fact_id=f"f{number}", first_day=f"2020-02-0{number + 1}")
        for number, person in enumerate(order)
    ]
    _, answers, _ = evaluate(capfdbinary, file_of(tmp_path, *facts))
    assert [answer["person"] for answer in answers] == ["a", "b", "c"]
    firsts = {person: min(fact["first_day"] for fact in facts if fact["person"] == person) for person in "abc"}
    for answer in answers:
        assert answer["periods"][0]["first_day"] == firsts[answer["person"]].replace("-02-", "-05-")


def test_who_has_only_withdrawn_or_further_facts_gets_an_answer_and_who_was_not_heard_of_gets_none(
    capfdbinary, tmp_path
):
    facts = [
        a_fact(person="a", withdrawn=True),
        a_fact(person="b", kind="Meeting"),
        a_fact(person="c", received_at="2020-03-01T00:00:00.000001Z"),
        a_fact(person="d", received_at="2020-03-01T01:00:00+01:00"),
        a_fact(person=..., kind="ShortageArea"),
        a_fact(person=None, kind="JobOrder"),
    ]
    file = file_of(tmp_path, *facts)
    _, answers, _ = evaluate(capfdbinary, file, "--known-at", "2020-03-01T00:00:00Z")
    assert [answer["person"] for answer in answers] == ["a", "b", "d"]
    assert [answer["state"] for answer in answers] == ["NOT_ELIGIBLE", "NOT_ELIGIBLE", "ELIGIBLE"]


def test_standard_input_is_read_like_a_file():
    command = [sys.executable, "-m", "branchespor", "evaluate", "--facts", "-", "--on", "2020-05-03", "--json"]
    facts = "".join(json.dumps(a_fact(person=person)) + "\n" for person in "ba")
    done = subprocess.run(command, input=facts, capture_output=True, text=True, check=True)
    assert [json.loads(line)["person"] for line in done.stdout.splitlines()] == ["a", "b"]


def test_people_read_the_explanation_in_danish(capfdbinary, tmp_path):
    with pytest.raises(SystemExit):
        main(["evaluate", "--facts", file_of(tmp_path, a_fact()), "--on", "2020-05-03"])
    assert "Du er omfattet af et branchespor fra den 3. maj 2020." in capfdbinary.readouterr().out.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"kind": "TargetGroup"}, "kind", id="unknown-kind"),
        pytest.param({"kind": "IdentityChange"}, "kind", id="an-identity-change-is-no-fact"),
        pytest.param({"kind": ...}, "kind", id="no-kind"),
        pytest.param({"kind": ["TargetGroupSpell"]}, "kind", id="a-list-of-kinds"),
        pytest.param({"fact_id": ...}, "fact_id", id="no-fact-id"),
        pytest.param({"person": 17}, "person", id="a-number-for-a-person"),
        pytest.param({"person": None}, "person", id="null-for-a-person"),
        pytest.param({"source": None}, "source", id="null-for-a-source"),
        pytest.param({"record_key": ...}, "record_key", id="no-record-key"),
        pytest.param({"recorded_at": "2020-01-16T05:00:00"}, "recorded_at", id="a-timestamp-without-a-zone"),
        pytest.param({"received_at": "2020-01-16 05:00:00Z"}, "received_at", id="a-timestamp-with-a-blank"),
        pytest.param({"received_at": "2020-01-16T05:00:00.1234567Z"}, "received_at", id="seven-decimals"),
        pytest.param({"received_at": "2020-02-30T05:00:00Z"}, "received_at", id="a-timestamp-on-30-february"),
        pytest.param({"received_at": "2020-01-16T25:00:00Z"}, "received_at", id="twenty-five-o-clock"),
        pytest.param({"received_at": "2020-01-16T05:00:00+0100"}, "received_at", id="a-zone-without-colon"),
        pytest.param({"received_at": "20200116T050000Z"}, "received_at", id="the-basic-form"),
        pytest.param({"received_at": 1579150800}, "received_at", id="seconds-since-1970"),
        pytest.param({"withdrawn": "false"}, "withdrawn", id="text-for-a-truth"),
        pytest.param({"withdrawn": 0}, "withdrawn", id="zero-for-false"),
        pytest.param({"withdrawn": None}, "withdrawn", id="null-for-false"),
        pytest.param({"target_group": "RETIRED"}, "target_group", id="unknown-group"),
        pytest.param({"target_group": {}}, "target_group", id="an-object-for-a-group"),
        pytest.param({"first_day": ...}, "first_day", id="no-first-day"),
        pytest.param({"first_day": None}, "first_day", id="null-for-a-first-day"),
        pytest.param({"first_day": "2021-02-29"}, "first_day", id="29-february-of-an-ordinary-year"),
        pytest.param({"first_day": "20200203"}, "first_day", id="a-day-without-hyphens"),
        pytest.param({"first_day": "2020-2-3"}, "first_day", id="a-day-without-zeros"),
        pytest.param({"first_day": "2020-W06-1"}, "first_day", id="a-week-day"),
        pytest.param({"first_day": "1899-12-31"}, "first_day", id="before-1900"),
        pytest.param({"last_day": "2200-01-01"}, "last_day", id="after-2199"),
        pytest.param({"last_day": "9999-12-31"}, "last_day", id="a-far-end-is-null"),
        pytest.param({"last_day": "2020-02-02"}, "last_day", id="ends-before-it-begins"),
        pytest.param({"last_day": "2020-02-02", "withdrawn": True}, "last_day", id="a-withdrawn-one-is-checked-too"),
        pytest.param(JOB | {"employment": "FLEX"}, "employment", id="unknown-employment"),
        pytest.param(JOB | {"weekly_hours": -1}, "weekly_hours", id="hours-below-zero"),
        pytest.param(JOB | {"weekly_hours": True}, "weekly_hours", id="a-truth-is-no-number"),
        pytest.param(JOB | {"weekly_hours": "37"}, "weekly_hours", id="text-for-hours"),
        pytest.param(LEAVE | {"absence": "VACATION"}, "absence", id="unknown-absence"),
        pytest.param(LEAVE | {"benefit_paid": ...}, "benefit_paid", id="no-benefit-paid"),
        pytest.param(LEAVE | {"benefit_paid": "no"}, "benefit_paid", id="text-for-benefit-paid"),
        pytest.param({"kind": "ResidenceSpell", "municipality": 707}, "municipality", id="a-number-for-a-municipality"),
        pytest.param({"kind": "ResidenceSpell", "municipality": "707"}, "municipality", id="three-digits"),
        pytest.param({"kind": "ResidenceSpell", "municipality": "٠٧٠٧"}, "municipality", id="other-digits"),
        pytest.param({"kind": "DagpengePeriod"}, "placed_on", id="no-placed-on"),
        pytest.param({"kind": "DeclaredReady"}, "day", id="no-day"),
        pytest.param({"kind": "PersonStatus", "status": "ALIVE", "day": "2020-01-01"}, "status", id="unknown-status"),
        pytest.param({"kind": "IntegrationPeriod", "programme_start": 3}, "programme_start", id="a-number-for-a-day"),
        pytest.param({"kind": "Meeting", "received_at": "now"}, "received_at", id="common-fields-of-further-kinds"),
    ],
)
@pytest.mark.parametrize("command", ["evaluate", "simulate"])
def test_a_wrong_fact_is_refused_with_its_line_and_field(capfdbinary, tmp_path, command, changes, field):
    file = file_of(tmp_path, a_fact(), a_fact(**changes))
    days = ["--on", "2020-05-03"] if command == "evaluate" else ["--from", "2020-05-03", "--until", "2020-05-04"]
    code, printed, err = run(capfdbinary, command, "--facts", file, *days, "--json")
    assert (code, printed) == (2, [])
    assert err.count("\n") == 1
    assert f"line 2, field {field}:" in err


@pytest.mark.parametrize(
    "line", ["[]\n", "3\n", "\n", "{\n", '{"a": NaN}\n', '"text"\n', "[" * 100_000 + "\n", "{} {}\n"]
)
def test_what_is_no_json_object_is_refused_with_its_line(capfdbinary, tmp_path, line):
    code, printed, err = evaluate(capfdbinary, file_of(tmp_path, a_fact(), line + "\n"))
    assert (code, printed) == (2, [])
    assert "line 2" in err


def test_bytes_that_are_no_text_are_refused(capfdbinary, tmp_path):
    file = tmp_path / "facts.jsonl"
    file.write_bytes(b'{"kind": "\xff"}\n')
    code, _, err = evaluate(capfdbinary, str(file))
    assert code == 2
    assert "line 1" in err


@pytest.mark.parametrize(
    "changes",
    [
        {"extra": {"deep": [1, 2]}},
        {"withdrawn": False},
        {"last_day": ...},
        {"last_day": "2020-02-03"},
        {"first_day": "1900-01-01", "last_day": "2199-12-31"},
        {"received_at": "2020-01-16t05:00:00z"},
        {"received_at": "2020-01-16T05:00:00.123456-03:30"},
        {"received_at": "9999-12-31T23:59:59-14:00"},
        {"person": "\ud800"},
        JOB | {"weekly_hours": 0},
        JOB | {"weekly_hours": 36.9},
        JOB | {"weekly_hours": 10**400},
        {"kind": "IntegrationPeriod", "target_group": ...},
        {"kind": "TrackDecision", "day": "never"},
    ],
)
@pytest.mark.parametrize("command", ["evaluate", "simulate"])
def test_a_right_fact_is_taken(capfdbinary, tmp_path, command, changes):
    days = (
        ["--on", "2020-05-03"] if command == "evaluate" else ["--from", "2020-05-03", "--until", "2020-05-04", "--all"]
    )
    code, _, err = run(capfdbinary, command, "--facts", file_of(tmp_path, a_fact(**changes)), *days, "--json")
    assert (code, err) == (0, "")


def test_the_quick_check_says_yes_to_nothing_that_the_table_refuses():
    """Every field of every kind in turn replaced by values of every sort."""
    own = {
        "employment": "ORDINARY", "absence": "OTHER", "benefit_paid": True, "municipality": "0707",
        "placed_on": "2020-01-01", "day": "2020-01-01", "status": "DEAD", "weekly_hours": 37,
    }  # fmt: skip
    values = [..., None, True, 0, 1, -1, 36.5, "", "x", "0707", "2020-01-01", "2020-02-30", "1890-01-01", [], {}]
    refused = 0
    kinds = ["TargetGroupSpell", "EmploymentSpell", "AbsenceSpell", "ResidenceSpell", "DagpengePeriod", *FURTHER_KINDS]
    for kind in kinds:
        whole = a_fact(**own, kind=kind)
        for field in whole:
            for value in values:
                record = {key: each for key, each in (whole | {field: value}).items() if each is not ...}
                try:
                    read(json.dumps(record).encode(), 1)
                except WrongFact:
                    refused += 1
                    assert not is_plainly_right(record)
    assert refused > 500


@pytest.mark.parametrize(
    "arguments",
    [
        ["--on", "2020-13-01"],
        ["--on", "1850-01-01"],
        ["--on", "2020-05-03", "--known-at", "2020-05-03"],
        ["--on", "2020-05-03", "--known-at", "2020-05-03T00:00:00"],
        ["--on", "2020-05-03", "--policy", "none.yaml"],
        [],
    ],
)
def test_wrong_use_of_evaluate_is_exit_2(capfdbinary, tmp_path, arguments):
    code, printed, err = run(capfdbinary, "evaluate", "--facts", file_of(tmp_path, a_fact()), *arguments, "--json")
    assert (code, printed) == (2, [])
    assert err


def test_a_file_that_is_not_there_is_exit_2(capfdbinary, tmp_path):
    code, _, err = evaluate(capfdbinary, str(tmp_path / "none.jsonl"))
    assert code == 2
    assert "--facts" in err


def test_a_wrong_policy_file_is_exit_2_with_its_key(capfdbinary, tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text("policies: [{version: a, valid_form: 2020-01-01}]", encoding="utf-8")
    code, _, err = evaluate(capfdbinary, file_of(tmp_path, a_fact()), "--policy", str(policy))
    assert code == 2
    assert "valid_form" in err


def test_simulate_prints_the_journal_with_ten_keys_a_line(capfdbinary, tmp_path):
    facts = [a_fact(person="b"), a_fact(person="a", received_at="2020-06-10T22:30:00Z")]
    days = ["--from", "2020-04-01", "--until", "2020-07-01"]
    code, lines, _ = run(capfdbinary, "simulate", "--facts", file_of(tmp_path, *facts), *days, "--json")
    assert code == 0
    assert [(line["person"], line["number"], line["detected_day"]) for line in lines] == [
        ("a", 1, "2020-06-11"),
        ("b", 1, "2020-05-03"),
    ]
    assert lines[1] == {
        "person": "b", "number": 1, "milestone": "ELIGIBLE", "effective_day": "2020-05-03",
        "detected_day": "2020-05-03", "course": 1, "rule": "R2a", "old": None, "new": None, "reason": None,
    }  # fmt: skip
    _, every, _ = run(capfdbinary, "simulate", "--facts", file_of(tmp_path, *facts), *days, "--all", "--json")
    assert [line["milestone"] for line in every] == ["TARGET_GROUP_CHANGED", "ELIGIBLE"] * 2
    assert every[0]["details"] == {"old_groups": [], "new_groups": ["CASH_JOB_READY"]}


def test_simulate_refuses_an_end_before_the_start(capfdbinary, tmp_path):
    days = ["--from", "2020-05-03", "--until", "2020-05-02"]
    code, _, err = run(capfdbinary, "simulate", "--facts", file_of(tmp_path, a_fact()), *days, "--json")
    assert code == 2
    assert "--until" in err


def test_the_example_files_give_their_lines_through_the_command(capfdbinary, tmp_path):
    for line in (SAMPLES / "journal-examples.jsonl").read_text(encoding="utf-8").splitlines():
        example = json.loads(line)
        days = ["--from", example["from"], "--until", example["until"]]
        file = file_of(tmp_path, *example["facts"])
        assert run(capfdbinary, "simulate", "--facts", file, *days, "--json") == (0, example["expect"], "")


def test_a_sorted_file_is_read_one_citizen_at_a_time():
    """The memory held does not grow with the file."""

    def lines(persons):
        for person in range(persons):
            for number in range(5):
                yield json.dumps(a_fact(person=f"{person:09d}", record_key=f"k{number}")).encode()

    def peak(persons):
        tracemalloc.start()
        assert sum(len(records) for _, records in in_order(lines(persons))) == persons * 5
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return held

    peak(10)
    assert peak(2000) < 2 * peak(200) + 50_000
