"""eindkomst: every rule, check and trap of its page, on deliveries of a few rows."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from branchespor.intake.pipeline import handle
from producers.decoders.eindkomst import partner_of
from producers.delivery import Delivery, Outcome
from producers.feeds import FEED_BY_NAME
from producers.memory import InMemory
from producers.vault import InMemoryVault
from schemas.facts import to_json
from validation.rows import check_rows

FIELDS = (
    "L0000",
    "R0001",
    "K4101",
    "R4101",
    "S5000",
    "S6000",
    "T6000",
    "K6000",
    "D0001",
    "D0002",
    "D0003",
    "B0013",
    "B0200",
)
NAMES = "0000000;Indberetnings-id;Art;Reference;SE-nr;CPR-nr;Medarbejdernr;Indkomsttype;Lønperiode start;;;;"
HEADER = ";".join(FIELDS)
EVA, BO, IDA = "6101900018", "7205851234", "6902784321"
APRIL, MAY, JUNE, JULY = "20200410063000", "20200511070000", "20200610063000", "20200710080000"


def line_id(number: int) -> str:
    return f"I{number:09d}"


def original(number: int, hours: str = "160,33", *, columns: Sequence[str] = FIELDS, **changed: str) -> str:
    """A report of pay for March 2020; `changed` by field id."""
    values = {
        "L0000": "1",
        "R0001": line_id(number),
        "K4101": "O",
        "R4101": "",
        "S5000": "13748136",
        "S6000": EVA,
        "T6000": "",
        "K6000": "00",
        "D0001": "20200301",
        "D0002": "20200331",
        "D0003": "20200331",
        "B0013": "31000,00",
        "B0200": hours,
    }
    values |= changed
    return ";".join(values.get(column, "x") for column in columns)


def supplement(number: int, of: int, hours: str = "", **changed: str) -> str:
    return original(number, hours, **{"K4101": "S", "R4101": line_id(of), **changed})


def reversal(number: int, of: int, **changed: str) -> str:
    blank = dict.fromkeys(("K6000", "D0001", "D0002", "D0003", "B0013"), "")
    return original(number, "", **{**blank, "K4101": "T", "R4101": line_id(of), **changed})


def file(*rows: str, made: str = APRIL, header: str = HEADER, count: str | None = None, end: str = "\n") -> str:
    return end.join([header, *rows, f"9999999;{len(rows) if count is None else count};{made}", ""])


class Register:
    """The register's deliveries in order, on an empty ledger."""

    def __init__(self) -> None:
        self.memory, self.vault, self.number = InMemory(), InMemoryVault(), 41

    def sends(
        self,
        *rows: str,
        made: str = APRIL,
        content: str | bytes | None = None,
        name: str | None = None,
        month: str | None = None,
        number: int | None = None,
        municipality: str = "0707",
        **more: Any,
    ) -> Outcome:
        number, self.number = number or self.number, self.number + 1
        content = file(*rows, made=made) if content is None else content
        data = content if isinstance(content, bytes) else content.encode()
        delivery = Delivery(
            feed="eindkomst",
            partner="skat",
            file_name=name or f"EINDK_{municipality}_{month or made[:6]}_{number:06d}_{made}.csv",
            data=data,
            sha256=hashlib.sha256(data).hexdigest(),
            received_at=datetime(2020, 4, 10, 5, tzinfo=UTC),
        )
        return handle(delivery, self.memory, self.vault, check_rows, **more)


def sent(*rows: str) -> Outcome:
    return Register().sends(*rows)


def faults(outcome: Outcome) -> list[tuple[str, int | None, str | None]]:
    listed: Sequence[dict[str, Any]] = outcome.receipt["faults"]  # type: ignore[assignment]
    return [(fault["code"], fault["line"], fault["column"]) for fault in listed]


def counts(outcome: Outcome) -> dict[str, int]:
    found: dict[str, int] = outcome.receipt["counts"]  # type: ignore[assignment]
    return {name: count for name, count in found.items() if count}


def months(outcome: Outcome) -> list[tuple[int, str, Any, Any, bool]]:
    """Line, month, hours, support, withdrawn."""
    return [
        (each.line, fact["month"], fact["hours"], fact["public_support"], each.fact.withdrawn)  # type: ignore[misc]
        for each in outcome.facts
        if (fact := to_json(each.fact))["kind"] == "IncomeMonth"
    ]


