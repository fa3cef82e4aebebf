"""integration: every rule, check and trap of its page, on totals of a few rows."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from branchespor.intake.pipeline import handle
from producers.decoders.integration import partner_of
from producers.delivery import Delivery, Outcome
from producers.feeds import FEED_BY_NAME
from producers.memory import InMemory
from producers.vault import InMemoryVault
from schemas.facts import to_json
from validation.rows import check_rows

COLUMNS = ("Kommunenr", "Sagsid", "CPR-nummer", "Overtagelsesdato", "Programstart", "Slutdato", "Status", "Programtype")
HEADER = ";".join(COLUMNS)
MARK = "\ufeff"
EVA, BO, IDA = "6101900018", "7205851234", "6902784321"
WEEK_31, WEEK_32, WEEK_33 = "202031_20200727061500", "202032_20200803061500", "202033_20200810063000"


def row(case: str = "INT-00101", person: str = EVA, columns: Sequence[str] = COLUMNS, **changed: str) -> str:
    """A case in status 20; the columns of the tests' words: municipality, takeover, start, end, status, programme."""
    words = {
        "municipality": "Kommunenr",
        "takeover": "Overtagelsesdato",
        "start": "Programstart",
        "end": "Slutdato",
        "status": "Status",
        "programme": "Programtype",
    }
    values = {
        "Kommunenr": "0707",
        "Sagsid": case,
        "CPR-nummer": person,
        "Overtagelsesdato": "01-06-2020",
        "Programstart": "22-06-2020",
        "Slutdato": "",
        "Status": "20",
        "Programtype": "S",
    }
    values |= {words[word]: text for word, text in changed.items()}
    return ";".join(values.get(column, "x") for column in columns)


def total(*rows: str, header: str = HEADER, end: str = "\r\n") -> str:
    return MARK + end.join([header, *rows, ""])


class Unit:
    """The integration unit's totals in order, on an empty ledger."""

    def __init__(self) -> None:
        self.memory, self.vault = InMemory(), InMemoryVault()

    def sends(
        self, content: str | bytes, week: str = WEEK_31, *, municipality: str = "0707", name: str = "", **more: Any
    ) -> Outcome:
        data = content if isinstance(content, bytes) else content.encode()
        delivery = Delivery(
            feed="integration",
            partner="0707",
            file_name=name or f"INTEGRATION_{municipality}_{week}.csv",
            data=data,
            sha256=hashlib.sha256(data).hexdigest(),
            received_at=datetime(2020, 8, 3, 5, tzinfo=UTC),
        )
        return handle(delivery, self.memory, self.vault, check_rows, **more)


def sent(*rows: str, week: str = WEEK_31) -> Outcome:
    return Unit().sends(total(*rows), week)


def faults(outcome: Outcome) -> list[tuple[str, int | None, str | None]]:
    listed: Sequence[dict[str, Any]] = outcome.receipt["faults"]  # type: ignore[assignment]
    return [(fault["code"], fault["line"], fault["column"]) for fault in listed]


def others(outcome: Outcome) -> list[tuple[str, int | None, int | None]]:
    listed: Sequence[dict[str, Any]] = outcome.receipt["faults"]  # type: ignore[assignment]
    return [(fault["code"], fault["line"], fault["other_line"]) for fault in listed]


def counts(outcome: Outcome) -> dict[str, int]:
    found: dict[str, int] = outcome.receipt["counts"]  # type: ignore[assignment]
    return {name: count for name, count in found.items() if count}


def said(outcome: Outcome) -> list[tuple[int, str, str, str | None, str | None, bool]]:
    """Line, case, kind, first and last day, withdrawn."""
    found = []
    for each in outcome.facts:
        fact = to_json(each.fact)
        case = str(fact["record_key"]).partition("/")[0]
        found.append((each.line, case, each.fact.kind, fact["first_day"], fact["last_day"], each.fact.withdrawn))
    return found  # type: ignore[return-value]


