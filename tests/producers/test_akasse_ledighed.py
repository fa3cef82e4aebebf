"""akasse-ledighed: every check and trap of its page, on files of a few rows."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from branchespor.intake.pipeline import handle
from producers.delivery import Delivery, Outcome
from producers.memory import InMemory
from producers.vault import InMemoryVault
from schemas.facts import to_json
from validation.rows import check_rows

HEADER = "sagsnr;handling;art;cpr;kommune;startdato;slutdato;fraværsart;dagpenge;timer;registreret"
COLUMNS = HEADER.split(";")
PERSON, OTHER, THIRD = "6104851234", "7509902345", "6202004018"
ABSENCE = {"art": "FRAVÆR", "fraværsart": "FERIE", "dagpenge": "N", "slutdato": "10-07-2020"}


def row(**changed: str) -> str:
    values = {
        "sagsnr": "00100001",
        "handling": "N",
        "art": "LEDIG",
        "cpr": PERSON,
        "kommune": "0707",
        "startdato": "01-07-2020",
        "slutdato": "",
        "fraværsart": "",
        "dagpenge": "",
        "timer": "",
        "registreret": "15-07-2020 08:00:00",
    }
    return ";".join((values | changed)[column] for column in COLUMNS)


def withdrawal(**changed: str) -> str:
    return row(**{"handling": "S", "startdato": "", **changed})


def text(*rows: str, trailer: str | None = None, header: str = HEADER, end: str = "\r\n") -> str:
    return end.join([header, *rows, f"SLUT;{len(rows)}" if trailer is None else trailer, ""])


class Akasse:
    """One a-kasse's deliveries in order, on an empty ledger."""

    def __init__(self, first: int = 147) -> None:
        self.memory, self.vault, self.number = InMemory(), InMemoryVault(), first - 1
        self.now = datetime(2020, 7, 15, 5, tzinfo=UTC)

    def sends(
        self, content: str | bytes, *, name: str | None = None, number: int | None = None, **more: Any
    ) -> Outcome:
        self.number = self.number + 1 if number is None else number
        data = content if isinstance(content, bytes) else content.encode("cp1252")
        delivery = Delivery(
            feed="akasse-ledighed",
            partner="901",
            file_name=name or f"AKAS901_LEDIGHED_{self.number:06d}.csv",
            data=data,
            sha256=hashlib.sha256(data).hexdigest(),
            received_at=self.now,
        )
        return handle(delivery, self.memory, self.vault, check_rows, **more)


def sent(*rows: str, **more: Any) -> Outcome:
    return Akasse().sends(text(*rows), **more)


def faults(outcome: Outcome) -> list[tuple[str, int | None, str | None]]:
    listed: Sequence[dict[str, Any]] = outcome.receipt["faults"]  # type: ignore[assignment]
    return [(fault["code"], fault["line"], fault["column"]) for fault in listed]


def counts(outcome: Outcome) -> dict[str, int]:
    found: dict[str, int] = outcome.receipt["counts"]  # type: ignore[assignment]
    return {name: count for name, count in found.items() if count}


def own(outcome: Outcome, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(to_json(each.fact)[name] for name in names) for each in outcome.facts]