def spells(outcome: Outcome) -> list[tuple[int, str, Any, bool]]:
    """Line, key without the person, weekly hours, withdrawn."""
    return [
        (each.line, str(fact["record_key"]).partition("/")[2], fact["weekly_hours"], each.fact.withdrawn)
        for each in outcome.facts
        if (fact := to_json(each.fact))["kind"] == "EmploymentSpell"
    ]


MARCH = "13748136/2020-03-01/2020-03-31"


def test_the_sample_of_the_page() -> None:
    register = Register()
    first = register.sends(
        original(101),
        original(104, "", S5000="55568510", S6000=BO, K6000="04"),
        supplement(201, 101, "-7,40", D0003="20200430"),
    )

    assert months(first) == [(3, "2020-03", 0, True, False), (4, "2020-03", 152.93, False, False)]
    assert spells(first) == [(4, MARCH, 35.29, False)]
    month = to_json(first.facts[0].fact)
    assert month["recorded_at"] == "2020-04-10T04:30:00.000Z"
    assert month["source"] == "eindkomst:skat"
    assert str(month["record_key"]).startswith(f"{month['person']}/")


@pytest.mark.parametrize(
    ("first", "last", "hours", "weekly"),
    [
        pytest.param("20200301", "20200331", "160,33", 37, id="a-month-of-31-days"),
        pytest.param("20200201", "20200229", "160,33", 37, id="a-month-of-29-days"),
        pytest.param("20200101", "20200331", "480,99", 37, id="three-months"),
        pytest.param("20200302", "20200315", "74,00", 37, id="a-fortnight"),
        pytest.param("20200316", "20200329", "37,5", 18.75, id="one-decimal"),
        pytest.param("20200301", "20200330", "160,33", 37.41, id="a-day-less-than-a-month"),
        pytest.param("20200307", "20200307", "0,01", 0.07, id="one-day"),
        pytest.param("20200301", "20200328", "0,02", 0.01, id="half-up"),
        pytest.param("20200301", "20200314", "37", 18.5, id="no-decimals"),
    ],
)
def test_weekly_hours_of_a_period(first: str, last: str, hours: str, weekly: float) -> None:
    ((_, _, found, _),) = spells(sent(original(1, hours, D0001=first, D0002=last)))

    assert found == weekly


def test_salaried_staff_without_hours_are_full_time_and_their_month_unknown() -> None:
    outcome = sent(original(1, ""), original(2, "10,00", S5000="29189641"), supplement(3, 1, "5,00"))

    assert months(outcome) == [(4, "2020-03", None, False, False)]
    assert [each[1:3] for each in spells(outcome)] == [("29189641/2020-03-01/2020-03-31", 2.31), (MARCH, None)]


def test_a_bonus_of_under_a_week_without_hours_counts_nothing_but_its_supplements() -> None:
    day = {"D0001": "20200327", "D0002": "20200327"}
    bonus = sent(original(1, "", **day))
    with_hours = sent(original(1, "", **day), supplement(2, 1, "3,00", **day))
    six_days = sent(original(1, "", D0001="20200325", D0002="20200330"))
    seven_days = sent(original(1, "", D0001="20200324", D0002="20200330"))

    assert (months(bonus), spells(bonus)) == ([(2, "2020-03", 0, False, False)], [])
    assert (months(with_hours), [each[2] for each in spells(with_hours)]) == ([(3, "2020-03", 3, False, False)], [21])
    assert spells(six_days) == []
    assert [each[2] for each in spells(seven_days)] == [None]


def test_hours_at_one_employer_are_summed_and_employers_kept_apart() -> None:
    outcome = sent(
        original(1, "60,00"),
        original(2, "25,50", S5000="29189641", T6000="A1"),
        original(3, "10,00", S5000="29189641", T6000="A2"),
    )

    assert months(outcome) == [(4, "2020-03", 95.5, False, False)]
    assert spells(outcome) == [(2, MARCH, 13.85, False), (4, "29189641/2020-03-01/2020-03-31", 8.19, False)]


def test_adjoining_periods_stay_apart_and_a_period_counts_where_it_ends() -> None:
    outcome = sent(
        original(1, "37,00", D0001="20200224", D0002="20200301"),
        original(2, "37,00", D0001="20200302", D0002="20200308"),
    )

    assert months(outcome) == [(3, "2020-03", 74, False, False)]
    assert [each[1] for each in spells(outcome)] == [
        "13748136/2020-02-24/2020-03-01",
        "13748136/2020-03-02/2020-03-08",
    ]