def test_a_case_is_a_period_and_with_its_programme_a_target_group() -> None:
    outcome = sent(row(end="31-12-2020"))
    period, programme = (to_json(each.fact) for each in outcome.facts)
    person = period["person"]

    assert (period["kind"], programme["kind"]) == ("IntegrationPeriod", "TargetGroupSpell")
    assert {name: period[name] for name in ("first_day", "last_day", "programme_start")} == {
        "first_day": "2020-06-01",
        "last_day": "2020-12-31",
        "programme_start": "2020-06-22",
    }
    assert {name: programme[name] for name in ("target_group", "first_day", "last_day")} == {
        "target_group": "INTEGRATION_PROGRAMME",
        "first_day": "2020-06-22",
        "last_day": "2020-12-31",
    }
    for fact in (period, programme):
        assert fact["record_key"] == f"INT-00101/{person}"
        assert fact["source"] == "integration:0707"
        assert fact["recorded_at"] == "2020-07-27T04:15:00.000Z"


def test_without_programme_start_there_is_the_period_alone() -> None:
    assert [each.fact.kind for each in sent(row(start="", status="10")).facts] == ["IntegrationPeriod"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(row(status="30"), [], id="rests"),
        pytest.param(row(status="40", end="26-07-2020"), [], id="ended"),
        pytest.param(row(status="50", end="01-06-2020", start=""), [], id="moved-on-the-first-day"),
        pytest.param(row(status="90", takeover="x", start="y", end="z", programme="q"), [], id="90-is-not-read"),
        pytest.param(row(municipality="707"), [], id="three-digits"),
        pytest.param(row(municipality=""), [("R02", "Kommunenr")], id="no-municipality"),
        pytest.param(row(municipality="0751"), [("R16", "Kommunenr")], id="of-elsewhere"),
        pytest.param(row(municipality="751"), [("R16", "Kommunenr")], id="of-elsewhere-three-digits"),
        pytest.param(row(municipality="07"), [("R09", "Kommunenr")], id="two-digits"),
        pytest.param(row(municipality="Djurs"), [("R09", "Kommunenr")], id="a-name"),
        pytest.param(row(case="INT-0101"), [("R10", "Sagsid")], id="case-of-four-digits"),
        pytest.param(row(case="int-00101"), [("R10", "Sagsid")], id="case-in-lower-case"),
        pytest.param(row(case="INT-٠٠١٠١"), [("R10", "Sagsid")], id="case-of-arabic-digits"),
        pytest.param(row(case="n/a"), [("R02", "Sagsid")], id="case-is-a-word-for-blank"),
        pytest.param(row(person=""), [("R02", "CPR-nummer")], id="no-person"),
        pytest.param(row(person="720585123"), [("R03", "CPR-nummer")], id="nine-digits"),
        pytest.param(row(person="1,01165E+09"), [("R03", "CPR-nummer")], id="saved-as-number"),
        pytest.param(row(person="610190XX12"), [("R04", "CPR-nummer")], id="letters"),
        pytest.param(row(person="0000000000"), [("R04", "CPR-nummer")], id="zeros"),
        pytest.param(row(person="0101900018"), [("R05", "CPR-nummer")], id="not-synthetic"),
        pytest.param(row(takeover=""), [("R02", "Overtagelsesdato")], id="no-takeover"),
        pytest.param(row(takeover="2020-06-01"), [("R06", "Overtagelsesdato")], id="another-form"),
        pytest.param(row(takeover="31-06-2020"), [("R06", "Overtagelsesdato")], id="no-such-day"),
        pytest.param(row(takeover="01-06-20"), [("R06", "Overtagelsesdato")], id="two-digit-year"),
        pytest.param(row(takeover="01-01-0001"), [("R12", "Overtagelsesdato")], id="year-one"),
        pytest.param(row(takeover="31-12-9999"), [("R12", "Overtagelsesdato")], id="open-end-is-for-the-end"),
        pytest.param(row(takeover="27-09-2020", start="", status="10"), [], id="62-days-ahead"),
        pytest.param(
            row(takeover="28-09-2020", start="", status="10"), [("R12", "Overtagelsesdato")], id="63-days-ahead"
        ),
        pytest.param(
            row(takeover="28-09-2020", start="01-06-2020", end="01-06-2020", status="40"),
            [("R12", "Overtagelsesdato")],
            id="a-faulty-takeover-is-compared-with-nothing",
        ),
        pytest.param(row(start=""), [("R02", "Programstart")], id="running-without-start"),
        pytest.param(row(start="-"), [("R02", "Programstart")], id="running-with-a-dash"),
        pytest.param(row(start="32-07-2020"), [("R06", "Programstart")], id="no-such-start"),
        pytest.param(row(start="31-05-2020"), [("R07", "Programstart")], id="start-before-takeover"),
        pytest.param(row(start="01-06-2020"), [], id="start-with-takeover"),
        pytest.param(row(start="01-12-2020"), [], id="start-long-after-takeover"),
        pytest.param(row(end="31-12-9999"), [], id="open-end"),
        pytest.param(row(end="31-12-9999", status="40"), [("R02", "Slutdato")], id="open-end-is-blank"),
        pytest.param(row(status="50"), [("R02", "Slutdato")], id="moved-without-end"),
        pytest.param(row(status="40", end="31-05-2020", start=""), [("R07", "Slutdato")], id="end-before-takeover"),
        pytest.param(row(status="40", end="21-06-2020"), [("R07", "Slutdato")], id="end-before-start"),
        pytest.param(
            row(status="40", end="31-05-2020", start="30-05-2020"),
            [("R07", "Programstart"), ("R07", "Slutdato")],
            id="end-and-start-before-takeover",
        ),
        pytest.param(row(end="26-07-2020"), [("R07", "Slutdato")], id="end-passed-in-status-20"),
        pytest.param(row(end="26-07-2020", status="10"), [("R07", "Slutdato")], id="end-passed-in-status-10"),
        pytest.param(row(end="26-07-2020", status="30"), [("R07", "Slutdato")], id="end-passed-in-status-30"),
        pytest.param(row(end="27-07-2020"), [], id="end-today"),
        pytest.param(row(end="01-06-2026"), [], id="six-years"),
        pytest.param(row(end="02-06-2026"), [("R12", "Slutdato")], id="over-six-years"),
        pytest.param(row(end="01-01-2200"), [("R12", "Slutdato")], id="after-2199"),
        pytest.param(row(takeover="29-02-2016", end="28-02-2022", status="20"), [], id="six-years-from-a-leap-day"),
        pytest.param(row(takeover="29-02-2016", end="01-03-2022"), [("R12", "Slutdato")], id="a-day-over-from-leap"),
        pytest.param(row(status=""), [("R02", "Status")], id="no-status"),
        pytest.param(row(status="60"), [("R09", "Status")], id="unknown-status"),
        pytest.param(row(status="60", takeover="", end="26-07-2020"), [("R02", "Overtagelsesdato"), ("R09", "Status")]),
        pytest.param(row(programme="s"), [("R09", "Programtype")], id="lower-case"),
        pytest.param(row(programme="X"), [("R09", "Programtype")], id="unknown-programme"),
        pytest.param(row(programme="ukendt"), [], id="no-programme"),
        pytest.param(row(programme="P"), [("R09", "Programtype")], id="p-after-its-time"),
        pytest.param(row(programme="P", takeover="30-06-2019"), [], id="p-on-its-last-day"),
        pytest.param(row(programme="P", takeover="01-07-2019"), [("R09", "Programtype")], id="p-a-day-later"),
        pytest.param(row(programme="P", takeover="x"), [("R06", "Overtagelsesdato")], id="p-needs-a-day"),
        pytest.param(row(programme="S\x07"), [("R10", "Programtype")], id="bell"),
        pytest.param(row(programme="S\x00S"), [("R10", "Programtype")], id="nul"),
        pytest.param(row(programme="S\rI"), [("R10", "Programtype")], id="cr-alone-is-no-line-end"),
        pytest.param(row(programme="S" * 200), [("R09", "Programtype")], id="200-characters"),
        pytest.param(row(programme="S" * 200_000), [("R10", "Programtype")], id="200-kB"),
        pytest.param(row()[:-2], [("R01", None)], id="a-field-less"),
        pytest.param(row() + ";", [("R01", None)], id="a-field-more"),
        pytest.param(
            row("INT-1", "x", municipality="x", takeover="x", start="x", end="x", status="x", programme="x"),
            [
                ("R09", "Kommunenr"),
                ("R10", "Sagsid"),
                ("R03", "CPR-nummer"),
                ("R06", "Overtagelsesdato"),
                ("R06", "Programstart"),
                ("R06", "Slutdato"),
                ("R09", "Status"),
                ("R09", "Programtype"),
            ],
            id="all-of-them",
        ),
    ],
)
def test_a_row_has_these_faults(text: str, found: list[tuple[str, str | None]]) -> None:
    assert [each[::2] for each in faults(sent(row("INT-00999", IDA), text)) if each[1] == 3] == found


