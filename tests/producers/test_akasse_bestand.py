"""akasse-bestand: every rule, check and trap of its page, each with a small file of its own."""

import hashlib
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from branchespor.intake.offline import NO_MOMENT, played, printable
from producers.decoders.akasse_bestand import partner_of
from producers.delivery import Delivery

EVA, BO, IDA = "6104851234", "7509902345", "9112784567"


def member(
    number: str,
    person: str = EVA,
    since: str = "20150301",
    until: str = "00000000",
    reason: str = " ",
    degree: str = "H",
    municipality: str = "0707",
    branch: str = "  ",
) -> str:
    """A data row."""
    return f"02{person:>10}{number:>8}{since:>8}{until:>8}{reason}{degree}{municipality:<4}{branch}"


class Total:
    """A total of a week; whatever a test does not state is in order."""

    def __init__(
        self,
        week: str = "202101",
        *rows: str,
        made: str | None = None,
        day: str | None = None,
        akasse: str = "901",
        municipality: str = "0707",
        count: str | None = None,
        kind: str = "BESTAND",
        end_akasse: str | None = None,
        name: str | None = None,
        line_end: str = "\r\n",
    ) -> None:
        sunday = date.fromisocalendar(int(week[:4]), int(week[4:]), 7) if day is None else None
        self.day = day or f"{sunday:%Y%m%d}"
        self.made = made or f"{sunday + timedelta(days=1):%Y%m%d}061500" if sunday else made or f"{day}061500"
        self.name = name or f"AKAS{akasse}_{week}_{kind}_{self.made}.txt"
        start = f"01{akasse}{week}{self.made}{self.day}{municipality}"
        end = f"99{end_akasse or akasse}{week}{count or f'{len(rows):08d}'}"
        self.rows = [f"{start:<44}", *rows, f"{end:<44}"]
        self.line_end = line_end

    def delivery(self, data: bytes | None = None, partner: str = "901") -> Delivery:
        """The total as it landed; `data` in its place."""
        content = data if data is not None else "".join(row + self.line_end for row in self.rows).encode("latin-1")
        return Delivery(
            feed="akasse-bestand",
            partner=partner,
            file_name=self.name,
            data=content,
            sha256=hashlib.sha256(content + self.name.encode()).hexdigest(),
            received_at=NO_MOMENT,
        )


def receipts(*deliveries: Delivery | Total, synthetic: bool = True) -> list[Any]:
    """The receipts of deliveries handled in order."""
    given = [each.delivery() if isinstance(each, Total) else each for each in deliveries]
    return [outcome.receipt for outcome in played(given, synthetic=synthetic).outcomes]


def said(*totals: Total) -> list[dict[str, Any]]:
    """The facts of the last of several totals."""
    given = [each.delivery() for each in totals]
    return [fact for fact in printable(played(given, synthetic=True)) if fact["delivery"] == given[-1].file_name]


def codes(receipt: Any) -> list[tuple[str, int | None, str | None]]:
    """Code, line and column of each fault."""
    return [(fault["code"], fault["line"], fault["column"]) for fault in receipt["faults"]]


def faults_of_row(row: str) -> list[tuple[str, str | None]]:
    """Code and column of the faults of one row in a total of two."""
    (receipt,) = receipts(Total("202101", member("00000109", IDA), row))
    return [(code, column) for code, line, column in codes(receipt) if line == 3]


def only(receipt: Any) -> str:
    """The one code of a receipt."""
    (code,) = {code for code, _, _ in codes(receipt)}
    return str(code)


def test_a_member_is_a_membership_spell_in_the_words_of_the_facts() -> None:
    (fact,) = said(Total("202101", member("00000101", EVA, degree="K", until="20210331", reason="S", branch="Ø1")))

    assert fact == {
        "delivery": "AKAS901_202101_BESTAND_20210111061500.txt",
        "line": 2,
        "person": "#1",
        "kind": "MembershipSpell",
        "source": "akasse-bestand:901",
        "record_key": "00000101/2015-03-01/#1",
        "recorded_at": "2021-01-11T05:15:00.000Z",
        "withdrawn": False,
        "akasse": "901",
        "insurance": "COMBINATION",
        "first_day": "2015-03-01",
        "last_day": "2021-03-31",
    }