# --- the file -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code", "line", "rows"),
    [
        pytest.param(b"", "F01", None, 0, id="no-bytes"),
        pytest.param(b"\r\n  \n", "F01", None, 0, id="white-space-only"),
        pytest.param(b"PK\x03\x04rest", "F02", None, 0, id="a-spreadsheet"),
        pytest.param(text(row()).encode("utf-16"), "F02", None, 0, id="utf-16"),
        pytest.param(text(row()).encode("utf-16-le"), "F02", None, 0, id="utf-16-without-mark"),
        pytest.param(
            text(row()).encode("cp1252").replace(b"LEDIG", b"LEDI\x81"), "F03", 2, 0, id="a-byte-cp1252-lacks"
        ),
        pytest.param(text(row()).encode("utf-8"), "F04", 1, 0, id="saved-as-utf-8"),
        pytest.param(text(row(), header=HEADER.upper()), "F04", 1, 0, id="header-in-capitals"),
        pytest.param(text(row(), header=HEADER + ";mere"), "F04", 1, 0, id="a-column-too-many"),
        pytest.param(text(row(), header=HEADER.replace(";art;cpr", ";cpr;art")), "F04", 1, 0, id="columns-swapped"),
        pytest.param(text(row()).replace(";", ","), "F04", 1, 0, id="comma-for-the-separator"),
        pytest.param("\r\n" + text(row()), "F04", 1, 0, id="header-on-line-2"),
        pytest.param(text(row(), row(art='"LEDIG')), "F05", 3, 2, id="a-quote-never-closed"),
        pytest.param(text(row(), row(), trailer="SLUT;3"), "F06", None, 2, id="a-row-fewer-than-the-trailer-says"),
        pytest.param(text(row(), row(), trailer=""), "F06", None, 2, id="no-trailer"),
        pytest.param(text(row()) + row() + "\r\n", "F06", None, 3, id="rows-behind-the-trailer"),
        pytest.param(text(row(), trailer="slut;1"), "F06", None, 2, id="trailer-in-small-letters"),
        pytest.param(text(row(), trailer="SLUT;1;x"), "F06", None, 1, id="something-behind-the-count"),
        pytest.param(text(row(), trailer="SLUT;00000001"), "F06", None, 1, id="eight-digits-of-count"),
        pytest.param(text(row(), row())[:-40], "F06", None, 2, id="cut-in-a-row"),
    ],
)
def test_a_broken_file_is_refused(content: str | bytes, code: str, line: int | None, rows: int) -> None:
    outcome = Akasse().sends(content)

    assert [fault for fault in faults(outcome) if fault[0] != "N05"] == [(code, line, None)]
    assert outcome.receipt["verdict"] == "refused"
    assert counts(outcome) == ({"rows": rows, "rejected": rows} if rows else {})
    assert not outcome.facts


def test_a_byte_the_encoding_lacks_is_named_by_line_and_byte() -> None:
    outcome = Akasse().sends(text(row()).encode("cp1252").replace(b"LEDIG", b"LEDI\x8d"))
    (fault,) = outcome.receipt["faults"]  # type: ignore[misc]

    assert (fault["line"], fault["byte"]) == (2, 16)


def test_a_refused_file_is_named_by_the_number_of_its_name() -> None:
    assert Akasse().sends("").receipt["sequence"] == 147
    assert Akasse().sends("", name="x.csv").receipt["sequence"] is None


@pytest.mark.parametrize(
    "name",
    [
        "AKAS902_LEDIGHED_000147.csv",
        "AKAS901_LEDIGHED_147.csv",
        "akas901_ledighed_000147.csv",
        "AKAS901_LEDIGHED_000147.csv.csv",
    ],
)
def test_a_name_that_does_not_fit_is_refused(name: str) -> None:
    assert faults(Akasse().sends(text(row()), name=name)) == [("F07", None, None)]


def test_a_byte_order_mark_is_a_notice_and_the_header_saved_with_it_is_refused() -> None:
    assert faults(Akasse().sends(text(row()).encode("utf-8-sig"))) == [("F04", 1, None), ("N05", 1, None)]
    assert faults(Akasse().sends(b"\xef\xbb\xbf" + text(row()).encode("cp1252"))) == [("N05", 1, None)]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_every_line_end_is_read_and_blank_lines_count_as_lines(end: str) -> None:
    outcome = Akasse().sends(text("", row(sagsnr="x"), "\u00a0 ", trailer="SLUT;1", end=end))

    assert faults(outcome) == [("R08", 3, "sagsnr")]
    assert counts(outcome) == {"rows": 1, "rejected": 1}


@pytest.mark.parametrize("trailer", ["SLUT;1;;;;;;;;;", "SLUT;0000001", '"SLUT";"1"', " SLUT ; 1 ;\u00a0;"])
def test_a_padded_trailer_is_accepted(trailer: str) -> None:
    assert Akasse().sends(text(row(), trailer=trailer)).receipt["verdict"] == "accepted"


def test_no_rows_is_a_good_delivery() -> None:
    assert Akasse().sends(text()).receipt["verdict"] == "accepted"


# --- sequence -----------------------------------------------------------------------------------------------------