def test_faults_stand_in_the_contracts_order_whatever_the_files() -> None:
    columns = COLUMNS[::-1]
    content = total(row(takeover="x", programme="y", columns=columns), header=";".join(columns))

    assert [column for _, _, column in faults(Unit().sends(content))] == ["Overtagelsesdato", "Programtype"]


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("mark", [MARK, ""])
def test_mark_and_line_ends_are_no_news(mark: str, end: str) -> None:
    outcome = Unit().sends(mark + end.join([HEADER, row(), row("INT-00102", BO)]))

    assert (faults(outcome), counts(outcome)) == ([], {"rows": 2, "accepted": 2})


def test_columns_come_in_any_order_and_new_ones_are_never_stored() -> None:
    columns = ["Team", "Sagsid", "Note", *(name for name in COLUMNS if name != "Sagsid")]
    unit = Unit()
    outcome = unit.sends(total(row(columns=columns), row("INT-1", columns=columns), header=";".join(columns)))

    assert faults(outcome) == [("R10", 3, "Sagsid"), ("N04", 1, None)]
    assert said(outcome)[0][:3] == (2, "INT-00101", "IntegrationPeriod")
    assert outcome.rejected[0].raw == row("INT-1")
    assert faults(unit.sends(total(row(columns=columns) + ";y", header=";".join(columns)), WEEK_32))[0][0] == "R01"


