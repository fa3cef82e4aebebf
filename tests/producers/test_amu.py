"""amu: every check and trap of its page, on files of a few rows."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from branchespor.intake.pipeline import discard, handle
from producers.delivery import Delivery, Outcome
from producers.memory import InMemory
from producers.vault import InMemoryVault
from schemas.facts import to_json
from validation.rows import check_rows

HEADER = "INSTNR;TILMNR;PNR;KURSKOD;UDD;FKB;STARTTP;SLUTTP;AFSLUTN;SELVVALG;FORLOEB"
COLUMNS = HEADER.split(";")
APRIL, AUGUST, JANUARY = "2019K3_2020K2_20200416140211", "2019K4_2020K3_20200818080000", "2019K2_2020K1_20200117101500"


def row(**changed: str) -> str:
    values = {
        "INSTNR": "907001",
        "TILMNR": "H0000101",
        "PNR": "6101900018",
        "KURSKOD": "47136",
        "UDD": "4443",
        "FKB": "",
        "STARTTP": "2020-03-02",
        "SLUTTP": "2020-03-06",
        "AFSLUTN": "1",
        "SELVVALG": "N",
        "FORLOEB": "BS-000017",
    }
    return ";".join((values | changed)[column] for column in COLUMNS)


def text(*rows: str, header: str = HEADER, end: str = "\n") -> str:
    return end.join([header, *rows, ""])


class School:
    """One institution's deliveries in order, on an empty ledger."""

    def __init__(self, partner: str = "907001") -> None:
        self.memory, self.vault, self.partner = InMemory(), InMemoryVault(), partner

    def delivery(self, content: str | bytes, window: str, name: str | None) -> Delivery:
        data = content if isinstance(content, bytes) else content.encode()
        return Delivery(
            feed="amu",
            partner=self.partner,
            file_name=name or f"AMU_{self.partner}_{window}.csv",
            data=data,
            sha256=hashlib.sha256(data).hexdigest(),
            received_at=datetime(2020, 4, 16, 13, tzinfo=UTC),
        )

    def sends(self, content: str | bytes, window: str = APRIL, *, name: str | None = None, **more: Any) -> Outcome:
        return handle(self.delivery(content, window, name), self.memory, self.vault, check_rows, **more)


def sent(*rows: str) -> Outcome:
    return School().sends(text(*rows))


def faults(outcome: Outcome) -> list[tuple[str, int | None, str | None]]:
    listed: Sequence[dict[str, Any]] = outcome.receipt["faults"]  # type: ignore[assignment]
    return [(fault["code"], fault["line"], fault["column"]) for fault in listed]


def counts(outcome: Outcome) -> dict[str, int]:
    found: dict[str, int] = outcome.receipt["counts"]  # type: ignore[assignment]
    return {name: count for name, count in found.items() if count}


def said(outcome: Outcome) -> list[tuple[int, str, bool]]:
    return [(each.line, str(to_json(each.fact)["enrolment"]), each.fact.withdrawn) for each in outcome.facts]


@pytest.mark.parametrize(
    ("content", "expected", "rows"),
    [
        pytest.param("", ("F01", None, None), 0, id="an-empty-file-in-the-holiday"),
        pytest.param("﻿\n ", ("F01", None, None), 0, id="a-mark-and-white-space"),
        pytest.param(b"%PDF-1.7", ("F02", None, None), 0, id="a-pdf"),
        pytest.param(text(row(FKB="ø")).encode("latin-1"), ("F03", 2, None), 0, id="latin-1"),
        pytest.param(text(row(), header=HEADER.replace(";UDD", "")), ("F04", 1, "UDD"), 0, id="a-column-missing"),
        pytest.param(text(row(), header=HEADER + ";UDD"), ("F04", 1, "UDD"), 0, id="a-column-twice"),
        pytest.param(text(row(), header=HEADER.replace("UDD;FKB", "FKB;UDD")), ("F04", 1, "UDD"), 0, id="out-of-place"),
        pytest.param(text(row(), header=HEADER + ";EXTRA"), ("F04", 1, None), 0, id="an-unknown-column"),
        pytest.param(text(row(), header=HEADER.replace("PNR", "CPR")), ("F04", 1, "PNR"), 0, id="a-column-renamed"),
        pytest.param(text(row()).replace(";", "\t"), ("F04", 1, None), 0, id="another-separator"),
        pytest.param(text(row(), row(UDD='"4443')), ("F05", 3, None), 0, id="a-quote-never-closed"),
        pytest.param(text(row(), row())[:-20], ("F05", 3, None), 0, id="cut-in-the-last-row"),
    ],
)
def test_a_broken_file_is_refused(content: str | bytes, expected: tuple[Any, ...], rows: int) -> None:
    outcome = School().sends(content)

    assert faults(outcome) == [expected]
    assert counts(outcome) == ({"rows": rows, "rejected": rows} if rows else {})