@pytest.mark.parametrize("income", ["01", "04", "06", "07", "24"])
def test_support_is_told_and_its_hours_are_not_counted(income: str) -> None:
    outcome = sent(original(1, "40,00", K6000=income), original(2, "20,00"))

    assert months(outcome) == [(3, "2020-03", 20, True, False)]
    assert [each[0] for each in spells(outcome)] == [3]


@pytest.mark.parametrize("income", ["00", "03", "08"])
def test_pay_is_a_month_and_a_spell_of_ordinary_work(income: str) -> None:
    outcome = sent(original(1, K6000=income))

    assert [each.fact.kind for each in outcome.facts] == ["EmploymentSpell", "IncomeMonth"]
    assert to_json(outcome.facts[0].fact)["employment"] == "ORDINARY"


@pytest.mark.parametrize("income", ["05", "09", "10", "11", "20", "26"])
def test_other_income_is_kept_for_reversals_alone(income: str) -> None:
    register = Register()
    outcome = register.sends(original(1, K6000=income))
    reversed_ = register.sends(reversal(2, 1), made=MAY)

    assert (outcome.facts, counts(outcome)) == ([], {"rows": 1, "accepted": 1})
    assert (reversed_.facts, counts(reversed_)) == ([], {"rows": 1, "accepted": 1})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(original(2, D0003="20200228"), [], id="pay-in-advance"),
        pytest.param(original(2, R4101="whatever"), [], id="an-original-names-nothing"),
        pytest.param(original(2, T6000=EVA, B0013="x" * 300, L0000="\x07"), [], id="not-read"),
        pytest.param(original(2, R0001=""), [("R02", "R0001")], id="no-id"),
        pytest.param(original(2, R0001="316"), [("R10", "R0001")], id="id-without-its-form"),
        pytest.param(original(2, K4101=""), [("R02", "K4101")], id="no-kind"),
        pytest.param(original(2, K4101="X"), [("R09", "K4101")], id="unknown-kind"),
        pytest.param(original(2, "-1,00", K4101="o"), [("R09", "K4101")], id="lower-case-is-read-like-an-original"),
        pytest.param(
            original(2, K4101="X", D0001=""), [("R09", "K4101"), ("R02", "D0001")], id="read-like-an-original"
        ),
        pytest.param(supplement(2, 1, R4101=""), [("R02", "R4101")], id="supplement-of-nothing"),
        pytest.param(reversal(2, 1, R4101="-"), [("R02", "R4101")], id="reversal-of-a-dash"),
        pytest.param(reversal(2, 1, R4101="I1"), [("R10", "R4101")], id="reference-without-its-form"),
        pytest.param(reversal(2, 1, K6000="q", D0001="q", D0002="q", D0003="q", B0200="q"), [], id="of-a-reversal-5"),
        pytest.param(original(2, S5000=""), [("R02", "S5000")], id="no-employer"),
        pytest.param(original(2, S5000="1374813"), [("R08", "S5000")], id="seven-digits"),
        pytest.param(original(2, S5000="03748136"), [("R08", "S5000")], id="leading-zero"),
        pytest.param(original(2, S5000="13748137"), [], id="no-check-digit"),
        pytest.param(original(2, S6000="NULL"), [("R02", "S6000")], id="no-person"),
        pytest.param(original(2, S6000="720585123"), [("R03", "S6000")], id="leading-zero-lost"),
        pytest.param(original(2, S6000="0000000000"), [("R04", "S6000")], id="zeros"),
        pytest.param(original(2, S6000="610190XX12"), [("R04", "S6000")], id="letters"),
        pytest.param(original(2, S6000="0101900018"), [("R05", "S6000")], id="not-synthetic"),
        pytest.param(original(2, K6000=""), [("R02", "K6000")], id="no-income"),
        pytest.param(original(2, K6000="4"), [("R09", "K6000")], id="4-is-not-04"),
        pytest.param(original(2, K6000="02"), [("R09", "K6000")], id="unknown-income"),
        pytest.param(original(2, D0001=""), [("R02", "D0001")], id="no-first-day"),
        pytest.param(original(2, D0002="ukendt"), [("R02", "D0002")], id="no-last-day"),
        pytest.param(original(2, D0003=""), [("R02", "D0003")], id="no-day-of-pay"),
        pytest.param(original(2, D0001="01-03-2020"), [("R06", "D0001")], id="another-form"),
        pytest.param(original(2, D0002="20200332"), [("R06", "D0002")], id="no-such-day"),
        pytest.param(original(2, D0001="18991231"), [("R12", "D0001")], id="before-1900"),
        pytest.param(original(2, D0001="20200401"), [("R07", "D0002")], id="end-before-start"),
        pytest.param(original(2, D0001="20190401"), [], id="366-days"),
        pytest.param(original(2, D0001="20190331"), [("R12", "D0002")], id="367-days"),
        pytest.param(original(2, D0002="20200611"), [], id="end-62-days-ahead"),
        pytest.param(original(2, D0002="20200612"), [("R12", "D0002")], id="end-63-days-ahead"),
        pytest.param(original(2, D0001="20150410", D0002="20150410", B0200="7"), [], id="60-months-back"),
        pytest.param(original(2, D0001="20150409", D0002="20150409"), [("R12", "D0002")], id="over-60-months-back"),
        pytest.param(original(2, D0003="20200611"), [], id="pay-62-days-ahead"),
        pytest.param(original(2, D0003="20200612"), [("R12", "D0003")], id="pay-63-days-ahead"),
        pytest.param(original(2, "7,40-"), [("R08", "B0200")], id="minus-behind"),
        pytest.param(original(2, "37.00"), [("R08", "B0200")], id="decimal-point"),
        pytest.param(original(2, "1.234,00"), [("R08", "B0200")], id="thousands"),
        pytest.param(original(2, "12345"), [("R08", "B0200")], id="five-digits"),
        pytest.param(original(2, "7,400"), [("R08", "B0200")], id="three-decimals"),
        pytest.param(original(2, "--5"), [("R08", "B0200")], id="two-signs"),
        pytest.param(original(2, "٣"), [("R08", "B0200")], id="arabic-digit"),
        pytest.param(original(2, "-0,01"), [("R12", "B0200")], id="negative-original"),
        pytest.param(original(2, "-0"), [], id="minus-nothing"),
        pytest.param(original(2, "744,00"), [], id="every-hour-of-the-month"),
        pytest.param(original(2, "744,01"), [("R12", "B0200")], id="more-than-all-hours"),
        pytest.param(supplement(2, 1, "-744,01"), [("R12", "B0200")], id="more-than-all-hours-taken-back"),
        pytest.param(original(2, "744,01", D0001="20200401"), [("R07", "D0002")], id="hours-need-a-good-period"),
        pytest.param(original(2, S5000="1\x00"), [("R10", "S5000")], id="nul"),
        pytest.param(original(2, "1" * 201), [("R10", "B0200")], id="201-characters"),
        pytest.param(original(2, "160\r33"), [("R10", "B0200")], id="cr-alone-is-no-line-end"),
        pytest.param(original(2) + ";", [("R01", None)], id="a-field-more"),
        pytest.param(original(2, R0001="x").rpartition(";")[0], [("R01", None)], id="a-field-less"),
        pytest.param(
            original(2, "x", R0001="x", S5000="x", S6000="x", K6000="x", D0001="x", D0002="x", D0003="x"),
            [
                ("R10", "R0001"),
                ("R08", "S5000"),
                ("R03", "S6000"),
                ("R09", "K6000"),
                ("R06", "D0001"),
                ("R06", "D0002"),
                ("R06", "D0003"),
                ("R08", "B0200"),
            ],
            id="all-of-them",
        ),
    ],
)
def test_a_row_has_these_faults(text: str, found: list[tuple[str, str | None]]) -> None:
    outcome = sent(original(1), text)

    assert [each[::2] for each in faults(outcome) if each[1] == 3] == found