def test_quotes_blanks_and_empty_lines_are_read_as_agreed() -> None:
    quoted = row(programme='"S"', person=' "6101900018" ', municipality="\u00a00707 ")
    outcome = sent(quoted, " ; ;\u00a0;", "", row("INT-00102", BO, programme=' "" '))

    assert (faults(outcome), counts(outcome)) == ([], {"rows": 2, "accepted": 2})


def test_a_separator_between_quotes_is_text() -> None:
    assert faults(sent(row(programme='"S;S"'))) == [("R09", 2, "Programtype")]


@pytest.mark.parametrize(
    ("content", "fault", "rows"),
    [
        pytest.param(b"", ("F01", None, None), 0, id="empty"),
        pytest.param(b"\xef\xbb\xbf \r\n", ("F01", None, None), 0, id="mark-and-blanks"),
        pytest.param(b"PK\x03\x04zip", ("F02", None, None), 0, id="xlsx"),
        pytest.param(total(row()).encode("utf-16"), ("F02", None, None), 0, id="utf-16"),
        pytest.param(total(row(programme="Ø")).encode("utf-8").replace(b"\xc3\x98", b"\xd8"), ("F03", 2, None), 0),
        pytest.param(total(row(), header=HEADER.replace(";Slutdato", "")), ("F04", 1, "Slutdato"), 0, id="missing"),
        pytest.param(total(row(), header=f"{HEADER};Sagsid"), ("F04", 1, "Sagsid"), 0, id="twice"),
        pytest.param(total(row(), header=HEADER.replace("Sagsid", "sagsid")), ("F04", 1, "Sagsid"), 0, id="lower-case"),
        pytest.param(total(row(), header=HEADER).replace(";", ","), ("F04", 1, None), 0, id="comma"),
        pytest.param(total(row(), header=HEADER).replace(";", "\t"), ("F04", 1, None), 0, id="tab"),
        pytest.param("\r\n" + total(row()), ("F04", 1, None), 0, id="header-on-line-2"),
        pytest.param("Sagsid\r\nINT-00101\r\n", ("F04", 1, "Kommunenr"), 0, id="one-known-column"),
        pytest.param("a;b\r\n1;2\r\n", ("F04", 1, "Kommunenr"), 0, id="columns-of-something-else"),
        pytest.param(total(row(), row(programme='"S')), ("F05", 3, None), 0, id="a-quote-never-closed"),
        pytest.param(total(row(), row())[:-20], ("F05", 3, None), 0, id="cut-in-the-last-row"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    content: str | bytes, fault: tuple[str, int | None, str | None], rows: int
) -> None:
    outcome = Unit().sends(content)

    assert (outcome.receipt["verdict"], faults(outcome)) == ("refused", [fault])
    assert counts(outcome) == {}
    assert outcome.receipt["sequence"] == 20200727061500
    assert outcome.receipt["period"] == {"from": "2020-07-27", "to": "2020-08-02"}


@pytest.mark.parametrize(
    ("week", "code"),
    [
        pytest.param("202031_20200727061500", None, id="its-week"),
        pytest.param("202030_20200727061500", None, id="the-week-before"),
        pytest.param("202030_20200803000000", "F09", id="monday-after-next"),
        pytest.param("202029_20200727061500", "F09", id="two-weeks-before"),
        pytest.param("202032_20200727061500", "F09", id="a-week-ahead"),
        pytest.param("202053_20210104061500", None, id="week-53-the-monday-after"),
        pytest.param("202153_20220103061500", "F09", id="a-week-53-that-does-not-exist"),
        pytest.param("202031_20200727240000", "F07", id="no-such-hour"),
        pytest.param("202031_20200732061500", "F07", id="no-such-day"),
        pytest.param("202013_20200329023000", "F07", id="skipped-when-clocks-go-forward"),
        pytest.param("202043_20201025023000", "F07", id="double-when-clocks-go-back"),
        pytest.param("202054_20200727061500", "F07", id="week-54"),
        pytest.param("202000_20200727061500", "F07", id="week-0"),
        pytest.param("202031_00010101000000", "F07", id="year-1"),
    ],
)
def test_the_name_tells_a_moment_and_a_week_of_it(week: str, code: str | None) -> None:
    outcome = Unit().sends(total(row(takeover="01-01-2020", start="", status="10")), week)

    assert [each[0] for each in faults(outcome) if each[0].startswith("F")] == ([] if code is None else [code])
    if code is not None:
        assert counts(outcome) == {"rows": 1, "rejected": 1}


@pytest.mark.parametrize(
    "name", ["integration_0707_202031_20200727061500.csv", "INTEGRATION_707_202031_20200727061500.csv", "x.csv"]
)
def test_another_name_is_refused(name: str) -> None:
    assert faults(Unit().sends(total(row()), name=name)) == [("F07", None, None)]


def test_five_mebibytes_or_twenty_thousand_rows_are_the_most() -> None:
    rows = [row(f"INT-{number:05d}", status="90") for number in range(20_001)]

    assert counts(Unit().sends(total(*rows[:-1])))["rows"] == 20_000
    assert faults(Unit().sends(total(*rows))) == [("F08", None, None)]
    long = Unit().sends(total(row(programme="x" * 5 * 1024 * 1024)))
    assert (faults(long), counts(long)) == ([("F08", None, None)], {})


def test_a_total_for_another_municipality_is_held_and_only_counted() -> None:
    outcome = Unit().sends(total(row(person="x"), row("INT-00102")), municipality="0706")

    assert (outcome.receipt["verdict"], faults(outcome)) == ("held", [("H04", None, None)])
    assert counts(outcome) == {"rows": 2, "waiting": 2}
    assert outcome.security_alarm


def test_a_row_for_another_municipality_raises_an_alarm_and_is_not_kept() -> None:
    outcome = sent(row(municipality="0706"))

    assert outcome.security_alarm
    assert outcome.rejected[0].raw == ""


def test_a_total_without_rows_is_held_and_nobody_loses_a_period() -> None:
    unit = Unit()
    unit.sends(total(row()))
    empty = unit.sends(total(), WEEK_32)
    later = unit.sends(total(row(programme="I")), WEEK_33)

    assert (empty.receipt["verdict"], faults(empty), empty.facts) == ("held", [("H05", None, None)], ())
    assert counts(later) == {"rows": 1, "unchanged": 1}


def test_the_moment_rises_strictly() -> None:
    unit = Unit()
    unit.sends(total(row()), WEEK_32)
    back = unit.sends(total(row("INT-00102")), WEEK_31)
    same = unit.sends(total(row("INT-00103")), WEEK_32)

    assert [faults(back), faults(same)] == [[("F12", None, None)]] * 2
    assert counts(back) == {"rows": 1, "rejected": 1}


def test_a_refused_delivery_does_not_use_up_its_moment() -> None:
    unit = Unit()
    unit.sends(total(row()).replace(";", ","), WEEK_32)

    assert unit.sends(total(row()), WEEK_31).receipt["verdict"] == "accepted"


def test_the_same_case_with_the_same_content_is_a_repeat_whatever_it_looks_like() -> None:
    outcome = sent(
        row(),
        row(person="610190-0018", municipality="707", end="31-12-9999"),
        row("INT-00102", BO, status="90"),
        row("INT-00102", BO, status="90", takeover="x", programme="P"),
    )

    assert faults(outcome) == [("N01", 3, "Sagsid"), ("N02", 3, "CPR-nummer"), ("N01", 5, "Sagsid")]
    assert counts(outcome) == {"rows": 4, "accepted": 1, "unchanged": 1, "duplicate": 2}


def test_the_same_case_with_other_content_is_put_aside_with_all_its_rows() -> None:
    outcome = sent(row(), row(programme="I"), row())

    assert others(outcome) == [("R11", 2, 3), ("R11", 3, 2), ("R11", 4, 3)]
    assert not outcome.facts


def test_a_row_with_a_fault_is_no_conflict() -> None:
    assert faults(sent(row(), row(programme="i"))) == [("R09", 3, "Programtype")]


def test_two_cases_of_one_person_with_a_common_day_are_both_put_aside() -> None:
    outcome = sent(
        row(status="40", end="30-06-2020"),
        row("INT-00102", person="610190-0018", takeover="30-06-2020", start="", status="10"),
    )

    assert others(outcome) == [("R13", 2, 3), ("R13", 3, 2)]
    assert {column for _, _, column in faults(outcome)} == {"Overtagelsesdato"}


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(row("INT-00102", takeover="01-07-2020", start="", status="10"), id="one-ends-before"),
        pytest.param(row("INT-00102", BO), id="another-person"),
        pytest.param(row("INT-00102", status="90"), id="never-should-have-been"),
        pytest.param(row("INT-00102", programme="?", start="01-06-2020"), id="a-row-with-a-fault"),
    ],
)
def test_other_cases_do_not_overlap(other: str) -> None:
    outcome = sent(row(status="40", end="30-06-2020"), other)

    assert not [code for code, _, _ in faults(outcome) if code == "R13"]