@pytest.mark.parametrize(
    ("degree", "insurance"), [("H", "FULL_TIME"), ("D", "PART_TIME"), ("K", "COMBINATION"), ("I", "NONE")]
)
def test_each_degree_has_its_word(degree: str, insurance: str) -> None:
    assert said(Total("202101", member("00000101", degree=degree)))[0]["insurance"] == insurance


@pytest.mark.parametrize(
    ("row", "faults"),
    [
        pytest.param(member("00000101")[:41], [("R01", None)], id="41-characters"),
        pytest.param(member("00000101") + "x", [("R01", None)], id="45-characters"),
        pytest.param("", [("R01", None)], id="empty-row-in-between"),
        pytest.param(member("00000101", municipality="0751", degree="X"), [("R16", "KOMMUNE")], id="elsewhere-alone"),
        pytest.param(member("00000101", municipality="07O7"), [("R09", "KOMMUNE")], id="municipality-of-letters"),
        pytest.param(member("00000101", municipality="    "), [("R02", "KOMMUNE")], id="no-municipality"),
        pytest.param("03" + member("00000101")[2:], [("R09", "RECORDTYPE")], id="another-type-of-row"),
        pytest.param(member("00000101", " " * 10), [("R02", "CPR")], id="no-person"),
        pytest.param(member("00000101", "610485123"), [("R03", "CPR")], id="nine-digits"),
        pytest.param(member("00000101", "9102304018"), [("R03", "CPR")], id="day-does-not-exist"),
        pytest.param(member("00000101", "0000000000"), [("R04", "CPR")], id="zeros"),
        pytest.param(member("00000101", "610485AB12"), [("R04", "CPR")], id="letters"),
        pytest.param(member("00000101", "1503369004"), [("R05", "CPR")], id="not-synthetic"),
        pytest.param(member("  101"), [("R08", "MEDLEMSNR")], id="member-number-not-filled-with-zeros"),
        pytest.param(member(""), [("R02", "MEDLEMSNR")], id="no-member-number"),
        pytest.param(member("00000101", since=""), [("R02", "INDMELDT")], id="no-first-day"),
        pytest.param(member("00000101", since="20210230"), [("R06", "INDMELDT")], id="no-such-day"),
        pytest.param(member("00000101", since="00000000"), [("R06", "INDMELDT")], id="open-is-for-the-end-only"),
        pytest.param(member("00000101", since="18991231"), [("R12", "INDMELDT")], id="before-1900"),
        pytest.param(member("00000101", since="20210313"), [], id="62-days-ahead"),
        pytest.param(member("00000101", since="20210314"), [("R12", "INDMELDT")], id="63-days-ahead"),
        pytest.param(member("00000101", until=""), [("R02", "UDMELDT")], id="end-is-blank"),
        pytest.param(member("00000101", until="99999999"), [("R06", "UDMELDT")], id="another-mark-of-open"),
        pytest.param(member("00000101", until="20210412", reason="S"), [], id="end-92-days-ahead"),
        pytest.param(member("00000101", until="20210413", reason="S"), [("R12", "UDMELDT")], id="end-93-days-ahead"),
        pytest.param(member("00000101", until="20150228", reason="S"), [("R07", "UDMELDT")], id="end-before-start"),
        pytest.param(member("00000101", until="20150301", reason="S"), [], id="member-for-one-day"),
        pytest.param(member("00000101", until="20201231"), [("R02", "AARSAG")], id="left-without-reason"),
        pytest.param(member("00000101", reason="S"), [("R09", "AARSAG")], id="reason-without-end"),
        pytest.param(member("00000101", until="20201231", reason="X"), [("R09", "AARSAG")], id="unknown-reason"),
        pytest.param(member("00000101", degree=" "), [("R02", "GRAD")], id="no-degree"),
        pytest.param(member("00000101", degree="h"), [("R09", "GRAD")], id="lower-case"),
        pytest.param(member("00000101", branch="\x07 "), [("R10", "AFDELING")], id="bell-in-branch"),
        pytest.param(member("0000\x001011"[:8]), [("R10", "MEDLEMSNR")], id="nul-in-number"),
        pytest.param(member("00000101", degree="\r"), [("R10", "GRAD")], id="cr-alone-is-no-line-end"),
        pytest.param(member("00000101", degree="\x7f"), [("R10", "GRAD")], id="delete-character"),
        pytest.param(
            member("00000101", until="20210230", reason=" ", degree="X"),
            [("R06", "UDMELDT"), ("R09", "GRAD")],
            id="reason-waits-for-a-good-end",
        ),
        pytest.param(
            member("00000101", "91023", since="x", until="20201231", reason="S"),
            [("R03", "CPR"), ("R06", "INDMELDT")],
            id="in-column-order",
        ),
    ],
)
def test_a_row_has_these_faults(row: str, faults: list[tuple[str, str | None]]) -> None:
    assert faults_of_row(row) == faults


