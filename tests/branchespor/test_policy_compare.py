"""What a council asks before it changes the strategy: counts that are right, and from which nobody can be told."""

import json
from datetime import date
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from branchespor.cli import branchespor
from branchespor.policy_comparison import CHANGES, FEWEST, Counts, Moved, compare, counted, moved, shown, suppressed
from consumers.policy_file import PACKAGED, load, parse
from consumers.rules.detection import timeline_of
from consumers.rules.journal import courses_on
from tests.consumers.rules.histories import RECORDS, a_history

ON = date(2020, 12, 31)


def changed(**figures):
    """The packaged record with other figures in every version."""
    content = yaml.safe_load(PACKAGED.read_text(encoding="utf-8"))
    content["policies"] = [each | figures for each in content["policies"]]
    return content


def citizens(count, first_day="2020-02-03"):
    return [
        [
            {
                "kind": "TargetGroupSpell", "fact_id": f"f{n}", "person": f"p{n}", "source": "s", "record_key": f"k{n}",
                "recorded_at": "2020-02-04T05:00:00Z", "received_at": "2020-02-04T05:00:00Z",
                "target_group": "CASH_JOB_READY", "first_day": first_day, "last_day": None,
            }
        ]
        for n in range(count)
    ]  # fmt: skip


def test_a_shorter_wait_covers_earlier_by_group_and_month_of_the_present_policy():
    found = compare(citizens(7), load(), parse(changed(cash_effort_months=2)), ON)
    assert (found.citizens, found.differ) == (7, 7)
    assert found.totals == {"EARLIER": 7, "LATER": 0, "NEWLY": 0, "NO_LONGER": 0}
    [cell] = found.cells
    assert (cell.change, cell.groups, cell.month, cell.citizens) == ("EARLIER", ("CASH_JOB_READY",), "2020-05", 7)


def test_a_longer_wait_covers_later_and_a_much_longer_one_no_longer():
    assert compare(citizens(7), load(), parse(changed(cash_effort_months=4)), ON).totals["LATER"] == 7
    assert compare(citizens(7), load(), parse(changed(cash_effort_months=40)), ON).totals["NO_LONGER"] == 7
    assert compare(citizens(7), parse(changed(cash_effort_months=40)), load(), ON).totals["NEWLY"] == 7


def test_fewer_than_five_are_not_shown_anywhere():
    found = compare(citizens(4), load(), parse(changed(cash_effort_months=2)), ON)
    assert (found.citizens, found.differ, found.totals["EARLIER"]) == (None, None, None)
    assert [cell.citizens for cell in found.cells] == [None]


def test_a_small_cell_is_guarded_by_the_next_smallest():
    both = [*citizens(2), *citizens(8, "2020-03-03"), *citizens(20, "2020-04-03")]
    found = compare(both, load(), parse(changed(cash_effort_months=2)), ON)
    assert {cell.month: cell.citizens for cell in found.cells} == {"2020-05": None, "2020-06": None, "2020-07": 20}
    assert found.totals["EARLIER"] == 30


@pytest.mark.parametrize("seed", range(60))
def test_a_policy_compared_with_itself_changes_nothing(seed):
    policies = list(RECORDS.values())[seed % len(RECORDS)]
    assert list(moved(a_history(seed), policies, policies, ON)) == []


@pytest.mark.parametrize("seed", range(60))
def test_turned_around_earlier_is_later_and_newly_is_no_longer(seed):
    turned = {"EARLIER": "LATER", "LATER": "EARLIER", "NEWLY": "NO_LONGER", "NO_LONGER": "NEWLY"}
    a, b = load(), parse(changed(cash_effort_months=1, insured_effort_months=2))
    forth, back = (sorted(each.change for each in moved(a_history(seed), *pair, ON)) for pair in ((a, b), (b, a)))
    assert sorted(turned[change] for change in forth) == back