def test_a_repeated_case_takes_part_in_the_overlap_once_and_a_conflict_not_at_all() -> None:
    repeated = sent(row(), row(), row("INT-00102"))
    conflict = sent(row(), row(programme="I"), row("INT-00102"))

    assert others(repeated) == [("R13", 2, 4), ("R13", 4, 2), ("N01", 3, 2)]
    assert [code for code, _, _ in faults(conflict)] == ["R11", "R11"]


def test_what_is_said_again_is_unchanged_and_what_differs_is_a_version() -> None:
    unit = Unit()
    unit.sends(total(row(), row("INT-00102", BO, start="", status="10")))
    again = unit.sends(total(row(status="30", programme="I"), row("INT-00102", BO, status="20")), WEEK_32)

    assert counts(again) == {"rows": 2, "accepted": 1, "unchanged": 1}
    assert [each[:3] for each in said(again)] == [
        (3, "INT-00102", "IntegrationPeriod"),
        (3, "INT-00102", "TargetGroupSpell"),
    ]


def test_a_programme_start_that_is_gone_withdraws_the_target_group() -> None:
    unit = Unit()
    unit.sends(total(row()))
    outcome = unit.sends(total(row(start="", status="10")), WEEK_32)

    assert said(outcome) == [
        (2, "INT-00101", "IntegrationPeriod", "2020-06-01", None, False),
        (2, "INT-00101", "TargetGroupSpell", "2020-06-22", None, True),
    ]