def test_rows_of_42_and_43_characters_and_blanks_behind_44_are_read() -> None:
    rows = [member("00000101", EVA)[:42], member("00000102", BO)[:43], member("00000103", IDA) + "   "]

    assert receipts(Total("202101", *rows))[0]["verdict"] == "accepted"


def test_a_row_again_has_one_effect_even_where_blanks_were_cut() -> None:
    (receipt,) = receipts(Total("202101", member("00000101"), member("00000101")[:42]))

    assert codes(receipt) == [("N01", 3, None)]
    assert (receipt["counts"]["accepted"], receipt["counts"]["duplicate"]) == (1, 1)


def test_a_key_with_other_values_puts_all_of_them_aside_the_repeated_one_too() -> None:
    row = member("00000101")
    (receipt,) = receipts(Total("202101", row, row, member("00000101", degree="D")))

    assert [
        (*each[:2], fault["other_line"]) for each, fault in zip(codes(receipt), receipt["faults"], strict=True)
    ] == [
        ("R11", 2, 4),
        ("R11", 3, 4),
        ("R11", 4, 2),
    ]
    assert receipt["counts"]["rejected"] == 3


def test_a_member_number_with_two_persons_puts_all_its_rows_aside() -> None:
    rows = [
        member("00000101", EVA),
        member("00000101", BO, since="20200101"),
        member("00000101", EVA, "20190101", "20190201", "S"),
    ]
    (receipt,) = receipts(Total("202101", *rows))

    assert codes(receipt) == [("R11", line, "MEDLEMSNR") for line in (2, 3, 4)]


def test_two_spells_of_one_member_number_are_no_conflict() -> None:
    rows = [member("00000101", until="20161231", reason="S"), member("00000101", since="20190101")]

    assert receipts(Total("202101", *rows))[0]["verdict"] == "accepted"


def test_member_numbers_of_one_person_that_overlap_are_both_aside() -> None:
    rows = [
        member("00000101", EVA, until="20191231", reason="S"),
        member("00000102", EVA, since="20191231"),
        member("00000103", BO),
    ]
    (receipt,) = receipts(Total("202101", *rows))

    assert codes(receipt) == [("R13", 2, "INDMELDT"), ("R13", 3, "INDMELDT")]
    assert [fault["other_line"] for fault in receipt["faults"]] == [3, 2]


def test_member_numbers_of_one_person_one_after_the_other_are_fine() -> None:
    rows = [member("00000101", until="20191230", reason="S"), member("00000102", since="20191231")]

    assert receipts(Total("202101", *rows))[0]["verdict"] == "accepted"


def test_a_faulty_row_takes_no_part_in_conflicts() -> None:
    rows = [member("00000101", EVA), member("00000101", BO, degree="X")]

    assert codes(receipts(Total("202101", *rows))[0]) == [("R09", 3, "GRAD")]