@given(st.lists(st.integers(1, 12), max_size=8))
def test_nothing_hidden_follows_by_subtraction_from_the_total(counts):
    cells = {Moved("EARLIER", (f"G{n}",), "2020-05"): count for n, count in enumerate(counts)}
    hidden = suppressed(cells)
    assert {each for each, count in cells.items() if count < FEWEST} <= hidden
    # Either everything is hidden, and the total with it, or what is hidden together is no small number of one cell.
    assert not hidden or hidden == set(cells) or (len(hidden) > 1 and sum(cells[each] for each in hidden) >= FEWEST)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=12, unique=True), st.sampled_from(list(RECORDS)))
def test_before_anything_is_hidden_the_counts_add_up(seeds, name):
    a, b = RECORDS[name], parse(changed(cash_effort_months=1, insured_effort_months=2, bridge_gap_months=2))
    everybody = [a_history(seed) for seed in seeds]
    found = counted(everybody, a, b, ON)
    each = [list(moved(records, a, b, ON)) for records in everybody]
    assert (found.citizens, found.differ) == (len(seeds), sum(bool(some) for some in each))
    assert max(found.by_change.values(), default=0) <= found.differ <= sum(found.by_change.values())
    for change in CHANGES:
        cells = [count for cell, count in found.by_cell.items() if cell.change == change]
        assert max(cells, default=0) <= found.by_change.get(change, 0) <= sum(cells)
    for records, some in zip(everybody, each, strict=True):
        before, after = (len(courses_on(timeline_of(records, record), ON.toordinal())) for record in (a, b))
        kinds = [moved_.change for moved_ in some]
        assert after - before == kinds.count("NEWLY") - kinds.count("NO_LONGER")


@given(st.sampled_from(list(RECORDS)), st.lists(st.integers(0, 10**6), min_size=1, max_size=8))
def test_whoever_is_compared_a_policy_is_as_itself(name, seeds):
    found = counted([a_history(seed) for seed in seeds], RECORDS[name], RECORDS[name], ON)
    assert (found.differ, dict(found.by_change), dict(found.by_cell)) == (0, {}, {})


EARLIER, LATER = Moved("EARLIER", ("INSURED",), "2020-05"), Moved("LATER", ("INSURED",), "2020-06")
EARLIER_TOO = Moved("EARLIER", ("INSURED",), "2020-07")


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        pytest.param(
            Counts(7, 6, {"EARLIER": 6}, {EARLIER: 6}), {"citizens"}, id="one-citizen-whom-nothing-changes-for"
        ),
        pytest.param(
            Counts(90, 16, {"EARLIER": 8, "LATER": 9}, {EARLIER: 8, LATER: 9}),
            {"differ"},
            id="one-earlier-and-later-too",
        ),
        pytest.param(
            Counts(90, 12, {"EARLIER": 12}, {EARLIER: 6, EARLIER_TOO: 7}), {"total", "differ"}, id="one-in-two-months"
        ),
        pytest.param(Counts(90, 13, {"EARLIER": 13}, {EARLIER: 6, EARLIER_TOO: 7}), set(), id="nobody-is-left-over"),
    ],
)
def test_who_is_left_over_when_counts_are_taken_from_one_another_is_hidden(counts, hidden):
    found = shown(counts)
    told = {"citizens": found.citizens, "differ": found.differ, "total": found.totals["EARLIER"]}
    assert {name for name, count in told.items() if count is None} == hidden


def test_the_command_compares_a_file_and_prints_no_id(tmp_path: Path):
    (tmp_path / "b.yaml").write_text(yaml.safe_dump(changed(cash_effort_months=2)), encoding="utf-8")
    lines = [json.dumps(record) for records in citizens(9) for record in records]
    (tmp_path / "facts.jsonl").write_text("\n".join(lines), encoding="utf-8")
    arguments = ["policy", "compare", str(PACKAGED), str(tmp_path / "b.yaml"), "--facts", str(tmp_path / "facts.jsonl")]
    answer = CliRunner().invoke(branchespor, [*arguments, "--on", "2020-12-31", "--json"])
    assert json.loads(answer.stdout)["totals"]["EARLIER"] == 9
    text = CliRunner().invoke(branchespor, [*arguments, "--on", "2020-12-31"]).stdout
    assert "9 citizens on 2020-12-31; covered from another day: 9" in text
    assert "p1" not in text
    assert CliRunner().invoke(branchespor, arguments).exit_code == 2