def test_status_90_withdraws_whatever_its_person_and_is_unchanged_where_nothing_is() -> None:
    unit = Unit()
    unit.sends(total(row()))
    outcome = unit.sends(total(row(person=BO, status="90"), row("INT-00102", IDA, status="90")), WEEK_32)
    again = unit.sends(total(row(person=BO, status="90")), WEEK_33)

    assert [each[2:] for each in said(outcome)] == [
        ("IntegrationPeriod", "2020-06-01", None, True),
        ("TargetGroupSpell", "2020-06-22", None, True),
    ]
    assert counts(outcome) == {"rows": 2, "accepted": 1, "unchanged": 1}
    assert counts(again) == {"rows": 1, "unchanged": 1}


def test_a_case_of_status_90_may_come_again() -> None:
    unit = Unit()
    unit.sends(total(row(start="", status="10")))
    unit.sends(total(row(status="90")), WEEK_32)
    outcome = unit.sends(total(row(start="", status="30")), WEEK_33)

    assert said(outcome) == [(2, "INT-00101", "IntegrationPeriod", "2020-06-01", None, False)]


def test_another_person_under_a_case_withdraws_for_one_and_is_new_for_the_other() -> None:
    unit = Unit()
    before = unit.sends(total(row()))
    outcome = unit.sends(total(row(person=BO, start="", status="10")), WEEK_32)

    assert said(outcome) == [
        (2, "INT-00101", "IntegrationPeriod", "2020-06-01", None, True),
        (2, "INT-00101", "IntegrationPeriod", "2020-06-01", None, False),
        (2, "INT-00101", "TargetGroupSpell", "2020-06-22", None, True),
    ]
    earlier, withdrawn, new = (to_json(each.fact) for each in (before.facts[0], *outcome.facts[:2]))
    for name in ("person", "record_key"):
        assert withdrawn[name] == earlier[name] != new[name]
    assert counts(outcome) == {"rows": 1, "accepted": 1}