def test_who_is_gone_is_closed_with_the_day_before_the_total() -> None:
    facts = said(Total("202101", member("00000101"), member("00000102", BO)), Total("202102", member("00000101")))

    assert [(fact["line"], fact["last_day"], fact["withdrawn"], fact["recorded_at"]) for fact in facts] == [
        (0, "2021-01-16", False, "2021-01-18T05:15:00.000Z")
    ]


def test_who_is_gone_after_one_day_is_closed_on_it() -> None:
    facts = said(
        Total("202101", member("00000101"), member("00000102", BO, since="20210116")),
        Total("202102", member("00000101")),
    )

    assert [(fact["last_day"], fact["withdrawn"]) for fact in facts] == [("2021-01-16", False)]


def test_who_is_gone_before_the_first_day_is_withdrawn() -> None:
    facts = said(
        Total("202101", member("00000101"), member("00000102", BO, since="20210117")),
        Total("202102", member("00000101")),
    )

    assert [(fact["line"], fact["last_day"], fact["withdrawn"]) for fact in facts] == [(0, None, True)]


def test_a_corrected_first_day_withdraws_the_old_statement() -> None:
    facts = said(Total("202101", member("00000101")), Total("202102", member("00000101", since="20150401")))

    assert [(fact["line"], fact["first_day"], fact["withdrawn"]) for fact in facts] == [
        (0, "2015-03-01", True),
        (2, "2015-04-01", False),
    ]


def test_a_corrected_person_is_withdrawn_for_one_and_new_for_the_other() -> None:
    facts = said(Total("202101", member("00000101", EVA)), Total("202102", member("00000101", BO)))

    assert [(fact["line"], fact["person"], fact["withdrawn"]) for fact in facts] == [(0, "#1", True), (2, "#2", False)]


def test_a_faulty_row_of_a_member_does_not_close_the_membership() -> None:
    before = Total("202101", member("00000101"), member("00000102", BO))

    assert said(before, Total("202102", member("00000101"), member("00000102", BO, degree="X"))) == []
    assert said(before, Total("202102", member("00000101"), member("00000102", BO, municipality="0751"))) == []
    assert said(before, Total("202102", member("00000101"), member("00000102", BO)[:30])) == []


def test_silence_is_not_read_if_a_faulty_row_has_no_member_number() -> None:
    before = Total("202101", member("00000101"), member("00000102", BO), member("00000103", IDA))

    assert said(before, Total("202102", member("00000101"), member("0000O1O2", BO))) == []
    assert said(before, Total("202102", member("00000101"), member("00000102", BO)[:19])) == []


def test_who_has_left_may_drop_out_of_the_totals() -> None:
    left = member("00000102", BO, until="20210105", reason="U")

    assert said(Total("202101", member("00000101"), left), Total("202102", member("00000101"))) == []


def test_a_member_left_out_by_mistake_is_open_again_with_the_next_total() -> None:
    both = (member("00000101"), member("00000102", BO))
    facts = said(Total("202101", *both), Total("202102", both[0]), Total("202103", *both))

    assert [(fact["line"], fact["last_day"], fact["withdrawn"]) for fact in facts] == [(3, None, False)]


def test_an_unchanged_total_says_nothing_new() -> None:
    one, other = Total("202101", member("00000101")), Total("202102", member("00000101"))

    assert said(one, other) == []
    assert receipts(one, other)[1]["counts"]["unchanged"] == 1


def test_a_new_degree_stands_for_the_whole_spell() -> None:
    (fact,) = said(Total("202101", member("00000101")), Total("202102", member("00000101", degree="D")))

    assert (fact["line"], fact["insurance"], fact["first_day"]) == (2, "PART_TIME", "2015-03-01")


def test_a_redelivery_takes_the_place_of_the_first_and_its_silence_is_read() -> None:
    first = Total("202101", member("00000101"), member("00000102", BO))
    again = Total("202101", member("00000101"), made="20210112090000")

    assert [fact["last_day"] for fact in said(first, again)] == ["2021-01-09"]