@pytest.mark.parametrize(
    ("partner", "name", "code"),
    [
        ("907001", f"AMU_907002_{APRIL}.csv", "F07"),
        ("907003", f"AMU_907003_{APRIL}.csv", "F07"),
        ("907011", f"AMU_907011_{APRIL}.csv", "F07"),
        ("907001", f"AMU_907001_{APRIL}.txt", "F07"),
        ("907001", "AMU_907001_2019K3_2020K2_20200416240000.csv", "F07"),
        ("907001", "AMU_907001_2019K2_2020K1_20200329023000.csv", "F07"),
        ("907001", "AMU_907001_2020K1_2020K4_20201025023000.csv", "F07"),
        ("907001", "AMU_907001_2019K4_2020K2_20200416140211.csv", "F09"),
        ("907001", "AMU_907001_2019K4_2020K3_20200416140211.csv", "F09"),
        ("907001", "AMU_907001_2019K1_2019K4_20200416140211.csv", "F09"),
    ],
)
def test_a_name_or_window_that_cannot_be_is_refused_with_its_rows(partner: str, name: str, code: str) -> None:
    outcome = School(partner).sends(text(row(), row()), name=name)

    assert faults(outcome) == [(code, None, None)]
    assert counts(outcome) == {"rows": 2, "rejected": 2}


def test_the_quarter_before_the_day_of_the_file_is_a_window_too_and_the_receipt_names_it() -> None:
    outcome = School().sends(text(row()), "2019K2_2020K1_20200416140211")

    assert outcome.receipt["verdict"] == "accepted"
    assert outcome.receipt["period"] == {"from": "2019-04-01", "to": "2020-03-31"}


def test_a_refused_file_is_named_by_window_and_moment_where_its_name_tells_them() -> None:
    refused = School().sends("")

    assert refused.receipt["period"] == {"from": "2019-07-01", "to": "2020-06-30"}
    assert refused.receipt["sequence"] == 20200416140211
    assert School().sends("", name="AMU_907001_2019K1_9999K4_20200416140211.csv").receipt["period"] is None
    assert School().sends("", name="x.csv").receipt["sequence"] is None


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_of_only_separators_are_no_rows_and_a_missing_last_line_end_is_no_fault(end: str) -> None:
    content = text(row(), ";;;;;;;;;;", " ; ", "", row(TILMNR="H0000102"), end=end).removesuffix(end)

    assert counts(School().sends(content)) == {"rows": 2, "accepted": 2}


def test_a_header_alone_is_held_and_ends_nobodys_training() -> None:
    school = School()
    school.sends(text(row()), JANUARY)
    held = school.sends(text())

    assert faults(held) == [("H05", None, None)]
    assert (counts(held), held.facts) == ({}, ())


def test_the_mark_is_a_notice_and_quotes_and_blank_words_are_read() -> None:
    quoted = ";".join(f' "{field}" ' for field in row(FKB="ukendt", FORLOEB="n/a").split(";"))
    outcome = School().sends("\ufeff" + text(quoted))

    assert faults(outcome) == [("N05", 1, None)]
    assert to_json(outcome.facts[0].fact)["track"] is None