def test_a_number_that_leads_to_the_same_person_is_the_same_person() -> None:
    unit = Unit()
    unit.sends(total(row()))
    unit.vault.link(EVA, BO, datetime(2020, 8, 1, tzinfo=UTC).date())

    assert counts(unit.sends(total(row(person=BO)), WEEK_32)) == {"rows": 1, "unchanged": 1}


def test_silence_closes_the_day_before_the_total_and_withdraws_what_has_not_begun() -> None:
    unit = Unit()
    unit.sends(
        total(
            row(),
            row("INT-00102", BO, takeover="03-08-2020", start="", status="10"),
            row("INT-00103", IDA, takeover="02-08-2020", start="03-08-2020"),
            row("INT-00104", "9108990555", end="03-08-2020"),
            row("INT-00105", "7511922002", end="02-08-2020"),
            row("INT-00106", "8902961771", status="40", end="26-07-2020"),
        )
    )
    outcome = unit.sends(total(row("INT-00107", "8006880909", start="", status="10")), WEEK_32)

    assert said(outcome) == [
        (0, "INT-00101", "IntegrationPeriod", "2020-06-01", "2020-08-02", False),
        (0, "INT-00102", "IntegrationPeriod", "2020-08-03", None, True),
        (0, "INT-00103", "IntegrationPeriod", "2020-08-02", "2020-08-02", False),
        (0, "INT-00104", "IntegrationPeriod", "2020-06-01", "2020-08-02", False),
        (0, "INT-00101", "TargetGroupSpell", "2020-06-22", "2020-08-02", False),
        (0, "INT-00103", "TargetGroupSpell", "2020-08-03", None, True),
        (0, "INT-00104", "TargetGroupSpell", "2020-06-22", "2020-08-02", False),
        (2, "INT-00107", "IntegrationPeriod", "2020-06-01", None, False),
    ]
    programme_start = [to_json(each.fact)["programme_start"] for each in outcome.facts[:1]]
    assert programme_start == ["2020-06-22"]
    assert {each.fact.recorded_at for each in outcome.facts} == {datetime(2020, 8, 3, 4, 15, tzinfo=UTC)}
    assert counts(outcome) == {"rows": 1, "accepted": 1}