def test_two_funds_do_not_close_each_other() -> None:
    east = Total("202101", member("00000101", EVA))
    west = Total("202101", member("00000201", EVA), akasse="902")
    run = played([east.delivery(), west.delivery(partner="902")], synthetic=True)
    facts = list(printable(run))

    assert [(fact["source"], fact["withdrawn"], fact["last_day"]) for fact in facts] == [
        ("akasse-bestand:901", False, None),
        ("akasse-bestand:902", False, None),
    ]


def test_a_week_redelivered_late_does_not_turn_versions_round() -> None:
    late = Total("202101", member("00000101", degree="D"), made="20210120090000")
    after = Total("202102", member("00000101", degree="K"), made="20210118061500")
    first, second = said(late), said(late, after)

    assert second[0]["recorded_at"] > first[0]["recorded_at"]


@pytest.mark.parametrize(
    ("deliveries", "code", "verdict"),
    [
        pytest.param(["202052", "202053"], None, "accepted", id="week-53-exists"),
        pytest.param(["202053", "202101"], None, "accepted", id="week-1-follows-week-53"),
        pytest.param(["202101", "202103"], "H03", "held", id="a-week-left-out"),
        pytest.param(["202102", "202101"], "F12", "refused", id="gone-back"),
    ],
)
def test_totals_follow_week_by_week(deliveries: Sequence[str], code: str | None, verdict: str) -> None:
    last = receipts(*(Total(week, member("00000101")) for week in deliveries))[-1]

    assert last["verdict"] == verdict
    assert [each for each, _, _ in codes(last)] == ([] if code is None else [code])


def test_a_refused_sequence_counts_no_rows_and_a_gap_lets_them_wait() -> None:
    back = receipts(Total("202102", member("00000101")), Total("202101", member("00000101")))[-1]
    gap = receipts(Total("202101", member("00000101")), Total("202103", member("00000101")))[-1]

    assert back["counts"]["rows"] == 0
    assert gap["counts"]["waiting"] == 1


def test_the_same_week_not_made_later_is_refused() -> None:
    first = Total("202101", member("00000101"), made="20210112090000")
    earlier = Total("202101", member("00000101"), made="20210112085959")
    same = Total("202101", member("00000102"), made="20210112090000", kind="ÅRSBESTAND")

    assert only(receipts(first, earlier)[1]) == "F12"
    assert only(receipts(first, same)[1]) == "F12"


def test_a_total_that_closes_too_many_is_held_and_changes_nothing() -> None:
    many = [member(f"{number:08d}", f"61048{number:05d}") for number in range(51234, 51234 + 60)]
    before, after = Total("202101", *many), Total("202102", *many[:30])
    held = receipts(before, after)[1]

    assert (held["verdict"], only(held), held["counts"]["waiting"]) == ("held", "H02", 30)
    assert said(before, after) == []


def test_an_empty_total_is_held_and_closes_nobody() -> None:
    held = receipts(Total("202101", member("00000101")), Total("202102"))[1]

    assert (held["verdict"], only(held), held["counts"]["rows"]) == ("held", "H05", 0)


def test_another_municipality_is_held_with_an_alarm_and_not_read() -> None:
    run = played([Total("202101", member("00000101"), municipality="0751").delivery()], synthetic=True)
    receipt: Any = run.outcomes[0].receipt

    assert (receipt["verdict"], only(receipt), receipt["counts"]["rows"]) == ("held", "H04", 0)
    assert run.outcomes[0].security_alarm


def test_too_many_faults_refuse_the_total() -> None:
    rows = [member(f"{number:08d}", f"61048{number:05d}", degree="X") for number in range(51234, 51234 + 21)]
    (receipt,) = receipts(Total("202101", *rows))

    assert receipt["verdict"] == "refused"
    assert codes(receipt)[0] == ("F10", None, None)
    assert receipt["counts"]["rejected"] == 21


def test_the_year_total_is_read_like_any_other_and_its_name_may_be_decomposed() -> None:
    total = Total("202053", member("00000101"), kind="ÅRSBESTAND")
    decomposed = unicodedata.normalize("NFD", total.name)

    assert decomposed != total.name
    assert receipts(total)[0]["verdict"] == "accepted"
    assert partner_of(unicodedata.normalize("NFC", decomposed), b"") == "901"