def test_tid_rises_strictly_and_til_never_goes_back() -> None:
    school = School()
    school.sends(text(row()))

    assert faults(school.sends(text(row(), ""))) == [("F12", None, None)]
    assert counts(school.sends(text(row(), ""), "2019K2_2020K1_20200417140211")) == {"rows": 1, "rejected": 1}
    assert school.sends(text(row(), ""), "2019K3_2020K2_20200416140212").receipt["verdict"] == "accepted"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"INSTNR": "90700"}, [("R09", "INSTNR")]),
        ({"INSTNR": "907002"}, [("R16", "INSTNR")]),
        ({"INSTNR": "907002", "UDD": "x"}, [("R16", "INSTNR"), ("R09", "UDD")]),
        ({"INSTNR": "907011"}, []),
        ({"TILMNR": "h0000101"}, [("R10", "TILMNR")]),
        ({"TILMNR": "H0000101-0"}, [("R10", "TILMNR")]),
        ({"TILMNR": "-"}, [("R02", "TILMNR")]),
        ({"PNR": "6,1E+09"}, [("R03", "PNR")]),
        ({"PNR": "610190001"}, [("R03", "PNR")]),
        ({"PNR": "0101900018"}, [("R05", "PNR")]),
        ({"PNR": "610190XX12"}, [("R04", "PNR")]),
        ({"PNR": "NULL"}, [("R02", "PNR")]),
        ({"KURSKOD": "4713"}, [("R09", "KURSKOD")]),
        ({"KURSKOD": "٤7136"}, [("R09", "KURSKOD")]),
        ({"UDD": "44\x1f4"}, [("R10", "UDD")]),
        ({"FKB": "27888"}, [("R09", "FKB")]),
        ({"FKB": "x" * 201}, [("R10", "FKB")]),
        ({"STARTTP": "02-03-2020"}, [("R06", "STARTTP")]),
        ({"STARTTP": "20200302"}, [("R06", "STARTTP")]),
        ({"STARTTP": "2020-02-30"}, [("R06", "STARTTP")]),
        ({"SLUTTP": "9999-12-31"}, [("R12", "SLUTTP")]),
        ({"SLUTTP": "2020-03-01"}, [("R07", "SLUTTP")]),
        ({"STARTTP": "2019-03-03", "SLUTTP": "2020-03-02"}, []),
        ({"STARTTP": "2019-03-02", "SLUTTP": "2020-03-02"}, [("R12", "SLUTTP")]),
        ({"SLUTTP": "2020-04-16"}, []),
        ({"SLUTTP": "2020-04-17"}, [("R12", "SLUTTP")]),
        ({"SLUTTP": "2020-04-17", "AFSLUTN": "0"}, []),
        ({"SLUTTP": "2020-04-17", "AFSLUTN": "9"}, []),
        ({"SLUTTP": "2020-04-17", "AFSLUTN": "7"}, []),
        ({"STARTTP": "2019-05-06", "SLUTTP": "2019-06-30"}, [("R12", "STARTTP")]),
        ({"STARTTP": "2019-05-06", "SLUTTP": "2019-07-01"}, []),
        ({"STARTTP": "2020-07-01", "SLUTTP": "2020-07-02", "AFSLUTN": "0"}, [("R12", "STARTTP")]),
        ({"AFSLUTN": "6"}, [("R09", "AFSLUTN")]),
        ({"AFSLUTN": "8"}, [("R09", "AFSLUTN")]),
        ({"AFSLUTN": "8", "STARTTP": "2018-12-03", "SLUTTP": "2018-12-31"}, [("R12", "STARTTP")]),
        ({"AFSLUTN": "8", "SLUTTP": "x"}, [("R06", "SLUTTP")]),
        ({"SELVVALG": "j"}, [("R09", "SELVVALG")]),
        ({"FORLOEB": "BS-17"}, [("R10", "FORLOEB")]),
        ({"FORLOEB": "ukendt"}, []),
    ],
)
def test_a_row_has_one_fault_a_column_in_column_order(changed: dict[str, str], expected: list[tuple[str, str]]) -> None:
    outcome = sent(row(TILMNR="H0000999"), row(**changed))

    assert faults(outcome) == [(code, 3, column) for code, column in expected]