def test_the_next_number_follows_a_repeat_and_a_lower_one_are_refused_and_a_gap_is_held() -> None:
    akasse = Akasse()
    akasse.sends(text(row()))

    assert faults(akasse.sends(text(), number=147)) == [("F12", None, None)]
    assert faults(akasse.sends(text(), number=146)) == [("F12", None, None)]
    assert akasse.sends(text(), number=148).receipt["verdict"] == "accepted"
    held = akasse.sends(text(row()), number=150)
    assert faults(held) == [("H03", None, None)]
    assert counts(held) == {"rows": 1, "waiting": 1}
    assert held.receipt["final"] is False


def test_after_999999_comes_000001() -> None:
    akasse = Akasse(first=999_999)
    akasse.sends(text(row()))

    assert akasse.sends(text(), number=1).receipt["verdict"] == "accepted"


def test_a_refused_delivery_does_not_use_up_its_number() -> None:
    akasse = Akasse()
    akasse.sends(text(row()))

    assert akasse.sends(text(trailer="SLUT;9"), number=148).receipt["verdict"] == "refused"
    assert akasse.sends(text(), number=148).receipt["verdict"] == "accepted"


def test_the_same_bytes_under_another_number_are_no_duplicate_and_under_the_same_they_are() -> None:
    akasse = Akasse()
    first = akasse.sends(text())

    again = akasse.sends(text(), number=147)
    assert (again.receipt["verdict"], again.receipt["duplicate_of"]) == ("duplicate", first.receipt["receipt_id"])
    assert akasse.sends(text(), number=148).receipt["verdict"] == "accepted"


def test_a_refused_file_sent_again_is_checked_again_and_its_receipt_has_the_next_id() -> None:
    akasse = Akasse()
    first, second = akasse.sends(text(trailer="SLUT;9")), akasse.sends(text(trailer="SLUT;9"), number=147)

    assert (first.receipt["verdict"], second.receipt["verdict"]) == ("refused", "refused")
    assert first.receipt["receipt_id"] != second.receipt["receipt_id"]