def test_what_is_never_read_is_never_kept() -> None:
    register = Register()
    secret = "6104851234"
    outcome = register.sends(
        original(1, T6000=secret, B0013="12345,67"), original(2, "x", T6000=secret), original(3, T6000=secret) + ";"
    )
    kept = repr(register.memory.all()) + repr(register.memory.state) + repr(outcome)

    assert len(outcome.rejected) == 2
    assert secret not in kept
    assert "12345,67" not in kept


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("names", [NAMES, None])
def test_the_names_are_optional_and_fields_stand_in_any_order(names: str | None, end: str) -> None:
    columns = FIELDS[::-1]
    row = original(1, columns=columns, S6000=' "6101900018" ', B0200='"160,33"')
    content = file(row, " ;\u00a0;;", header=";".join(columns), end=end, count="1")
    outcome = Register().sends(content=content if names is None else names + end + content)

    assert (faults(outcome), counts(outcome)) == ([], {"rows": 1, "accepted": 1})
    assert outcome.facts[0].line == (2 if names is None else 3)


def test_a_byte_order_mark_is_noticed() -> None:
    outcome = Register().sends(content="\ufeff" + file(original(1)))

    assert faults(outcome) == [("N05", 1, None)]
    assert outcome.receipt["verdict"] == "accepted"