def file_fault(total: Total, data: bytes | None = None, partner: str = "901") -> tuple[str, int | None, int]:
    """Code and line of the one fault of a refused total, and the rows its receipt counts."""
    (receipt,) = receipts(total.delivery(data, partner))
    assert receipt["verdict"] == "refused"
    (fault,) = receipt["faults"]
    return fault["code"], fault["line"], receipt["counts"]["rows"]


def bytes_of(*rows: str) -> bytes:
    """Rows as bytes with CRLF."""
    return "".join(f"{row}\r\n" for row in rows).encode("latin-1")


def test_utf8_and_bytes_that_are_no_characters_are_refused_with_their_place() -> None:
    total = Total("202101", member("00000101"), member("00000102", BO, branch="Å1"))
    content = "".join(f"{row}\r\n" for row in total.rows)

    assert file_fault(total, content.encode("utf-8")) == ("F03", 3, 0)
    (receipt,) = receipts(total.delivery(content.encode("utf-8")))
    assert receipt["faults"][0]["byte"] == 44
    assert file_fault(total, bytes_of(*total.rows).replace(b" H", b"\x80H", 1)) == ("F03", 2, 0)


def test_a_byte_order_mark_is_told_and_passed_over() -> None:
    total = Total("202101", member("00000101"))
    (receipt,) = receipts(total.delivery(b"\xef\xbb\xbf" + bytes_of(*total.rows)))

    assert (receipt["verdict"], codes(receipt)) == ("accepted", [("N05", 1, None)])


def test_the_start_row_comes_first_and_has_its_length() -> None:
    total = Total("202101", member("00000101"))
    start, row, end = total.rows

    assert file_fault(total, bytes_of(row, end)) == ("F04", 1, 0)
    assert file_fault(total, bytes_of("", start, row, end)) == ("F04", 1, 0)
    assert file_fault(total, bytes_of(start + "x", row, end)) == ("F05", 1, 1)
    assert file_fault(total, bytes_of(start[:37], row, end)) == ("F05", 1, 1)


def test_the_end_row_comes_last_once_and_has_its_length() -> None:
    total = Total("202101", member("00000101"))
    start, row, end = total.rows

    assert file_fault(total, bytes_of(start, row)) == ("F06", None, 1)
    assert file_fault(total, bytes_of(start, end, row)) == ("F06", None, 1)
    assert file_fault(total, bytes_of(start, row, end, end)) == ("F05", 4, 1)
    assert file_fault(total, bytes_of(start, row, start, end)) == ("F05", 3, 1)
    assert file_fault(total, bytes_of(start, row, end[:20])) == ("F05", 3, 1)


def test_half_a_file_is_not_whole() -> None:
    total = Total("202101", member("00000101"), member("00000102", BO))

    assert file_fault(total, bytes_of(*total.rows)[:120]) == ("F06", None, 2)


@pytest.mark.parametrize("count", ["00000002", "0000000x", "       1", "        "])
def test_the_count_of_the_end_row_must_be_that_of_the_rows(count: str) -> None:
    assert file_fault(Total("202101", member("00000101"), count=count)) == ("F06", None, 1)


def test_empty_lines_at_the_end_and_bare_line_feeds_are_fine() -> None:
    total = Total("202101", member("00000101"), line_end="\n")

    assert receipts(total)[0]["verdict"] == "accepted"
    assert receipts(total.delivery(bytes_of(*total.rows) + b"\r\n\n"))[0]["verdict"] == "accepted"
    assert receipts(total.delivery(bytes_of(*total.rows).removesuffix(b"\r\n")))[0]["verdict"] == "accepted"