# --- rows ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"sagsnr": ""}, [("R02", "sagsnr")]),
        ({"sagsnr": "1234567"}, [("R08", "sagsnr")]),
        ({"sagsnr": "6104851234"}, [("R08", "sagsnr")]),
        ({"handling": "n"}, [("R09", "handling")]),
        ({"handling": "NULL"}, [("R09", "handling")]),
        ({"art": "ledig"}, [("R09", "art")]),
        ({"cpr": ""}, [("R02", "cpr")]),
        ({"cpr": "-"}, [("R03", "cpr")]),
        ({"cpr": "610485123"}, [("R03", "cpr")]),
        ({"cpr": "9202851234"}, [("R03", "cpr")]),
        ({"cpr": "6,1E+09"}, [("R03", "cpr")]),
        ({"cpr": "610485AB12"}, [("R04", "cpr")]),
        ({"cpr": "0000000000"}, [("R04", "cpr")]),
        ({"cpr": "0104851234"}, [("R05", "cpr")]),
        ({"kommune": "707"}, [("R09", "kommune")]),
        ({"kommune": ""}, [("R02", "kommune")]),
        ({"kommune": "0751", "cpr": "", "art": "x"}, [("R16", "kommune")]),
        ({"startdato": ""}, [("R02", "startdato")]),
        ({"startdato": "31-06-2020"}, [("R06", "startdato")]),
        ({"startdato": "1-7-2020"}, [("R06", "startdato")]),
        ({"startdato": "01-07-20"}, [("R06", "startdato")]),
        ({"startdato": "20200701"}, [("R06", "startdato")]),
        ({"startdato": "29-02-2019"}, [("R06", "startdato")]),
        ({"startdato": "31-12-1899"}, [("R12", "startdato")]),
        ({"startdato": "15-10-2020"}, []),
        ({"startdato": "16-10-2020"}, [("R12", "startdato")]),
        ({"startdato": "16-10-2020", "registreret": "x"}, [("R06", "registreret")]),
        ({"slutdato": "30-06-2020"}, [("R07", "slutdato")]),
        ({"slutdato": "30-06-2020", "startdato": "x"}, [("R06", "startdato")]),
        ({"slutdato": "01-07-2020"}, []),
        ({"slutdato": "31-12-9999"}, [("R12", "slutdato")]),
        ({"art": "INDPLACERING", "slutdato": "31-07-2020"}, [("R12", "slutdato")]),
        ({"fraværsart": "FERIE"}, [("R09", "fraværsart")]),
        ({"dagpenge": "J"}, [("R09", "dagpenge")]),
        ({**ABSENCE, "fraværsart": ""}, [("R02", "fraværsart")]),
        ({**ABSENCE, "fraværsart": "Ferie"}, [("R09", "fraværsart")]),
        ({**ABSENCE, "dagpenge": ""}, [("R02", "dagpenge")]),
        ({**ABSENCE, "dagpenge": "ja"}, [("R09", "dagpenge")]),
        ({"timer": "37"}, [("R12", "timer")]),
        ({"art": "ARBEJDE", "timer": "37.5"}, [("R08", "timer")]),
        ({"art": "ARBEJDE", "timer": "1.234,5"}, [("R08", "timer")]),
        ({"art": "ARBEJDE", "timer": "37,500"}, [("R08", "timer")]),
        ({"art": "ARBEJDE", "timer": "1_0"}, [("R08", "timer")]),
        ({"art": "ARBEJDE", "timer": "²"}, [("R08", "timer")]),
        ({"art": "ARBEJDE", "timer": "0"}, [("R12", "timer")]),
        ({"art": "ARBEJDE", "timer": "168"}, []),
        ({"art": "ARBEJDE", "timer": "168,01"}, [("R12", "timer")]),
        ({"registreret": ""}, [("R02", "registreret")]),
        ({"registreret": "15-07-2020"}, [("R06", "registreret")]),
        ({"registreret": "15-07-2020 24:00:00"}, [("R06", "registreret")]),
        ({"registreret": "15-07-2020 08:00:00Z"}, [("R06", "registreret")]),
        ({"registreret": "29-03-2020 02:30:00", "startdato": "01-03-2020"}, [("R14", "registreret")]),
        ({"registreret": "25-10-2020 02:30:00"}, [("R14", "registreret")]),
        ({"registreret": "25-10-2020 02:30:00+01:00"}, []),
        ({"registreret": "25-10-2020 02:30:00+02:00"}, []),
        ({"registreret": "15-07-2020 08:00:00+01:00"}, [("R14", "registreret")]),
        ({"registreret": "15-07-2020 08:00:00+02:00"}, []),
        (
            {"registreret": "15-07-1890 08:00:00", "startdato": "01-07-1900"},
            [
                ("R12", "registreret"),
            ],
        ),
        ({"art": "LED\x00IG"}, [("R10", "art")]),
        ({"timer": "\t"}, [("R10", "timer")]),
        ({"sagsnr": "0" * 31}, [("R10", "sagsnr")]),
        ({"cpr": "6" * 200_000}, [("R10", "cpr")]),
        (
            {"sagsnr": "x", "handling": "x", "cpr": "x", "registreret": "x"},
            [("R08", "sagsnr"), ("R09", "handling"), ("R03", "cpr"), ("R06", "registreret")],
        ),
    ],
)
def test_a_row_has_one_fault_a_column_in_column_order(changed: dict[str, str], expected: list[tuple[str, str]]) -> None:
    outcome = sent(row(sagsnr="00999999", art="FRAVÆR", fraværsart="ANDET", dagpenge="J", cpr=THIRD), row(**changed))

    assert faults(outcome) == [(code, 3, column) for code, column in expected]


def test_columns_6_to_10_of_a_withdrawal_are_not_read_at_all() -> None:
    rubbish = {"startdato": "x\x00", "slutdato": "y" * 40, "fraværsart": "z", "dagpenge": "1", "timer": "-"}
    outcome = sent(row(), withdrawal(registreret="16-07-2020 08:00:00", **rubbish))

    assert faults(outcome) == []
    assert own(outcome, "withdrawn", "first_day") == [(False, "2020-07-01"), (True, "2020-07-01")]


def test_too_few_and_too_many_fields_are_R01_alone() -> None:
    outcome = sent(row().rsplit(";", 1)[0], row() + ";", ";" * 9)

    assert faults(outcome) == [("R01", 2, None), ("R01", 3, None), ("R01", 4, None)]


def test_a_row_for_another_municipality_raises_the_alarm_and_is_not_kept() -> None:
    outcome = sent(row(kommune="0751"), row(sagsnr="00100002"))

    assert outcome.security_alarm
    assert [rejected.raw for rejected in outcome.rejected] == [""]
    assert counts(outcome) == {"rows": 2, "accepted": 1, "rejected": 1}