def test_a_file_without_rows_is_accepted_and_says_nothing() -> None:
    outcome = sent()

    assert (outcome.receipt["verdict"], counts(outcome), outcome.facts) == ("accepted", {}, [])


TWO = file(original(1), original(2))


@pytest.mark.parametrize(
    ("content", "fault", "rows"),
    [
        pytest.param(b"", ("F01", None, None), 0, id="empty"),
        pytest.param(b"\x1f\x8b\x08", ("F02", None, None), 0, id="gzip"),
        pytest.param((NAMES + "\n" + TWO).encode("cp1252"), ("F03", 1, None), 0, id="cp1252"),
        pytest.param(TWO.replace(";B0200", "", 1), ("F04", 1, "B0200"), 0, id="a-field-missing"),
        pytest.param(NAMES + "\n" + TWO.replace("T6000;", "S6000;", 1), ("F04", 2, "S6000"), 0, id="a-field-twice"),
        pytest.param(TWO.replace(";B0200", ";B0200;B9999", 1), ("F04", 1, None), 0, id="an-unknown-field"),
        pytest.param(TWO.replace("K6000", "k6000", 1), ("F04", 1, "K6000"), 0, id="lower-case"),
        pytest.param(TWO.replace(";", ","), ("F04", 1, "L0000"), 0, id="comma"),
        pytest.param(NAMES + "\n", ("F04", 2, "L0000"), 0, id="names-alone"),
        pytest.param(TWO.replace("160,33", '"160,33', 1), ("F05", 2, None), 0, id="a-quote-never-closed"),
        pytest.param(TWO + original(3) + "\n", ("F05", 5, None), 0, id="a-row-after-the-trailer"),
        pytest.param(TWO + f"9999999;2;{APRIL}\n", ("F05", 5, None), 0, id="a-second-trailer"),
        pytest.param(file(original(1), count="2"), ("F06", None, None), 1, id="count-differs"),
        pytest.param(file(original(1), count="x"), ("F06", None, None), 1, id="no-count"),
        pytest.param(file(original(1), count="00000001"), ("F06", None, None), 1, id="count-of-eight-digits"),
        pytest.param(TWO[: TWO.index("9999999")], ("F06", None, None), 2, id="no-trailer"),
        pytest.param(TWO[: TWO.index("9999999") - 40], ("F06", None, None), 2, id="cut-in-a-row"),
        pytest.param(file(original(1), made=MAY), ("F07", None, None), 1, id="trailer-of-another-moment"),
        pytest.param(file(original(1)).replace(f";{APRIL}", ""), ("F07", None, None), 1, id="trailer-without-moment"),
    ],
)
def test_a_file_that_is_not_as_agreed_is_refused(
    content: str | bytes, fault: tuple[str, int | None, str | None], rows: int
) -> None:
    outcome = Register().sends(content=content, month="202003")

    assert (outcome.receipt["verdict"], faults(outcome)) == ("refused", [fault])
    assert counts(outcome) == ({"rows": rows, "rejected": rows} if rows else {})
    assert outcome.receipt["sequence"] == 41
    assert outcome.receipt["period"] == {"from": "2020-03-01", "to": "2020-03-31"}


def test_after_the_trailer_blank_lines_may_stand_and_its_rest_is_not_read() -> None:
    content = file(original(1)).rstrip("\n") + ";whatever\n\n  \n"

    assert Register().sends(content=content).receipt["verdict"] == "accepted"


@pytest.mark.parametrize(
    ("made", "month", "code"),
    [
        pytest.param(APRIL, "202004", None, id="its-month"),
        pytest.param(APRIL, "201904", None, id="long-ago"),
        pytest.param(APRIL, "202005", "F09", id="a-month-ahead"),
        pytest.param(APRIL, "000001", "F09", id="no-such-year"),
        pytest.param(APRIL, "202013", "F07", id="month-13"),
        pytest.param("20200410246000", "202003", "F07", id="no-such-time"),
        pytest.param("20200329023000", "202003", "F07", id="skipped"),
        pytest.param("20201025023000", "202010", "F07", id="double"),
    ],
)
def test_the_name_tells_a_moment_and_a_month(made: str, month: str, code: str | None) -> None:
    outcome = Register().sends(original(1), made=made, month=month)

    assert [each[0] for each in faults(outcome)] == ([] if code is None else [code])