@pytest.mark.parametrize(
    "total",
    [
        pytest.param(Total("202101", name="AKAS901_202101_BESTAND_20210111061501.txt"), id="one-second-off"),
        pytest.param(Total("202101", name="AKAS902_202101_BESTAND_20210111061500.txt"), id="another-fund-in-the-name"),
        pytest.param(Total("202101", name="AKAS901_202102_BESTAND_20210111061500.txt"), id="another-week-in-the-name"),
        pytest.param(Total("202101", name="akas901_202101_BESTAND_20210111061500.txt"), id="lower-case"),
        pytest.param(Total("202101", name="AKAS901_202101_BESTAND_20210111061500.txt\n"), id="newline-in-the-name"),
        pytest.param(Total("202101", end_akasse="902"), id="another-fund-in-the-end-row"),
        pytest.param(Total("202101", akasse="902"), id="another-folder"),
    ],
)
def test_name_folder_start_row_and_end_row_must_agree(total: Total) -> None:
    assert file_fault(total) == ("F07", None, 0)


@pytest.mark.parametrize(
    "total",
    [
        pytest.param(Total("202153", day="20220102", made="20220103061500"), id="no-week-53"),
        pytest.param(Total("202100", day="20210103", made="20210104061500"), id="no-week-0"),
        pytest.param(Total("000001", day="00010107", made="00010108061500"), id="no-year-0"),
        pytest.param(Total("999952", day="99991231", made="99991231061500"), id="a-sunday-beyond-all-days"),
        pytest.param(Total("202101", day="20210109"), id="a-saturday"),
        pytest.param(Total("202101", day="20210117"), id="the-next-sunday"),
        pytest.param(Total("202101", day="2021011 ", made="20210111061500"), id="no-day"),
        pytest.param(Total("202101", made="20210109235959"), id="made-before-the-day"),
        pytest.param(Total("202101", made="20210111246000"), id="made-at-no-time"),
        pytest.param(Total("202112", made="20210328023000"), id="made-in-the-hour-that-is-left-out"),
    ],
)
def test_an_impossible_period_is_refused(total: Total) -> None:
    assert file_fault(total) == ("F09", None, 0)


def test_of_an_hour_that_comes_twice_the_first_counts() -> None:
    (fact,) = said(Total("202143", member("00000101"), made="20211031023000"))

    assert fact["recorded_at"] == "2021-10-31T00:30:00.000Z"


def test_limits_of_bytes_and_rows() -> None:
    total = Total("202101", member("00000101"))
    many = Total("202101", *[member("00000101")[:42]] * 100_001, line_end="\n")

    assert file_fault(total, bytes_of(*total.rows) + b" " * 5_000_000) == ("F08", None, 0)
    assert file_fault(many) == ("F08", None, 0)


def test_outside_synthetic_mode_the_same_numbers_change_their_code() -> None:
    (receipt,) = receipts(Total("202101", member("00000101", EVA), member("00000102", "1503369004")), synthetic=False)

    assert codes(receipt) == [("R04", 2, "CPR")]


def test_the_receipt_names_week_and_period() -> None:
    (receipt,) = receipts(Total("202053", member("00000101")))

    assert (receipt["sequence"], receipt["period"]) == (202053, {"from": "2020-12-28", "to": "2021-01-03"})


def test_the_receipt_of_a_refused_total_names_what_could_be_read() -> None:
    (cut,) = receipts(Total("202053", member("00000101"), count="00000002"))
    (no_such_week,) = receipts(Total("202153", day="20220102", made="20220103061500"))
    (no_start,) = receipts(Total("202053").delivery(b"02\r\n"))

    assert (cut["sequence"], cut["period"]) == (202053, {"from": "2020-12-28", "to": "2021-01-03"})
    assert (no_such_week["sequence"], no_such_week["period"]) == (202153, None)
    assert (no_start["sequence"], no_start["period"]) == (None, None)


def test_the_partner_is_known_by_name_else_by_start_row() -> None:
    assert partner_of("AKAS902_202101_BESTAND_20210111061500.txt", b"") == "902"
    assert partner_of("other.txt", b"01901202101") == "901"
    assert partner_of("other.txt", b"01\xb2\xb2\xb2") is None
    assert partner_of("other.txt", b"") is None