@pytest.mark.parametrize("written", ["610485-1234", "'6104851234", "610485 1234", "610485\u00a01234"])
def test_a_cleaned_person_number_is_a_notice(written: str) -> None:
    outcome = sent(row(cpr=written))

    assert faults(outcome) == [("N02", 2, "cpr")]
    assert outcome.receipt["verdict"] == "accepted"


def test_a_number_without_modulus_11_identifies() -> None:
    assert sent(row(cpr="6101901235")).receipt["verdict"] == "accepted"


def test_the_same_row_again_is_one_effect() -> None:
    outcome = sent(row(), row(cpr="610485-1234"), row())

    assert faults(outcome) == [("N01", 3, None), ("N02", 3, "cpr"), ("N01", 4, None)]
    assert counts(outcome) == {"rows": 3, "accepted": 1, "duplicate": 2}


def test_the_same_key_with_other_values_puts_all_of_them_aside() -> None:
    outcome = sent(row(), row(slutdato="31-07-2020"), row(), row(registreret="15-07-2020 08:00:00+02:00"))

    assert faults(outcome) == [("R11", line, "sagsnr") for line in (2, 3, 4, 5)]


def test_two_rows_of_one_sagsnr_at_two_times_are_two_versions() -> None:
    outcome = sent(row(), row(handling="R", slutdato="31-07-2020", registreret="15-07-2020 09:00:00"))

    assert own(outcome, "last_day") == [(None,), ("2020-07-31",)]


def absences(**changed: str) -> Outcome:
    return sent(
        row(sagsnr="00100001", **ABSENCE),
        row(sagsnr="00100002", **{**ABSENCE, "startdato": "10-07-2020", "slutdato": "20-07-2020", **changed}),
    )


def test_absences_of_one_person_that_overlap_and_contradict_are_both_aside() -> None:
    for changed in ({"dagpenge": "J"}, {"fraværsart": "SYGDOM"}):
        assert faults(absences(**changed)) == [("R13", 2, "startdato"), ("R13", 3, "startdato")]


def test_absences_that_agree_or_touch_or_are_of_two_persons_are_kept() -> None:
    for changed in ({}, {"dagpenge": "J", "startdato": "11-07-2020"}, {"dagpenge": "J", "cpr": OTHER}):
        assert faults(absences(**changed)) == []


def test_only_the_newest_row_of_a_sagsnr_is_looked_at_for_overlap() -> None:
    outcome = sent(
        row(sagsnr="00100001", **{**ABSENCE, "dagpenge": "J"}),
        row(sagsnr="00100001", **ABSENCE, handling="R", registreret="15-07-2020 09:00:00"),
        row(sagsnr="00100002", **ABSENCE),
    )

    assert faults(outcome) == []


def test_more_than_a_fifth_and_more_than_twenty_faulty_rows_refuse_the_file() -> None:
    def bad(count: int, of: int) -> Outcome:
        return sent(*(row(sagsnr=f"{number:08d}", art="x" if number < count else "LEDIG") for number in range(of)))

    refused = bad(21, 100)
    assert faults(refused)[:2] == [("F10", None, None), ("R09", 2, "art")]
    assert (counts(refused), refused.receipt["faults_total"]) == ({"rows": 100, "rejected": 100}, 22)
    assert bad(20, 21).receipt["verdict"] == "accepted_with_faults"
    assert bad(21, 105).receipt["verdict"] == "accepted_with_faults"


def test_at_most_1000_faults_are_listed() -> None:
    outcome = sent(*(row(sagsnr=f"{number:08d}", art="x") for number in range(1100)))

    assert len(outcome.receipt["faults"]) == 1000  # type: ignore[arg-type]
    assert (outcome.receipt["faults_total"], outcome.receipt["faults_left_out"]) == (1101, 101)


def test_text_decoded_twice_in_five_rows_of_a_hundred_holds_the_delivery() -> None:
    def suspect(count: int) -> Outcome:
        return sent(
            *(row(sagsnr=f"{number:08d}", art="FRAVÃ†R" if number < count else "LEDIG") for number in range(100))
        )

    assert faults(suspect(5)) == [("H07", None, None)]
    assert suspect(4).receipt["verdict"] == "accepted_with_faults"


# --- facts --------------------------------------------------------------------------------------------------------