def test_a_field_too_few_or_too_many_is_R01_alone() -> None:
    assert faults(sent(row().rsplit(";", 1)[0], row() + ";")) == [("R01", 2, None), ("R01", 3, None)]


def test_a_separator_in_quotes_is_text() -> None:
    assert faults(sent(row(UDD='"4;3"'))) == [("R09", 2, "UDD")]


def test_one_enrolment_with_two_contents_is_a_conflict_with_one_content_a_repeat() -> None:
    conflict = sent(row(), row(UDD="5166"), row())
    repeat = sent(row(PNR="610190-0018"), row(UDD=" 4443 "), row())

    assert faults(conflict) == [("R11", line, "TILMNR") for line in (2, 3, 4)]
    assert faults(repeat) == [("N02", 2, "PNR"), ("N01", 3, "TILMNR"), ("N01", 4, "TILMNR")]
    assert counts(repeat) == {"rows": 3, "accepted": 1, "duplicate": 2}


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("0", "ONGOING"),
        ("1", "COMPLETED"),
        ("2", "COMPLETED"),
        ("3", "COMPLETED"),
        ("4", "COMPLETED"),
        ("5", "NOT_COMPLETED"),
        ("7", None),
        ("9", "CANCELLED"),
    ],
)
def test_the_outcome_is_of_the_course(code: str, outcome: str | None) -> None:
    fact = to_json(sent(row(AFSLUTN=code)).facts[0].fact)

    assert (fact["outcome"], fact["track"], fact["recorded_at"]) == (outcome, "BS-000017", "2020-04-16T12:02:11.000Z")


def test_code_8_of_an_old_course_in_an_old_window_is_completed() -> None:
    outcome = School().sends(
        text(row(AFSLUTN="8", STARTTP="2018-12-03", SLUTTP="2018-12-31")), "2018K2_2019K1_20190116140211"
    )

    assert to_json(outcome.facts[0].fact)["outcome"] == "COMPLETED"


def test_the_same_course_again_is_unchanged_and_a_new_end_is_a_version() -> None:
    school = School()
    school.sends(text(row(AFSLUTN="0", SLUTTP="2020-03-27")), JANUARY)

    assert counts(school.sends(text(row(AFSLUTN="0", SLUTTP="2020-03-27"), ""))) == {"rows": 1, "unchanged": 1}
    ended = school.sends(text(row(AFSLUTN="5", SLUTTP="2020-03-10")), AUGUST)
    assert [to_json(each.fact)["last_day"] for each in ended.facts] == ["2020-03-10"]


def test_silence_withdraws_what_has_a_day_in_the_window_and_nothing_else() -> None:
    school = School()
    slid_out = row(TILMNR="H0000102", STARTTP="2019-06-24", SLUTTP="2019-06-28")
    school.sends(text(row(AFSLUTN="0"), slid_out, row(TILMNR="H0000103", AFSLUTN="0")), JANUARY)
    outcome = school.sends(text(row(TILMNR="H0000103", SLUTTP="bad")))
    back = school.sends(text(row(), row(TILMNR="H0000103", AFSLUTN="0")), AUGUST)

    assert said(outcome) == [(0, "H0000101", True)]
    assert faults(outcome) == [("R06", 2, "SLUTTP")]
    assert said(back) == [(2, "H0000101", False)]


@pytest.mark.parametrize("unreadable", [row(TILMNR=""), row(TILMNR="x"), row(TILMNR="H0000\x00"), row() + ";"])
def test_a_row_whose_enrolment_cannot_be_read_silences_silence(unreadable: str) -> None:
    school = School()
    school.sends(text(row(AFSLUTN="0")), JANUARY)
    outcome = school.sends(text(row(TILMNR="H0000105"), unreadable))

    assert said(outcome) == [(2, "H0000105", False)]
    assert said(school.sends(text(row(TILMNR="H0000105"), ""), AUGUST)) == [(0, "H0000101", True)]