def test_a_file_over_the_agreed_size_is_refused() -> None:
    row = original(1, B0013="x" * 1_000_000)
    outcome = Register().sends(*[row] * 105)

    assert (faults(outcome), counts(outcome)) == ([("F08", None, None)], {})


def test_a_file_for_another_municipality_is_held_and_only_counted() -> None:
    outcome = Register().sends(original(1, S6000="x"), municipality="0706")

    assert (outcome.receipt["verdict"], faults(outcome)) == ("held", [("H04", None, None)])
    assert counts(outcome) == {"rows": 1, "waiting": 1}
    assert outcome.security_alarm


def test_numbers_count_by_one_and_neither_number_nor_moment_goes_back() -> None:
    register = Register()
    register.sends(original(1), number=41)
    gap = register.sends(original(2), made=MAY, number=43)
    again = register.sends(original(3), made=JUNE, number=43)
    earlier = register.sends(original(4), made=APRIL, number=44)
    on = register.sends(original(5), made=JUNE, number=44)

    assert [faults(each) for each in (gap, again, earlier, on)] == [
        [("H03", None, None)],
        [("F12", None, None)],
        [("F12", None, None)],
        [],
    ]
    assert counts(again) == {"rows": 1, "rejected": 1}


def test_the_same_id_in_a_delivery_is_a_repeat_or_a_conflict() -> None:
    repeat = sent(original(1), original(1, S6000="610190-0018", T6000="A", B0013="1"))
    conflict = sent(original(1), original(1, "10,00"), original(1))

    assert faults(repeat) == [("N01", 3, "R0001"), ("N02", 3, "S6000")]
    assert counts(repeat) == {"rows": 2, "accepted": 1, "duplicate": 1}
    assert faults(conflict) == [("R11", line, "R0001") for line in (2, 3, 4)]
    assert not conflict.facts


def test_hours_are_compared_as_written() -> None:
    assert [code for code, _, _ in faults(sent(original(1, "37,5"), original(1, "37,50")))] == ["R11", "R11"]


def test_a_row_with_a_fault_is_no_conflict() -> None:
    assert faults(sent(original(1), original(1, K6000="4"))) == [("R09", 3, "K6000")]


def test_a_known_id_is_unchanged_with_the_same_content_and_a_conflict_with_other() -> None:
    register = Register()
    register.sends(original(1), reversal(3, 99))
    later = register.sends(original(1), reversal(3, 99), made=MAY)
    other = register.sends(original(1, "10,00"), reversal(3, 98), supplement(4, 1, "1,00"), made=JUNE)

    assert (faults(later), counts(later), later.facts) == ([], {"rows": 2, "unchanged": 2}, [])
    assert faults(other) == [("R11", 2, "R0001"), ("R11", 3, "R0001")]
    assert counts(other) == {"rows": 3, "accepted": 1, "rejected": 2}


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(supplement(3, 1, S6000=BO), id="supplement-of-another-person"),
        pytest.param(supplement(3, 1, S5000="29189641"), id="supplement-of-another-employer"),
        pytest.param(supplement(3, 1, K6000="03"), id="supplement-of-another-income"),
        pytest.param(supplement(3, 1, D0001="20200302"), id="supplement-of-another-start"),
        pytest.param(supplement(3, 1, D0002="20200330"), id="supplement-of-another-end"),
        pytest.param(supplement(3, 2), id="supplement-of-a-supplement"),
        pytest.param(supplement(3, 4), id="supplement-of-a-reversal"),
        pytest.param(supplement(3, 3), id="supplement-of-itself"),
        pytest.param(reversal(3, 1, S6000=BO), id="reversal-of-another-person"),
        pytest.param(reversal(3, 2, S5000="29189641"), id="reversal-of-another-employer"),
        pytest.param(reversal(3, 4), id="reversal-of-a-reversal"),
        pytest.param(reversal(3, 3), id="reversal-of-itself"),
    ],
)
@pytest.mark.parametrize("known_before", [True, False])
def test_what_names_a_line_it_cannot_mean_is_rejected(row: str, known_before: bool) -> None:
    register = Register()
    known = [original(1), supplement(2, 1, "1,00"), original(5, S6000=IDA), reversal(4, 5, S6000=IDA)]
    if known_before:
        register.sends(*known)
        outcome = register.sends(row, made=MAY)
    else:
        outcome = register.sends(row, *known)

    assert faults(outcome) == [("R11", 2, "R4101")]