def test_each_kind_of_row_gives_its_fact() -> None:
    outcome = sent(
        row(sagsnr="00000001", art="INDPLACERING", startdato="15-01-2020"),
        row(sagsnr="00000002"),
        row(sagsnr="00000003", art="FRAVÆR", fraværsart="BORGERLIGT OMBUD", dagpenge="J"),
        row(sagsnr="00000004", art="ARBEJDE", timer="18,50"),
        row(sagsnr="00000005", art="ARBEJDE"),
    )

    assert [each.fact.kind for each in outcome.facts] == [
        "DagpengePeriod",
        "TargetGroupSpell",
        "AbsenceSpell",
        "EmploymentSpell",
        "EmploymentSpell",
    ]
    assert to_json(outcome.facts[0].fact)["placed_on"] == "2020-01-15"
    assert to_json(outcome.facts[2].fact)["absence"] == "CIVIC_DUTY"
    assert [to_json(each.fact)["weekly_hours"] for each in outcome.facts[3:]] == [18.5, None]
    assert outcome.facts[0].fact.source == "akasse-ledighed:901"
    assert outcome.facts[0].fact.recorded_at == datetime(2020, 7, 15, 6, tzinfo=UTC)


def test_a_correction_with_the_old_time_wins_by_a_millisecond_and_repeats_say_nothing_new() -> None:
    akasse = Akasse()
    first, correction = row(), row(handling="R", slutdato="31-07-2020")
    akasse.sends(text(first))
    corrected = akasse.sends(text(correction))
    later = akasse.sends(text(row(handling="R", slutdato="15-08-2020", registreret="16-07-2020 08:00:00")))
    again = akasse.sends(text(first, correction))

    assert own(corrected, "recorded_at", "last_day") == [("2020-07-15T06:00:00.001Z", "2020-07-31")]
    assert own(later, "last_day") == [("2020-08-15",)]
    # One delivery cannot hold both: the key is the same. Each alone is known.
    assert faults(again) == [("R11", 2, "sagsnr"), ("R11", 3, "sagsnr")]
    for number, known in ((151, first), (152, correction)):
        assert counts(akasse.sends(text(known), number=number)) == {"rows": 1, "unchanged": 1}


def test_an_older_version_after_the_newer_is_history() -> None:
    akasse = Akasse()
    akasse.sends(text(row()))
    outcome = akasse.sends(text(row(handling="R", slutdato="02-07-2020", registreret="01-07-2020 08:00:00")))
    after = akasse.sends(text(row(handling="R", registreret="17-07-2020 08:00:00")))

    assert own(outcome, "recorded_at", "last_day") == [("2020-07-01T06:00:00.000Z", "2020-07-02")]
    assert counts(after) == {"rows": 1, "unchanged": 1}


def test_a_withdrawal_repeats_the_fields_and_a_correction_brings_the_statement_back() -> None:
    akasse = Akasse()
    akasse.sends(text(row(slutdato="31-07-2020")))
    gone = akasse.sends(text(withdrawal(registreret="16-07-2020 08:00:00")))
    twice = akasse.sends(text(withdrawal(registreret="17-07-2020 08:00:00")))
    back = akasse.sends(text(row(slutdato="31-07-2020", registreret="18-07-2020 08:00:00")))

    assert own(gone, "withdrawn", "last_day") == [(True, "2020-07-31")]
    assert counts(twice) == {"rows": 1, "unchanged": 1}
    assert own(back, "withdrawn", "last_day") == [(False, "2020-07-31")]


def test_a_correction_before_its_row_waits_and_then_both_are_published() -> None:
    akasse = Akasse()
    early = akasse.sends(text(row(handling="R", slutdato="31-07-2020"), withdrawal(registreret="16-07-2020 08:00:00")))
    akasse.now += timedelta(days=1)
    then = akasse.sends(text(row(registreret="10-07-2020 08:00:00")))

    assert faults(early) == [("R15", 2, "sagsnr"), ("R15", 3, "sagsnr")]
    assert counts(early) == {"rows": 2, "waiting": 2}
    released = sorted((each.delivery[-7:-4], each.line, each.fact.withdrawn) for each in then.facts)
    assert released == [("147", 2, False), ("147", 3, True), ("148", 2, False)]
    assert {each.fact.received_at for each in then.facts} == {akasse.now}
    assert [(each.delivery[-7:-4], each.line, each.verdict) for each in then.settled] == [
        ("147", 2, "accepted"),
        ("147", 3, "accepted"),
    ]
    assert counts(then) == {"rows": 1, "accepted": 1}