def test_a_closed_case_that_comes_back_has_a_new_version_and_one_that_stays_away_none() -> None:
    unit = Unit()
    unit.sends(total(row(start="", status="10"), row("INT-00102", BO, start="", status="10")))
    unit.sends(total(row("INT-00103", IDA, start="", status="10")), WEEK_32)
    outcome = unit.sends(total(row(start="", status="10"), row("INT-00103", IDA, start="", status="10")), WEEK_33)

    assert said(outcome) == [(2, "INT-00101", "IntegrationPeriod", "2020-06-01", None, False)]


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        pytest.param(row(person="x"), "R03", id="rejected"),
        pytest.param(row(municipality="0706"), "R16", id="of-elsewhere"),
    ],
)
def test_a_rejected_row_speaks_for_its_case(broken: str, code: str) -> None:
    unit = Unit()
    unit.sends(total(row(), row("INT-00102", BO)))
    outcome = unit.sends(total(broken), WEEK_32)

    assert faults(outcome)[0][0] == code
    assert {each[1] for each in said(outcome)} == {"INT-00102"}


@pytest.mark.parametrize(
    "unreadable",
    [
        pytest.param(row("INT-0102", BO), id="R10"),
        pytest.param(row("", BO), id="R02"),
        pytest.param(row(case="INT-00102", person=BO)[:-2], id="R01"),
    ],
)
def test_a_case_that_cannot_be_read_stops_silence_until_the_next_total(unreadable: str) -> None:
    unit = Unit()
    unit.sends(total(row(start="", status="10")))
    silent = unit.sends(total(row("INT-00103", IDA, start="", status="10"), unreadable), WEEK_32)
    made_up = unit.sends(total(row("INT-00103", IDA, start="", status="10")), WEEK_33)

    assert {each[0] for each in said(silent)} == {2}
    assert said(made_up) == [(0, "INT-00101", "IntegrationPeriod", "2020-06-01", "2020-08-09", False)]


def test_a_replacement_number_speaks_for_its_case_and_the_real_one_is_the_first_version() -> None:
    unit = Unit()
    first = unit.sends(total(row(person="610190XX12", start="", status="10")))
    real = unit.sends(total(row(start="", status="10")), WEEK_32)
    letters_again = unit.sends(total(row(person="610190XX12", start="", status="10")), WEEK_33)

    assert [code for code, _, _ in faults(first)] == ["R04"]
    assert said(real) == [(2, "INT-00101", "IntegrationPeriod", "2020-06-01", None, False)]
    assert not letters_again.facts


def test_outside_synthetic_mode_day_plus_60_is_a_replacement_number() -> None:
    outcome = Unit().sends(total(row(), row("INT-00102", "0101900018")), synthetic=False)

    assert faults(outcome) == [("R04", 2, "CPR-nummer")]
    assert {each[1] for each in said(outcome)} == {"INT-00102"}


def people(count: int) -> list[str]:
    return [row(f"INT-{number:05d}", f"61{number // 28 % 12 + 1:02d}80{number:04d}") for number in range(count)]


@pytest.mark.parametrize(
    ("known", "silent", "verdict"),
    [
        pytest.param(100, 20, "accepted", id="twenty"),
        pytest.param(105, 21, "accepted", id="twenty-one-of-105-are-20-percent"),
        pytest.param(104, 21, "held", id="twenty-one-of-104-are-more"),
    ],
)
def test_silence_of_more_than_a_fifth_and_more_than_twenty_is_held(known: int, silent: int, verdict: str) -> None:
    unit = Unit()
    rows = people(known)
    assert unit.sends(total(*rows)).receipt["verdict"] == "accepted"
    outcome = unit.sends(total(*rows[silent:]), WEEK_32)

    assert outcome.receipt["verdict"] == verdict
    assert faults(outcome) == ([("H02", None, None)] if verdict == "held" else [])
    assert len(outcome.facts) == (0 if verdict == "held" else silent * 2)


def test_closed_cases_count_neither_as_open_nor_as_closed() -> None:
    unit = Unit()
    ended = [each.replace(";;20;", ";26-07-2020;40;") for each in people(150)[100:]]
    unit.sends(total(*people(100), *ended))

    assert faults(unit.sends(total(*people(100)[21:]), WEEK_32)) == [("H02", None, None)]


def test_the_check_of_one_file_needs_no_partner_and_the_table_knows_the_order() -> None:
    feed = FEED_BY_NAME["integration"]

    assert partner_of("whatever.csv", b"") == "0707"
    assert feed.order_of(f"INTEGRATION_0707_{WEEK_31}.csv") == (20200727061500,)