def test_a_reversal_ends_the_whole_report_with_what_comes_beside_it() -> None:
    register = Register()
    register.sends(original(1, "100,00"), supplement(2, 1, "5,00"))
    outcome = register.sends(reversal(3, 1), supplement(4, 1, "7,00"), made=MAY)

    assert counts(outcome) == {"rows": 2, "accepted": 2}
    assert months(outcome) == [(3, "2020-03", 105, False, True)]
    assert [each[::3] for each in spells(outcome)] == [(3, True)]


def test_a_reversal_of_a_supplement_ends_that_alone_whatever_the_order_of_rows() -> None:
    register = Register()
    register.sends(original(1, "100,00"), supplement(2, 1, "5,00"))
    outcome = register.sends(reversal(4, 3), supplement(3, 1, "7,00"), reversal(5, 2), made=MAY)

    assert months(outcome) == [(4, "2020-03", 100, False, False)]
    assert counts(outcome) == {"rows": 3, "accepted": 3}


def test_of_two_reversals_the_first_takes_effect() -> None:
    outcome = sent(original(1), supplement(2, 1, "1,00"), reversal(3, 1), reversal(4, 1), reversal(5, 2))

    assert counts(outcome) == {"rows": 5, "accepted": 4, "unchanged": 1}
    assert outcome.facts == []


def test_what_is_reversed_already_is_reversed_without_effect_and_takes_no_supplement() -> None:
    register = Register()
    register.sends(original(1), supplement(2, 1, "1,00"))
    register.sends(reversal(3, 1), made=MAY)
    outcome = register.sends(reversal(4, 1), reversal(5, 2), supplement(6, 1, "1,00"), made=JUNE)
    again = register.sends(reversal(4, 1), supplement(6, 1, "1,00"), made=JULY)

    assert faults(outcome) == [("R15", 4, "R4101")]
    assert counts(outcome) == {"rows": 3, "unchanged": 2, "rejected": 1}
    assert not outcome.facts
    assert counts(again) == {"rows": 2, "unchanged": 1, "rejected": 1}


def test_a_reversal_before_its_line_waits_and_takes_effect_with_it() -> None:
    register = Register()
    waiting = register.sends(reversal(1, 2), original(9, S6000=IDA))
    outcome = register.sends(original(2), original(3, "10,00"), made=MAY)

    assert faults(waiting) == [("R15", 2, "R4101")]
    assert counts(waiting) == {"rows": 2, "accepted": 1, "waiting": 1}
    assert [(each.line, each.verdict) for each in outcome.settled] == [(2, "accepted")]
    assert months(outcome) == [(3, "2020-03", 10, False, False)]


def test_what_waited_stands_on_the_line_it_waited_for() -> None:
    register = Register()
    register.sends(supplement(2, 1, "-7,40"), reversal(4, 3), supplement(3, 1, "1,00"))
    outcome = register.sends(original(9, S6000=IDA), original(1), made=MAY)

    assert months(outcome) == [(2, "2020-03", 160.33, False, False), (3, "2020-03", 152.93, False, False)]
    assert sorted((each.line, each.verdict) for each in outcome.settled) == [(line, "accepted") for line in (2, 3, 4)]
    assert outcome.facts[-1].delivery == "EINDK_0707_202005_000042_20200511070000.csv"


def test_what_waited_may_turn_out_to_contradict() -> None:
    register = Register()
    register.sends(supplement(2, 1, "1,00", S6000=BO), reversal(3, 4), reversal(4, 5, S6000=IDA))
    outcome = register.sends(original(1), original(5, S6000=IDA), made=MAY)

    found = {each.line: [fault.code for fault in each.faults] for each in outcome.settled}
    assert found == {2: ["R11"], 3: ["R11"], 4: []}


@pytest.mark.parametrize(("made", "released"), [("20200611063000", True), ("20200612063000", False)])
def test_a_row_waits_62_days(made: str, released: bool) -> None:
    register = Register()
    register.sends(reversal(1, 2))
    outcome = register.sends(original(2), made=made)

    assert [each.verdict for each in outcome.settled] == ["accepted" if released else "rejected"]
    assert [fault.code for each in outcome.settled for fault in each.faults] == ([] if released else ["R15"])
    assert bool(outcome.facts) is not released


def test_a_row_that_was_given_up_is_known_no_longer() -> None:
    register = Register()
    register.sends(reversal(1, 2))
    register.sends(original(2), made=JULY)

    assert counts(register.sends(reversal(1, 2), made="20200810080000")) == {"rows": 1, "accepted": 1}