def test_a_correction_and_its_row_in_one_delivery_need_no_wait_whatever_their_order() -> None:
    outcome = sent(row(handling="R", slutdato="31-07-2020"), row(registreret="16-07-2020 08:00:00"))

    assert faults(outcome) == []
    assert [(each.line, each.fact.recorded_at.day) for each in outcome.facts] == [(2, 15), (3, 16)]


def test_a_waiting_row_is_rejected_after_35_days_and_no_sooner() -> None:
    akasse = Akasse()
    akasse.sends(text(row(handling="R")))
    akasse.now += timedelta(days=35)
    assert not akasse.sends(text()).settled
    akasse.now += timedelta(seconds=1)
    given_up = akasse.sends(text())
    after = akasse.sends(text(row(registreret="10-07-2020 08:00:00")))

    assert [(each.line, each.verdict, [fault.code for fault in each.faults]) for each in given_up.settled] == [
        (2, "rejected", ["R15"])
    ]
    assert len(after.facts) == 1


def test_registered_on_the_wrong_person_is_withdrawn_for_one_and_new_for_the_other() -> None:
    akasse = Akasse()
    akasse.sends(text(row()))
    outcome = akasse.sends(text(row(handling="R", cpr=OTHER)))
    back = akasse.sends(text(row(handling="R", registreret="16-07-2020 08:00:00")))

    assert own(outcome, "withdrawn", "recorded_at") == [
        (True, "2020-07-15T06:00:00.001Z"),
        (False, "2020-07-15T06:00:00.000Z"),
    ]
    assert len({each.fact.person for each in outcome.facts}) == 2
    assert own(back, "withdrawn") == [(True,), (False,)]
    assert counts(back) == {"rows": 1, "accepted": 1}


def test_the_new_person_stays_the_person_of_the_sagsnr_though_the_second_is_the_same() -> None:
    akasse = Akasse()
    akasse.sends(text(row()))
    akasse.sends(text(row(handling="R", slutdato="31-07-2020")))
    akasse.sends(text(row(handling="R", cpr=OTHER)))
    outcome = akasse.sends(text(withdrawal(cpr=OTHER, registreret="16-07-2020 08:00:00")))

    assert own(outcome, "withdrawn") == [(True,)]


@pytest.mark.parametrize(
    "second",
    [
        row(cpr=OTHER, registreret="16-07-2020 08:00:00"),
        withdrawal(cpr=OTHER, registreret="16-07-2020 08:00:00"),
        row(cpr=OTHER, handling="R", registreret="14-07-2020 08:00:00"),
    ],
)
def test_a_sagsnr_used_again_for_another_person_is_a_contradiction(second: str) -> None:
    akasse = Akasse()
    akasse.sends(text(row()))

    assert faults(akasse.sends(text(second))) == [("R11", 2, "cpr")]


def test_a_sagsnr_with_another_kind_is_a_contradiction_and_both_columns_are_named() -> None:
    akasse = Akasse()
    akasse.sends(text(row()))
    later = {"registreret": "16-07-2020 08:00:00", "art": "ARBEJDE"}

    assert faults(akasse.sends(text(row(**later)))) == [("R11", 2, "art")]
    assert faults(akasse.sends(text(row(cpr=OTHER, **later)))) == [("R11", 2, "art"), ("R11", 2, "cpr")]


def test_another_number_of_the_same_person_is_the_same_person() -> None:
    akasse = Akasse()
    akasse.sends(text(row()))
    akasse.vault.link(PERSON, OTHER, datetime(2020, 7, 1, tzinfo=UTC).date())

    outcome = akasse.sends(text(row(handling="R", cpr=OTHER, slutdato="31-07-2020", registreret="16-07-2020 08:00:00")))
    assert own(outcome, "withdrawn", "last_day") == [(False, "2020-07-31")]


def test_the_check_of_one_file_leaves_out_what_an_earlier_delivery_may_have_said() -> None:
    outcome = sent(row(handling="R"), alone=True)

    assert (outcome.receipt["verdict"], faults(outcome)) == ("accepted", [])