def test_an_enrolment_of_another_person_is_withdrawn_for_one_and_new_for_the_other() -> None:
    school = School()
    school.sends(text(row(AFSLUTN="0")), JANUARY)
    outcome = school.sends(text(row(AFSLUTN="0", PNR="7205851234")))

    assert said(outcome) == [(2, "H0000101", True), (2, "H0000101", False)]
    assert counts(outcome) == {"rows": 1, "accepted": 1}


def test_the_parts_of_a_split_course_are_statements_of_their_own() -> None:
    assert said(sent(row(), row(TILMNR="H0000101-2"))) == [(2, "H0000101", False), (3, "H0000101-2", False)]


# --- held ---------------------------------------------------------------------------------------------------------


def many(count: int) -> list[str]:
    return [row(TILMNR=f"H{number:07d}", AFSLUTN="0") for number in range(count)]


def test_silence_that_would_withdraw_more_than_a_fifth_is_held_and_released_by_a_person() -> None:
    school = School()
    school.sends(text(*many(100)), JANUARY)
    before = {name: dict(document) for name, document in school.memory.all().items() if not name.startswith("frame/")}
    held = school.sends(text(*many(79)))
    unchanged = {name: document for name, document in school.memory.all().items() if not name.startswith("frame/")}
    again = school.sends(text(*many(79)))
    released = school.sends(text(*many(79)), release=True)

    assert (faults(held), counts(held), held.receipt["final"]) == (
        [("H02", None, None)],
        {"rows": 79, "waiting": 79},
        False,
    )
    assert unchanged == before
    assert again.receipt["verdict"] == "duplicate"
    assert (released.receipt["verdict"], len(released.facts)) == ("accepted", 21)
    assert released.receipt["receipt_id"] not in (held.receipt["receipt_id"], again.receipt["receipt_id"])


def test_a_fifth_or_twenty_withdrawals_are_not_held() -> None:
    school = School()
    school.sends(text(*many(100)), JANUARY)
    assert len(school.sends(text(*many(80))).facts) == 20
    small = School()
    small.sends(text(*many(21)), JANUARY)
    assert len(small.sends(text(*many(1))).facts) == 20


def test_a_discarded_delivery_is_refused_and_the_next_follows_the_one_before() -> None:
    school = School()
    school.sends(text(*many(100)), JANUARY)
    content = text(*many(10))
    school.sends(content, AUGUST)
    discarded = discard(school.delivery(content, AUGUST, None), school.memory)

    assert (discarded.receipt["verdict"], discarded.receipt["final"]) == ("refused", True)
    assert counts(discarded) == {"rows": 10, "rejected": 10}
    assert school.sends(text(*many(99)), APRIL).receipt["verdict"] == "accepted"


def window(number: int) -> str:
    """The window of the first quarter of 2020, delivered on five days and more."""
    return f"2019K2_2020K1_202001{number:02d}101500"


def test_volume_is_judged_against_the_median_of_five_accepted_deliveries_and_no_sooner() -> None:
    school = School()
    volumes = [5, *[100] * 5]
    for number, volume in enumerate(volumes, start=1):
        school.sends(text(*many(volume)) + "\n" * number, window(number))
    low = school.sends(text(*many(39)), window(10))
    high = School()
    for number in range(1, 6):
        high.sends(text(*many(30)) + "\n" * number, window(number))

    assert faults(low) == [("H01", None, None), ("H02", None, None)]
    assert faults(high.sends(text(*many(91)), window(9))) == [("H01", None, None)]


def test_a_small_partner_may_vary() -> None:
    school = School()
    for number in range(1, 6):
        school.sends(text(*many(10)) + "\n" * number, window(number))

    assert school.sends(text(*many(60)), window(9)).receipt["verdict"] == "accepted"


def test_our_own_fault_holds_the_delivery_and_blames_nobody() -> None:
    def broken(*_: object) -> Any:
        raise RuntimeError("6101900018")

    school = School()
    outcome = handle(school.delivery(text(row()), APRIL, None), school.memory, school.vault, broken)

    assert (faults(outcome), outcome.receipt["verdict"]) == ([("H06", None, None)], "held")
    assert outcome.trouble is not None
    assert "6101900018" not in outcome.trouble