def test_a_report_never_falls_below_zero() -> None:
    register = Register()
    register.sends(original(1, "10,00"))
    outcome = register.sends(supplement(2, 1, "-6,00"), supplement(3, 1, "-5,50"), supplement(4, 1, "1,00"), made=MAY)

    assert faults(outcome) == [("R12", 2, "B0200"), ("R12", 3, "B0200")]
    assert counts(outcome) == {"rows": 3, "accepted": 1, "rejected": 2}
    assert months(outcome) == [(4, "2020-03", 11, False, False)]


def test_a_supplement_refused_for_its_hours_is_not_known() -> None:
    register = Register()
    register.sends(original(1, "10,00"))
    register.sends(supplement(2, 1, "-11,00"), made=MAY)
    outcome = register.sends(supplement(2, 1, "-1,00"), made=JUNE)

    assert months(outcome) == [(2, "2020-03", 9, False, False)]


def test_a_report_still_below_zero_counts_nothing() -> None:
    register = Register()
    register.sends(original(1, "10,00"), supplement(2, 1, "5,00"), supplement(3, 1, "-12,00"))
    outcome = register.sends(reversal(4, 2), supplement(5, 1, "-1,00"), made=MAY)

    assert faults(outcome) == [("R12", 3, "B0200")]
    assert months(outcome) == [(2, "2020-03", 0, False, False)]
    assert [each[::3] for each in spells(outcome)] == [(2, True)]


def test_a_reversal_beside_it_may_save_a_supplement() -> None:
    ended = sent(original(1, "10,00"), supplement(2, 1, "-11,00"), reversal(3, 1))
    taken_back = sent(original(1, "10,00"), supplement(2, 1, "-11,00"), reversal(3, 2))

    assert (faults(ended), ended.facts) == ([], [])
    assert (faults(taken_back), [each[2] for each in months(taken_back)]) == ([], [10])


def test_a_supplement_that_waited_may_be_refused_for_its_hours() -> None:
    register = Register()
    register.sends(supplement(2, 1, "-11,00"))
    outcome = register.sends(original(1, "10,00"), made=MAY)

    assert [(each.verdict, [fault.code for fault in each.faults]) for each in outcome.settled] == [
        ("rejected", ["R12"])
    ]
    assert [each[2] for each in months(outcome)] == [10]


def test_unknown_hours_stay_unknown_whatever_is_taken_back() -> None:
    outcome = sent(original(1, ""), supplement(2, 1, "-700,00"))

    assert faults(outcome) == []
    assert [each[2] for each in spells(outcome)] == [None]


def test_a_correction_of_a_month_two_years_back_is_a_new_version() -> None:
    register = Register()
    past = {"D0001": "20180301", "D0002": "20180331"}
    register.sends(original(1, "100,00", **past))
    outcome = register.sends(supplement(2, 1, "-20,00", **past), made=MAY)

    assert months(outcome) == [(2, "2018-03", 80, False, False)]


def test_a_reversal_and_a_new_report_with_the_same_hours_say_nothing_new() -> None:
    register = Register()
    register.sends(original(1))
    outcome = register.sends(reversal(2, 1), original(3), made=MAY)

    assert (counts(outcome), outcome.facts) == ({"rows": 2, "accepted": 2}, [])


def test_a_spell_of_no_hours_is_withdrawn_and_comes_back() -> None:
    register = Register()
    register.sends(original(1, "10,00"))
    none = register.sends(supplement(2, 1, "-10,00"), made=MAY)
    back = register.sends(supplement(3, 1, "10,00"), made=JUNE)

    assert [each[2:] for each in spells(none)] == [(2.31, True)]
    assert months(none) == [(2, "2020-03", 0, False, False)]
    assert [each[2:] for each in spells(back)] == [(2.31, False)]


def test_silence_means_nothing() -> None:
    register = Register()
    register.sends(original(1))

    assert not register.sends(made=MAY).facts


def test_alone_nothing_rests_on_earlier_deliveries() -> None:
    outcome = Register().sends(reversal(1, 2), alone=True)

    assert (outcome.receipt["verdict"], faults(outcome)) == ("accepted", [])


def test_the_check_of_one_file_needs_no_partner_and_the_table_knows_the_order() -> None:
    feed = FEED_BY_NAME["eindkomst"]

    assert partner_of("whatever.csv", b"") == "skat"
    assert feed.order_of("EINDK_0707_202003_000041_20200410063000.csv") == (41,)
